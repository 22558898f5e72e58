//! Files on the volumes of single servers: what one server has stored is not there for the others.
//!
//! A file is where its last write was. One that is asked for without having been written in the run was uploaded before it,
//! through any of the caller's servers as they stand then. With a server its volume is gone, and all files on it.
//! Absent: volumes that are kept and attached elsewhere.

use super::cache::MOST_ENTRIES;
use super::engine::Engine;
use super::frame::{Frame, FrameId, NONE};
use super::lru::scatter;
use super::network::Index;
use super::program::Flow;
use crate::units::SimTime;
use hashbrown::HashTable;

/// Where the files of one site are, by object: a server, told from later ones at its place by the time of its launch.
#[derive(Debug, Clone, Default)]
pub(super) struct Files {
    homes: HashTable<(u32, Home)>,
}

type Home = (u32, SimTime);

impl Files {
    fn home(&self, object: u32) -> Option<Home> {
        self.homes.find(scatter(object.into()), |&(other, _)| other == object).map(|&(_, home)| home)
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
        let Frame { parent, object, class, site, .. } = self.frames[id];
        let server = if parent == NONE { NONE } else { self.frames[parent].server };
        if server == NONE {
            return Flow::Next;
        }
        let here = (server, self.servers[server as usize].launched);
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
}
