//! Where data is kept: caches by key, clusters of servers with copies, limits of storage.

use super::Note;
use super::distance::Map;
use super::lower::Lowering;
use super::traffic::Keyed;
use crate::catalog::{Blueprint, BufferPlan, CachePlan, Face, Op, PacerPlan, PoolPlan};
use crate::sim::cache::{Cache, Spread};
use crate::sim::cluster::{Cluster, Data};
use crate::sim::dist::Dist;
use crate::sim::network::{Buffer, ClassSet, Index, NO_ZONE, Step, Zone};
use crate::sim::pacer::Pacer;
use crate::sim::poll::Polls;
use crate::units::Span;
use crate::words::t;

impl Lowering<'_> {
    /// The primitives of a part that keep data.
    pub(super) fn data(&mut self, part: usize, blueprint: &Blueprint) {
        let site = part as Index;
        if let Some(CachePlan { room, entry, parts, spread, ttl, expiry, writes, misses }) = blueprint.cache.clone() {
            let map = Map { design: self.design, parts: &self.parts, ways: &self.ways };
            let by_place = spread == Spread::ByPlace;
            let places = if by_place { map.places(part) } else { Vec::new() };
            // As many edge locations for the users of each place.
            let parts = parts * places.iter().map(|(_, place)| place + 1).max().unwrap_or(1);
            let places = places.into_iter().map(|(asker, place)| (asker as Index, place)).collect();
            let cache = Cache { site, room, entry, parts, spread, places, ttl, expiry, writes, misses };
            self.plan.network.caches.push(cache);
        }
        if has_files(blueprint) {
            self.plan.network.files.push(site);
        }
        if let Some(PacerPlan { base, burst, credits, volumes }) = blueprint.pacer {
            self.plan.network.pacers.push(Pacer { site, base, burst, credits, volumes });
        }
        if let Some(plan) = blueprint.cluster.clone() {
            let pool = self.own(part, |network| network.pools.iter().map(|pool| pool.site).collect());
            let lag = self.law(part, "lag", plan.lag);
            // The law is there in any case, so that takeovers can be switched on while it runs.
            let takes = plan.takeover.is_some();
            let takeover = self.law(part, "takeover", plan.takeover.unwrap_or(Dist::Constant(Span::ZERO)));
            self.plan.network.clusters.push(Cluster {
                pool,
                shards: plan.shards.max(1),
                heirs: plan.heirs.max(1),
                idle: plan.idle,
                reads: plan.reads,
                takeover: takes.then_some(takeover),
                lag: Some(lag),
                data: self.parts[part].data,
            });
        }
    }

    /// The zones of the servers of a part that stands in one: those of a cluster that can take over stand elsewhere.
    pub(super) fn around(&mut self, part: usize, own: Zone, plan: &PoolPlan) -> Vec<Zone> {
        let mut zones = vec![own];
        if self.parts[part].blueprint.cluster.is_none() || plan.zones <= 1 {
            return zones;
        }
        for letter in self.letters(part) {
            if zones.len() < plan.zones as usize {
                let zone = self.zone(letter);
                if zone != own {
                    zones.push(zone);
                }
            }
        }
        zones
    }

    /// The zone of each server: in turn, and the copies of one shard apart from each other.
    pub(super) fn spread(&self, part: usize, zones: &[Zone], servers: u32) -> Vec<Zone> {
        let shards = self.parts[part].blueprint.cluster.as_ref().map_or(u32::MAX, |plan| plan.shards.max(1));
        let zone = |seat: u32| {
            let at = (seat % shards + seat / shards) as usize;
            zones.get(at % zones.len().max(1)).copied().unwrap_or(NO_ZONE)
        };
        (0..servers).map(zone).collect()
    }

    /// An operation for classes that change data; the others leave it out.
    pub(super) fn on_write(&mut self, part: usize, op: &Op) {
        let writers = self.design.classes.iter().enumerate().filter(|(_, class)| class.write);
        let classes = ClassSet::of(writers.map(|(at, _)| at));
        let at = self.plan.network.steps.len();
        self.plan.network.steps.push(Step::Finish);
        self.op(part, op);
        let to = self.plan.network.steps.len() as Index;
        self.plan.network.steps[at] = Step::SkipOtherClass { classes, to };
    }

    /// The messages of a part. A link to another queue is the way of its dead letters.
    pub(super) fn buffer(&mut self, part: usize, plan: &BufferPlan, links: Vec<Index>) {
        let to = |link: &Index| self.ways[*link as usize].to;
        let is_queue = |link: &Index| self.parts[to(link)].service.face == Face::Queue;
        let (queues, consumers): (Vec<Index>, Vec<Index>) = links.into_iter().partition(is_queue);
        let before =
            |part: usize| self.parts[..part].iter().filter(|part| part.blueprint.buffer.is_some()).count() as Index;
        let dead = queues.first().map(|link| before(to(link)));
        if queues.len() > 1 {
            let id = self.parts[part].id.clone();
            let text = t!("{id} has several queues for its dead letters; they go to the first one.", id = id);
            self.plan.notes.push(Note { about: Some(id), text });
        }
        let law = self.chance(part, "receives");
        let polls = Polls { wait: plan.wait, pause: plan.pause, seen: plan.seen.0, law };
        self.plan.network.buffers.push(Buffer {
            site: part as Index,
            links: consumers,
            polls,
            visibility: plan.visibility,
            receives: plan.receives,
            dead,
            retention: plan.retention,
            delay: plan.delay,
            groups: plan.groups,
        });
    }

    /// Sends the request on along every link whose classes it is of.
    pub(super) fn publish(&mut self, part: usize) {
        for at in self.leaving(part) {
            self.guarded_call(part, at, Step::Post(at as Index));
        }
    }

    /// The limit of a part's storage.
    pub(super) fn pacer_of(&self, part: usize) -> Index {
        self.own(part, |network| network.pacers.iter().map(|pacer| pacer.site).collect())
    }

    /// Whether anything here asks which object a request is about.
    pub(super) fn keyed(&self) -> Keyed {
        let parts = || self.parts.iter().map(|part| &part.blueprint);
        let copies = |blueprint: &Blueprint| {
            blueprint.cluster.is_some() && blueprint.pool.as_ref().is_some_and(|pool| pool.servers > 1)
        };
        let grouped = |blueprint: &Blueprint| blueprint.buffer.as_ref().is_some_and(|plan| plan.groups > 0);
        // What was written before a restore is told from what was not by its object.
        let writes = self.design.classes.iter().any(|class| class.write);
        let restored =
            |blueprint: &Blueprint| writes && blueprint.pool.as_ref().is_some_and(|pool| pool.backup.is_some());
        let asks = |it: &Blueprint| it.cache.is_some() || copies(it) || grouped(it) || has_files(it) || restored(it);
        let asked = parts().any(asks) || self.parts.iter().any(|part| part.data == Data::Copied);
        if asked { Keyed::Yes } else { Keyed::No }
    }

    /// The cache of a part.
    pub(super) fn cache_of(&self, part: usize) -> Index {
        self.own(part, |network| network.caches.iter().map(|cache| cache.site).collect())
    }

    /// Brings a cache by key up to date, once all calls are made.
    pub(super) fn tell(&mut self, part: usize, at: usize) {
        let to = self.ways[at].to;
        if self.parts[to].service.face == Face::Cache && self.parts[to].blueprint.cache.is_some() {
            let cache = self.cache_of(to);
            self.guarded_call(part, at, Step::Tell { link: at as Index, cache });
        }
    }
}

/// Whether a node has files on the volumes of single servers.
fn has_files(blueprint: &Blueprint) -> bool {
    blueprint.program.iter().any(|op| matches!(op, Op::Visit | Op::Open(_)))
}
