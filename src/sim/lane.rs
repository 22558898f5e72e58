//! Lanes: ways through several sites that a request takes in one frame, because nothing happens to it on them but what
//! happens to all: the links take no time, what stands between only chooses where it goes, and the answer comes back the
//! same way at one moment.
//!
//! A lane leads from users through a balancer or straight to a site whose program begins with a worker, with the timer of
//! the users' call if that has one; or from any frame along a plain link to such a site. What is counted at the sites and
//! links of a lane is the same for all of them, so it is counted once, in the lane's [`Tally`], and handed out when
//! somebody looks: at the end of an interval, of a run, before a scaler decides.
//!
//! A frame on a lane is made into one frame for each site as soon as anything but the commonest happens to it
//! ([`Engine::unfold`]), so that all else may take frames for what they are.

use super::class::Asked;
use super::engine::Engine;
use super::frame::{Frame, FrameId, NONE, State};
use super::hop::{First, Hop};
use super::network::{Crossing, Index, Step};
use super::op::Then;
use super::program::{Flow, NO_RING};
use super::record::Call;
use super::timer::ON_LANE;
use crate::metrics::{Drift, Histogram};
use crate::units::{SimTime, Span};

/// Where a lane leads, and past what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lane {
    /// Source whose users' requests go it; [`NONE`] where a frame calls.
    pub(super) source: Index,
    /// The users' site, and the step of its program behind the call.
    pub(super) users: Index,
    begin: Index,
    /// The links that it follows; the same one twice where it is one.
    links: [Index; 2],
    /// The balancer's site between them and the step behind its choice; [`NONE`] where there is none.
    pub(super) via: Index,
    after: Index,
    /// The site that it leads to, where its program begins, and what it does first.
    site: Index,
    entry: Index,
    first: First,
    /// The users' call has a record.
    ruled: bool,
    /// Queue that the timer of such a call runs in; [`NONE`] without one.
    timer: u32,
    /// Answers later than this are late.
    timeout: Span,
}

/// How the requests of a source go.
#[derive(Debug, Clone, Copy)]
pub(super) enum Way {
    /// From site to site.
    Sites,
    /// On a lane to a server of a pool.
    Straight { lane: Index, pool: Index },
    /// On one of the lanes that begin in this row of [`Engine::forks`], by the link that a balancer chooses.
    Balanced { balancer: Index, row: u32 },
}

/// What was counted on a lane, and not handed out yet.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    arrived: u64,
    late: u64,
    /// Requests that had a worker at once.
    at_once: u64,
    bytes: (u64, u64),
    inside: Drift,
    pub(super) waiting: Drift,
    pub(super) workers: Drift,
    latency: Histogram,
    pub(super) wait: Histogram,
}

impl Tally {
    fn is_empty(&self) -> bool {
        let still = self.inside.is_none() && self.waiting.is_none() && self.workers.is_none();
        still && self.arrived == 0 && self.latency.count() == 0
    }
}

impl Engine {
    /// The lane of a new request of a source and the server that it goes to; `None` if it goes from site to site.
    #[inline(always)]
    pub(super) fn lane_of(&mut self, way: Way) -> Option<(Index, u32)> {
        match way {
            Way::Sites => None,
            _ if !self.folds || !self.frames.has_free() => None,
            Way::Straight { lane, pool } => {
                let state = self.pools.get(pool as usize)?;
                match (state.only, state.cluster) {
                    (Some(only), _) => Some((lane, only)),
                    (None, NONE) => Some((lane, self.pick(pool))),
                    (None, _) => None,
                }
            }
            Way::Balanced { balancer, row } => {
                let (link, server) = self.choose(balancer)?;
                Some((self.forks[(row + link) as usize], server))
            }
        }
    }

    /// Sends a user's request, for which there is a place, on a lane; what it asks for is told where requests are of kinds.
    #[inline(always)]
    pub(super) fn offer_on_lane(&mut self, (lane, server): (Index, u32), session: u32, asked: Option<Asked>) -> Flow {
        let lane = lane + asked.map_or(0, |asked| u32::from(asked.class));
        let Lane { timer, .. } = self.lanes[lane as usize];
        if timer != NONE {
            let call = (self.frames.next() | ON_LANE, self.frames.next_generation());
            self.calls.timers.start(&mut self.events, self.now, timer, call);
        }
        self.enter_lane(lane, server, |frame| {
            frame.session = session;
            if let Some(asked) = asked {
                (frame.request, frame.answer, frame.object) = (asked.request, asked.answer, asked.object);
            }
        })
    }

    /// Calls on a lane that is one link, from a frame that waits for the answer.
    #[inline(always)]
    pub(super) fn call_on_lane(&mut self, id: FrameId, lane: Index, server: u32) -> Flow {
        let child = self.frames.next();
        let caller = &mut self.frames[id];
        (caller.state, caller.child) = (State::Calling, child);
        let Frame { request, answer, class, object, errand, .. } = *caller;
        self.enter_lane(lane + u32::from(class), server, |frame| {
            (frame.parent, frame.request, frame.answer) = (id, request, answer);
            (frame.object, frame.errand) = (object, errand);
        })
    }

    /// A request, for which there is a place, reaches the end of its lane, where it takes a worker, and works or is served,
    /// or waits for one. What is its own is filled in.
    #[inline(always)]
    fn enter_lane(&mut self, lane: Index, server: u32, fill: impl FnOnce(&mut Frame)) -> Flow {
        let (id, now) = (self.frames.next(), self.now);
        let tally = &mut self.tallies[lane as usize];
        tally.arrived += 1;
        tally.inside.rise(now);
        let template = &self.templates[lane as usize];
        let Some(there) = self.servers.get_mut(server as usize) else {
            fill(self.frames.add_like(template, now));
            return Flow::Switch(id);
        };
        there.in_flight += 1;
        let (weighed, load) = (there.weighed, there.in_flight);
        match self.lanes[lane as usize].first {
            First::Worker { next, then } if there.open && there.busy < there.workers => {
                there.busy += 1;
                tally.workers.rise(now);
                tally.at_once += 1;
                let frame = self.frames.add_like(template, now);
                (frame.server, frame.pc, frame.holds) = (server, next, true);
                fill(frame);
                self.weigh_by(weighed, server, load);
                self.begin_on_lane(id, server, then)
            }
            First::Worker { next, .. } if there.open && there.waiting.len() < there.room => {
                tally.waiting.rise(now);
                let frame = self.frames.add_like(template, now);
                (frame.server, frame.pc, frame.state) = (server, next, State::Queued);
                fill(frame);
                there.waiting.push_back(&mut self.frames, id);
                self.weigh_by(weighed, server, load);
                Flow::Wait
            }
            _ => {
                let frame = self.frames.add_like(template, now);
                frame.server = server;
                fill(frame);
                self.weigh_by(weighed, server, load);
                Flow::Switch(id)
            }
        }
    }

    /// What a request does with its worker first.
    #[inline(always)]
    fn begin_on_lane(&mut self, id: FrameId, server: u32, then: Then) -> Flow {
        let (law, next, state) = match then {
            Then::Serve { law, next } if self.even && self.laws[law as usize].ring == NO_RING => {
                (law, next, State::Asleep)
            }
            Then::Work { law, next } if self.work_factors.is_empty() => {
                let there = &mut self.servers[server as usize];
                if !there.alone || !there.usual {
                    self.frames[id].pc = next;
                    return self.work(id, law);
                }
                there.solo.begin(self.now);
                (law, next, State::Working)
            }
            _ => {
                return match self.begin_with(id, then) {
                    Flow::Next => Flow::Switch(id),
                    other => other,
                };
            }
        };
        let (slot, due) = self.plan_wake(id, law);
        let frame = &mut self.frames[id];
        (frame.pc, frame.state, frame.slot, frame.due) = (next, state, slot, due);
        Flow::Wait
    }

    /// Answers a request that is on a lane.
    #[inline(always)]
    pub(super) fn answer_on_lane(&mut self, id: FrameId) -> Flow {
        let now = self.now;
        let Frame { arrived, lane, server, parent, source, session, cause, request, answer, hit, .. } = self.frames[id];
        let there = self.servers.get_mut(server as usize).filter(|server| server.open);
        let Some(left) = there.filter(|_| cause.is_none() && parent & source != NONE) else {
            return self.finish_seldom(id);
        };
        left.in_flight -= 1;
        let (weighed, load) = (left.weighed, left.in_flight);
        self.weigh_by(weighed, server, load);
        let Lane { timer, timeout, .. } = self.lanes[lane as usize];
        let took = now.since(arrived);
        let tally = &mut self.tallies[lane as usize];
        tally.inside.fall(now);
        tally.latency.record(took);
        tally.late += u64::from(took > timeout);
        tally.bytes.0 += u64::from(request);
        tally.bytes.1 += u64::from(answer);
        self.frames.remove(id);
        if parent != NONE {
            let caller = &mut self.frames[parent];
            (caller.child, caller.state) = (NONE, State::Ready);
            if caller.asks {
                (caller.asks, caller.hit) = (false, hit);
            }
            return Flow::Switch(parent);
        }
        if timer != NONE {
            let Self { calls, frames, .. } = self;
            calls.cancel_timer(timer, frames);
        }
        if session != NONE {
            self.answered(session, arrived);
        }
        Flow::Wait
    }

    /// Hands out what was counted on lanes.
    pub(super) fn settle_lanes(&mut self) {
        self.settle_course();
        for (at, tally) in self.tallies.iter_mut().enumerate() {
            if tally.at_once + tally.wait.count() > 0 {
                tally.wait.record_zeros(std::mem::take(&mut tally.at_once));
                let class = (at as u32 % self.kinds) as u8;
                self.meters[self.lanes[at].site as usize].take_waits(class, &tally.wait);
                tally.wait.clear();
            }
        }
    }

    /// The same without how long requests waited for their workers, of which no course is kept.
    pub(super) fn settle_course(&mut self) {
        (0..self.lanes.len()).for_each(|lane| self.settle_lane(lane));
    }

    fn settle_lane(&mut self, at: usize) {
        if self.tallies[at].is_empty() {
            return;
        }
        self.settle_crowd(at);
        let Lane { users, links, via, site, .. } = self.lanes[at];
        let class = (at as u32 % self.kinds) as u8;
        let tally = &mut self.tallies[at];
        for site in [users, via, site] {
            if let Some(meter) = self.meters.get_mut(site as usize) {
                meter.take_in(class, tally.arrived, &tally.latency);
            }
        }
        if let Some(meter) = self.meters.get_mut(users as usize) {
            meter.late(class, tally.late);
        }
        for &link in if via == NONE { &links[1..] } else { &links[..] } {
            self.link_meters[link as usize].take_in(tally.arrived, tally.bytes, &tally.latency);
        }
        (tally.arrived, tally.late, tally.bytes) = (0, 0, (0, 0));
        tally.latency.clear();
    }

    /// Hands out how many are, wait and work at the sites of a lane.
    fn settle_crowd(&mut self, at: usize) {
        let Lane { users, via, site, .. } = self.lanes[at];
        let tally = &mut self.tallies[at];
        let inside = std::mem::take(&mut tally.inside);
        for site in [users, via, site] {
            if let Some(meter) = self.meters.get_mut(site as usize) {
                meter.gauge.inside.take(self.now, inside);
            }
        }
        let gauge = &mut self.meters[site as usize].gauge;
        gauge.waiting.take(self.now, std::mem::take(&mut tally.waiting));
        gauge.workers.take(self.now, std::mem::take(&mut tally.workers));
    }

    /// Makes a frame for each site of a request that is on a lane.
    #[inline]
    pub(super) fn unfold(&mut self, id: FrameId) {
        if self.frames[id].lane != NONE {
            self.make_apart(id);
        }
    }

    #[cold]
    #[inline(never)]
    fn make_apart(&mut self, id: FrameId) {
        let at = std::mem::replace(&mut self.frames[id].lane, NONE);
        self.settle_crowd(at as usize);
        let lane = self.lanes[at as usize];
        if lane.source == NONE {
            return;
        }
        let Frame { session, request, answer, class, object, arrived, generation, .. } = self.frames[id];
        let asks = Frame { request, answer, class, object, state: State::Calling, ..Frame::at(0, 0, arrived) };
        // All as old as the first: who was there before whom is told by that.
        let user = Frame { source: lane.source, session, site: lane.users, pc: lane.begin, child: id, ..asks };
        let user = self.frames.add(user);
        self.frames[user].generation = generation;
        (self.frames[id].source, self.frames[id].session, self.frames[id].parent) = (NONE, NONE, user);
        let mut called = id;
        if lane.via != NONE {
            let [link, _] = lane.links;
            let via = Frame { site: lane.via, pc: lane.after, parent: user, link, child: id, ..asks };
            called = self.frames.add(via);
            self.frames[called].generation = generation;
            (self.frames[id].parent, self.frames[user].child) = (called, called);
        }
        if lane.ruled {
            self.keep_record(&lane, user, called);
            self.move_timer(&lane, id, called);
        }
    }

    /// The record of a user's call that was made on a lane.
    fn keep_record(&mut self, lane: &Lane, user: FrameId, child: FrameId) {
        let Frame { arrived: began, pc, .. } = self.frames[user];
        let call = Call { began, caller: user, step: pc - 1, link: lane.links[0], child, attempts: 1, ..Call::NONE };
        let call = self.calls.add(Call { used: true, simple: true, ..call });
        self.frames[child].call = call;
        (self.frames[user].state, self.frames[user].child) = (State::Joining, call);
    }

    /// Lets the timer of a frame that was on a lane be that of the record which it has now.
    fn move_timer(&mut self, lane: &Lane, id: FrameId, child: FrameId) {
        let Frame { arrived, generation, .. } = self.frames[id];
        let call = self.frames[child].call;
        let to = (call, self.calls.slab[call as usize].generation);
        // It is not there when it has just run out.
        if lane.timer != NONE && self.calls.timers.hand_over(lane.timer, arrived, [(id | ON_LANE, generation), to]) {
            self.calls.slab[call as usize].timer = lane.timer;
        }
    }

    /// Makes a frame for each site of each request that is on a lane.
    pub(super) fn unfold_all(&mut self) {
        self.unfold_those(|_| true);
        self.settle_lanes();
    }

    /// The same for the requests on some lanes.
    pub(super) fn unfold_those(&mut self, of: impl Fn(&Lane) -> bool) {
        let lanes = &self.lanes;
        let on = |frame: &Frame| lanes.get(frame.lane as usize).is_some_and(&of);
        for id in self.frames.those(on) {
            self.unfold(id);
        }
    }

    /// Lets every request go the long way from now on: no step is taken together with another, and none of the pieces
    /// that do the commonest things at once is used. Nothing else comes of it than that it takes longer, which is what it
    /// is there to show.
    pub fn take_the_long_way(&mut self) {
        self.unfold_all();
        (self.long, self.folds) = (true, false);
        self.tabulate();
    }

    /// Finds out which ways can be taken in one frame, as things stand now.
    pub(super) fn lay_lanes(&mut self) {
        self.unfold_all();
        self.kinds = self.network.classes.len().max(1) as u32;
        (self.lanes, self.forks) = (Vec::new(), Vec::new());
        for link in 0..self.hops.len() as Index {
            self.hops[link as usize].lane = if self.hops[link as usize].is_lane() && !self.long {
                let lane = self.lane_to([link; 2]);
                self.add_lane(lane)
            } else {
                NONE
            };
        }
        for source in 0..self.origins.len() as Index {
            self.origins[source as usize].way = self.way_of(source);
        }
        self.tallies = vec![Tally::default(); self.lanes.len()];
        self.templates = (0..self.lanes.len()).map(|lane| self.template(lane)).collect();
    }

    /// A request at the beginning of a lane.
    fn template(&self, at: usize) -> Frame {
        let Lane { source, links, site, entry, .. } = self.lanes[at];
        let (request, answer) = self.origins.get(source as usize).map_or((0, 0), |o| (o.asked.request, o.asked.answer));
        let class = (at as u32 % self.kinds) as u8;
        let new = Frame { link: links[1], lane: at as Index, class, ..Frame::at(site, entry, SimTime::ZERO) };
        Frame { source, request, answer, ..new }
    }

    /// Makes room for a lane, once for each class of requests.
    fn add_lane(&mut self, lane: Lane) -> Index {
        self.lanes.extend((0..self.kinds).map(|_| lane));
        self.lanes.len() as Index - self.kinds
    }

    /// The lane along links of which the last leads to a site that begins with a worker.
    fn lane_to(&self, links: [Index; 2]) -> Lane {
        let Hop { to, entry, first, .. } = self.hops[links[1] as usize];
        Lane {
            source: NONE,
            users: NONE,
            begin: NONE,
            links,
            via: NONE,
            after: NONE,
            site: to,
            entry,
            first,
            ruled: false,
            timer: NONE,
            timeout: Span(u64::MAX),
        }
    }

    /// How the requests of a source go.
    fn way_of(&mut self, source: Index) -> Way {
        let origin = self.origins[source as usize];
        let Some(&hop) = self.hops.get(origin.link as usize).filter(|hop| hop.instant && origin.answers) else {
            return Way::Sites;
        };
        let memory = &self.calls.links[origin.link as usize];
        if hop.ruled && !memory.simple {
            return Way::Sites;
        }
        let timer = memory.timer.filter(|_| hop.ruled).unwrap_or(NONE);
        let from = |lane: Lane| Lane {
            source,
            users: origin.site,
            begin: origin.begin,
            ruled: hop.ruled,
            timer,
            timeout: origin.timeout,
            ..lane
        };
        if hop.pool != NONE {
            if !matches!(hop.first, First::Worker { .. }) {
                return Way::Sites;
            }
            let lane = from(self.lane_to([origin.link; 2]));
            return Way::Straight { lane: self.add_lane(lane), pool: hop.pool };
        }
        let Some((balancer, after)) = self.plain_balancer(hop.entry) else { return Way::Sites };
        let row = self.forks.len() as u32;
        self.forks.resize(self.forks.len() + self.hops.len(), NONE);
        for link in self.network.balancers[balancer as usize].links.clone() {
            let lane = Lane { via: hop.to, after, ..from(self.lane_to([origin.link, link])) };
            self.forks[(row + link) as usize] = self.add_lane(lane);
        }
        Way::Balanced { balancer, row }
    }

    /// The balancer that a program begins with, if all that it does is to choose where a request goes on a lane; with the
    /// step behind the choice.
    fn plain_balancer(&self, entry: Index) -> Option<(Index, Index)> {
        let op = self.ops.get(entry as usize)?;
        let Step::Balance(balancer) = op.step else { return None };
        let spec = &self.network.balancers[balancer as usize];
        let answers = matches!(self.ops.get(op.next as usize)?.step, Step::Finish);
        let plain = spec.sticky.is_none() && spec.crossing == Crossing::Zones;
        let lanes = spec.links.iter().all(|&link| self.hops[link as usize].is_lane());
        (answers && plain && lanes).then_some((balancer, op.next))
    }
}
