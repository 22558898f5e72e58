//! Carts: where those of a part are kept, and which requests put something in.

use super::Note;
use super::lower::Lowering;
use crate::catalog::{CartPlan, Face, ShelfPlan};
use crate::sim::dist::Dist;
use crate::sim::network::{Cart, ClassSet, Index, Shelf, Step};
use crate::words::t;

impl Lowering<'_> {
    /// The carts of a part. The pools of all parts are known.
    pub(super) fn cart(&mut self, part: usize) {
        let Some(plan) = self.parts[part].blueprint.cart.clone() else { return };
        let shelf = match plan.shelf {
            ShelfPlan::Memory => Shelf::Memory,
            ShelfPlan::Cookie => Shelf::Cookie,
            ShelfPlan::Store => self.store_of(part),
        };
        let adds = self.adding(part, &plan);
        let law = self.chance(part, "tampered");
        let CartPlan { item, limit, uplink, tampered, .. } = plan;
        let site = part as Index;
        self.plan.network.carts.push(Cart { site, shelf, adds, item, limit, uplink, tampered, law });
    }

    /// The first cache or else the first database that a part calls; its own memory if there is none.
    fn store_of(&mut self, part: usize) -> Shelf {
        let keeps = |face: Face| {
            let open = self.leaving(part).filter(|&at| !self.ways[at].barred);
            let mut called = open.map(|at| self.ways[at].to);
            called.find(|&to| self.parts[to].service.face == face)
        };
        if let Some(to) = keeps(Face::Cache) {
            let pool = self.plan.network.pools.iter().position(|pool| pool.site == to as Index);
            return pool.map_or(Shelf::Lasting, |pool| Shelf::Store(pool as Index));
        }
        if keeps(Face::Database).is_some() {
            return Shelf::Lasting;
        }
        let id = self.parts[part].id.clone();
        let text =
            t!("{id} keeps carts in a store, but calls no cache and no database; they are in its memory.", id = id);
        self.plan.notes.push(Note { about: Some(id), text });
        Shelf::Memory
    }

    /// The classes that put something in: those that are named, else those that write, else all.
    fn adding(&mut self, part: usize, plan: &CartPlan) -> ClassSet {
        let classes = &self.design.classes;
        let known = |name: &String| classes.iter().position(|class| class.name == *name);
        for name in plan.adds.iter().filter(|name| known(name).is_none()) {
            let id = self.parts[part].id.clone();
            let text = t!(
                "{id} puts things into carts at \"{name}\", which no kind of requests is called.",
                id = id,
                name = name
            );
            self.plan.notes.push(Note { about: Some(id), text });
        }
        let named: Vec<usize> = plan.adds.iter().filter_map(known).collect();
        let writing = || (0..classes.len()).filter(|&at| classes[at].write).collect::<Vec<_>>();
        let chosen = if named.is_empty() { writing() } else { named };
        if chosen.is_empty() { ClassSet::ALL } else { ClassSet::of(chosen.into_iter()) }
    }

    fn own_cart(&self, part: usize) -> Index {
        let carts = &self.plan.network.carts;
        carts.iter().position(|cart| cart.site == part as Index).expect("its blueprint has carts") as Index
    }

    pub(super) fn look_into_cart(&self, part: usize) -> Step {
        Step::Cart(self.own_cart(part))
    }

    pub(super) fn validate(&mut self, part: usize, name: &str, dist: &Dist) -> Step {
        let law = self.law(part, name, dist.clone());
        Step::Validate { cart: self.own_cart(part), law }
    }
}
