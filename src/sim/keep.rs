//! What a user keeps from one request to the next: the answer of a name service, the target that a cookie sticks to.
//!
//! Each thing is a memo in a slab, chained to its session and freed with it, so that memory is bounded by the sessions
//! there are times the places that give them something to keep. A request finds its user by walking up its callers; only
//! steps that need a user do so. A request without a session keeps nothing: each one is a user of its own.

use super::engine::Engine;
use super::frame::{FrameId, NONE};
use super::network::Index;
use super::session::SessionId;
use crate::units::SimTime;

/// What kind of thing is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// Where a name leads: a link, and the address there.
    Answer,
    /// The server that a balancer's cookie names, or that a flow goes to.
    Target,
    /// What a shopper has put aside, and the server that keeps it.
    Cart,
}

/// What tells the things that one user keeps apart: who gave it, what it is, and for which class of requests it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) site: Index,
    pub(super) kept: Kept,
    pub(super) class: u8,
}

/// One thing that a user keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Memo {
    pub(super) key: Key,
    /// When it stops being good.
    pub(super) until: SimTime,
    /// What it says: a link, a server.
    pub(super) what: u32,
    /// Which of those that had this number in turn.
    pub(super) edition: u32,
    /// How many there are in it.
    pub(super) items: u32,
}

/// The memos of all sessions.
#[derive(Debug, Clone, Default)]
pub(super) struct Memos {
    slab: Vec<(Memo, u32)>,
    free: Vec<u32>,
}

impl Memos {
    /// Places of a chain with what they hold.
    fn chain(&self, first: u32) -> impl Iterator<Item = (u32, &Memo)> {
        let place = |at: u32| (at != NONE).then_some(at);
        let next = move |&at: &u32| place(self.slab[at as usize].1);
        std::iter::successors(place(first), next).map(|at| (at, &self.slab[at as usize].0))
    }

    fn find(&self, first: u32, key: Key) -> Option<u32> {
        self.chain(first).find(|(_, memo)| memo.key == key).map(|(at, _)| at)
    }

    /// Puts a memo into a chain, in place of one with the same key; says where the chain begins now.
    fn put(&mut self, first: u32, memo: Memo) -> u32 {
        if let Some(at) = self.find(first, memo.key) {
            self.slab[at as usize].0 = memo;
            return first;
        }
        match self.free.pop() {
            Some(at) => {
                self.slab[at as usize] = (memo, first);
                at
            }
            None => {
                self.slab.push((memo, first));
                self.slab.len() as u32 - 1
            }
        }
    }

    /// Frees a chain.
    fn clear(&mut self, first: u32) {
        let places: Vec<u32> = self.chain(first).map(|(at, _)| at).collect();
        self.free.extend(places);
    }

    /// How many memos there are.
    pub(super) fn len(&self) -> usize {
        self.slab.len() - self.free.len()
    }
}

impl Engine {
    /// The session that a request belongs to; [`NONE`] if it has none, or if nobody waits for it any more.
    pub(super) fn user_of(&self, id: FrameId) -> SessionId {
        let mut frame = &self.frames[id];
        while frame.parent != NONE {
            frame = &self.frames[frame.parent];
        }
        frame.session
    }

    /// What a user keeps under a key, good or not any more.
    pub(super) fn recall(&self, user: SessionId, key: Key) -> Option<Memo> {
        let first = self.sessions.kept(user);
        let at = self.sessions.memos.find(first, key)?;
        Some(self.sessions.memos.slab[at as usize].0)
    }

    /// Gives a user something to keep.
    pub(super) fn remember(&mut self, user: SessionId, memo: Memo) {
        let first = self.sessions.kept(user);
        let first = self.sessions.memos.put(first, memo);
        self.sessions.set_kept(user, first);
    }

    /// A user leaves, with all that is kept.
    pub(super) fn forget_kept(&mut self, user: SessionId) {
        let first = self.sessions.kept(user);
        if first != NONE {
            let carts =
                self.sessions.memos.chain(first).map(|(_, memo)| *memo).filter(|memo| memo.key.kept == Kept::Cart);
            for memo in carts.collect::<Vec<_>>() {
                self.let_go_of_cart(&memo);
            }
            self.sessions.memos.clear(first);
            self.sessions.set_kept(user, NONE);
        }
    }

    /// Memos that no session has, or that several have; see [`Engine::audit`].
    pub(super) fn audit_kept(&self) -> Option<String> {
        let firsts = self.sessions.all_kept();
        let owned: usize = firsts.map(|first| self.sessions.memos.chain(first).count()).sum();
        let there = self.sessions.memos.len();
        (owned != there).then(|| format!("{there} memos, of which sessions have {owned}"))
    }

    /// Carts in the memory of a server, counted one by one; see [`Engine::audit`].
    pub(super) fn carts_kept(&self, server: u32) -> usize {
        let serial = self.servers[server as usize].serial;
        let here = |memo: &Memo| (memo.key.kept, memo.what, memo.edition) == (Kept::Cart, server, serial);
        let chains = self.sessions.all_kept().map(|first| self.sessions.memos.chain(first));
        chains.flatten().filter(|(_, memo)| here(memo)).count()
    }
}
