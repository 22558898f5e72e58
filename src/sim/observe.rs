//! What may be seen of a running network: the moment for a window, the totals for a report.

use super::credits::CREDIT;
use super::engine::{Engine, LinkMeter};
use super::frame::{Frame, NONE, State};
use super::lane::Lane;
use super::meter::{ClassMeter, Counters, Mark};
use super::network::{Class, Index, Shelf, Surplus, UnitHours};
use super::report::{
    Carried, Carts, ClassTotals, Credits, Ends, LinkTotals, Met, Report, Requests, SiteTotals, Usage, UseByServer,
};
use super::resize::Resized;
use super::server::Server;
use super::snapshot::{Circuit, CreditState, LinkState, Phase, ServerState, SiteState, Snapshot};
use crate::metrics::{Histogram, Series};
use crate::units::{SimTime, Span};
use std::collections::BTreeSet;

impl Engine {
    /// The state now, for a window. Costs are those that were told by [`Engine::spend`].
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            now: self.now,
            events: self.processed,
            sites: (0..self.meters.len()).map(|site| self.site_state(site)).collect(),
            links: (0..self.link_meters.len()).map(|link| self.link_state(link)).collect(),
            system: self.system.series.clone(),
            watched: self.watched.map(|site| (site, self.meters[site as usize].history.series.clone())),
            traces: self.traces(),
            faults: self.active_faults.iter().map(|&at| self.network.faults[at as usize]).collect(),
        }
    }

    /// Writes dollars since the start of the run, of all and by site, into the points of charts that end now.
    pub fn spend(&mut self, dollars: f64, by_site: &[f64]) {
        self.system.series.spend(self.now, dollars);
        for (meter, dollars) in self.meters.iter_mut().zip(by_site) {
            meter.history.series.spend(self.now, *dollars);
        }
    }

    /// The history of a site, as far back as there is room for with so many of them; `None` for one that there is not.
    pub fn history(&self, site: Index) -> Option<&Series> {
        self.meters.get(site as usize).map(|meter| &meter.history.series)
    }

    fn circuit(&self, link: usize) -> Circuit {
        self.calls.circuit(&self.network.links[link], link, self.now)
    }

    fn link_state(&self, link: usize) -> LinkState {
        LinkState { circuit: self.circuit(link), ..self.link_meters[link].last }
    }

    fn link_totals(&self, link: usize) -> LinkTotals {
        let meter = &self.link_meters[link];
        LinkTotals {
            calls: meter.calls,
            failed: meter.failed,
            latency: meter.latency.summary(),
            bytes: meter.bytes,
            bytes_across: meter.bytes_across,
            retries: meter.retries,
            timeouts: meter.timeouts,
            late: meter.late,
            rejected: meter.rejected,
            opened: meter.opened,
            closed: meter.closed,
            circuit: self.circuit(link),
        }
    }

    fn site_state(&self, site: usize) -> SiteState {
        let meter = &self.meters[site];
        let index = site as Index;
        let pool = self.network.sites[site].pool;
        let servers = pool.map_or_else(Vec::new, |pool| self.server_states(pool));
        let scaler = self.network.scalers.iter().position(|scaler| Some(scaler.pool) == pool);
        SiteState {
            last: meter.history.recent(),
            servers,
            desired: scaler.map_or(0, |at| self.scalers[at].desired),
            max: scaler.map_or(0, |at| self.network.scalers[at].max),
            targets: self.targets_at(index),
            under_way: meter.gauge.inside.value(),
            waiting: meter.gauge.waiting.value(),
            workers: (meter.gauge.workers.value(), pool.map_or(0, |pool| self.open_servers(pool, |s| s.workers))),
            places: pool.map_or(0, |pool| self.open_servers(pool, |server| server.room)),
            backlog: meter.gauge.backlog.value(),
            credits: pool.and_then(|pool| self.credit_state(pool)),
            kind: self.resized.iter().find(|resized| Some(resized.pool()) == pool).map(Resized::kind),
            oldest: self.oldest_at(site),
            stale: meter.count.stale,
            stalest: meter.stale.summary().map_or(Span::ZERO, |ages| ages.most),
            missing: meter.count.missing,
            writes_lost: meter.count.writes_lost,
            dead_letters: meter.count.dead,
            rollout: pool.and_then(|pool| self.progress(pool)),
            trouble: meter.history.trouble,
        }
    }

    /// The sum of a figure over the servers of a pool that are in service.
    fn open_servers(&self, pool: Index, figure: fn(&Server) -> u32) -> u64 {
        let servers = self.pools[pool as usize].servers.iter().map(|&id| &self.servers[id as usize]);
        servers.filter(|server| server.phase == Phase::InService).map(|server| u64::from(figure(server))).sum()
    }

    fn server_states(&self, pool: Index) -> Vec<ServerState> {
        let spec = &self.network.pools[pool as usize];
        // The servers of a station are the workers of its pool; what each processor does says nothing there.
        let station = spec.station.map(|_| self.meters[spec.site as usize].history.recent().utilization);
        let shown = |&id: &u32| {
            let server = &self.servers[id as usize];
            let utilization = station.unwrap_or(server.utilization);
            ServerState { phase: server.phase, zone: server.zone, utilization }
        };
        self.pools[pool as usize].servers.iter().map(shown).filter(|server| server.phase != Phase::Gone).collect()
    }

    /// The figures since the start, or since [`Engine::forget`].
    pub fn report(&self) -> Report {
        let Met { requests, latency, failures, downtime, .. } = self.met();
        Report {
            from: self.system.start.at,
            now: self.now,
            events: self.processed,
            requests,
            latency,
            downtime,
            failures,
            classes: self.user_classes(),
            sites: (0..self.meters.len()).map(|site| self.site_totals(site)).collect(),
            links: (0..self.link_meters.len()).map(|link| self.link_totals(link)).collect(),
        }
    }

    /// What users met since the start, or since [`Engine::forget`].
    pub fn met(&self) -> Met {
        let mut latency = Histogram::default();
        let mut met = Met { downtime: self.system.down, ..Met::default() };
        for site in self.network.sources.iter().map(|source| source.site as usize) {
            let history = &self.meters[site].history;
            latency.merge(&history.total(&self.meters[site].latency));
            self.add_requests(site, &mut met.requests);
            let meters = &self.meters[site].classes;
            met.classes.resize(met.classes.len().max(meters.len()), Ends::default());
            for (ends, meter) in met.classes.iter_mut().zip(meters) {
                ends.good += meter.served - meter.late;
                ends.late += meter.late;
                ends.failed += meter.failed;
            }
            let (before, now) = (history.start.count.failures, self.meters[site].count.failures);
            for (sum, (now, before)) in met.failures.iter_mut().zip(now.into_iter().zip(before)) {
                *sum += now - before;
            }
        }
        Met { latency: latency.summary(), ..met }
    }

    fn add_requests(&self, site: usize, requests: &mut Requests) {
        let (start, now) = (self.meters[site].history.start.count, self.meters[site].count);
        let late = now.late - start.late;
        requests.good += now.served - start.served - late;
        requests.late += late;
        requests.failed += now.failed() - start.failed();
        requests.in_flight += self.meters[site].gauge.inside.value();
        requests.offered = requests.good + requests.late + requests.failed + requests.in_flight;
    }

    fn site_totals(&self, site: usize) -> SiteTotals {
        let meter = &self.meters[site];
        let (from, to) = (meter.history.start, self.mark(site));
        let (start, now) = (from.count, to.count);
        let (queue_mean, in_system_mean) = Mark::crowd(&from, &to);
        let mut failures = now.failures;
        failures.iter_mut().zip(start.failures).for_each(|(total, before)| *total -= before);
        let in_flight = meter.gauge.inside.value();
        let served = now.served - start.served;
        let failed = now.failed() - start.failed();
        SiteTotals {
            arrived: served + failed + in_flight,
            served,
            failed,
            in_flight,
            latency: meter.history.total(&meter.latency).summary(),
            wait: meter.wait.summary(),
            waited: meter.wait.share_above_zero(),
            utilization: Mark::utilization(&from, &to, &self.capacity(site)),
            queue_mean,
            in_system_mean,
            busy_mean: Mark::busy(&from, &to),
            classes: self.site_classes(site),
            in_service: (meter.servers.0, Mark::servers(&from, &to), meter.servers.1),
            server_secs: Mark::server_secs(&from, &to),
            server_secs_by_kind: self.server_secs_by_kind(site as Index),
            spot_secs: (to.spot - from.spot) / 1e9,
            census: meter.census.times(self.now),
            by_server: self.use_by_server(site, from.at),
            booted: meter.boots.summary(),
            failures,
            writes: self.writes_at(site, served + failed),
            reused: now.reused - start.reused,
            waited_open_secs: (now.waited_open - start.waited_open) as f64 / 1e9,
            units: self.unit_hours(site as Index),
            lookups: (now.lookups - start.lookups, now.hits - start.hits),
            carts: self.carts_at(site, &start, &now),
            credits: self.credits_at(site, &from, &to),
            queries: now.queries - start.queries,
            stale: now.stale - start.stale,
            stale_ages: meter.stale.summary(),
            missing: now.missing - start.missing,
            writes_lost: now.writes_lost - start.writes_lost,
            evicted: now.evicted - start.evicted,
            entries: self.entries_at(site),
            messages: (now.stored - start.stored, now.finished - start.finished, now.dead - start.dead),
            empty_receives: now.empty - start.empty,
            backlog: meter.gauge.backlog.value(),
            expired: now.expired - start.expired,
            duplicates: now.duplicates - start.duplicates,
            oldest: self.oldest_at(site),
        }
    }

    /// What single servers of a site used, among those that were in service since a moment.
    fn use_by_server(&self, site: usize, from: SimTime) -> Option<UseByServer> {
        let pool = self.network.sites[site].pool?;
        let room = self.network.pools[pool as usize].cores * self.now.since(from).0 as f64;
        let there = self.pools[pool as usize].servers.iter().map(|&id| &self.servers[id as usize]);
        let there = there.filter(|server| server.phase == Phase::InService && server.in_service_since <= from);
        let used = |server: &Server| ((server.worked(self.now) - server.cpu_at_start) / room).clamp(0.0, 1.0);
        let shares: Vec<f64> = there.map(used).collect();
        let most = shares.iter().copied().fold(0.0, f64::max);
        let least = shares.iter().copied().fold(most, f64::min);
        let mean = shares.iter().sum::<f64>() / shares.len().max(1) as f64;
        (room > 0.0 && most > 0.0).then_some(UseByServer { least, mean, most })
    }

    fn carts_at(&self, site: usize, start: &Counters, now: &Counters) -> Option<Carts> {
        let kept = self.network.carts.iter().any(|cart| match cart.shelf {
            Shelf::Store(pool) => self.network.pools[pool as usize].site as usize == site || cart.site as usize == site,
            _ => cart.site as usize == site,
        });
        kept.then(|| Carts {
            asked: now.carts - start.carts,
            missed: now.carts_missed - start.carts_missed,
            lost: now.carts_lost - start.carts_lost,
            staked: now.carts_staked - start.carts_staked,
            open: self.open_carts(site as Index),
            cookie_bytes: now.cookie_bytes - start.cookie_bytes,
        })
    }

    fn credits_at(&self, site: usize, from: &Mark, to: &Mark) -> Option<Credits> {
        let pool = self.network.sites[site].pool?;
        self.network.pools[pool as usize].credits?;
        let least = self.least_credits(pool).unwrap_or(0.0);
        Some(Credits { least, surplus_hours: surplus_hours(from, to) })
    }

    /// Least that a server of a pool has to spend now, in credits.
    fn least_credits(&self, pool: Index) -> Option<f64> {
        let servers = self.pools[pool as usize].servers.iter();
        let balances = servers.filter_map(|&id| self.servers[id as usize].cpu.credits_at(self.now));
        balances.map(|credits| credits.balance() / CREDIT).reduce(f64::min)
    }

    fn credit_state(&self, pool: Index) -> Option<CreditState> {
        let rules = self.network.pools[pool as usize].credits?;
        let servers = self.pools[pool as usize].servers.iter().map(|&id| &self.servers[id as usize]);
        let serving = servers.filter(|server| server.phase == Phase::InService);
        let left = |server: &Server| Some(server.cpu.credits_at(self.now)?.balance() / CREDIT);
        let out = serving.filter_map(left).filter(|&left| left < 1.0 && rules.surplus == Surplus::Refused).count();
        Some(CreditState { least: self.least_credits(pool)? as f32, out: out as u32 })
    }

    /// Least that a server of a site has to spend now, in credits, where they live on them.
    pub(super) fn credits_left(&self, site: usize) -> Option<f32> {
        let pool = self.network.sites[site].pool?;
        self.network.pools[pool as usize].credits?;
        self.least_credits(pool).map(|left| left as f32)
    }

    /// Age of the oldest message that a site keeps.
    fn oldest_at(&self, site: usize) -> Span {
        let buffer = self.network.buffers.iter().position(|buffer| buffer.site as usize == site);
        let oldest = buffer.and_then(|at| self.buffers[at].oldest());
        oldest.map_or(Span::ZERO, |stored| self.now.since(stored))
    }

    /// Entries of the caches of a site.
    fn entries_at(&self, site: usize) -> u64 {
        let caches = self.network.caches.iter().zip(&self.caches);
        caches.filter(|(spec, _)| spec.site as usize == site).map(|(_, entries)| entries.count()).sum()
    }

    /// Requests of each class at a site that are not over.
    fn inside_by_class(&self, sites: impl Fn(usize) -> bool) -> Vec<u64> {
        let mut inside = vec![0; self.network.classes.len()];
        let here =
            |frame: &&Frame| !matches!(frame.state, State::Going | State::Returning) && sites(frame.site as usize);
        for frame in self.frames.all().filter(here) {
            inside[usize::from(frame.class)] += 1;
        }
        for frame in self.frames.all().filter(|frame| frame.lane != NONE) {
            let Lane { users, via, .. } = self.lanes[frame.lane as usize];
            let passed = [users, via].into_iter().filter(|&site| site != NONE && sites(site as usize));
            inside[usize::from(frame.class)] += passed.count() as u64;
        }
        inside
    }

    fn site_classes(&self, site: usize) -> Vec<ClassTotals> {
        let meters = &self.meters[site].classes;
        if meters.is_empty() {
            return Vec::new();
        }
        let inside = self.inside_by_class(|other| other == site);
        meters.iter().zip(inside).map(|(meter, inside)| class_totals(meter, inside)).collect()
    }

    fn user_classes(&self) -> Vec<ClassTotals> {
        let sources: BTreeSet<usize> = self.network.sources.iter().map(|source| source.site as usize).collect();
        let Some(first) = sources.first().filter(|&&site| !self.meters[site].classes.is_empty()) else {
            return Vec::new();
        };
        let mut sums = vec![ClassMeter::default(); self.meters[*first].classes.len()];
        for &site in &sources {
            sums.iter_mut().zip(&self.meters[site].classes).for_each(|(sum, meter)| sum.add(meter));
        }
        let inside = self.inside_by_class(|site| sources.contains(&site));
        sums.iter().zip(inside).map(|(meter, inside)| class_totals(meter, inside)).collect()
    }

    /// What a site used since the start, or since [`Engine::forget`]. Cheap enough to be asked every simulated second; all
    /// zero for a site that is not there.
    pub fn usage(&self, site: Index) -> Usage {
        Usage { units: self.unit_hours(site), ..self.usage_so_far(site) }
    }

    /// The same but for capacity units, which are worked out of it.
    pub(super) fn usage_so_far(&self, site: Index) -> Usage {
        let site = site as usize;
        let Some(meter) = self.meters.get(site) else { return Usage::default() };
        let (from, to) = (meter.history.start, self.mark(site));
        let over = to.count.served - from.count.served + to.count.failed() - from.count.failed();
        Usage {
            arrived: to.count.arrived - from.count.arrived,
            writes: self.writes_at(site, over),
            stored: to.count.stored - from.count.stored,
            empty_receives: to.count.empty - from.count.empty,
            queries: to.count.queries - from.count.queries,
            surplus_hours: surplus_hours(&from, &to),
            spot_secs: (to.spot - from.spot) / 1e9,
            server_secs: Mark::server_secs(&from, &to),
            request_secs: Mark::request_secs(&from, &to),
            reused: to.count.reused - from.count.reused,
            waited_open_secs: (to.count.waited_open - from.count.waited_open) as f64 / 1e9,
            units: UnitHours::default(),
        }
    }

    /// Requests at a site that change data, of so many that are over.
    fn writes_at(&self, site: usize, over: u64) -> u64 {
        match (&self.network.classes[..], &self.meters[site].classes[..]) {
            ([], _) => 0,
            ([only], _) => u64::from(only.write) * over,
            (classes, meters) => {
                let of = |(class, meter): (&Class, &ClassMeter)| u64::from(class.write) * (meter.served + meter.failed);
                classes.iter().zip(meters).map(of).sum()
            }
        }
    }

    /// Server seconds of a site by the kind of server, since the start or since [`Engine::forget`]; empty where it is of
    /// the one kind that its pool says.
    pub fn server_secs_by_kind(&self, site: Index) -> Vec<(u32, f64)> {
        let pool = self.network.sites.get(site as usize).and_then(|site| site.pool);
        let Some(pool) = pool.filter(|&pool| !self.pools[pool as usize].stints.is_empty()) else { return Vec::new() };
        let total = |mark: &Mark| Mark::server_secs(&Mark::default(), mark);
        let (first, last) = (total(&self.meters[site as usize].history.start), total(&self.mark(site as usize)));
        let mut begin = first;
        let mut sums: Vec<(u32, f64)> = Vec::new();
        let now = (self.network.pools[pool as usize].kind, last);
        for &(kind, end) in self.pools[pool as usize].stints.iter().chain([&now]) {
            let secs = (end - begin).max(0.0);
            begin = begin.max(end);
            match sums.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, sum)) => *sum += secs,
                None => sums.push((kind, secs)),
            }
        }
        sums
    }

    /// Requests of users that were answered in time, since the start or since [`Engine::forget`].
    pub fn good(&self) -> u64 {
        let sites: BTreeSet<Index> = self.network.sources.iter().map(|source| source.site).collect();
        let good = |site: &Index| {
            let meter = &self.meters[*site as usize];
            let (from, to) = (meter.history.start.count, meter.count);
            (to.served - from.served) - (to.late - from.late)
        };
        sites.iter().map(good).sum()
    }

    /// Server seconds of a site beyond a number of servers, since the start or since [`Engine::forget`].
    pub fn server_secs_above(&self, site: Index, floor: u32) -> f64 {
        let meter = self.meters.get(site as usize);
        meter.map_or(0.0, |meter| meter.census.above(floor, self.now) as f64 / 1e9)
    }

    /// What was carried along a link since the start, or since [`Engine::forget`]; nothing for a link that is not there.
    pub fn carried(&self, link: Index) -> Carried {
        let carried =
            |meter: &LinkMeter| Carried { calls: meter.calls, bytes: meter.bytes, across: meter.bytes_across };
        self.link_meters.get(link as usize).map(carried).unwrap_or_default()
    }

    /// Simulated time since the start, or since [`Engine::forget`].
    pub fn measured(&self) -> Span {
        self.now.since(self.system.start.at)
    }

    /// Requests that began at sources and are not over, counted one by one; for checks of conservation.
    pub fn roots_in_flight(&self) -> u64 {
        self.frames.all().filter(|frame| frame.source != NONE).count() as u64
    }
}

/// Hours of one processor beyond what was earned between two moments. What is earned back later is not charged.
fn surplus_hours(from: &Mark, to: &Mark) -> f64 {
    (to.owed - from.owed).max(0.0) / Span::from_secs(3_600).0 as f64
}

fn class_totals(meter: &ClassMeter, in_flight: u64) -> ClassTotals {
    let ClassMeter { served, late, failed, latency, wait } = meter;
    let offered = served + failed + in_flight;
    ClassTotals {
        requests: Requests { offered, good: served - late, late: *late, failed: *failed, in_flight },
        latency: latency.summary(),
        wait: wait.summary(),
    }
}
