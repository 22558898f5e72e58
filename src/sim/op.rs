//! Programs as the loop runs them: steps that do nothing as they are set are passed over.
//!
//! A service's program has a step for whatever can be set there: a rate limit that is unlimited, a share of errors that
//! is zero. The step has to be there, because the setting may change while the run goes on; it costs nothing while it does
//! nothing. Worked out anew at each change of the network, at the numbers of the network's own steps: a request that
//! waits knows the number of its next step, and finds there what that step has come to mean.

use super::dist::Dist;
use super::network::{ClassSet, Index, Network, Step};
use crate::units::Span;

/// What a request does at a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Op {
    /// The first step from there on that does something.
    pub(super) step: Step,
    /// The one behind it.
    pub(super) next: Index,
    /// What the one behind it is, where the two are done in one go.
    pub(super) then: Then,
}

/// A step that is done together with the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// None is.
    Apart,
    /// With the worker, the work on the processor begins.
    Work { law: Index, next: Index },
    /// With the server, the service begins.
    Serve { law: Index, next: Index },
    /// The worker was given back, and the answer follows.
    Finish,
}

/// An operation for each step of a network.
pub(super) fn ops(network: &Network) -> Vec<Op> {
    let mut ops: Vec<Op> = (0..network.steps.len()).map(|at| op(network, at)).collect();
    for at in 0..ops.len() {
        let behind = ops.get(ops[at].next as usize).copied();
        ops[at].then = behind.map_or(Then::Apart, |behind| together(ops[at].step, behind));
    }
    ops
}

fn together(step: Step, Op { step: behind, next, .. }: Op) -> Then {
    match (step, behind) {
        (Step::Acquire, Step::Work(law)) => Then::Work { law, next },
        (Step::Acquire, Step::Serve(law)) => Then::Serve { law, next },
        (Step::Release, Step::Finish) => Then::Finish,
        _ => Then::Apart,
    }
}

fn op(network: &Network, from: usize) -> Op {
    let mut at = from;
    // Programs only lead on, so there are fewer jumps than steps.
    for _ in 0..network.steps.len() {
        match passed(network, at).filter(|&to| to < network.steps.len()) {
            Some(to) => at = to,
            None => break,
        }
    }
    Op { step: simplest(network, network.steps[at]), next: at as Index + 1, then: Then::Apart }
}

/// Where a step leads that does nothing as it is set; `None` if it does something.
fn passed(network: &Network, at: usize) -> Option<usize> {
    match network.steps[at] {
        Step::Hold(law) => (network.laws[law as usize].dist == Dist::Constant(Span::ZERO)).then_some(at + 1),
        Step::Throttle(bucket) => network.buckets[bucket as usize].rate.0.is_infinite().then_some(at + 1),
        Step::SkipUnless { share, to, .. } if share <= 0.0 => Some(to as usize),
        Step::SkipUnless { share, .. } => (share >= 1.0).then_some(at + 1),
        Step::SkipOtherClass { classes, .. } => (classes == ClassSet::ALL).then_some(at + 1),
        _ => None,
    }
}

/// A choice of one link that is open to all is a call along it.
fn simplest(network: &Network, step: Step) -> Step {
    match step {
        Step::CallOne { first, count: 1, .. } => {
            let link = network.choices[first as usize];
            let afar = network.afar.iter().any(|afar| afar.link == link);
            let plain = network.links[link as usize].classes == ClassSet::ALL && !afar;
            if plain { Step::Call(link) } else { step }
        }
        _ => step,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::network::{Bucket, Law, Reason};
    use crate::units::Rate;

    fn network(hold: u64, rate: f64, share: f64) -> Network {
        let law = |nanos| Law { name: String::new(), dist: Dist::Constant(Span(nanos)) };
        Network {
            laws: vec![law(hold), law(0)],
            buckets: vec![Bucket { site: 0, rate: Rate(rate), burst: 1.0, writes: None }],
            steps: vec![
                Step::Throttle(0),
                Step::Hold(0),
                Step::SkipUnless { law: 1, share, to: 4 },
                Step::Refuse(Reason::ErrorAnswer),
                Step::Finish,
            ],
            ..Network::default()
        }
    }

    #[test]
    fn what_does_nothing_is_passed_over_until_it_is_set_to_something() {
        let nexts = |hold, rate, share| ops(&network(hold, rate, share)).iter().map(|op| op.next).collect::<Vec<_>>();
        assert_eq!(nexts(0, f64::INFINITY, 0.0), [5, 5, 5, 4, 5]);
        assert_eq!(nexts(0, f64::INFINITY, 1.0), [4, 4, 4, 4, 5]);
        assert_eq!(nexts(0, 10.0, 0.5), [1, 3, 3, 4, 5]);
        assert_eq!(nexts(7, f64::INFINITY, 0.0), [2, 2, 5, 4, 5]);
        assert_eq!(ops(&network(0, f64::INFINITY, 0.0))[0].step, Step::Finish);
    }
}
