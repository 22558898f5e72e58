//! Clusters: servers that keep copies of the same data. One of each shard, its primary, takes writes; others may answer
//! reads, stand by, and take over when it is lost.
//!
//! A takeover takes a time drawn from a law, from the loss of the primary to the moment at which requests reach its heir;
//! meanwhile what needs the primary fails with [`Reason::FailingOver`], and copies go on answering reads. A primary that
//! comes back becomes a copy. A read at a copy is stale if its object was written more recently than the copy's lag, which
//! is drawn for each such read. A cluster may follow another one: then all of it is a copy, which refuses writes with
//! [`Reason::ReadOnly`]. Absent: the work of applying writes at copies, writes lost at a takeover.

use super::cache::{Errand, Spread, part_of_key};
use super::engine::Engine;
use super::event_set::{Event, EventKind};
use super::frame::{Frame, FrameId, NONE};
use super::network::{Index, Reason};
use super::program::Flow;
use super::snapshot::Phase;
use crate::units::{SimTime, Span};

/// Servers of a pool that keep copies of the same data. Server n belongs to shard n % shards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cluster {
    /// The pool.
    pub pool: Index,
    /// Parts of the data by object, 1 or more.
    pub shards: u32,
    /// The first so many servers of a shard may be its primary; the others only copy.
    pub heirs: u32,
    /// What heirs do while they are not the primary.
    pub idle: Idle,
    /// Who answers reads.
    pub reads: Reads,
    /// Law of the time that a takeover takes; without one nobody takes over.
    pub takeover: Option<Index>,
    /// Law of how far copies are behind; without one they are not.
    pub lag: Option<Index>,
    /// Where its data comes from.
    pub data: Data,
}

/// Where the data of a cluster comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Data {
    /// From the writes that it takes.
    #[default]
    Own,
    /// From another cluster that it follows.
    Copied,
}

/// What an heir does while it is not the primary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Idle {
    /// It answers nothing.
    #[default]
    StandsBy,
    /// It answers reads like other copies.
    Copies,
}

/// Who answers reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reads {
    /// The primary.
    #[default]
    Primary,
    /// The copies in turn; the primary where none is in service.
    Copies,
}

/// The servers of a cluster as they stand now.
#[derive(Debug, Clone, Default)]
pub(super) struct Members {
    shards: Vec<Shard>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shard {
    primary: u32,
    /// When the takeover under way is over; [`NEVER`] without one.
    due: SimTime,
    /// Its copies that answer reads now, among `readers` of the whole.
    turn: u32,
}

/// No takeover is under way.
const NEVER: SimTime = SimTime(u64::MAX);

impl Engine {
    /// The server that a caller's request goes to: the primary for what changes data, else whoever answers reads.
    pub(super) fn pick_member(&mut self, cluster: Index, of: FrameId) -> u32 {
        let spec = self.network.clusters[cluster as usize];
        let Frame { class, object, errand, .. } = self.frames[of];
        let shard = part_of_key(object.into(), spec.shards);
        let changes = self.writes(class) || matches!(errand, Errand::Store | Errand::Erase);
        if spec.reads == Reads::Copies && !changes {
            let reader = self.next_reader(cluster, shard);
            if reader != NONE {
                return reader;
            }
        }
        let shard = self.clusters[cluster as usize].shards[shard as usize];
        if shard.due == NEVER && !(changes && spec.data == Data::Copied) { shard.primary } else { NONE }
    }

    /// A copy of a shard that answers reads, each in turn; [`NONE`] if there is none.
    fn next_reader(&mut self, cluster: Index, shard: u32) -> u32 {
        let spec = self.network.clusters[cluster as usize];
        let servers = &self.pools[spec.pool as usize].servers;
        let state = &mut self.clusters[cluster as usize].shards[shard as usize];
        for _ in 0..servers.len() {
            state.turn = if (state.turn as usize) + 1 < servers.len() { state.turn + 1 } else { 0 };
            let id = servers[state.turn as usize];
            let server = &self.servers[id as usize];
            let rank = server.seat / spec.shards;
            let reads = spec.idle == Idle::Copies || rank >= spec.heirs;
            let here = server.seat % spec.shards == shard && id != state.primary;
            if here && reads && server.phase == Phase::InService {
                return id;
            }
        }
        NONE
    }

    /// A seat that no server of a pool has.
    pub(super) fn free_seat(&self, pool: Index) -> u32 {
        let servers = &self.pools[pool as usize].servers;
        let taken = |seat: &u32| servers.iter().any(|&id| self.servers[id as usize].seat == *seat);
        (0..).find(|seat| !taken(seat)).unwrap_or_default()
    }

    /// The heirs of a shard, in the order in which they take over.
    fn heirs(&self, cluster: Index, shard: u32) -> Vec<u32> {
        let spec = self.network.clusters[cluster as usize];
        let seat = |id: u32| self.servers[id as usize].seat;
        let own = |&id: &u32| seat(id) % spec.shards == shard && seat(id) / spec.shards < spec.heirs;
        let mut heirs: Vec<u32> = self.pools[spec.pool as usize].servers.iter().copied().filter(own).collect();
        heirs.sort_by_key(|&id| seat(id));
        heirs
    }

    /// The servers of a pool that may be primaries: all, where they keep no copies.
    pub(super) fn heirs_of(&self, pool: Index) -> Vec<u32> {
        let cluster = self.pools[pool as usize].cluster;
        match self.network.clusters.get(cluster as usize) {
            Some(spec) => (0..spec.shards).flat_map(|shard| self.heirs(cluster, shard)).collect(),
            None => self.pools[pool as usize].servers.clone(),
        }
    }

    /// Those of them that are no primary now and may take over.
    pub(super) fn heirs_aside(&self, pool: Index) -> Vec<u32> {
        let cluster = self.pools[pool as usize].cluster;
        let takes_over = self.network.clusters.get(cluster as usize).is_some_and(|spec| spec.takeover.is_some());
        if !takes_over {
            return Vec::new();
        }
        self.heirs_of(pool).into_iter().filter(|&id| !self.is_primary(pool, id)).collect()
    }

    /// Whether a server is the primary of a shard; those of a pool without copies all are.
    pub(super) fn is_primary(&self, pool: Index, id: u32) -> bool {
        let cluster = self.pools[pool as usize].cluster;
        cluster == NONE || self.clusters[cluster as usize].shards.iter().any(|shard| shard.primary == id)
    }

    /// The servers that keep the same as this one and can take over from it, itself included.
    pub(super) fn copies_of(&self, id: u32) -> Vec<u32> {
        let server = &self.servers[id as usize];
        let cluster = self.pools[server.pool as usize].cluster;
        match self.network.clusters.get(cluster as usize) {
            Some(spec) if spec.takeover.is_some() => self.heirs(cluster, server.seat % spec.shards),
            _ => vec![id],
        }
    }

    /// Whether requests to a cluster of this pool cannot reach its primary, because another one takes over.
    pub(super) fn takes_over(&self, pool: Index) -> bool {
        let state = self.clusters.get(self.pools[pool as usize].cluster as usize);
        state.is_some_and(|state| state.shards.iter().any(|shard| shard.due != NEVER))
    }

    pub(super) fn serves(&self, id: u32) -> bool {
        self.servers[id as usize].phase == Phase::InService
    }

    /// Follows a change of the servers of a pool: a shard whose primary is lost gets another one, at once where it is gone
    /// for good and after a takeover where it went down.
    pub(super) fn regroup(&mut self, pool: Index) {
        self.settle_only(pool);
        let cluster = self.pools[pool as usize].cluster;
        if cluster == NONE {
            return;
        }
        self.choose_primaries(cluster);
        self.count_standbys(pool, cluster);
    }

    /// Counts the heirs in service that answer nothing while they are not the primary.
    fn count_standbys(&mut self, pool: Index, cluster: Index) {
        let spec = self.network.clusters[cluster as usize];
        let stands_by = |&&id: &&u32| {
            let heir = self.servers[id as usize].seat / spec.shards < spec.heirs;
            heir && self.serves(id) && !self.is_primary(pool, id)
        };
        let idle = match spec.idle {
            Idle::StandsBy => self.pools[pool as usize].servers.iter().filter(stands_by).count(),
            Idle::Copies => 0,
        };
        let site = self.network.pools[pool as usize].site;
        self.meters[site as usize].gauge.standing_by.set(self.now, idle as u64);
    }

    /// Gives the shards of a cluster their primaries.
    fn choose_primaries(&mut self, cluster: Index) {
        let spec = self.network.clusters[cluster as usize];
        for shard in 0..spec.shards {
            let heirs = self.heirs(cluster, shard);
            let state = self.clusters[cluster as usize].shards[shard as usize];
            if state.due != NEVER {
                continue;
            }
            let heir = heirs.iter().copied().find(|&id| self.serves(id));
            if !heirs.contains(&state.primary) {
                let first = heir.or(heirs.first().copied()).unwrap_or(NONE);
                self.clusters[cluster as usize].shards[shard as usize].primary = first;
            } else if !self.serves(state.primary) {
                match spec.takeover.filter(|_| heir.is_some()) {
                    Some(law) => self.begin_takeover((cluster, shard), law),
                    None => self.forget_shard(spec.pool, shard),
                }
            }
        }
    }

    fn begin_takeover(&mut self, (cluster, shard): (Index, u32), law: Index) {
        let due = self.now + Span(self.draw(law));
        self.clusters[cluster as usize].shards[shard as usize].due = due;
        self.events.schedule(due, Event { kind: EventKind::Takeover, index: cluster });
    }

    /// The takeovers of a cluster that are due: the first heir in service is the primary now.
    pub(super) fn take_over(&mut self, cluster: Index) {
        let spec = self.network.clusters[cluster as usize];
        for shard in 0..self.clusters[cluster as usize].shards.len() as u32 {
            let state = self.clusters[cluster as usize].shards[shard as usize];
            if state.due > self.now {
                continue;
            }
            let heirs = self.heirs(cluster, shard);
            let other = heirs.iter().copied().find(|&id| id != state.primary && self.serves(id));
            let state = &mut self.clusters[cluster as usize].shards[shard as usize];
            (state.due, state.primary) = (NEVER, other.unwrap_or(state.primary));
        }
        self.regroup(spec.pool);
    }

    /// What a shard keeps in memory is gone with the last of its servers.
    fn forget_shard(&mut self, pool: Index, shard: u32) {
        let site = self.network.pools[pool as usize].site;
        for (spec, entries) in self.network.caches.iter().zip(&mut self.caches) {
            if spec.site == site && spec.spread == Spread::ByObject {
                entries.flush(Some(shard));
            }
        }
    }

    /// Takes the primaries of a cluster down, for as long as a fault lasts.
    pub(super) fn fail_over(&mut self, pool: Index, fault: Index) {
        let cluster = self.pools[pool as usize].cluster;
        if cluster == NONE {
            return;
        }
        for shard in 0..self.clusters[cluster as usize].shards.len() {
            let primary = self.clusters[cluster as usize].shards[shard].primary;
            if primary != NONE && self.serves(primary) {
                self.servers[primary as usize].crash = Some(fault);
                self.lose(primary);
            }
        }
    }

    /// Nobody takes a request: fails it, and says whether another server is about to take over.
    #[cold]
    pub(super) fn turned_down(&mut self, id: FrameId) -> Flow {
        let site = self.frames[id].site;
        let pool = self.network.sites[site as usize].pool;
        let cluster = pool.map_or(NONE, |pool| self.pools[pool as usize].cluster);
        let mut shards = self.clusters.get(cluster as usize).into_iter().flat_map(|members| &members.shards);
        let failing = shards.any(|shard| shard.due != NEVER);
        let copied = self.network.clusters.get(cluster as usize).is_some_and(|spec| spec.data == Data::Copied);
        let reason = match failing {
            _ if copied && self.writes(self.frames[id].class) => Reason::ReadOnly,
            true => Reason::FailingOver,
            false => Reason::ServerDown,
        };
        // Its next step was worked out when it asked for a worker, which it will ask for again.
        let asks = self.frames[id].pc - 1;
        if self.look_again(id) {
            self.frames[id].pc = asks;
            return Flow::Switch(id);
        }
        let silent = reason == Reason::ServerDown && self.hears_nothing(id);
        if silent && self.keep_trying(id, asks) {
            return Flow::Wait;
        }
        let cause = if silent { self.missed_by(id, reason) } else { self.seen_as(id, reason) };
        self.fail(id, reason, cause)
    }

    /// Counts an answer of a copy that has not heard of the latest write to the object.
    pub(super) fn check_lag(&mut self, id: FrameId) {
        let Frame { server, object, site, .. } = self.frames[id];
        let Some(state) = self.servers.get(server as usize) else { return };
        let cluster = self.pools[state.pool as usize].cluster;
        let Some(spec) = self.network.clusters.get(cluster as usize).copied() else { return };
        let shard = self.clusters[cluster as usize].shards[(state.seat % spec.shards) as usize];
        let behind = spec.data == Data::Copied || shard.primary != server;
        let (Some(law), Some(written)) = (spec.lag.filter(|_| behind), self.versions.of(object)) else {
            return;
        };
        let lag = Span(self.draw(law));
        let age = self.now.since(written);
        if age < lag {
            self.meters[site as usize].note_stale(age);
        }
    }

    /// Lets every pool know its cluster, and gives clusters their shards.
    pub(super) fn wire_clusters(&mut self) {
        self.pools.iter_mut().for_each(|pool| pool.cluster = NONE);
        self.clusters.resize_with(self.network.clusters.len(), Members::default);
        for (at, spec) in (0..).zip(&self.network.clusters) {
            self.pools[spec.pool as usize].cluster = at;
            let fresh = Shard { primary: NONE, due: NEVER, turn: 0 };
            self.clusters[at as usize].shards.resize(spec.shards.max(1) as usize, fresh);
        }
    }

    /// What is wrong with the clusters; see [`Engine::audit`].
    pub(super) fn audit_clusters(&self, wrong: &mut Vec<String>) {
        for (at, spec) in (0..).zip(&self.network.clusters) {
            let servers = &self.pools[spec.pool as usize].servers;
            let mut seats: Vec<u32> = servers.iter().map(|&id| self.servers[id as usize].seat).collect();
            seats.sort_unstable();
            seats.dedup();
            if seats.len() != servers.len() {
                wrong.push(format!("cluster {at}: two servers have one seat"));
            }
            for (shard, state) in self.clusters[at as usize].shards.iter().enumerate() {
                let stranger = state.primary != NONE && !servers.contains(&state.primary);
                let idle = state.due == NEVER && spec.takeover.is_some() && state.primary != NONE;
                let heir = || self.heirs(at, shard as u32).iter().any(|&id| self.serves(id));
                if (stranger && state.due == NEVER) || (idle && !self.serves(state.primary) && heir()) {
                    wrong.push(format!("cluster {at}, shard {shard}: its primary is lost, and nobody takes over"));
                }
            }
        }
    }
}
