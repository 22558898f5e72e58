//! Caches by key: whether an answer is there depends on what was asked for before, on the room and on time.
//!
//! A cache keeps an entry for each object that it was given, in parts of their own: shards or edge locations. An entry
//! leaves when its time to live is over, when it is the least recently used and room is needed, when a writer takes it
//! out, or with everything at a flush. Requests say which object they are about; all classes count the same objects.
//!
//! An answer is stale if the object was written ([`Step::Commit`]) after the entry was made; its age is the time since the
//! first such write. A fill that overtakes a write
//! on its way counts as fresh. Absent: entries of different value to the eviction, negative caching of errors.
//!
//! [`Step::Commit`]: super::network::Step::Commit

use super::engine::Engine;
use super::frame::{Frame, FrameId, State};
use super::lru::{Lru, scatter};
use super::network::{Index, Reason};
use super::program::Flow;
use crate::units::{SimTime, Span};
use hashbrown::HashTable;
use std::collections::BTreeMap;

/// Most entries of one part of a cache, whatever its room: some ninety megabytes of them.
pub const MOST_ENTRIES: usize = 2_000_000;

/// A cache whose entries are found by key.
#[derive(Debug, Clone, PartialEq)]
pub struct Cache {
    /// The site it belongs to.
    pub site: Index,
    /// Room of each part in bytes.
    pub room: u64,
    /// Bytes of an entry; `None` for those of the request's answer.
    pub entry: Option<u32>,
    /// Shards or places, 1 or more, each with room of its own.
    pub parts: u32,
    /// How requests come to a part.
    pub spread: Spread,
    /// Sites of sources with the number of the place that their users come to; each place has as many parts as the others.
    /// Empty where all come to the same.
    pub places: Vec<(Index, u32)>,
    /// Life of an entry; `None` for ever.
    pub ttl: Option<Span>,
    /// Since when an entry lives.
    pub expiry: Expiry,
    /// What a caller does to it when it has written an object.
    pub writes: Writes,
    /// What becomes of requests that miss what is being fetched already.
    pub misses: Misses,
}

/// How requests come to one of the parts of a cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Spread {
    /// Each object has its part.
    #[default]
    ByObject,
    /// Each part gets an equal share of all requests, as places near different users do.
    ByPlace,
}

/// Since when the time to live of an entry counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Expiry {
    /// Since it was put there.
    #[default]
    Written,
    /// Since its last use.
    Used,
}

/// What a caller does to a cache when it has written an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Writes {
    /// Nothing: the old entry stays until it expires.
    #[default]
    Ignored,
    /// It takes the entry out.
    Erase,
    /// It puts the new value there.
    Store,
}

/// What becomes of requests that miss what is being fetched already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Misses {
    /// Each fetches for itself.
    #[default]
    Fetch,
    /// They wait for the answer of the first one, good or bad.
    Collapse,
}

/// What a request wants of a cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Errand {
    /// The answer.
    #[default]
    Ask,
    /// That it keeps an answer.
    Store,
    /// That it forgets one.
    Erase,
    /// Nothing: nobody waits for an answer.
    Post,
}

/// What a cache keeps.
#[derive(Debug, Clone, Default)]
pub(super) struct Entries {
    parts: Vec<Lru>,
    /// Objects that are being fetched, by part.
    fetches: BTreeMap<(u32, u32), Fetch>,
}

/// A fetch under way.
#[derive(Debug, Clone)]
struct Fetch {
    /// The frame that fetches.
    leader: FrameId,
    /// Those that wait for it, with their generations.
    waiting: Vec<(FrameId, u32)>,
}

impl Entries {
    /// Makes room for so many parts; those that are too many go.
    pub(super) fn fit(&mut self, parts: u32) {
        self.parts.resize_with(parts.max(1) as usize, Lru::default);
    }

    /// An object is written where it is kept: what is here of it is outdated.
    fn outdate(&mut self, object: u32, now: SimTime) {
        self.parts.iter_mut().for_each(|part| part.outdate(object, now));
    }

    /// Forgets everything, or one part.
    pub(super) fn flush(&mut self, part: Option<u32>) {
        match part.map(|part| part as usize % self.parts.len().max(1)) {
            Some(part) => self.parts[part].clear(),
            None => self.parts.iter_mut().for_each(Lru::clear),
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        self.parts.iter().map(|part| part.len() as u64).sum()
    }

    /// What is wrong with the lists; see [`Engine::audit`].
    pub(super) fn audit(&self) -> Option<String> {
        self.parts.iter().find_map(Lru::audit)
    }
}

/// The part of a cache that a request comes to.
#[inline]
fn part_of(spec: &Cache, frame: &Frame, place: u32) -> u32 {
    let key = match spec.spread {
        _ if spec.parts <= 1 => return 0,
        Spread::ByObject => u64::from(frame.object),
        // The moment of its arrival is the request's own as long as it is here, and says nothing of the object.
        Spread::ByPlace => frame.arrived.0,
    };
    let parts = (spec.parts / spec.place_count()).max(1);
    place * parts + part_of_key(key, parts)
}

impl Cache {
    /// Places that users come to.
    fn place_count(&self) -> u32 {
        self.places.iter().map(|(_, place)| place + 1).max().unwrap_or(1)
    }
}

/// The part of a key.
#[inline]
pub(super) fn part_of_key(key: u64, parts: u32) -> u32 {
    (scatter(key) % u64::from(parts.max(1))) as u32
}

/// When each object was written last, as far as it is known: what makes an answer stale.
#[derive(Debug, Clone, Default)]
pub(super) struct Versions {
    times: HashTable<(u32, SimTime)>,
}

impl Versions {
    /// An object is written.
    pub(super) fn note(&mut self, object: u32, now: SimTime) {
        // Whoever writes more objects than that within a run loses sight of the first of them.
        if self.times.len() >= MOST_ENTRIES {
            self.times.clear();
        }
        let hash = |&(object, _): &(u32, SimTime)| scatter(object.into());
        let same = |&(other, _): &(u32, SimTime)| other == object;
        match self.times.find_mut(scatter(object.into()), same) {
            Some(known) => known.1 = now,
            None => drop(self.times.insert_unique(scatter(object.into()), (object, now), hash)),
        }
    }

    /// When an object was written last.
    pub(super) fn of(&self, object: u32) -> Option<SimTime> {
        self.times.find(scatter(object.into()), |&(other, _)| other == object).map(|&(_, at)| at)
    }
}

impl Engine {
    /// Whether requests of a class change data.
    #[inline]
    pub(super) fn writes(&self, class: u8) -> bool {
        self.network.classes.get(usize::from(class)).is_some_and(|class| class.write)
    }

    /// Does at a cache what a request came for. What writes never finds anything.
    pub(super) fn find(&mut self, id: FrameId, cache: Index) -> Flow {
        let frame = self.frames[id];
        match frame.errand {
            Errand::Store => self.put_entry(id, cache),
            Errand::Erase => {
                let part = self.part_at(id, cache);
                self.caches[cache as usize].parts[part as usize].remove(frame.object);
            }
            Errand::Post => {}
            Errand::Ask if self.writes(frame.class) => self.frames[id].hit = false,
            Errand::Ask => return self.seek(id, cache),
        }
        Flow::Next
    }

    /// The part of a cache that a request comes to.
    fn part_at(&self, id: FrameId, cache: Index) -> u32 {
        let spec = &self.network.caches[cache as usize];
        part_of(spec, &self.frames[id], self.place_at(id, &spec.places))
    }

    fn seek(&mut self, id: FrameId, cache: Index) -> Flow {
        let part = self.part_at(id, cache);
        let spec = &self.network.caches[cache as usize];
        let (now, frame) = (self.now, &mut self.frames[id]);
        let entries = &mut self.caches[cache as usize];
        let lru = &mut entries.parts[part as usize];
        let alive = |written: SimTime, used: SimTime| {
            let since = if spec.expiry == Expiry::Used { used } else { written };
            spec.ttl.is_none_or(|ttl| now.since(since) < ttl)
        };
        let found = lru.peek(frame.object).filter(|entry| alive(entry.written, entry.used));
        frame.hit = found.is_some();
        let meter = &mut self.meters[frame.site as usize];
        meter.count.lookups += 1;
        meter.count.hits += u64::from(frame.hit);
        if let Some(entry) = found {
            lru.touch(frame.object, now);
            if entry.outdated <= now {
                meter.note_stale(now.since(entry.outdated));
            }
        } else if spec.misses == Misses::Collapse {
            return self.collapse(id, cache, part);
        }
        Flow::Next
    }

    /// Fetches for itself and for those that come later, or waits for whoever does.
    fn collapse(&mut self, id: FrameId, cache: Index, part: u32) -> Flow {
        let frame = &mut self.frames[id];
        let fetches = &mut self.caches[cache as usize].fetches;
        if let Some(fetch) = fetches.get_mut(&(part, frame.object)) {
            fetch.waiting.push((id, frame.generation));
            frame.state = State::Following;
            return Flow::Wait;
        }
        fetches.insert((part, frame.object), Fetch { leader: id, waiting: Vec::new() });
        frame.leads = true;
        Flow::Next
    }

    /// Keeps the answer that a cache has fetched, and gives it to those that wait for it. What was written is not kept.
    pub(super) fn keep(&mut self, id: FrameId, cache: Index) -> Flow {
        let frame = self.frames[id];
        if self.writes(frame.class) || frame.hit {
            return Flow::Next;
        }
        self.put_entry(id, cache);
        for follower in self.land(id, cache) {
            let frame = &mut self.frames[follower];
            (frame.hit, frame.state) = (true, State::Ready);
            self.meters[frame.site as usize].count.hits += 1;
            self.ready.push_back(follower);
        }
        Flow::Next
    }

    /// Those who wait for what a frame fetches, who do not wait any more.
    fn land(&mut self, id: FrameId, cache: Index) -> Vec<FrameId> {
        let frame = &mut self.frames[id];
        if !std::mem::take(&mut frame.leads) {
            return Vec::new();
        }
        let object = frame.object;
        let key = (self.part_at(id, cache), object);
        let fetches = &mut self.caches[cache as usize].fetches;
        let led = |fetch: &&Fetch| fetch.leader == id;
        // The cache may have got another number of parts meanwhile.
        let other = || fetches.iter().find(|(_, fetch)| led(fetch)).map(|(key, _)| *key);
        let key = if fetches.get(&key).is_some_and(|fetch| led(&fetch)) { Some(key) } else { other() };
        let fetch = key.and_then(|key| fetches.remove(&key));
        let waiting = fetch.map_or_else(Vec::new, |fetch| fetch.waiting);
        let waits = |&(id, generation): &(FrameId, u32)| {
            let frame = &self.frames[id];
            frame.generation == generation && frame.state == State::Following
        };
        waiting.into_iter().filter(waits).map(|(id, _)| id).collect()
    }

    /// A fetch has failed: those that wait for it fail as well, for the same reason.
    #[cold]
    pub(super) fn abandon(&mut self, id: FrameId, reason: Reason, cause: Reason) {
        let site = self.frames[id].site;
        let Some(cache) = self.network.caches.iter().position(|cache| cache.site == site) else { return };
        for follower in self.land(id, cache as Index) {
            self.frames[follower].state = State::Ready;
            if let Flow::Switch(next) = self.fail(follower, reason, cause) {
                self.ready.push_back(next);
            }
        }
    }

    fn put_entry(&mut self, id: FrameId, cache: Index) {
        let part = self.part_at(id, cache);
        let (spec, frame) = (&self.network.caches[cache as usize], &self.frames[id]);
        let bytes = spec.entry.unwrap_or(frame.answer);
        let entries = &mut self.caches[cache as usize].parts[part as usize];
        let evicted = entries.put((frame.object, bytes), self.now, (spec.room, MOST_ENTRIES));
        self.meters[frame.site as usize].count.evicted += evicted;
    }

    /// Tells a cache what its caller has learnt: an answer that was missing there, or that an object was written.
    pub(super) fn tell(&mut self, id: FrameId, link: Index, cache: Index) -> Flow {
        let writes = self.writes(self.frames[id].class);
        let frame = &mut self.frames[id];
        frame.errand = match (writes, self.network.caches[cache as usize].writes) {
            (false, _) if frame.hit => return Flow::Next,
            (false, _) | (true, Writes::Store) => Errand::Store,
            (true, Writes::Erase) => Errand::Erase,
            (true, Writes::Ignored) => return Flow::Next,
        };
        // A cache that does not answer is no reason to fail.
        frame.asks = true;
        self.call(id, link)
    }

    /// An answer is worked out where data is kept: from now on what was written is older elsewhere.
    pub(super) fn commit(&mut self, id: FrameId) -> Flow {
        let Frame { class, object, site, .. } = self.frames[id];
        if self.caches.is_empty() && self.clusters.is_empty() {
            return Flow::Next;
        }
        if self.writes(class) {
            self.versions.note(object, self.now);
            self.caches.iter_mut().for_each(|cache| cache.outdate(object, self.now));
            self.note_write(site);
        } else if !self.clusters.is_empty() && !self.check_loss(id) {
            self.check_lag(id);
        }
        Flow::Next
    }

    /// Empties the caches of a site.
    pub(super) fn flush(&mut self, site: Index) {
        for (spec, entries) in self.network.caches.iter().zip(&mut self.caches) {
            if spec.site == site {
                entries.flush(None);
            }
        }
    }

    /// Gives every cache its parts.
    pub(super) fn fit_caches(&mut self) {
        self.caches.resize_with(self.network.caches.len(), Entries::default);
        for (spec, entries) in self.network.caches.iter().zip(&mut self.caches) {
            entries.fit(spec.parts);
        }
    }
}
