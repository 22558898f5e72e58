//! Buffers: messages wait until a consumer has a free worker, and come back if it does not finish them.

use super::engine::Engine;
use super::frame::{Frame, FrameId, NONE};
use super::network::{Index, Reason};
use super::program::Flow;
use super::snapshot::Phase;
use std::collections::{BTreeSet, VecDeque};

/// One message.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Message {
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

/// The messages of one buffer.
#[derive(Debug, Clone, Default)]
pub(super) struct Messages {
    slab: Vec<Message>,
    free: Vec<u32>,
    waiting: VecDeque<u32>,
    /// Pools that take messages, with the link.
    pub(super) consumers: Vec<(Index, Index)>,
}

impl Messages {
    fn add(&mut self) -> u32 {
        let id = self.free.pop().unwrap_or_else(|| {
            self.slab.push(Message::default());
            (self.slab.len() - 1) as u32
        });
        let message = &mut self.slab[id as usize];
        let generation = message.generation.wrapping_add(1);
        *message = Message { generation, kept: true, visible: true, received: 0, holder: NONE };
        self.waiting.push_back(id);
        id
    }

    fn remove(&mut self, id: u32) {
        let message = &mut self.slab[id as usize];
        message.kept = false;
        message.generation = message.generation.wrapping_add(1);
        self.free.push(id);
        if message.visible
            && let Some(at) = self.waiting.iter().rposition(|&other| other == id)
        {
            self.waiting.remove(at);
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
        let waiting: BTreeSet<u32> = self.waiting.iter().copied().collect();
        let free: BTreeSet<u32> = self.free.iter().copied().collect();
        let all_wait = waiting.iter().all(|&id| self.slab[id as usize].visible && self.slab[id as usize].kept);
        let sound = found as u64 == kept
            && (self.waiting.len(), waiting.len()) == (visible, visible)
            && (self.free.len(), free.len()) == (self.slab.len() - found, self.slab.len() - found)
            && all_wait;
        let (waiting, free) = (self.waiting.len(), self.free.len());
        let text = || format!("{kept} kept, found {found}; {waiting} wait, found {visible}; {free} places free");
        (!sound).then(text)
    }

    /// Messages that wait, those being worked on left out.
    pub(super) fn visible(&self) -> usize {
        self.waiting.len()
    }
}

impl Engine {
    /// Stores a message, and gives it to a consumer if one has a free worker.
    pub(super) fn store(&mut self, buffer: Index) -> Flow {
        self.buffers[buffer as usize].add();
        let meter = &mut self.meters[self.network.buffers[buffer as usize].site as usize];
        meter.count.stored += 1;
        meter.gauge.backlog.rise(self.now);
        self.offer_messages(buffer);
        Flow::Next
    }

    /// Gives waiting messages to consumers with free workers.
    fn offer_messages(&mut self, buffer: Index) {
        for consumer in 0..self.buffers[buffer as usize].consumers.len() {
            let (pool, link) = self.buffers[buffer as usize].consumers[consumer];
            while !self.buffers[buffer as usize].waiting.is_empty() {
                let Some(server) = self.free_server(pool) else { break };
                self.deliver(buffer, link, server);
            }
        }
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
            while self.servers[id as usize].busy < workers && !self.buffers[buffer as usize].waiting.is_empty() {
                self.deliver(buffer, link, id);
            }
        }
    }

    /// Gives the first waiting message to a worker of a server.
    fn deliver(&mut self, buffer: Index, link: Index, server: u32) {
        let messages = &mut self.buffers[buffer as usize];
        let Some(message) = messages.waiting.pop_front() else { return };
        let kept = &mut messages.slab[message as usize];
        kept.visible = false;
        kept.received += 1;
        let generation = kept.generation;
        let ring = self.buffer_rings[buffer as usize];
        self.rings[ring as usize].push(&mut self.events, self.now, message, generation);
        let site = self.network.links[link as usize].to;
        let entry = self.network.sites[site as usize].entry;
        let frame = Frame { link, server, message, holds: true, ..Frame::at(site, entry, self.now) };
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
        let Frame { link, called, .. } = self.frames[frame];
        let meter = &mut self.link_meters[link as usize];
        meter.latency.record(self.now.since(called));
        meter.failed += u64::from(cause.is_some());
        let buffer = self.link_buffers[link as usize];
        if cause.is_none() && self.buffers[buffer as usize].holds(message, frame) {
            self.forget_message(buffer, message);
            self.meters[self.network.buffers[buffer as usize].site as usize].count.finished += 1;
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

    /// The visibility time-out of a message is over: it waits again, or is a dead letter.
    pub(super) fn message_due(&mut self, buffer: Index, message: u32, generation: u32) {
        let kept = &mut self.buffers[buffer as usize].slab[message as usize];
        if kept.generation != generation || !kept.kept || kept.visible {
            return;
        }
        if kept.received >= self.network.buffers[buffer as usize].receives {
            self.forget_message(buffer, message);
            self.meters[self.network.buffers[buffer as usize].site as usize].count.dead += 1;
            return;
        }
        kept.visible = true;
        self.buffers[buffer as usize].waiting.push_back(message);
        self.offer_messages(buffer);
        self.run_ready();
    }
}
