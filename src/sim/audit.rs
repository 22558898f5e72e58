//! Counts a running network one by one and holds the result against what it counted as it went: for tests.
//!
//! Whatever is found here is a bug of the engine, never of a design.

use super::engine::Engine;
use super::frame::{Frame, FrameId, NONE, State};
use super::snapshot::Phase;
use super::station::Station;
use crate::units::SimTime;
use std::collections::BTreeSet;

impl Engine {
    /// What does not agree with what is there, in words; empty if all is well. Slow: it looks at every place there is.
    pub fn audit(&self) -> Vec<String> {
        let mut apart = self.clone();
        apart.unfold_all();
        apart.audit_apart()
    }

    /// The same where each request has a frame for each site that it is at.
    fn audit_apart(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        (0..self.servers.len() as u32).for_each(|id| self.audit_server(id, &mut wrong));
        (0..self.meters.len()).for_each(|site| self.audit_site(site, &mut wrong));
        if self.system.start.at == SimTime::ZERO {
            self.audit_little(&mut wrong);
        }
        self.audit_lists(&mut wrong);
        wrong.extend(self.audit_kept());
        (0..self.sources.len() as u32).for_each(|source| self.audit_sessions(source, &mut wrong));
        for (at, buffer) in self.buffers.iter().enumerate() {
            let site = self.network.buffers[at].site as usize;
            let kept = self.meters[site].gauge.backlog.value();
            wrong.extend(buffer.audit(kept).map(|what| format!("buffer {at}: {what}")));
        }
        self.audit_clusters(&mut wrong);
        for (at, cache) in self.caches.iter().enumerate() {
            wrong.extend(cache.audit().map(|what| format!("cache {at}: {what}")));
        }
        let calls = |(id, frame): (FrameId, &Frame)| {
            let alone = frame.state == State::Calling && self.frames[frame.child].parent != id;
            alone.then(|| format!("frame {id} waits for a callee that does not know it"))
        };
        wrong.extend(self.frames.numbered().filter_map(calls));
        self.audit_calls(&mut wrong);
        wrong
    }

    fn audit_server(&self, id: u32, wrong: &mut Vec<String>) {
        let server = &self.servers[id as usize];
        let here = || self.frames.all().filter(|frame| frame.server == id);
        let mut same = |what: &str, counted: u64, found: usize| {
            if counted != found as u64 {
                wrong.push(format!("server {id} ({:?}): {what} {counted}, found {found}", server.phase));
            }
        };
        same("in flight", server.in_flight.into(), here().filter(|frame| frame.state != State::Returning).count());
        let kept = self.carts_kept(id);
        same("carts", server.carts.into(), kept);
        same("busy", server.busy.into(), here().filter(|frame| frame.holds).count());
        let station = server.station.as_deref();
        let waiting = server.waiting.len() as usize + station.map_or(0, |station| station.line.len());
        let jobs = server.cpu.jobs() + server.solo.jobs() as usize + station.map_or(0, Station::serving);
        same("waiting", waiting as u64, here().filter(|frame| frame.state == State::Queued).count());
        same("jobs", jobs as u64, here().filter(|frame| frame.state == State::Working).count());
        let gone = server.phase == Phase::Gone;
        let idle = self.idle_servers.iter().filter(|&&other| other == id).count();
        same("free places", u64::from(gone && server.in_flight == 0), idle);
        let listed = self.pools[server.pool as usize].servers.iter().filter(|&&other| other == id).count();
        same("places in its pool", u64::from(!gone), listed);
        let up = usize::from(matches!(server.phase, Phase::InService | Phase::Draining));
        if up == 0 {
            same("work while down", 0, jobs + waiting + server.busy as usize);
        }
        wrong.extend(station.into_iter().flat_map(Station::audit).map(|what| format!("station {id}: {what}")));
    }

    fn audit_site(&self, site: usize, wrong: &mut Vec<String>) {
        let gauge = &self.meters[site].gauge;
        let here = || self.frames.all().filter(|frame| frame.site as usize == site);
        let inside = |frame: &&Frame| !matches!(frame.state, State::Going | State::Returning);
        let mut same = |what: &str, counted: u64, found: usize| {
            if counted != found as u64 {
                wrong.push(format!("site {site}: {what} {counted}, found {found}"));
            }
        };
        same("inside", gauge.inside.value(), here().filter(inside).count());
        same("waiting", gauge.waiting.value(), here().filter(|frame| frame.state == State::Queued).count());
        same("workers", gauge.workers.value(), here().filter(|frame| frame.holds).count());
        let Some(pool) = self.network.sites[site].pool else { return };
        let servers = &self.pools[pool as usize].servers;
        let counted_as = |id: u32| self.counted_as(pool, self.servers[id as usize].phase);
        let in_phase = |phase| servers.iter().filter(|&&id| counted_as(id) == phase).count();
        same("in service", gauge.in_service.value(), in_phase(Phase::InService));
        same("pending", gauge.pending.value(), in_phase(Phase::Pending));
        same("draining", gauge.draining.value(), in_phase(Phase::Draining));
    }

    /// Every session thinks or waits for one request.
    fn audit_sessions(&self, source: u32, wrong: &mut Vec<String>) {
        let all = self.sessions.of(source).count();
        let thinking = self.sessions.of(source).filter(|(_, session)| session.thinks()).count();
        let asking = |frame: &&Frame| frame.source == source && frame.session != NONE;
        let requests = self.frames.all().filter(asking).count();
        let population = self.sources[source as usize].population as usize;
        if (population, thinking + requests) != (all, all) {
            wrong.push(format!(
                "source {source}: {population} users, {all} sessions, {thinking} think, {requests} wait"
            ));
        }
    }

    /// Little's law, exactly: the integral of the number at a site is the time that requests spent there, answered, failed
    /// or still there. Only for runs without a warm-up, from whose start everything is counted.
    fn audit_little(&self, wrong: &mut Vec<String>) {
        let mut spent: Vec<u128> = Vec::new();
        for meter in &self.meters {
            spent.push(meter.history.answers(&meter.latency).1 + meter.failed_nanos);
        }
        for frame in self.frames.all().filter(|frame| !matches!(frame.state, State::Going | State::Returning)) {
            spent[frame.site as usize] += u128::from(self.now.since(frame.arrived).0);
        }
        for (site, (meter, spent)) in self.meters.iter().zip(spent).enumerate() {
            let area = meter.gauge.inside.total(self.now);
            if area != spent {
                wrong.push(format!("site {site}: the number here adds up to {area} ns, its requests spent {spent} ns"));
            }
        }
    }

    /// Targets of balancers stand in pools, once each; frames refer to servers that keep their place.
    fn audit_lists(&self, wrong: &mut Vec<String>) {
        for (at, targets) in self.balancers.iter().enumerate() {
            let loads = targets.audit(self.network.balancers[at].policy, &self.servers);
            wrong.extend(loads.map(|what| format!("balancer {at}: {what}")));
            let servers: Vec<u32> = targets.servers().collect();
            let distinct: BTreeSet<u32> = servers.iter().copied().collect();
            let gone = servers.iter().any(|&id| self.servers[id as usize].phase == Phase::Gone);
            if gone || distinct.len() != servers.len() {
                wrong.push(format!("balancer {at} has targets {servers:?}, gone or twice"));
            }
        }
        let lost = |frame: &&Frame| frame.server != NONE && self.idle_servers.contains(&frame.server);
        let away = |frame: &&Frame| frame.state != State::Returning;
        if self.frames.all().filter(away).any(|frame| lost(&frame)) {
            wrong.push("a frame is at a server whose place is free".to_owned());
        }
    }
}
