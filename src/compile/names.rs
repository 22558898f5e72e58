//! Names and addresses: what a name service answers, and the addresses that users know by heart.

use super::lower::Lowering;
use crate::catalog::ResolverPlan;
use crate::sim::dist::Dist;
use crate::sim::names::{Address, Resolver, Routing};
use crate::sim::network::{Index, Step};
use crate::units::Span;

impl Lowering<'_> {
    /// Whether a part calls servers by addresses that it knows, and no name service tells it. Users do.
    pub(super) fn knows_addresses(&self, part: usize) -> bool {
        let addressed = |at: usize| {
            let pool = self.parts[self.ways[at].to].blueprint.pool.as_ref();
            pool.is_some_and(|pool| pool.address != Address::None)
        };
        self.parts[part].blueprint.source.is_some() && self.leaving(part).any(addressed)
    }

    /// The names that a part resolves, or the addresses that it knows.
    pub(super) fn resolver(&mut self, part: usize, links: Vec<Index>) {
        let by_heart = self.knows_addresses(part);
        let plan = self.parts[part].blueprint.resolver.clone();
        if plan.is_none() && !by_heart {
            return;
        }
        let weights = self.leaving(part).map(|at| self.ways[at].calls.weight).collect();
        let law = self.chance(part, "route");
        let known = Resolver {
            site: part as Index,
            links,
            weights,
            routing: Routing::Any,
            ttl: None,
            alias_ttl: Span::ZERO,
            caches: 0,
            follows: None,
            check: None,
            law,
        };
        let resolver = match plan {
            Some(ResolverPlan { routing, ttl, alias_ttl, caches, follows, check }) => {
                Resolver { routing, ttl: Some(ttl), alias_ttl, caches, follows, check, ..known }
            }
            None => known,
        };
        self.plan.network.resolvers.push(resolver);
    }

    /// Asks for a name, waits for the look-up if there is one, and calls what is named.
    pub(super) fn resolve(&mut self, part: usize, lookup: Option<(&'static str, &Dist)>) {
        let resolvers = &self.plan.network.resolvers;
        let resolver = resolvers.iter().position(|resolver| resolver.site == part as Index);
        let resolver = resolver.expect("its names were listed with the primitives") as Index;
        let lookup = lookup.map(|(name, dist)| Step::Hold(self.law(part, name, dist.clone())));
        let steps = &mut self.plan.network.steps;
        let visit = steps.len() as Index + 1 + Index::from(lookup.is_some());
        steps.push(Step::Resolve { resolver, visit });
        steps.extend(lookup);
        steps.push(Step::Reach(resolver));
    }
}
