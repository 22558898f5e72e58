//! What is charged by the hour: which links lead there, and which users are behind them.

use super::lower::Lowering;
use super::route::Part;
use crate::catalog::Face;
use crate::sim::network::{Hourly, Index, Visitors};

impl Lowering<'_> {
    /// The parts that are charged by units of capacity.
    pub(super) fn hourly(&mut self) {
        let inward = self.inward();
        for (part, links) in inward.iter().enumerate() {
            let Some(unit) = self.parts[part].blueprint.unit else { continue };
            let of_users = |&link: &Index| {
                let caller = self.ways[link as usize].from;
                let users = matches!(self.parts[caller].service.face, Face::Client | Face::Dns);
                users.then(|| (link, self.visitors(caller, &inward)))
            };
            let users = links.iter().filter_map(of_users).collect();
            self.plan.network.hourly.push(Hourly { site: part as Index, unit, inward: links.clone(), users });
        }
    }

    /// By part, the links that lead to it and let something through.
    fn inward(&self) -> Vec<Vec<Index>> {
        let mut inward = vec![Vec::new(); self.parts.len()];
        for (at, way) in (0..).zip(&self.ways).filter(|(_, way)| !way.barred) {
            inward[way.to].push(at);
        }
        inward
    }

    /// The users at a part, or those who ask the name service there.
    fn visitors(&self, caller: usize, inward: &[Vec<Index>]) -> Vec<Visitors> {
        let at = |part: usize| {
            let Part { blueprint, .. } = &self.parts[part];
            Some(Visitors { site: part as Index, keep: blueprint.source.as_ref()?.keep })
        };
        match at(caller) {
            Some(own) => vec![own],
            None => inward[caller].iter().filter_map(|&link| at(self.ways[link as usize].from)).collect(),
        }
    }
}
