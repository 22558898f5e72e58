//! How a link is used, read from its settings.

use super::settings::Settings;
use crate::sim::policy::{Backoff, Breaker, Jitter, Retry, Times};
use crate::units::Span;

/// How a caller uses a link, in the terms of a drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Calls {
    /// Names of the kinds of requests that use it; empty for all.
    pub classes: Vec<String>,
    /// Calls per request.
    pub times: Times,
    /// Whether the caller waits for one call before it makes the next.
    pub flow: Flow,
    /// Place among the links of its caller, lowest first.
    pub order: u32,
    /// Its part where one of several links is chosen by weight.
    pub weight: u32,
    /// Time on the network for a call and its answer together; `None` is by the places of the ends.
    pub network: Option<Span>,
    /// How long one attempt may take.
    pub timeout: Option<Span>,
    /// How long it tries to connect where nobody answers.
    pub connect: Span,
    /// What follows a failed attempt.
    pub retry: Option<Retry>,
    /// When calls are refused without being made.
    pub breaker: Option<Breaker>,
}

/// Whether the caller waits for one call before it makes the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// It does.
    InTurn,
    /// It makes them together with its other parallel calls, and waits for all.
    Parallel,
}

impl Calls {
    /// Reads the settings of a link.
    pub fn of(s: &Settings<'_>) -> Self {
        let word = |key| s.word(key);
        let times = s.count("calls").max(1) as u32;
        Self {
            classes: names(&word("classes")),
            times: match word("spread").as_str() {
                "Poisson" => Times::Poisson(f64::from(times)),
                "geometric" => Times::Geometric(f64::from(times)),
                _ => Times::Exactly(times),
            },
            flow: if word("flow") == "in parallel" { Flow::Parallel } else { Flow::InTurn },
            order: s.count("order") as u32,
            weight: s.count("weight") as u32,
            network: s.maybe_span("network"),
            timeout: s.maybe_span("timeout"),
            connect: s.span("connect"),
            retry: retry(s),
            breaker: (word("breaker") == "on").then(|| breaker(s)),
        }
    }

    /// Most attempts of one call.
    pub fn attempts(&self) -> u32 {
        self.retry.map_or(1, |retry| retry.attempts)
    }

    /// Whether every use of the link is one call that is tried once, for as long as it takes.
    pub fn is_plain(&self) -> bool {
        self.times == Times::Exactly(1) && self.timeout.is_none() && self.retry.is_none() && self.breaker.is_none()
    }
}

fn names(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn retry(s: &Settings<'_>) -> Option<Retry> {
    let backoff = match s.word("retry").as_str() {
        "fixed" => Backoff::Fixed,
        "exponential" => Backoff::Exponential,
        _ => return None,
    };
    Some(Retry {
        attempts: s.limit("attempts").map_or(u32::MAX, |attempts| attempts as u32),
        pause: s.span("pause"),
        backoff,
        longest: s.span("longest"),
        jitter: if s.word("jitter") == "none" { Jitter::None } else { Jitter::Full },
        budget: s.maybe_share("budget").map(|share| share.0),
    })
}

fn breaker(s: &Settings<'_>) -> Breaker {
    Breaker {
        share: s.share("breaker_share").0,
        window: s.span("breaker_window"),
        calls: s.count("breaker_calls") as u32,
        open: s.span("breaker_open"),
        probes: s.count("breaker_probes") as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Value, link_sheet};
    use std::collections::BTreeMap;

    fn calls(settings: &[(&str, &str)]) -> Calls {
        let value = |key: &str, text: &str| link_sheet().param(key).unwrap().kind.parse(text).unwrap();
        let set: BTreeMap<String, Value> =
            settings.iter().map(|(key, text)| ((*key).to_owned(), value(key, text))).collect();
        Calls::of(&Settings::of_link(&set))
    }

    #[test]
    fn a_link_without_settings_is_one_plain_call() {
        let plain = calls(&[]);
        assert!(plain.is_plain() && plain.classes.is_empty() && plain.flow == Flow::InTurn && plain.attempts() == 1);
    }

    #[test]
    fn settings_are_read_as_they_are_typed() {
        let set = calls(&[
            ("classes", " browse, check out,"),
            ("calls", "4"),
            ("spread", "poisson"),
            ("flow", "in parallel"),
            ("timeout", "1 s"),
            ("retry", "exponential"),
            ("attempts", "unlimited"),
            ("budget", "20 %"),
            ("breaker", "on"),
        ]);
        assert_eq!(set.classes, ["browse", "check out"]);
        assert_eq!((set.times, set.timeout, set.attempts()), (Times::Poisson(4.0), Some(Span::from_secs(1)), u32::MAX));
        assert_eq!(set.retry.unwrap().budget, Some(0.2));
        assert_eq!(set.breaker.unwrap().share, 0.5);
    }

    #[test]
    fn what_cannot_be_is_refused_with_the_reason() {
        for (key, text, why) in [
            ("attempts", "1000000000", "1,000,000,000 is outside 1 to 1,000"),
            ("timeout", "0 s", "0 s is outside 1 us to 1 d"),
            ("calls", "0", "0 is outside 1 to 1,000"),
            ("retry", "always", "\"always\" is not one of: never, fixed, exponential"),
        ] {
            assert_eq!(link_sheet().param(key).unwrap().kind.parse(text).unwrap_err().to_string(), why);
        }
        assert_eq!(link_sheet().param("timeout").unwrap().kind.range(), "\"unlimited\", or 1 us to 1 d");
    }
}
