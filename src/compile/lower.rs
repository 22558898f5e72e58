//! Joins the blueprints of a drawing into a network.

use super::distance::{Length, Map};
use super::route::{self, Part, Way};
use super::{Note, Plan, calls, traffic};
use crate::catalog::{BucketPlan, Face, Flow, Op, PoolPlan, ScalerPlan, StationPlan};
use crate::model::{Design, When};
use crate::scenario::Scenario;
use crate::scenario::files::Files;
use crate::sim::afar::Afar;
use crate::sim::dist::Dist;
use crate::sim::network::{
    Breakdown, Bucket, Buffer, ClassSet, Index, Law, Link, Metric, NO_LAW, NO_ZONE, Pool, Reason, Region, Scaler, Site,
    Station, Step, Zone,
};
use crate::units::Span;
use crate::words::t;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Name of the sites at which barred links end; no node has it, because ids have no blanks.
const WALL: &str = "not allowed after";

/// A plan in the making.
pub(super) struct Lowering<'a> {
    pub(super) design: &'a Design,
    pub(super) scenario: &'a Scenario,
    pub(super) files: &'a Files,
    pub(super) parts: Vec<Part<'a>>,
    pub(super) ways: Vec<Way<'a>>,
    pub(super) plan: Plan,
    /// How long callers wait at each of the sites at which barred links end.
    walls: Vec<Span>,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(design: &'a Design, scenario: &'a Scenario, files: &'a Files) -> Self {
        let mut plan = Plan::default();
        plan.network.steps.extend([Step::Gate, Step::Unanswered]);
        let parts = route::parts(design, &mut plan.notes);
        let ways = route::ways(design, &parts, &mut plan.notes);
        Self { design, scenario, files, parts, ways, plan, walls: Vec::new() }
    }

    pub(super) fn finish(mut self) -> Plan {
        self.plan.network.classes = self.design.classes.iter().map(traffic::class).collect();
        self.links();
        let keyed = self.keyed();
        for part in 0..self.parts.len() {
            self.pool(part);
            self.primitives(part, keyed);
        }
        for part in 0..self.parts.len() {
            self.cart(part);
        }
        for part in 0..self.parts.len() {
            self.site(part);
        }
        for part in 0..self.parts.len() {
            self.scaler(part);
        }
        self.raise_walls();
        self.hourly();
        self.regions();
        self.plan
    }

    /// Links of one caller stand together, in the order in which it calls.
    fn links(&mut self) {
        let waits: BTreeSet<Span> = self.ways.iter().filter(|way| way.barred).map(|way| way.calls.connect).collect();
        self.walls = waits.into_iter().collect();
        let map = Map { design: self.design, parts: &self.parts, ways: &self.ways };
        for (at, way) in (0..).zip(&self.ways) {
            let Length { near, far, longer } = map.length(way);
            let afar = |(asker, extra): (usize, Span)| Afar { link: at, source: asker as Index, extra };
            self.plan.network.afar.extend(longer.into_iter().map(afar));
            let law = self.plan.network.laws.len() as Index;
            let (name, stream) = (way.id.to_string(), format!("{}/{}/calls", self.parts[way.from].id, way.id));
            // Every link has its stream, so that a policy can be given to it while it runs.
            self.plan.network.laws.push(Law { name: stream, dist: Dist::Constant(Span::ZERO) });
            let classes = calls::classes(way, self.design, &mut self.plan.notes);
            let connect = if way.barred { Span::ZERO } else { way.calls.connect };
            let policy = calls::policy(way, &self.parts, law, &mut self.plan.notes);
            // What no rule lets through ends at a wall, behind all sites.
            let wall = || self.parts.len() + self.walls.partition_point(|&wait| wait < way.calls.connect);
            let to = if way.barred { wall() } else { way.to };
            let (from, to) = (way.from as Index, to as Index);
            let again = self.parts[way.from].blueprint.redelivery;
            self.plan.network.links.push(Link { name, from, to, near, far, connect, again, classes, policy });
            self.plan.links.insert(way.id.clone(), at);
        }
    }

    /// The sites that refuse what no rule lets through. Nobody tells the caller: it waits until it gives up connecting.
    fn raise_walls(&mut self) {
        for wait in std::mem::take(&mut self.walls) {
            let name = format!("{WALL} {wait}");
            let law = self.plan.network.laws.len() as Index;
            self.plan.network.laws.push(Law { name: name.clone(), dist: Dist::Constant(wait) });
            let entry = self.plan.network.steps.len() as Index;
            self.plan.network.steps.extend([Step::Hold(law), Step::Refuse(Reason::NotAllowed), Step::Finish]);
            self.plan.network.sites.push(Site { name, entry, pool: None, zone: NO_ZONE, removed: false });
        }
    }

    /// The links that leave a part.
    pub(super) fn leaving(&self, part: usize) -> Range<usize> {
        let first = self.ways.partition_point(|way| way.from < part);
        let end = self.ways.partition_point(|way| way.from <= part);
        first..end
    }

    fn pool(&mut self, part: usize) {
        let Some(plan) = self.parts[part].blueprint.pool.clone() else { return };
        let zones = self.zones(part, &plan);
        let station = plan.station.as_ref().map(|station| self.station(part, station));
        let spread = self.spread(part, &zones, plan.servers);
        let Part { id, node, service, .. } = self.parts[part];
        if matches!(service.face, Face::Database | Face::Cache) {
            self.plan.classed.insert(id.clone(), node.clone());
        }
        let pool = Pool {
            site: part as Index,
            start: spread,
            zones,
            workers: plan.workers,
            queue: plan.queue,
            discipline: plan.discipline,
            drops: plan.drops,
            station,
            cores: plan.cores,
            speed: plan.speed,
            boot: plan.boot,
            stop: plan.stop,
            kind: plan.kind,
            address: plan.address,
            memory: plan.memory,
            credits: plan.credits,
            restart: plan.restart,
            backup: plan.backup,
            fleet: service.face == Face::Server,
        };
        self.plan.network.pools.push(pool);
    }

    /// The laws of a station. All are always there, so that what is switched on while it runs has its stream of chance.
    fn station(&mut self, part: usize, plan: &StationPlan) -> Station {
        let never = Dist::Constant(Span::ZERO);
        let service = self.law(part, "service", plan.service.clone());
        let patience = self.law(part, "patience", plan.patience.clone().unwrap_or(never.clone()));
        let setup = self.law(part, "setup", plan.setup.clone().unwrap_or(never.clone()));
        let (fails, repaired) = plan.breakdown.clone().unwrap_or((never.clone(), never));
        let (fails, repaired) = (self.law(part, "fails", fails), self.law(part, "repaired", repaired));
        Station {
            service,
            patience: plan.patience.as_ref().map(|_| patience),
            setup: plan.setup.as_ref().map(|_| setup),
            breakdown: plan.breakdown.as_ref().map(|_| Breakdown { fails, repaired }),
        }
    }

    /// Where the servers of a part may stand: the zone around it, else the zones drawn beside it, else a, b, c.
    fn zones(&mut self, part: usize, plan: &PoolPlan) -> Vec<Zone> {
        if let Some(letter) = self.design.zone_of(self.parts[part].node) {
            let region = self.design.region_of(self.parts[part].node);
            let name = self.design.zone_key(region, letter);
            let own = self.zone(name);
            return self.around(part, own, plan);
        }
        if plan.zones == 0 {
            return vec![NO_ZONE];
        }
        let mut letters = self.letters(part);
        letters.truncate(plan.zones as usize);
        letters.into_iter().map(|letter| self.zone(letter)).collect()
    }

    /// The zone that the whole of a part fails with: balancers and files have no servers on the drawing.
    fn whole_zone(&mut self, part: usize) -> Zone {
        let Part { node, service, .. } = self.parts[part];
        let letter = self.design.zone_of(node).filter(|_| matches!(service.face, Face::Balancer | Face::Files));
        let name = letter.map(|letter| self.design.zone_key(self.design.region_of(node), letter));
        name.map_or(NO_ZONE, |name| self.zone(name))
    }

    /// The zones that are drawn in the region of a part, else a to z.
    pub(super) fn letters(&self, part: usize) -> Vec<String> {
        self.design.zones_in(self.design.region_of(self.parts[part].node))
    }

    /// The regions in use, each with all that fails with it: what looks names up and answers from the edge does not.
    fn regions(&mut self) {
        let mut regions: BTreeMap<&str, Region> = BTreeMap::new();
        for (at, part) in (0..).zip(&self.parts) {
            if matches!(part.service.face, Face::Client | Face::Dns | Face::Edge) {
                continue;
            }
            let name = self.design.region_of(part.node);
            let empty = || Region { name: name.to_owned(), ..Region::default() };
            regions.entry(name).or_insert_with(empty).sites.push(at);
        }
        for pool in &self.plan.network.pools {
            let region = self.design.region_of(self.parts[pool.site as usize].node);
            if let Some(region) = regions.get_mut(region) {
                region.zones.extend(pool.zones.iter().chain(&pool.start).filter(|&&zone| zone != NO_ZONE));
            }
        }
        for mut region in regions.into_values() {
            region.zones.sort_unstable();
            region.zones.dedup();
            self.plan.network.regions.push(region);
        }
    }

    pub(super) fn zone(&mut self, letter: String) -> Zone {
        let zones = &mut self.plan.network.zones;
        let known = zones.iter().position(|zone| *zone == letter);
        let at = known.unwrap_or_else(|| {
            zones.push(letter);
            zones.len() - 1
        });
        // More zones than numbers do not fit on any drawing; the rest would share the last.
        at.min(usize::from(NO_ZONE) - 1) as Zone
    }

    pub(super) fn law(&mut self, part: usize, name: &str, dist: Dist) -> Index {
        let dist = self.known(part, dist);
        let name = format!("{}/{name}", self.parts[part].id);
        self.plan.network.laws.push(Law { name, dist });
        self.plan.network.laws.len() as Index - 1
    }

    /// The law with what its file holds; without the file it takes no time.
    fn known(&mut self, part: usize, dist: Dist) -> Dist {
        self.files.dist(&dist).unwrap_or_else(|why| {
            let id = self.parts[part].id;
            let text = t!("A time of {id} is not known, and counts as none: {why}.", id = id, why = why);
            self.plan.notes.push(Note { about: Some(id.clone()), text });
            Dist::Constant(Span::ZERO)
        })
    }

    /// A law of which only the stream of chance is used.
    pub(super) fn chance(&mut self, part: usize, name: &str) -> Index {
        self.law(part, name, Dist::Constant(Span::ZERO))
    }

    /// Sources, balancers, buffers and rate limits.
    fn primitives(&mut self, part: usize, keyed: traffic::Keyed) {
        let site = part as Index;
        let links: Vec<Index> = self.leaving(part).map(|at| at as Index).collect();
        let blueprint = self.parts[part].blueprint.clone();
        self.data(part, &blueprint);
        if let Some(mut plan) = blueprint.source {
            let id = self.parts[part].id;
            plan.traffic = plan.traffic.map_laws(|dist| self.known(part, dist.clone()));
            let source = {
                let shape = self.scenario.traffic.get(id.as_str()).map(|shape| self.files.fill(shape));
                traffic::source((id, site), plan, (self.design, keyed, shape), &mut self.plan.notes)
            };
            self.plan.network.sources.push(source);
        }
        if let Some(plan) = blueprint.balancer {
            self.balancers(part, &plan);
        } else if let Some(plan) = blueprint.buffer {
            self.buffer(part, &plan, links.clone());
        }
        self.resolver(part, links);
        if let Some(BucketPlan { rate, burst, writes }) = blueprint.bucket {
            self.plan.network.buckets.push(Bucket { site, rate, burst, writes });
        }
    }

    /// A site and its program.
    fn site(&mut self, part: usize) {
        let entry = self.plan.network.steps.len() as Index;
        let ops = std::mem::take(&mut self.parts[part].blueprint.program);
        let mut to_finish = Vec::new();
        for op in &ops {
            if *op == Op::AnswerOnHit {
                to_finish.push(self.plan.network.steps.len());
            }
            self.op(part, op);
        }
        let finish = self.plan.network.steps.len() as Index;
        for at in to_finish {
            self.plan.network.steps[at] = Step::SkipOnHit(finish);
        }
        self.plan.network.steps.push(Step::Finish);
        let (id, zone) = (self.parts[part].id, self.whole_zone(part));
        let pools = &self.plan.network.pools;
        let site = Site {
            name: id.to_string(),
            entry,
            // Pools are in the order of their parts.
            pool: pools.binary_search_by_key(&(part as Index), |pool| pool.site).ok().map(|at| at as Index),
            zone,
            removed: false,
        };
        self.plan.sites.insert((*id).clone(), part as Index);
        self.plan.network.sites.push(site);
    }

    pub(super) fn op(&mut self, part: usize, op: &Op) {
        let step = match op {
            Op::Acquire => Step::Acquire,
            Op::Release => Step::Release,
            Op::Serve => Step::Serve(self.served_by(part)),
            Op::Work(name, dist) => Step::Work(self.law(part, name, dist.clone())),
            Op::Cart => self.look_into_cart(part),
            Op::Validate(name, dist) => self.validate(part, name, dist),
            Op::Hold(name, dist) => Step::Hold(self.law(part, name, dist.clone())),
            Op::Throttle => Step::Throttle(self.buckets_before(part)),
            Op::Lookup(hit) => Step::Lookup { law: self.chance(part, "hit"), hit: *hit },
            Op::OnWrite(op) => return self.on_write(part, op),
            Op::Pace(amount) => Step::Pace { pacer: self.pacer_of(part), amount: *amount },
            Op::Find => Step::Find(self.cache_of(part)),
            Op::Keep => Step::Keep(self.cache_of(part)),
            Op::Commit => Step::Commit,
            Op::AnswerOnHit => Step::SkipOnHit(Index::MAX),
            Op::Maybe(share, op) => return self.maybe(part, *share, op),
            Op::CallAll => return self.call_all(part),
            Op::Err(share) => return self.err(part, *share),
            Op::CallOne if self.knows_addresses(part) => return self.resolve(part, None),
            Op::CallOne => self.call_one(part),
            Op::Resolve(name, lookup) => return self.resolve(part, Some((name, lookup))),
            Op::Balance => return self.balance(part),
            Op::Store => {
                Step::Enqueue { buffer: self.own(part, |network| network.buffers.iter().map(|b| b.site).collect()) }
            }
            Op::Publish => return self.publish(part),
            Op::Visit => Step::Visit(self.own(part, |network| network.files.clone())),
            Op::Open(first) => Step::Open {
                files: self.own(part, |network| network.files.clone()),
                law: first.as_ref().map_or(NO_LAW, |(name, dist)| self.law(part, name, dist.clone())),
            },
            Op::Refuse(reason) => Step::Refuse(*reason),
        };
        self.plan.network.steps.push(step);
    }

    /// The law of a station's service times.
    fn served_by(&self, part: usize) -> Index {
        let pool = self.plan.network.pools.iter().find(|pool| pool.site == part as Index);
        pool.and_then(|pool| pool.station).expect("what serves is a station").service
    }

    /// How many parts before this one have a rate limit.
    fn buckets_before(&self, part: usize) -> Index {
        self.parts[..part].iter().filter(|part| part.blueprint.bucket.is_some()).count() as Index
    }

    /// The primitive that belongs to a part.
    pub(super) fn own(&self, part: usize, sites: impl Fn(&crate::sim::network::Network) -> Vec<Index>) -> Index {
        let sites = sites(&self.plan.network);
        sites.iter().position(|&site| site == part as Index).expect("its blueprint has one") as Index
    }

    fn maybe(&mut self, part: usize, share: f64, op: &Op) {
        let law = self.chance(part, "maybe");
        let at = self.plan.network.steps.len();
        self.plan.network.steps.push(Step::Finish);
        self.op(part, op);
        let to = self.plan.network.steps.len() as Index;
        self.plan.network.steps[at] = Step::SkipUnless { law, share, to };
    }

    fn call_one(&mut self, part: usize) -> Step {
        let leaving = self.leaving(part);
        let first = self.plan.network.choices.len() as Index;
        self.plan.network.choices.extend(leaving.clone().map(|at| at as Index));
        Step::CallOne { law: self.chance(part, "route"), first, count: leaving.len() as u32 }
    }

    /// The answer is an error with a probability. The step is there at zero as well, so that the share can be changed
    /// while it runs.
    fn err(&mut self, part: usize, share: f64) {
        let law = self.chance(part, "errors");
        let to = self.plan.network.steps.len() as Index + 2;
        self.plan.network.steps.push(Step::SkipUnless { law, share, to });
        self.plan.network.steps.push(Step::Refuse(Reason::ErrorAnswer));
    }

    fn call_all(&mut self, part: usize) {
        let leaving = self.leaving(part);
        let parallel = |way: &Way<'_>| way.calls.flow == Flow::Parallel;
        let last = leaving.clone().rev().find(|&at| parallel(&self.ways[at]));
        for at in leaving {
            let call = match (parallel(&self.ways[at]), self.parts[self.ways[at].to].service.face) {
                (true, _) => Step::Start(at as Index),
                (_, Face::Cache) => Step::Try(at as Index),
                _ => Step::Call(at as Index),
            };
            self.guarded_call(part, at, call);
            if last == Some(at) {
                self.plan.network.steps.push(Step::Join);
            }
        }
        for at in self.leaving(part) {
            self.tell(part, at);
        }
    }

    /// A call, and before it the steps that leave it out where it is not wanted.
    pub(super) fn guarded_call(&mut self, part: usize, at: usize, call: Step) {
        let way = &self.ways[at];
        let (when, classes) = (way.when, self.plan.network.links[at].classes);
        let share = match when {
            When::Share(share) => Some((self.chance(part, &format!("{}/share", self.ways[at].id)), share)),
            _ => None,
        };
        let guards =
            usize::from(classes != ClassSet::ALL) + usize::from(when == When::OnMiss) + usize::from(share.is_some());
        let to = (self.plan.network.steps.len() + guards + 1) as Index;
        let steps = &mut self.plan.network.steps;
        if classes != ClassSet::ALL {
            steps.push(Step::SkipOtherClass { classes, to });
        }
        if when == When::OnMiss {
            steps.push(Step::SkipOnHit(to));
        }
        if let Some((law, share)) = share {
            steps.push(Step::SkipUnless { law, share, to });
        }
        steps.push(call);
    }

    fn scaler(&mut self, part: usize) {
        let Some(plan) = self.parts[part].blueprint.scaler.clone() else { return };
        let pool = self.plan.network.sites[part].pool.expect("what scales has a pool");
        let Some(metric) = self.metric(part, &plan) else { return };
        let law = self.chance(part, "spot");
        self.plan.network.scalers.push(Scaler {
            pool,
            min: plan.min,
            max: plan.max,
            metric,
            period: plan.period.max(Span::from_secs(1)),
            high_points: plan.high_points,
            low_points: plan.low_points,
            low: plan.low.0,
            replace: plan.replace,
            warmup: plan.warmup,
            health: plan.health,
            grace: plan.grace,
            leaving: plan.leaving,
            zones: plan.zones,
            warm: plan.warm,
            spot: plan.spot,
            schedule: plan.schedule,
            forecast: plan.forecast,
            law,
        });
    }

    /// Fills in the queue whose backlog a group follows; without one it only keeps its size.
    fn metric(&mut self, part: usize, plan: &ScalerPlan) -> Option<Metric> {
        let Metric::Backlog { target, .. } = plan.metric else { return Some(plan.metric) };
        let feeds = |buffer: &&Buffer| {
            buffer.links.iter().any(|&link| self.plan.network.links[link as usize].to == part as Index)
        };
        if let Some(at) = self.plan.network.buffers.iter().position(|buffer| feeds(&buffer)) {
            return Some(Metric::Backlog { buffer: at as Index, target });
        }
        let id = self.parts[part].id.clone();
        let text = t!("{id} follows a backlog, but no queue leads to it; it keeps its size.", id = id);
        self.plan.notes.push(Note { about: Some(id), text });
        Some(Metric::Size)
    }
}
