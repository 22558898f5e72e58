//! Target groups: which targets a balancer has for which kinds of requests.
//!
//! A rule of a listener sends the requests of a path to a target group; here a path is a kind of requests, and the links
//! that a kind may use are its target group. Each group takes turns, sticks and checks the health of its targets by itself.

use super::lower::Lowering;
use crate::catalog::BalancerPlan;
use crate::sim::network::{Balancer, ClassSet, Index, Reason, Step};
use crate::units::Span;

/// Classes that can be told apart.
const MOST: usize = 64;

/// Kinds of requests that have the same targets.
struct Group {
    classes: ClassSet,
    links: Vec<usize>,
}

impl Lowering<'_> {
    /// The target groups of a part, by the first of their kinds of requests.
    fn target_groups(&self, part: usize) -> Vec<Group> {
        let mut groups: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
        for class in 0..self.design.classes.len().clamp(1, MOST) {
            let fits = |&at: &usize| self.plan.network.links[at].classes.has(class as u8);
            let links: Vec<usize> = self.leaving(part).filter(fits).collect();
            match groups.iter_mut().find(|(known, _)| *known == links) {
                Some((_, classes)) => classes.push(class),
                None => groups.push((links, vec![class])),
            }
        }
        if let [(links, _)] = &mut groups[..] {
            return vec![Group { classes: ClassSet::ALL, links: std::mem::take(links) }];
        }
        let group =
            |(links, classes): (Vec<usize>, Vec<usize>)| Group { classes: ClassSet::of(classes.into_iter()), links };
        groups.into_iter().map(group).collect()
    }

    /// A balancer for each target group.
    pub(super) fn balancers(&mut self, part: usize, plan: &BalancerPlan) {
        let law = self.chance(part, "choice");
        for (number, group) in self.target_groups(part).into_iter().enumerate() {
            // A target that it may not reach passes no health check.
            let open: Vec<usize> = group.links.into_iter().filter(|&at| !self.ways[at].barred).collect();
            self.plan.network.balancers.push(Balancer {
                site: part as Index,
                links: open.iter().map(|&at| at as Index).collect(),
                weights: open.iter().map(|&at| self.ways[at].calls.weight).collect(),
                policy: plan.policy,
                sticky: plan.sticky,
                crossing: plan.crossing,
                layer: plan.layer,
                // The first one watches all requests that wait here.
                idle: (number == 0).then_some(plan.idle),
                interval: plan.interval.max(Span::from_secs(1)),
                timeout: plan.timeout,
                unhealthy: plan.unhealthy,
                healthy: plan.healthy,
                drain: plan.drain,
                ttl: plan.ttl,
                law,
            });
        }
    }

    /// Calls a target of the group for the kind of the request; there is no route for a kind that has none.
    pub(super) fn balance(&mut self, part: usize) {
        let first = self.own(part, |network| network.balancers.iter().map(|balancer| balancer.site).collect());
        let groups = self.target_groups(part);
        let steps = &mut self.plan.network.steps;
        for (balancer, Group { classes, links }) in (first..).zip(groups) {
            if classes != ClassSet::ALL {
                let to = steps.len() as Index + 2;
                steps.push(Step::SkipOtherClass { classes, to });
            }
            let routed = classes == ClassSet::ALL || !links.is_empty();
            steps.push(if routed { Step::Balance(balancer) } else { Step::Refuse(Reason::NoRoute) });
        }
    }
}
