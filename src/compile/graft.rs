//! Gives a plan the numbers of the one that runs, so that a run goes on while the drawing grows and shrinks.
//!
//! What both have keeps its number, what is new gets one behind all others, and what is gone stays as a stub: a removed
//! site refuses what still reaches it. A number never comes to mean something else, so nothing inside the engine has to be
//! renumbered, and requests under way finish the programs that they began.

use super::Plan;
use crate::sim::afar::Afar;
use crate::sim::cluster::Cluster;
use crate::sim::network::{
    Breakdown, Cart, Class, ClassSet, Fault, Harm, Hourly, Index, Link, Metric, NO_LAW, NO_ZONE, Network, Reason,
    Region, Shelf, Site, Source, Station, Step, Visitors, Zone,
};
use crate::sim::pacer::Pacer;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Range;

/// The plan `next` in the numbers of `running`.
pub fn onto(running: &Plan, next: &Plan) -> Plan {
    let mut graft = Graft::new(&running.network, &next.network);
    graft.primitives();
    graft.programs();
    graft.end_what_is_gone();
    let Graft { network, sites, links, .. } = graft;
    Plan {
        network,
        sites: next.sites.iter().map(|(id, &at)| (id.clone(), sites[at as usize])).collect(),
        links: next.links.iter().map(|(id, &at)| (id.clone(), links[at as usize])).collect(),
        classed: next.classed.clone(),
        notes: next.notes.clone(),
    }
}

/// A network in the making. Each vector of numbers tells, for the numbers of the next network, those of the result.
struct Graft<'a> {
    next: &'a Network,
    network: Network,
    /// Where the programs of the running network begin, by site.
    entries: Vec<Index>,
    sites: Vec<Index>,
    laws: Vec<Index>,
    pools: Vec<Index>,
    balancers: Vec<Index>,
    buffers: Vec<Index>,
    buckets: Vec<Index>,
    resolvers: Vec<Index>,
    carts: Vec<Index>,
    caches: Vec<Index>,
    clusters: Vec<Index>,
    pacers: Vec<Index>,
    files: Vec<Index>,
    links: Vec<Index>,
    sources: Vec<Index>,
    regions: Vec<Index>,
    zones: Vec<Zone>,
    classes: Vec<Index>,
}

/// Where the items with the keys `next` go among those with the keys `running`: to the first place with the same key that
/// is not taken, else behind them all.
fn places<K: Ord>(running: impl Iterator<Item = K>, next: impl Iterator<Item = K>) -> Vec<Index> {
    let mut known: BTreeMap<K, VecDeque<Index>> = BTreeMap::new();
    let mut end = 0;
    for key in running {
        known.entry(key).or_default().push_back(end);
        end += 1;
    }
    let place = |key: K| {
        known.get_mut(&key).and_then(VecDeque::pop_front).unwrap_or_else(|| {
            end += 1;
            end - 1
        })
    };
    next.map(place).collect()
}

/// Puts items at their places; those behind come in ascending order.
fn put<T>(into: &mut Vec<T>, places: &[Index], items: impl Iterator<Item = T>) {
    for (&at, item) in places.iter().zip(items) {
        match into.get_mut(at as usize) {
            Some(place) => *place = item,
            None => into.push(item),
        }
    }
}

impl<'a> Graft<'a> {
    fn new(running: &Network, next: &'a Network) -> Self {
        let sites = places(running.sites.iter().map(|s| &s.name), next.sites.iter().map(|s| &s.name));
        let site = |at: Index| sites[at as usize];
        let laws = places(running.laws.iter().map(|l| &l.name), next.laws.iter().map(|l| &l.name));
        let pools = places(running.pools.iter().map(|p| p.site), next.pools.iter().map(|p| site(p.site)));
        let balancers = places(running.balancers.iter().map(|b| b.site), next.balancers.iter().map(|b| site(b.site)));
        let buffers = places(running.buffers.iter().map(|b| b.site), next.buffers.iter().map(|b| site(b.site)));
        let buckets = places(running.buckets.iter().map(|b| b.site), next.buckets.iter().map(|b| site(b.site)));
        let resolvers = places(running.resolvers.iter().map(|r| r.site), next.resolvers.iter().map(|r| site(r.site)));
        let carts = places(running.carts.iter().map(|c| c.site), next.carts.iter().map(|c| site(c.site)));
        let caches = places(running.caches.iter().map(|c| c.site), next.caches.iter().map(|c| site(c.site)));
        let pool = |at: Index| pools[at as usize];
        let clusters = places(running.clusters.iter().map(|c| c.pool), next.clusters.iter().map(|c| pool(c.pool)));
        let files = places(running.files.iter().copied(), next.files.iter().map(|&at| site(at)));
        let pacers = places(running.pacers.iter().map(|p| p.site), next.pacers.iter().map(|p| site(p.site)));
        let way = |link: &'a Link| (link.name.as_str(), site(link.from), site(link.to));
        let old = running.links.iter().map(|link| (link.name.as_str(), link.from, link.to));
        let links = places(old, next.links.iter().map(way));
        let classes = places(running.classes.iter().map(|c| &c.name), next.classes.iter().map(|c| &c.name));
        let sources = places(running.sources.iter().map(|s| s.site), next.sources.iter().map(|s| site(s.site)));
        let regions = places(running.regions.iter().map(|r| &r.name), next.regions.iter().map(|r| &r.name));
        let entries = running.sites.iter().map(|site| site.entry).collect();
        let mut network = running.clone();
        let zones = zones(&mut network.zones, &next.zones);
        Self {
            classes,
            next,
            entries,
            network,
            sites,
            laws,
            pools,
            balancers,
            buffers,
            buckets,
            resolvers,
            carts,
            caches,
            clusters,
            pacers,
            files,
            links,
            sources,
            regions,
            zones,
        }
    }

    fn site(&self, at: Index) -> Index {
        self.sites[at as usize]
    }

    fn station(&self, station: Station) -> Station {
        let law = |law: Index| self.laws[law as usize];
        Station {
            service: law(station.service),
            patience: station.patience.map(law),
            setup: station.setup.map(law),
            breakdown: station.breakdown.map(|b| Breakdown { fails: law(b.fails), repaired: law(b.repaired) }),
        }
    }

    fn cart(&self, cart: Cart) -> Cart {
        let shelf = match cart.shelf {
            Shelf::Store(pool) => Shelf::Store(self.pools[pool as usize]),
            other => other,
        };
        let (site, law) = (self.site(cart.site), self.laws[cart.law as usize]);
        Cart { site, law, shelf, adds: self.classes(cart.adds), ..cart }
    }

    fn classes(&self, classes: ClassSet) -> ClassSet {
        classes.renumbered(|class| self.classes.get(class).map(|&to| to as usize))
    }

    fn links(&self, links: &[Index]) -> Vec<Index> {
        links.iter().map(|&link| self.links[link as usize]).collect()
    }

    fn zones(&self, zones: &[Zone]) -> Vec<Zone> {
        zones.iter().map(|&zone| self.zone(zone)).collect()
    }

    fn zone(&self, zone: Zone) -> Zone {
        if zone == NO_ZONE { NO_ZONE } else { self.zones[usize::from(zone)] }
    }

    /// Everything but programs, in the numbers of the result.
    fn primitives(&mut self) {
        let next = self.next;
        let mut network = std::mem::take(&mut self.network);
        let sites = next.sites.iter().map(|site| {
            let pool = site.pool.map(|pool| self.pools[pool as usize]);
            Site { pool, zone: self.zone(site.zone), ..site.clone() }
        });
        put(&mut network.sites, &self.sites, sites);
        put(&mut network.classes, &self.classes, next.classes.iter().cloned());
        put(&mut network.laws, &self.laws, next.laws.iter().cloned());
        let mut pools = next.pools.clone();
        for pool in &mut pools {
            (pool.site, pool.start, pool.zones) =
                (self.site(pool.site), self.zones(&pool.start), self.zones(&pool.zones));
            pool.station = pool.station.map(|station| self.station(station));
        }
        put(&mut network.pools, &self.pools, pools.into_iter());
        let mut balancers = next.balancers.clone();
        for balancer in &mut balancers {
            (balancer.site, balancer.links) = (self.site(balancer.site), self.links(&balancer.links));
            balancer.law = self.laws[balancer.law as usize];
        }
        put(&mut network.balancers, &self.balancers, balancers.into_iter());
        let mut buffers = next.buffers.clone();
        for buffer in &mut buffers {
            (buffer.site, buffer.links) = (self.site(buffer.site), self.links(&buffer.links));
            buffer.polls.law = self.laws[buffer.polls.law as usize];
            buffer.dead = buffer.dead.map(|dead| self.buffers[dead as usize]);
        }
        put(&mut network.buffers, &self.buffers, buffers.into_iter());
        let mut buckets = next.buckets.clone();
        buckets.iter_mut().for_each(|bucket| bucket.site = self.site(bucket.site));
        put(&mut network.buckets, &self.buckets, buckets.into_iter());
        let mut resolvers = next.resolvers.clone();
        for resolver in &mut resolvers {
            (resolver.site, resolver.links) = (self.site(resolver.site), self.links(&resolver.links));
            resolver.law = self.laws[resolver.law as usize];
        }
        put(&mut network.resolvers, &self.resolvers, resolvers.into_iter());
        let carts: Vec<Cart> = next.carts.iter().map(|cart| self.cart(*cart)).collect();
        put(&mut network.carts, &self.carts, carts.into_iter());
        let mut caches = next.caches.clone();
        for cache in &mut caches {
            cache.site = self.site(cache.site);
            cache.places.iter_mut().for_each(|(source, _)| *source = self.site(*source));
        }
        put(&mut network.caches, &self.caches, caches.into_iter());
        self.data(&mut network);
        self.ways(&mut network);
        self.control(&mut network);
        for step in &next.steps {
            if let Step::CallOne { first, count, .. } = *step {
                let choice = self.chosen(first, count);
                if position(&network.choices, &choice).is_none() {
                    network.choices.extend(choice);
                }
            }
        }
        self.network = network;
    }

    /// Links, and who has a longer way along them.
    fn ways(&self, network: &mut Network) {
        let mut links = self.next.links.clone();
        for link in &mut links {
            (link.from, link.to) = (self.site(link.from), self.site(link.to));
            link.policy.iter_mut().for_each(|policy| policy.law = self.laws[policy.law as usize]);
            link.classes = self.classes(link.classes);
        }
        put(&mut network.links, &self.links, links.into_iter());
        let afar = |&Afar { link, source, extra }: &Afar| Afar {
            link: self.links[link as usize],
            source: self.site(source),
            extra,
        };
        network.afar = self.next.afar.iter().map(afar).collect();
        network.afar.sort_unstable();
        network.hourly = self.next.hourly.iter().map(|hourly| self.hourly(hourly)).collect();
        network.hourly.sort_by_key(|hourly| hourly.site);
    }

    fn hourly(&self, hourly: &Hourly) -> Hourly {
        let visitors = |one: &Visitors| Visitors { site: self.site(one.site), ..*one };
        let users =
            |(link, of): &(Index, Vec<Visitors>)| (self.links[*link as usize], of.iter().map(visitors).collect());
        Hourly {
            site: self.site(hourly.site),
            unit: hourly.unit,
            inward: self.links(&hourly.inward),
            users: hourly.users.iter().map(users).collect(),
        }
    }

    /// Clusters and limits of storage.
    fn data(&self, network: &mut Network) {
        let law = |law: Option<Index>| law.map(|law| self.laws[law as usize]);
        let cluster = |cluster: &Cluster| Cluster {
            pool: self.pools[cluster.pool as usize],
            takeover: law(cluster.takeover),
            lag: law(cluster.lag),
            ..*cluster
        };
        put(&mut network.clusters, &self.clusters, self.next.clusters.iter().map(cluster));
        put(&mut network.files, &self.files, self.next.files.iter().map(|&at| self.site(at)));
        let pacer = |pacer: &Pacer| Pacer { site: self.site(pacer.site), ..*pacer };
        put(&mut network.pacers, &self.pacers, self.next.pacers.iter().map(pacer));
    }

    /// The links of a choice.
    fn chosen(&self, first: Index, count: u32) -> Vec<Index> {
        self.links(&self.next.choices[first as usize..][..count as usize])
    }

    /// Classes, sources, scalers and faults.
    fn control(&self, network: &mut Network) {
        let name = |class: &Class| class.name.clone();
        let classes = places(network.classes.iter().map(name), self.next.classes.iter().map(name));
        put(&mut network.classes, &classes, self.next.classes.iter().cloned());
        let mut sources = self.next.sources.clone();
        for source in &mut sources {
            source.site = self.site(source.site);
            for part in &mut source.mix {
                // Without classes all requests are of class 0.
                let class = classes.get(usize::from(part.class)).copied().unwrap_or_default();
                part.class = class.min(u32::from(u8::MAX)) as u8;
            }
        }
        put(&mut network.sources, &self.sources, sources.into_iter());
        let region = |region: &Region| Region {
            name: region.name.clone(),
            zones: self.zones(&region.zones),
            sites: region.sites.iter().map(|&site| self.site(site)).collect(),
        };
        put(&mut network.regions, &self.regions, self.next.regions.iter().map(region));
        let mut scalers = self.next.scalers.clone();
        for scaler in &mut scalers {
            scaler.pool = self.pools[scaler.pool as usize];
            scaler.law = self.laws[scaler.law as usize];
            if let Metric::Backlog { buffer, .. } = &mut scaler.metric {
                *buffer = self.buffers[*buffer as usize];
            }
        }
        let at = places(network.scalers.iter().map(|s| s.pool), scalers.iter().map(|s| s.pool));
        put(&mut network.scalers, &at, scalers.into_iter());
        network.faults = self.next.faults.iter().map(|fault| self.fault(fault)).collect();
    }

    fn fault(&self, fault: &Fault) -> Fault {
        let harm = match fault.harm {
            Harm::Crash { pool, count } => Harm::Crash { pool: self.pools[pool as usize], count },
            Harm::Resize { pool, size } => Harm::Resize { pool: self.pools[pool as usize], size },
            Harm::Stop { pool } => Harm::Stop { pool: self.pools[pool as usize] },
            Harm::Terminate { pool, count } => Harm::Terminate { pool: self.pools[pool as usize], count },
            Harm::Interrupt { pool, count } => Harm::Interrupt { pool: self.pools[pool as usize], count },
            Harm::Unlist { resolver, link } => {
                Harm::Unlist { resolver: self.resolvers[resolver as usize], link: self.links[link as usize] }
            }
            Harm::ZoneOutage(zone) => Harm::ZoneOutage(self.zone(zone)),
            Harm::Slow { site, factor } => Harm::Slow { site: self.site(site), factor },
            Harm::Flush(site) => Harm::Flush(self.site(site)),
            Harm::Failover { pool } => Harm::Failover { pool: self.pools[pool as usize] },
            Harm::Restore { site } => Harm::Restore { site: self.site(site) },
            Harm::Down { site } => Harm::Down { site: self.site(site) },
            Harm::RegionOutage(region) => Harm::RegionOutage(self.regions[region as usize]),
            Harm::Throttle { site, rate } => Harm::Throttle { site: self.site(site), rate },
            Harm::Deploy { pool, count, share } => Harm::Deploy { pool: self.pools[pool as usize], count, share },
            Harm::Rollout { pool, how } => Harm::Rollout { pool: self.pools[pool as usize], how },
            Harm::Kill { pool, count } => Harm::Kill { pool: self.pools[pool as usize], count },
            Harm::LostLink { link, share } => Harm::LostLink { link: self.links[link as usize], share },
            Harm::SlowLink { link, extra } => Harm::SlowLink { link: self.links[link as usize], extra },
            Harm::Spike { source, factor } => Harm::Spike { source: self.sources[source as usize], factor },
            Harm::CopyLoss { pool, count } => Harm::CopyLoss { pool: self.pools[pool as usize], count },
        };
        Fault { harm, ..*fault }
    }

    /// Programs that are as before stay where they are, the others come behind all steps.
    fn programs(&mut self) {
        let mut begins: Vec<Index> = self.next.sites.iter().map(|site| site.entry).collect();
        begins.push(self.next.steps.len() as Index);
        begins.sort_unstable();
        for at in 0..self.next.sites.len() {
            let from = self.next.sites[at].entry;
            let end = begins[begins.partition_point(|&begin| begin <= from)];
            let site = self.site(at as Index) as usize;
            let entry = self.place_program(site, from..end);
            self.network.sites[site].entry = entry;
        }
    }

    /// Writes the program of a site into the steps; says where it begins.
    fn place_program(&mut self, site: usize, program: Range<Index>) -> Index {
        let from = program.start;
        let steps = &self.next.steps[program.start as usize..program.end as usize];
        let same = |&entry: &Index| {
            let running = self.network.steps.get(entry as usize..entry as usize + steps.len());
            let shape = |step: Step| without_figures(step);
            running
                .is_some_and(|old| old.iter().zip(steps).all(|(a, b)| shape(*a) == shape(self.step(*b, from, entry))))
        };
        let known = self.entries.get(site).copied().filter(same);
        let entry = known.unwrap_or(self.network.steps.len() as Index);
        for (offset, &step) in steps.iter().enumerate() {
            let (at, step) = (entry as usize + offset, self.step(step, from, entry));
            match self.network.steps.get_mut(at) {
                Some(place) => *place = step,
                None => self.network.steps.push(step),
            }
        }
        entry
    }

    /// A step in the numbers of the result, in a program that moves from one beginning to another.
    fn step(&self, step: Step, from: Index, entry: Index) -> Step {
        let jump = |to: Index| to - from + entry;
        let law = |law: Index| self.laws[law as usize];
        let link = |link: Index| self.links[link as usize];
        match step {
            Step::Work(at) => Step::Work(law(at)),
            Step::Serve(at) => Step::Serve(law(at)),
            Step::Hold(at) => Step::Hold(law(at)),
            Step::Throttle(bucket) => Step::Throttle(self.buckets[bucket as usize]),
            Step::Lookup { law: at, hit } => Step::Lookup { law: law(at), hit },
            Step::Pace { pacer, amount } => Step::Pace { pacer: self.pacers[pacer as usize], amount },
            Step::Find(cache) => Step::Find(self.caches[cache as usize]),
            Step::Keep(cache) => Step::Keep(self.caches[cache as usize]),
            Step::Tell { link: at, cache } => Step::Tell { link: link(at), cache: self.caches[cache as usize] },
            Step::SkipOnHit(to) => Step::SkipOnHit(jump(to)),
            Step::SkipUnless { law: at, share, to } => Step::SkipUnless { law: law(at), share, to: jump(to) },
            Step::SkipOtherClass { classes, to } => {
                Step::SkipOtherClass { classes: self.classes(classes), to: jump(to) }
            }
            Step::Call(at) => Step::Call(link(at)),
            Step::Start(at) => Step::Start(link(at)),
            Step::Try(at) => Step::Try(link(at)),
            Step::Post(at) => Step::Post(link(at)),
            Step::Visit(at) => Step::Visit(self.files[at as usize]),
            Step::Open { files, law: NO_LAW } => Step::Open { files: self.files[files as usize], law: NO_LAW },
            Step::Open { files, law: at } => Step::Open { files: self.files[files as usize], law: law(at) },
            Step::CallOne { law: at, first, count } => {
                let first = position(&self.network.choices, &self.chosen(first, count)).unwrap_or_default();
                Step::CallOne { law: law(at), first, count }
            }
            Step::Resolve { resolver, visit } => {
                Step::Resolve { resolver: self.resolvers[resolver as usize], visit: jump(visit) }
            }
            Step::Reach(resolver) => Step::Reach(self.resolvers[resolver as usize]),
            Step::Cart(cart) => Step::Cart(self.carts[cart as usize]),
            Step::Validate { cart, law: at } => Step::Validate { cart: self.carts[cart as usize], law: law(at) },
            Step::Balance(balancer) => Step::Balance(self.balancers[balancer as usize]),
            Step::Enqueue { buffer } => Step::Enqueue { buffer: self.buffers[buffer as usize] },
            Step::Acquire
            | Step::Release
            | Step::Join
            | Step::Commit
            | Step::Gate
            | Step::Unanswered
            | Step::Refuse(_)
            | Step::Finish => step,
        }
    }

    /// What is gone takes nothing more: its site refuses, its servers end, nothing is offered or sent there.
    fn end_what_is_gone(&mut self) {
        let live: BTreeSet<Index> = self.sites.iter().copied().collect();
        let gone = |site: Index| !live.contains(&site);
        let network = &mut self.network;
        let stub = network.steps.len() as Index;
        for (at, site) in (0..).zip(&mut network.sites) {
            if gone(at) && !site.removed {
                (site.removed, site.entry) = (true, stub);
            }
        }
        if network.sites.iter().any(|site| site.entry == stub) {
            network.steps.extend([Step::Refuse(Reason::Removed), Step::Finish]);
        }
        network.sources.iter_mut().filter(|source| gone(source.site)).for_each(Source::silence);
        for pool in network.pools.iter_mut().filter(|pool| gone(pool.site)) {
            pool.start.clear();
        }
        for balancer in network.balancers.iter_mut().filter(|balancer| gone(balancer.site)) {
            balancer.links.clear();
            balancer.weights.clear();
        }
        for buffer in network.buffers.iter_mut().filter(|buffer| gone(buffer.site)) {
            buffer.links.clear();
        }
        for resolver in network.resolvers.iter_mut().filter(|resolver| gone(resolver.site)) {
            (resolver.links, resolver.weights) = (Vec::new(), Vec::new());
        }
        let scaled: BTreeSet<Index> = self.next.scalers.iter().map(|s| self.pools[s.pool as usize]).collect();
        for scaler in network.scalers.iter_mut().filter(|scaler| !scaled.contains(&scaler.pool)) {
            (scaler.min, scaler.max, scaler.metric) = (0, 0, Metric::Size);
            scaler.schedule.clear();
        }
    }
}

/// Where a run of links stands among the choices.
fn position(choices: &[Index], wanted: &[Index]) -> Option<Index> {
    let at = if wanted.is_empty() { Some(0) } else { choices.windows(wanted.len()).position(|run| run == wanted) };
    at.map(|at| at as Index)
}

/// A step with its probabilities taken out: what tells one program from another.
fn without_figures(step: Step) -> Step {
    match step {
        Step::Lookup { law, .. } => Step::Lookup { law, hit: 0.0 },
        Step::SkipUnless { law, to, .. } => Step::SkipUnless { law, share: 0.0, to },
        Step::Pace { pacer, .. } => Step::Pace { pacer, amount: 0.0 },
        other => other,
    }
}

/// Adds the zones that are new; says what number each of the next has.
fn zones(known: &mut Vec<String>, next: &[String]) -> Vec<Zone> {
    let mut number = |zone: &String| {
        let at = known.iter().position(|other| other == zone).unwrap_or_else(|| {
            known.push(zone.clone());
            known.len() - 1
        });
        // As in a fresh plan, more zones than numbers share the last.
        at.min(usize::from(NO_ZONE) - 1) as Zone
    };
    next.iter().map(&mut number).collect()
}
