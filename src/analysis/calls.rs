//! How links are called: retries that make an overload worse, and timeouts that give up on work that goes on.

use super::graph::Graph;
use super::{Finding, Severity};
use crate::catalog::{self, Calls};
use crate::edit::Command;
use crate::model::{Id, Link};
use crate::sim::policy::Backoff;
use crate::units::Span;
use crate::words::t;
use std::collections::{BTreeMap, VecDeque};

/// From this many attempts for one request on, a chain of retries is told: three times three and more.
const MANY: u64 = 9;

/// The command that sets a setting of a link, given as it would be typed.
fn set(id: &Id, key: &str, text: &str) -> Option<Command> {
    let value = catalog::link_sheet().param(key)?.kind.parse(text).ok()?;
    Some(Command::Set { ids: vec![id.clone()], key: key.to_owned(), value: Some(value) })
}

/// Links on which something is set, with what that means.
fn used<'a>(graph: &Graph<'a>) -> impl Iterator<Item = (&'a Id, &'a Link, Calls)> {
    let links = graph.design.links.iter().filter(|(_, link)| !link.settings.is_empty());
    links.map(|(id, link)| (id, link, link.calls()))
}

/// Links that try again after the same pause each time, with nothing else that holds retries back.
pub(super) fn retry_without_backoff(graph: &Graph<'_>) -> Vec<Finding> {
    let fixed = used(graph).filter(|(_, _, calls)| {
        let retry = calls.retry.filter(|retry| retry.backoff == Backoff::Fixed && retry.attempts > 1);
        retry.is_some_and(|retry| retry.budget.is_none()) && calls.breaker.is_none()
    });
    let found = fixed.map(|(id, link, _)| {
        let (from, to) = (graph.label(&link.from), graph.label(&link.to));
        let text = t!(
            "{from} calls {to} again without growing pauses: when {to} is overloaded, the retries keep it overloaded",
            from = from,
            to = to
        );
        let remedy = t!("Let the pauses grow exponentially with jitter, set a retry budget, or use a circuit breaker");
        let finding =
            Finding::new("retry-without-backoff", Severity::Warning, &[id, &link.from, &link.to], text, remedy);
        finding.fixed_by(set(id, "retry", "exponential").into_iter().collect())
    });
    found.collect()
}

/// The longest that a call with a timeout can take, retries and their pauses included; `None` without a timeout.
fn patience(calls: &Calls) -> Option<Span> {
    let timeout = calls.timeout?;
    let attempts = calls.attempts().min(1_000);
    let pause = |attempt| calls.retry.map_or(Span::ZERO, |retry| retry.pause_before(attempt));
    let pauses = (2..=attempts).map(pause).fold(Span::ZERO, |sum, pause| sum + pause);
    Some(Span(timeout.0.saturating_mul(u64::from(attempts))) + pauses)
}

/// Callers that stop waiting before what they call stops waiting itself.
pub(super) fn timeout_too_short(graph: &Graph<'_>) -> Vec<Finding> {
    let links: Vec<_> = used(graph).collect();
    let mut inner: BTreeMap<&Id, (Span, &Link)> = BTreeMap::new();
    for (_, link, calls) in &links {
        let Some(longest) = patience(calls) else { continue };
        let known = inner.entry(&link.from).or_insert((longest, link));
        if longest > known.0 {
            *known = (longest, link);
        }
    }
    let short = links.iter().filter_map(|(id, link, calls)| {
        let (timeout, (longest, beyond)) = (calls.timeout?, *inner.get(&link.to)?);
        (timeout < longest).then_some((*id, *link, timeout, longest, beyond))
    });
    let found = short.map(|(id, link, timeout, longest, beyond)| {
        let (from, to, last) = (graph.label(&link.from), graph.label(&link.to), graph.label(&beyond.to));
        let text = t!("{from} waits {timeout} for {to}, which may itself wait {longest} for {last}: {to} goes on working for nobody", from = from, timeout = timeout, to = to, longest = longest, last = last);
        let remedy = t!("Let {from} wait at least {longest}, or let {to} give up earlier", from = from, longest = longest, to = to);
        let finding =
            Finding::new("timeout-shorter-than-callee", Severity::Warning, &[id, &link.from, &link.to], text, remedy);
        finding.fixed_by(set(id, "timeout", &longest.to_string()).into_iter().collect())
    });
    found.collect()
}

/// The worst chain of retries that ends at a node.
#[derive(Clone, Copy, Default)]
struct Chain<'a> {
    /// Attempts for one request at its start.
    attempts: u64,
    /// Links of it that try again.
    retrying: usize,
    /// Its last link.
    last: Option<&'a Id>,
}

/// Retries along a chain multiply.
pub(super) fn retry_amplification(graph: &Graph<'_>) -> Vec<Finding> {
    let chains = chains(graph);
    let worst = chains.iter().filter(|(_, chain)| chain.retrying > 1).max_by_key(|(_, chain)| chain.attempts);
    let Some((node, chain)) = worst.filter(|(_, chain)| chain.attempts >= MANY) else { return Vec::new() };
    let label = graph.label(node);
    let times = if chain.attempts > 1_000 { t!("more than 1000").to_owned() } else { chain.attempts.to_string() };
    let text = t!(
        "{retrying} links in a row try again: one request may become {times} calls of {label} when it fails",
        retrying = chain.retrying,
        times = times,
        label = label
    );
    let remedy = t!("Try again in one place only; the fix keeps the retries of the first link");
    let links = retrying(graph, &chains, chain);
    let about: Vec<&Id> = std::iter::once(*node).chain(links.iter().copied()).collect();
    let fix = links.iter().skip(1).filter_map(|id| set(id, "retry", "never")).collect();
    vec![Finding::new("retry-amplification", Severity::Warning, &about, text, remedy).fixed_by(fix)]
}

/// The links of a chain that try again, in the order of calls.
fn retrying<'a>(graph: &Graph<'a>, chains: &BTreeMap<&'a Id, Chain<'a>>, chain: &Chain<'a>) -> Vec<&'a Id> {
    let link = |id: &Id| &graph.design.links[id];
    let before = |id: &&'a Id| chains.get(&link(id).from).and_then(|chain| chain.last);
    let links = std::iter::successors(chain.last, before);
    let mut found: Vec<&Id> = links.filter(|id| link(id).calls().attempts() > 1).collect();
    found.reverse();
    found
}

/// The worst chain to each node, callers before callees. Nodes in a circle, and those that only a circle leads to, have
/// none: calls that go round are left out of runs.
fn chains<'a>(graph: &Graph<'a>) -> BTreeMap<&'a Id, Chain<'a>> {
    let mut waiting: BTreeMap<&Id, usize> = graph.design.nodes.keys().map(|id| (id, 0)).collect();
    let mut leaving: BTreeMap<&Id, Vec<(&'a Id, &'a Link)>> = BTreeMap::new();
    for (id, link) in &graph.design.links {
        if let Some(count) = waiting.get_mut(&link.to) {
            *count += 1;
            leaving.entry(&link.from).or_default().push((id, link));
        }
    }
    let mut ready: VecDeque<&Id> = waiting.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
    let start = Chain { attempts: 1, ..Chain::default() };
    let mut chains: BTreeMap<&Id, Chain<'a>> = ready.iter().map(|id| (*id, start)).collect();
    while let Some(from) = ready.pop_front() {
        let before = chains.get(from).copied().unwrap_or(start);
        for (id, link) in leaving.remove(from).unwrap_or_default() {
            let attempts = link.calls().attempts();
            let known = chains.entry(&link.to).or_default();
            let product = before.attempts.saturating_mul(u64::from(attempts));
            if product > known.attempts {
                let retrying = before.retrying + usize::from(attempts > 1);
                *known = Chain { attempts: product, retrying, last: Some(id) };
            }
            if let Some(left) = waiting.get_mut(&link.to) {
                *left -= 1;
                if *left == 0 {
                    ready.push_back(&link.to);
                }
            }
        }
    }
    chains
}
