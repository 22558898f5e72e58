//! Sessions: what a user is from one request to the next. Closed users and visitors share one slab.
//!
//! A session waits for an answer or thinks. Its place is told from that of an earlier session by a generation. What belongs
//! to a user and not to a request is in memos that hang on the session; the frame at the users' site knows the session.

use super::arrivals::SourceState;
use super::class::seats;
use super::deadline::Deadlines;
use super::dist::Sampler;
use super::engine::Engine;
use super::event_set::{Event, EventKind, NO_SLOT, Slot};
use super::frame::{Frame, NONE};
use super::keep::Memos;
use super::network::{Index, Reason, Source};
use super::program::Flow;
use super::traffic::{Tally, Traffic};
use crate::units::{SimTime, Span};

/// Index of a session.
pub(super) type SessionId = u32;

/// Most sessions at once.
const MOST: usize = 4_000_000;

/// A user who has an answer in no time and does not think pauses this long, or time would stand still.
const LEAST_CYCLE: Span = Span::from_millis(1);

/// One user.
#[derive(Debug, Clone, Copy)]
pub(super) struct Session {
    /// Source that it belongs to; [`NONE`] where the place is free.
    pub(super) source: Index,
    /// Tells users of the same place apart.
    pub(super) generation: u32,
    /// Requests that a visitor still makes.
    left: u32,
    /// End of its pause; without one it waits for an answer.
    slot: Slot,
    /// The first of the memos that it keeps; [`NONE`] if there are none.
    kept: u32,
}

/// All sessions.
#[derive(Debug, Clone, Default)]
pub(super) struct Sessions {
    slab: Vec<Session>,
    free: Vec<SessionId>,
    /// What users keep.
    pub(super) memos: Memos,
}

impl Sessions {
    /// A new session; `None` if there is no room.
    fn add(&mut self, source: Index, left: u32) -> Option<SessionId> {
        if let Some(id) = self.free.pop() {
            let place = &mut self.slab[id as usize];
            *place = Session { source, left, slot: NO_SLOT, kept: NONE, generation: place.generation };
            return Some(id);
        }
        if self.slab.len() >= MOST {
            return None;
        }
        self.slab.push(Session { source, generation: 0, left, slot: NO_SLOT, kept: NONE });
        Some(self.slab.len() as SessionId - 1)
    }

    fn remove(&mut self, id: SessionId) {
        let session = &mut self.slab[id as usize];
        session.source = NONE;
        session.generation = session.generation.wrapping_add(1);
        self.free.push(id);
    }

    /// The first memo of a session.
    pub(super) fn kept(&self, id: SessionId) -> u32 {
        self.slab[id as usize].kept
    }

    pub(super) fn set_kept(&mut self, id: SessionId, first: u32) {
        self.slab[id as usize].kept = first;
    }

    /// The first memos of all sessions that are there.
    pub(super) fn all_kept(&self) -> impl Iterator<Item = u32> {
        self.slab.iter().filter(|session| session.source != NONE).map(|session| session.kept)
    }

    /// Sessions of a source, with their ids.
    pub(super) fn of(&self, source: Index) -> impl Iterator<Item = (SessionId, &Session)> {
        (0..).zip(&self.slab).filter(move |(_, session)| session.source == source)
    }
}

impl Session {
    /// Whether it pauses, as opposed to waiting for an answer.
    pub(super) fn thinks(&self) -> bool {
        self.slot != NO_SLOT
    }
}

impl Engine {
    /// Closed users take their seats; each begins somewhere in a pause, so that they do not all come at once.
    pub(super) fn seat_users(&mut self, index: Index) {
        let Traffic::Closed { users, requests, .. } = self.network.sources[index as usize].traffic else { return };
        if requests.is_some_and(|most| self.sources[index as usize].issued >= most) {
            return;
        }
        while self.sources[index as usize].population < users {
            let Some(id) = self.sessions.add(index, u32::MAX) else { return };
            let state = &mut self.sources[index as usize];
            state.population += 1;
            let pause = state.think.draw(&mut state.thinks) as f64;
            let part = if matches!(state.think, Sampler::Constant(0)) { 0.0 } else { state.thinks.unit() };
            self.pause(id, Span((pause * part) as u64));
        }
    }

    fn pause(&mut self, id: SessionId, pause: Span) {
        let event = Event { kind: EventKind::Think, index: id };
        self.sessions.slab[id as usize].slot = self.events.schedule(self.now + pause, event);
    }

    /// A visitor comes and asks for the first time. One who finds no room is a failed request.
    #[inline(never)]
    pub(super) fn begin_session(&mut self, index: Index, requests: Tally) -> Flow {
        let state = &mut self.sources[index as usize];
        let requests = requests.draw(&mut state.sizes);
        match self.sessions.add(index, requests) {
            Some(id) => {
                self.sources[index as usize].population += 1;
                self.request_again(id)
            }
            None => {
                self.turn_away(index);
                Flow::Wait
            }
        }
    }

    /// The pause of a user is over.
    #[inline(always)]
    pub(super) fn think_ends(&mut self, id: SessionId) -> Flow {
        self.sessions.slab[id as usize].slot = NO_SLOT;
        self.request_again(id)
    }

    /// A user makes a request, if its source still takes one.
    #[inline(always)]
    fn request_again(&mut self, id: SessionId) -> Flow {
        let index = self.sessions.slab[id as usize].source;
        let state = &mut self.sources[index as usize];
        if self.origins[index as usize].seats.is_some() {
            state.issued += 1;
            return self.offer(index, id);
        }
        self.request_among_few(id)
    }

    /// The same where the number of requests may be limited.
    #[inline(never)]
    fn request_among_few(&mut self, id: SessionId) -> Flow {
        let session = &mut self.sessions.slab[id as usize];
        let index = session.source;
        let state = &mut self.sources[index as usize];
        if let Traffic::Closed { requests: Some(most), .. } = self.network.sources[index as usize].traffic
            && state.issued >= most
        {
            self.end_session(id);
            return Flow::Wait;
        }
        session.left = session.left.saturating_sub(1);
        state.issued += 1;
        if let Traffic::Closed { requests: Some(most), .. } = self.network.sources[index as usize].traffic
            && state.issued == most
        {
            self.dismiss(index);
        }
        self.offer(index, id)
    }

    /// The last request is made: users who think have nothing more to do.
    fn dismiss(&mut self, index: Index) {
        let thinking: Vec<SessionId> =
            self.sessions.of(index).filter(|(_, session)| session.thinks()).map(|(id, _)| id).collect();
        thinking.into_iter().for_each(|id| self.end_session(id));
    }

    /// A user has an answer, or has learnt that there will be none.
    #[inline]
    pub(super) fn answered(&mut self, id: SessionId, asked: SimTime) {
        let session = &self.sessions.slab[id as usize];
        let index = session.source;
        let state = &mut self.sources[index as usize];
        let stays = match (self.origins[index as usize].seats, &self.network.sources[index as usize].traffic) {
            (Some(users), _) => state.population <= users,
            (_, Traffic::Closed { users, requests, .. }) => {
                state.population <= *users && requests.is_none_or(|most| state.issued < most)
            }
            (_, Traffic::Sessions { .. }) => session.left > 0,
            (_, Traffic::Open { .. }) => false,
        };
        if !stays {
            return self.end_session(id);
        }
        let pause = Span(state.think.draw(&mut state.thinks));
        let idle = pause == Span::ZERO && asked == self.now;
        let pause = if idle { LEAST_CYCLE } else { pause };
        let source = &self.network.sources[index as usize];
        if pause <= source.keep {
            let count = &mut self.meters[source.site as usize].count;
            count.reused += 1;
            count.waited_open += pause.0;
        }
        self.pause(id, pause);
    }

    fn end_session(&mut self, id: SessionId) {
        let session = &self.sessions.slab[id as usize];
        self.sources[session.source as usize].population -= 1;
        if session.thinks() {
            self.events.cancel(session.slot);
        }
        self.forget_kept(id);
        self.sessions.remove(id);
    }

    /// A source that is new begins now.
    pub(super) fn add_source(&mut self, index: Index) {
        let source = &self.network.sources[index as usize];
        let site = &self.network.sites[source.site as usize].name;
        self.sources.push(SourceState::new(source, site, self.seed));
        self.deadlines.push(Deadlines::default());
        self.seat_users(index);
        self.replan_arrival(index);
    }

    /// Takes new figures of a source in: its next arrival, its users and their pauses.
    pub(super) fn retune_source(&mut self, index: Index, old: &Source) {
        let source = &self.network.sources[index as usize];
        self.sources[index as usize].tabulate(source);
        if (source.patience, source.timeout) != (old.patience, old.timeout) {
            self.reset_deadlines(index);
        }
        if self.network.sources[index as usize].traffic != old.traffic {
            self.retune_traffic(index, &old.traffic);
        }
    }

    fn retune_traffic(&mut self, index: Index, before: &Traffic) {
        let source = &self.network.sources[index as usize];
        // A spike changes what was tabulated.
        self.origins[index as usize].seats = seats(&source.traffic);
        let same_kind = std::mem::discriminant(&source.traffic) == std::mem::discriminant(before);
        let thinks_anew = match (&source.traffic, before) {
            (Traffic::Closed { think, .. }, Traffic::Closed { think: old, .. })
            | (Traffic::Sessions { think, .. }, Traffic::Sessions { think: old, .. }) => think != old,
            _ => false,
        };
        let users = match source.traffic {
            Traffic::Closed { users, .. } => users,
            _ => u32::MAX,
        };
        let thinking: Vec<SessionId> =
            self.sessions.of(index).filter(|(_, session)| session.thinks()).map(|(id, _)| id).collect();
        for id in thinking {
            // The others leave when they have their answers.
            if !same_kind || self.sources[index as usize].population > users {
                self.end_session(id);
            } else if thinks_anew {
                self.think_anew(id);
            }
        }
        self.seat_users(index);
        self.replan_arrival(index);
    }

    fn think_anew(&mut self, id: SessionId) {
        let session = self.sessions.slab[id as usize];
        self.events.cancel(session.slot);
        let state = &mut self.sources[session.source as usize];
        let pause = Span(state.think.draw(&mut state.thinks));
        self.pause(id, pause);
    }

    /// A request that finds no room at all.
    fn turn_away(&mut self, index: Index) {
        let site = self.network.sources[index as usize].site;
        let entry = self.network.sites[site as usize].entry;
        let frame = Frame { source: index, ..Frame::at(site, entry, self.now) };
        let id = self.frames.add(frame);
        self.arrive(id);
        self.fail(id, Reason::Crowded, Reason::Crowded);
    }

    /// Whether every request that will ever be made is over: all sources have users who make a number of requests.
    pub fn is_over(&self) -> bool {
        let ends = |(source, state): (&Source, &SourceState)| {
            let limited =
                matches!(source.traffic, Traffic::Closed { requests: Some(most), .. } if state.issued >= most);
            limited && state.population == 0
        };
        !self.network.sources.is_empty() && self.network.sources.iter().zip(&self.sources).all(ends)
    }
}
