//! Buffers: messages wait until a consumer has a free worker, and come back if it does not finish them.
//!
//! A message that was given out too often is a dead letter: it moves to the buffer for those, or is set aside. One that is
//! too old is gone. A consumer that succeeds with a message that was given out again meanwhile has worked in vain.

use super::engine::Engine;
use super::frame::{Frame, FrameId, NONE};
use super::line::Line;
use super::network::{Index, Reason};
use super::poll::Asker;
use super::program::Flow;
use super::snapshot::Phase;
use crate::units::{SimTime, Span};
use std::collections::{BTreeSet, VecDeque};

/// One message.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Message {
    /// When it was stored.
    stored: SimTime,
    /// What it is about, and the kind of request that sent it.
    object: u32,
    class: u8,
    /// Times that it was given to a consumer.
    received: u32,
    /// Told apart from earlier users of the same place.
    generation: u32,
    /// Waits, as opposed to being worked on.
    visible: bool,
    /// In use.
    kept: bool,
    /// Consumer that received it last: only its success counts.
    holder: FrameId,
}

/// Most messages that one buffer takes at one moment. Messages that go round in a circle in which no time passes end here,
/// and come back when their time to be invisible is over.
const MOST_AT_ONCE: u32 = 100_000;

/// The messages of one buffer.
#[derive(Debug, Clone, Default)]
pub(super) struct Messages {
    slab: Vec<Message>,
    /// The latest moment at which something was stored, and how much then.
    burst: (SimTime, u32),
    free: Vec<u32>,
    line: Line,
    /// Messages in the order in which they were stored, with their generations; those that are gone are left out when
    /// they come to the front.
    order: VecDeque<(u32, u32)>,
    /// Pools that take messages, with the link.
    pub(super) consumers: Vec<(Index, Index)>,
    /// Whether an event for the next receive is pending, and whose turn it is.
    pub(super) polled: bool,
    pub(super) turn: usize,
    /// What is known of each server.
    pub(super) askers: Vec<Asker>,
}

impl Messages {
    /// Whether it takes one more at this moment.
    fn takes(&mut self, now: SimTime) -> bool {
        let (at, many) = self.burst;
        self.burst = (now, if at == now { many + 1 } else { 1 });
        self.burst.1 <= MOST_AT_ONCE
    }

    fn add(&mut self, what: Message) -> u32 {
        let id = self.free.pop().unwrap_or_else(|| {
            self.slab.push(Message::default());
            (self.slab.len() - 1) as u32
        });
        let message = &mut self.slab[id as usize];
        let generation = message.generation.wrapping_add(1);
        *message = Message { generation, kept: true, received: 0, holder: NONE, ..what };
        self.order.push_back((id, generation));
        if what.visible {
            self.line.push(id, what.object);
        }
        id
    }

    fn remove(&mut self, id: u32) {
        let message = &mut self.slab[id as usize];
        message.kept = false;
        message.generation = message.generation.wrapping_add(1);
        self.free.push(id);
        let Message { visible, object, received, .. } = *message;
        if visible {
            self.line.remove(id, object);
        } else if received > 0 {
            self.line.done(object);
        }
        self.compact();
    }

    /// Forgets the order of messages that are gone, at the front at once and elsewhere when they are most of it.
    fn compact(&mut self) {
        let slab = &self.slab;
        let alive =
            |&(id, generation): &(u32, u32)| slab[id as usize].kept && slab[id as usize].generation == generation;
        while self.order.front().is_some_and(|first| !alive(first)) {
            self.order.pop_front();
        }
        if self.order.len() > 1_024 + 2 * (self.slab.len() - self.free.len()) {
            self.order.retain(alive);
        }
    }

    /// When the oldest message that is kept was stored.
    pub(super) fn oldest(&self) -> Option<SimTime> {
        self.order.front().map(|&(id, _)| self.slab[id as usize].stored)
    }

    /// Has the messages wait in so many groups, 0 for none.
    pub(super) fn regroup(&mut self, groups: u32) {
        if self.line.groups() == groups {
            return;
        }
        self.line = Line::new(groups);
        for &(id, generation) in &self.order {
            let message = &self.slab[id as usize];
            if !message.kept || message.generation != generation {
                continue;
            }
            if message.visible {
                self.line.push(id, message.object);
            } else if message.received > 0 {
                self.line.hold(message.object);
            }
        }
    }

    /// Whether a consumer is the one that received a message last. Who was overtaken by the visibility time-out and a
    /// new receive works in vain, as with an outdated receipt handle.
    fn holds(&self, id: u32, consumer: FrameId) -> bool {
        let message = &self.slab[id as usize];
        message.kept && message.holder == consumer
    }

    /// What is wrong with the lists, given how many messages should be kept; see [`Engine::audit`].
    pub(super) fn audit(&self, kept: u64) -> Option<String> {
        let count = |wanted: fn(&&Message) -> bool| self.slab.iter().filter(wanted).count();
        let (found, visible) = (count(|m| m.kept), count(|m| m.kept && m.visible));
        let waiting: BTreeSet<u32> = self.line.all().collect();
        let free: BTreeSet<u32> = self.free.iter().copied().collect();
        let all_wait = waiting.iter().all(|&id| self.slab[id as usize].visible && self.slab[id as usize].kept);
        let sound = found as u64 == kept
            && (self.line.len(), waiting.len()) == (visible, visible)
            && (self.free.len(), free.len()) == (self.slab.len() - found, self.slab.len() - found)
            && all_wait;
        let (waiting, free) = (self.line.len(), self.free.len());
        let text = || format!("{kept} kept, found {found}; {waiting} wait, found {visible}; {free} places free");
        (!sound).then(text)
    }

    /// Whether there is one to give out.
    pub(super) fn has_next(&self) -> bool {
        self.line.has_next()
    }

    /// Messages that wait, those being worked on left out.
    pub(super) fn visible(&self) -> usize {
        self.line.len()
    }
}

impl Engine {
    /// Stores what a request brings as a message, and gives it to a consumer if one has a free worker.
    pub(super) fn store(&mut self, id: FrameId, buffer: Index) -> Flow {
        if !self.buffers[buffer as usize].takes(self.now) {
            return self.fail(id, Reason::Crowded, Reason::Crowded);
        }
        let Frame { object, class, .. } = self.frames[id];
        let delay = self.network.buffers[buffer as usize].delay;
        let visible = delay == Span::ZERO;
        let message = Message { stored: self.now, object, class, visible, ..Message::default() };
        let id = self.put_message(buffer, message);
        if !visible {
            let generation = self.buffers[buffer as usize].slab[id as usize].generation;
            let ring = self.delay_rings[buffer as usize];
            self.rings[ring as usize].push(&mut self.events, self.now, id, generation);
        }
        Flow::Next
    }

    fn put_message(&mut self, buffer: Index, message: Message) -> u32 {
        let id = self.buffers[buffer as usize].add(message);
        let meter = &mut self.meters[self.network.buffers[buffer as usize].site as usize];
        meter.count.stored += 1;
        meter.gauge.backlog.rise(self.now);
        self.offer_messages(buffer);
        id
    }

    /// Gives waiting messages to consumers with free workers, if they wait for them.
    pub(super) fn offer_messages(&mut self, buffer: Index) {
        if self.network.buffers[buffer as usize].polls.are_short() {
            return;
        }
        for consumer in 0..self.buffers[buffer as usize].consumers.len() {
            let (pool, link) = self.buffers[buffer as usize].consumers[consumer];
            while !self.rests(buffer, link) && self.buffers[buffer as usize].line.has_next() {
                let Some(server) = self.free_server(pool) else { break };
                self.deliver(buffer, link, server);
            }
        }
    }

    /// Whether nothing is given out along a link now, because a fault has shut one of its ends.
    pub(super) fn rests(&self, buffer: Index, link: Index) -> bool {
        let from = self.network.buffers[buffer as usize].site;
        self.gates.shut(from) || self.gates.shut(self.network.links[link as usize].to)
    }

    /// A server in service with a free worker, the least busy first.
    fn free_server(&self, pool: Index) -> Option<u32> {
        let servers = self.pools[pool as usize].servers.iter().copied();
        let free = servers.filter(|&id| {
            let server = &self.servers[id as usize];
            server.phase == Phase::InService && server.busy < self.open_workers(id)
        });
        free.min_by_key(|&id| self.servers[id as usize].busy)
    }

    /// Fills the free workers of a server with messages.
    pub(super) fn fetch(&mut self, id: u32) {
        let pool = self.servers[id as usize].pool as usize;
        if self.pools[pool].feeds.is_empty() || self.servers[id as usize].phase != Phase::InService {
            return;
        }
        let workers = self.open_workers(id);
        for feed in 0..self.pools[pool].feeds.len() {
            let (buffer, link) = self.pools[pool].feeds[feed];
            if self.rests(buffer, link) {
                continue;
            }
            if self.network.buffers[buffer as usize].polls.are_short() {
                self.ask_if_freed(buffer, link, id);
                continue;
            }
            while self.servers[id as usize].busy < workers && self.buffers[buffer as usize].line.has_next() {
                self.deliver(buffer, link, id);
            }
        }
    }

    /// Gives the first waiting message to a worker of a server.
    pub(super) fn deliver(&mut self, buffer: Index, link: Index, server: u32) {
        let messages = &mut self.buffers[buffer as usize];
        let Some(message) = messages.line.pop() else { return };
        messages.note_receive(server, self.now);
        let kept = &mut messages.slab[message as usize];
        kept.visible = false;
        kept.received += 1;
        let (generation, object, class) = (kept.generation, kept.object, kept.class);
        let ring = self.buffer_rings[buffer as usize];
        self.rings[ring as usize].push(&mut self.events, self.now, message, generation);
        let site = self.network.links[link as usize].to;
        let entry = self.hops[link as usize].entry;
        let about = Frame { object, class, ..Frame::at(site, entry, self.now) };
        let frame = Frame { link, server, message, holds: true, ..about };
        self.servers[server as usize].busy += 1;
        self.meters[site as usize].gauge.workers.rise(self.now);
        self.link_meters[link as usize].calls += 1;
        let id = self.frames.add(frame);
        self.buffers[buffer as usize].slab[message as usize].holder = id;
        if let Flow::Switch(id) = self.send(id, (link, NONE), server) {
            self.ready.push_back(id);
        }
    }

    /// A consumer is done with a message: it is gone if that went well and nobody received it since, else it comes back
    /// when its time is over.
    pub(super) fn settle_message(&mut self, frame: FrameId, message: u32, cause: Option<Reason>) {
        let Frame { link, called, server, .. } = self.frames[frame];
        let meter = &mut self.link_meters[link as usize];
        meter.latency.record(self.now.since(called));
        meter.failed += u64::from(cause.is_some());
        let buffer = self.link_buffers[link as usize];
        if cause.is_some() {
            return;
        }
        let site = self.network.buffers[buffer as usize].site as usize;
        if self.buffers[buffer as usize].holds(message, frame) {
            self.forget_message(buffer, message);
            self.meters[site].count.finished += 1;
            if self.network.buffers[buffer as usize].groups > 0 {
                // Behind it in its group others may wait for somebody who is free; who finished it asks again.
                self.offer_messages(buffer);
                if self.network.buffers[buffer as usize].polls.are_short() && self.serves(server) {
                    self.ask_for_messages(buffer, link, server);
                }
            }
        } else {
            self.meters[site].count.duplicates += 1;
        }
    }

    fn forget_message(&mut self, buffer: Index, message: u32) {
        self.buffers[buffer as usize].remove(message);
        let site = self.network.buffers[buffer as usize].site;
        self.meters[site as usize].gauge.backlog.fall(self.now);
    }

    /// Sets everything aside that a buffer keeps.
    pub(super) fn discard_messages(&mut self, buffer: Index) {
        let messages = &mut self.buffers[buffer as usize];
        let kept: Vec<u32> = (0..).zip(&messages.slab).filter(|(_, message)| message.kept).map(|(id, _)| id).collect();
        for message in kept {
            self.forget_message(buffer, message);
            self.meters[self.network.buffers[buffer as usize].site as usize].count.dead += 1;
        }
    }

    /// The visibility time-out of a message is over: it waits again, or is a dead letter if there is a buffer for those.
    pub(super) fn message_due(&mut self, buffer: Index, message: u32, generation: u32) {
        let kept = &mut self.buffers[buffer as usize].slab[message as usize];
        if kept.generation != generation || !kept.kept || kept.visible {
            return;
        }
        let letter = *kept;
        let spec = &self.network.buffers[buffer as usize];
        if let Some(grave) = spec.dead.filter(|_| letter.received >= spec.receives) {
            self.bury((buffer, grave), message, letter);
        } else {
            kept.visible = true;
            let line = &mut self.buffers[buffer as usize].line;
            if letter.received > 0 { line.give_back(message, letter.object) } else { line.push(message, letter.object) }
        }
        self.offer_messages(buffer);
        self.run_ready();
    }

    /// A message is a dead letter: it moves to the buffer for those.
    fn bury(&mut self, (buffer, grave): (Index, Index), message: u32, letter: Message) {
        self.forget_message(buffer, message);
        let site = self.network.buffers[buffer as usize].site;
        self.meters[site as usize].count.dead += 1;
        self.put_message(grave, Message { stored: self.now, visible: true, ..letter });
    }

    /// Messages that are older than their buffer keeps them are gone.
    pub(super) fn expire_messages(&mut self) {
        for buffer in 0..self.buffers.len() as Index {
            let (site, retention) =
                (self.network.buffers[buffer as usize].site, self.network.buffers[buffer as usize].retention);
            while let Some(&(message, _)) = self.buffers[buffer as usize].order.front() {
                let stored = self.buffers[buffer as usize].slab[message as usize].stored;
                if self.now.since(stored) < retention {
                    break;
                }
                self.forget_message(buffer, message);
                self.meters[site as usize].count.expired += 1;
            }
            self.offer_messages(buffer);
        }
    }
}
