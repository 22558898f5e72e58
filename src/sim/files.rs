//! Files on the volumes of single servers: what one server has stored is not there for the others.
//!
//! A file is where its last write was. One that is asked for without having been written in the run was uploaded before it,
//! through any of the caller's servers as they stand then. With a server its volume is gone, and all files on it.
//! A volume that was made from a snapshot has all files that were uploaded before the run; where its blocks are loaded when
//! they are used, the first use of each takes longer. Absent: volumes that are kept and attached elsewhere, blocks that are
//! loaded in the background, files of several blocks.

use super::cache::MOST_ENTRIES;
use super::engine::Engine;
use super::frame::{Frame, FrameId, NONE};
use super::lru::scatter;
use super::network::{Index, NO_LAW};
use super::program::Flow;
use crate::units::SimTime;
use hashbrown::HashTable;

/// Where the files of one site are, by object: a server, told from later ones at its place by the time of its launch.
#[derive(Debug, Clone, Default)]
pub(super) struct Files {
    homes: HashTable<(u32, Home)>,
    /// Blocks that have been used, by volume: that of a server, told from later ones at its place.
    loaded: HashTable<(Home, u32)>,
}

type Home = (u32, SimTime);

impl Files {
    fn home(&self, object: u32) -> Option<Home> {
        self.homes.find(scatter(object.into()), |&(other, _)| other == object).map(|&(_, home)| home)
    }

    /// A block is used on a volume; `true` if it was used there before. Beyond so many blocks that they would take too much
    /// memory, each counts as loaded.
    fn load(&mut self, home: Home, object: u32) -> bool {
        let hash = |&((server, launched), object): &(Home, u32)| {
            scatter(scatter(u64::from(server) << 32 | u64::from(object)) ^ launched.0)
        };
        let block = (home, object);
        let known = self.loaded.find(hash(&block), |other| *other == block).is_some();
        if !known && self.loaded.len() < MOST_ENTRIES {
            self.loaded.insert_unique(hash(&block), block, hash);
            return false;
        }
        true
    }

    fn put(&mut self, object: u32, home: Home) {
        if self.homes.len() >= MOST_ENTRIES {
            self.homes.clear();
        }
        let known = self.homes.find_mut(scatter(object.into()), |&(other, _)| other == object);
        match known {
            Some(known) => known.1 = home,
            None => {
                self.homes.insert_unique(scatter(object.into()), (object, home), |&(key, _)| scatter(key.into()));
            }
        }
    }
}

impl Engine {
    /// Stores the request's file on the volume of the caller's server, or looks for it there.
    pub(super) fn visit(&mut self, id: FrameId, files: Index) -> Flow {
        let Some(here) = self.volume_of(id) else { return Flow::Next };
        let Frame { object, class, site, .. } = self.frames[id];
        let server = here.0;
        if self.writes(class) {
            self.files[files as usize].put(object, here);
            return Flow::Next;
        }
        let home = self.files[files as usize].home(object).unwrap_or_else(|| {
            let servers = &self.pools[self.servers[server as usize].pool as usize].servers;
            let any = servers[(scatter(object.into()) % servers.len().max(1) as u64) as usize];
            let home = (any, self.servers[any as usize].launched);
            self.files[files as usize].put(object, home);
            home
        });
        self.meters[site as usize].count.missing += u64::from(home != here);
        Flow::Next
    }

    /// The same on volumes that were made from a snapshot, where a block that has not been used takes as long as a law says;
    /// [`NO_LAW`] for no longer.
    pub(super) fn open(&mut self, id: FrameId, files: Index, law: Index) -> Flow {
        let Some(here) = self.volume_of(id) else { return Flow::Next };
        let Frame { object, class, site, .. } = self.frames[id];
        let writes = self.writes(class);
        let state = &mut self.files[files as usize];
        if writes {
            state.put(object, here);
        }
        let elsewhere = state.home(object).is_some_and(|home| home != here);
        let loaded = law == NO_LAW || state.load(here, object);
        let count = &mut self.meters[site as usize].count;
        count.missing += u64::from(elsewhere);
        if law == NO_LAW {
            return Flow::Next;
        }
        count.lookups += 1;
        count.hits += u64::from(loaded);
        if loaded { Flow::Next } else { self.hold(id, law) }
    }

    /// The volume that a request is about: that of the caller's server, if one calls.
    fn volume_of(&self, id: FrameId) -> Option<Home> {
        let parent = self.frames[id].parent;
        let server = if parent == NONE { NONE } else { self.frames[parent].server };
        Some((server, self.servers.get(server as usize)?.launched))
    }
}
