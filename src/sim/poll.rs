//! Receives: how consumers learn of the messages of a buffer.
//!
//! With a wait, a receive stays open until a message comes, so that consumers have it at once; one that waits in vain
//! comes back empty and is followed by the next. Without, a server asks until it finds nothing, and again after a pause or
//! when one of its workers is done; each time it sees only some of the messages if they are few: one may be there and not
//! be found. A server whose workers are all busy does not ask. Absent: how long a receive itself takes.

use super::buffer::Messages;
use super::engine::Engine;
use super::event_set::{Event, EventKind};
use super::network::Index;
use super::snapshot::Phase;
use crate::units::{SimTime, Span};

/// How consumers ask for messages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Polls {
    /// How long a receive waits for a message; zero for an answer at once.
    pub wait: Span,
    /// Between two receives of a server without a wait.
    pub pause: Span,
    /// Share of the messages that a receive without a wait sees, 0 to 1, where there are few.
    pub seen: f64,
    /// Law whose stream decides which.
    pub law: Index,
}

impl Polls {
    /// Whether consumers have to ask to learn of a message.
    pub(super) fn are_short(&self) -> bool {
        self.wait == Span::ZERO
    }

    /// Between two receives of a server that finds nothing.
    fn period(&self) -> Span {
        if self.are_short() { self.pause.max(SHORTEST_PAUSE) } else { self.wait }
    }
}

/// Least pause between two receives of a server: without one no time would pass.
const SHORTEST_PAUSE: Span = Span::from_millis(1);

/// Messages that one receive brings at most: SQS developer guide, `MaxNumberOfMessages` (2026).
const MOST: u32 = 10;

/// So many messages are on all machines that keep the queue: a receive sees enough of them. SQS developer guide, "Short and
/// long polling": fewer than 1000.
const MANY: usize = 1_000;

impl Engine {
    /// Plans the next receive of each buffer that has consumers, where none is planned.
    pub(super) fn plan_polls(&mut self) {
        for buffer in 0..self.buffers.len() as Index {
            let messages = &mut self.buffers[buffer as usize];
            if !messages.consumers.is_empty() && !messages.polled {
                messages.polled = true;
                self.plan_poll(buffer, 1);
            }
        }
    }

    /// Servers take turns, so that each asks once in a period.
    fn plan_poll(&mut self, buffer: Index, servers: usize) {
        let period = self.network.buffers[buffer as usize].polls.period();
        let gap = Span((period.0 / servers.max(1) as u64).max(1));
        self.events.schedule(self.now + gap, Event { kind: EventKind::Poll, index: buffer });
    }

    /// The server whose turn it is asks for messages, or hears that none came.
    pub(super) fn poll(&mut self, buffer: Index) {
        if self.buffers[buffer as usize].consumers.is_empty() {
            self.buffers[buffer as usize].polled = false;
            return;
        }
        let servers = self.pollers(buffer);
        let messages = &mut self.buffers[buffer as usize];
        messages.turn = if messages.turn + 1 < servers.len() { messages.turn + 1 } else { 0 };
        if let Some(&(link, server)) = servers.get(messages.turn)
            && self.servers[server as usize].busy < self.open_workers(server)
            && !self.rests(buffer, link)
        {
            match self.network.buffers[buffer as usize].polls.are_short() {
                true => self.ask_for_messages(buffer, link, server),
                false => self.wait_in_vain(buffer, server),
            }
        }
        self.plan_poll(buffer, servers.len());
        self.run_ready();
    }

    /// Servers in service that take messages, with their links.
    fn pollers(&self, buffer: Index) -> Vec<(Index, u32)> {
        let consumers = self.buffers[buffer as usize].consumers.iter();
        let servers = consumers
            .flat_map(|&(pool, link)| self.pools[pool as usize].servers.iter().map(move |&server| (link, server)));
        servers.filter(|&(_, server)| self.servers[server as usize].phase == Phase::InService).collect()
    }

    /// A server receives until it finds nothing, or has no free worker.
    pub(super) fn ask_for_messages(&mut self, buffer: Index, link: Index, server: u32) {
        while let free @ 1.. = self.open_workers(server).saturating_sub(self.servers[server as usize].busy) {
            if self.receive(buffer, link, (server, free.min(MOST))) == 0 {
                let site = self.network.buffers[buffer as usize].site;
                self.meters[site as usize].count.empty += 1;
                break;
            }
        }
        let busy = self.servers[server as usize].busy;
        self.buffers[buffer as usize].asker(server).busy = busy;
    }

    /// A server may have a free worker: it asks if one is done since it asked last, and else after its pause.
    pub(super) fn ask_if_freed(&mut self, buffer: Index, link: Index, server: u32) {
        if self.servers[server as usize].busy < self.buffers[buffer as usize].asker(server).busy {
            self.ask_for_messages(buffer, link, server);
        }
    }

    /// One receive that comes back at once: says how many messages it brings.
    fn receive(&mut self, buffer: Index, link: Index, (server, wanted): (u32, u32)) -> u32 {
        let seen = self.seen_now(buffer, wanted);
        let mut got = 0;
        while got < seen && self.buffers[buffer as usize].has_next() {
            self.deliver(buffer, link, server);
            got += 1;
        }
        got
    }

    /// How many messages a receive sees that wants so many.
    fn seen_now(&mut self, buffer: Index, wanted: u32) -> u32 {
        let spec = &self.network.buffers[buffer as usize];
        let there = self.buffers[buffer as usize].visible();
        if spec.polls.seen >= 1.0 || there >= MANY {
            return wanted;
        }
        let stream = &mut self.laws[spec.polls.law as usize].stream;
        let seen = (0..there).filter(|_| stream.unit() < spec.polls.seen).take(wanted as usize);
        seen.count() as u32
    }

    /// A receive that waited until its time was over, unless a message came meanwhile.
    fn wait_in_vain(&mut self, buffer: Index, server: u32) {
        let began =
            self.buffers[buffer as usize].asker(server).received.max(self.servers[server as usize].in_service_since);
        if self.now.since(began) >= self.network.buffers[buffer as usize].polls.wait {
            let site = self.network.buffers[buffer as usize].site;
            self.meters[site as usize].count.empty += 1;
        }
    }
}

/// What a buffer knows of a server that takes its messages.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Asker {
    /// When it had its latest message.
    received: SimTime,
    /// Busy workers when it had asked last.
    busy: u32,
}

impl Messages {
    fn asker(&mut self, server: u32) -> &mut Asker {
        if self.askers.len() <= server as usize {
            self.askers.resize(server as usize + 1, Asker::default());
        }
        &mut self.askers[server as usize]
    }

    /// A server has a message.
    pub(super) fn note_receive(&mut self, server: u32, now: SimTime) {
        self.asker(server).received = now;
    }
}
