//! Carts: what a shopper has put aside, and where it is kept.
//!
//! In the memory of the server that the shopper was given to, in a cookie that travels with each request, or in a store
//! that all servers ask. A cart is missed when a request finds nothing where the shopper had put something, and lost when
//! what kept it is gone. Requests without a session have no cart.

use super::engine::Engine;
use super::frame::{FrameId, NONE};
use super::keep::{Kept, Key, Memo};
use super::network::{Cart, Index, Reason, Shelf};
use super::program::Flow;
use super::session::SessionId;
use crate::units::{SimTime, Span};

impl Engine {
    fn cart_key(&self, cart: Index) -> Key {
        Key { site: self.network.carts[cart as usize].site, kept: Kept::Cart, class: 0 }
    }

    /// Whether a request puts something into a cart.
    fn adds(&self, id: FrameId, cart: Index) -> bool {
        self.network.carts[cart as usize].adds.has(self.frames[id].class)
    }

    /// A request looks into its shopper's cart, and may put something into it.
    pub(super) fn look_into_cart(&mut self, id: FrameId, cart: Index) -> Flow {
        let user = self.user_of(id);
        if user == NONE {
            return Flow::Next;
        }
        match self.network.carts[cart as usize].shelf {
            Shelf::Memory => self.cart_on(id, (user, cart), self.frames[id].server),
            Shelf::Store(pool) if self.takes_over(pool) => self.cart_out_of_reach(id, (user, cart)),
            Shelf::Store(pool) => {
                let server = self.pools[pool as usize].servers.first().copied().unwrap_or(NONE);
                self.cart_on(id, (user, cart), server)
            }
            Shelf::Lasting => self.cart_that_lasts(id, (user, cart)),
            Shelf::Cookie => self.cart_in_cookie(id, (user, cart)),
        }
    }

    /// A cart that some server keeps. Another server than the one that has it finds nothing.
    fn cart_on(&mut self, id: FrameId, (user, cart): (SessionId, Index), server: u32) -> Flow {
        let Some(serial) = self.servers.get(server as usize).map(|server| server.serial) else { return Flow::Next };
        let key = self.cart_key(cart);
        let memo = self.recall(user, key).filter(|memo| memo.items > 0);
        let here = memo.filter(|memo| (memo.what, memo.edition) == (server, serial));
        let count = &mut self.meters[self.frames[id].site as usize].count;
        count.carts += u64::from(memo.is_some());
        count.carts_missed += u64::from(memo.is_some() && here.is_none());
        if self.adds(id, cart) {
            if here.is_none() {
                memo.iter().for_each(|memo| self.let_go_of_cart(memo));
                self.servers[server as usize].carts += 1;
                self.fit_memory(server);
            }
            let items = here.map_or(0, |memo| memo.items).saturating_add(1);
            self.remember(user, Memo { key, until: SimTime(u64::MAX), what: server, edition: serial, items });
        }
        Flow::Next
    }

    /// A cart in a store that cannot be asked for the moment.
    fn cart_out_of_reach(&mut self, id: FrameId, (user, cart): (SessionId, Index)) -> Flow {
        let has = self.recall(user, self.cart_key(cart)).is_some_and(|memo| memo.items > 0);
        let count = &mut self.meters[self.frames[id].site as usize].count;
        count.carts += u64::from(has);
        count.carts_missed += u64::from(has);
        Flow::Next
    }

    /// A cart that is always found.
    fn cart_that_lasts(&mut self, id: FrameId, (user, cart): (SessionId, Index)) -> Flow {
        let key = self.cart_key(cart);
        let items = self.recall(user, key).map_or(0, |memo| memo.items);
        self.meters[self.frames[id].site as usize].count.carts += u64::from(items > 0);
        if self.adds(id, cart) {
            let items = items.saturating_add(1);
            self.remember(user, Memo { key, until: SimTime(u64::MAX), what: NONE, edition: 0, items });
        }
        Flow::Next
    }

    /// A cart that its shopper sends along: it takes its time on the way, and must not grow too large.
    fn cart_in_cookie(&mut self, id: FrameId, (user, cart): (SessionId, Index)) -> Flow {
        let Cart { item, limit, uplink, tampered, law, .. } = self.network.carts[cart as usize];
        let key = self.cart_key(cart);
        let items = self.recall(user, key).map_or(0, |memo| memo.items);
        let bytes = u64::from(items) * item;
        let grown = items.saturating_add(u32::from(self.adds(id, cart)));
        let count = &mut self.meters[self.frames[id].site as usize].count;
        count.carts += u64::from(items > 0);
        count.cookie_bytes += bytes;
        if u64::from(grown) * item > limit {
            return self.fail(id, Reason::CookieTooLarge, Reason::CookieTooLarge);
        }
        if items > 0 && tampered > 0.0 && self.laws[law as usize].stream.unit() < tampered {
            return self.fail(id, Reason::CookieRefused, Reason::CookieRefused);
        }
        if grown > items {
            self.remember(user, Memo { key, until: SimTime(u64::MAX), what: NONE, edition: 0, items: grown });
        }
        match Span::from_secs_f64(bytes as f64 / uplink.max(1.0)) {
            Span::ZERO => Flow::Next,
            way => self.sleep(id, way.0),
        }
    }

    /// Checks that a cookie says what the server once wrote into it; without one there is nothing to check.
    pub(super) fn validate_cookie(&mut self, id: FrameId, (cart, law): (Index, Index)) -> Flow {
        let user = self.user_of(id);
        if user == NONE || self.recall(user, self.cart_key(cart)).is_none() {
            return Flow::Next;
        }
        self.work(id, law)
    }

    /// A cart is not kept any more where it was.
    pub(super) fn let_go_of_cart(&mut self, memo: &Memo) {
        let Some(server) = self.servers.get_mut(memo.what as usize) else { return };
        if server.serial == memo.edition {
            server.carts = server.carts.saturating_sub(1);
            self.fit_memory(memo.what);
        }
    }

    /// A server goes down: what it had in memory is gone, unless a copy takes over.
    pub(super) fn lose_carts(&mut self, id: u32) {
        let copies = self.copies_of(id);
        if copies.iter().any(|&other| other != id && self.serves(other)) {
            return;
        }
        copies.into_iter().for_each(|copy| self.drop_carts(copy));
    }

    /// What a server had in memory is gone.
    fn drop_carts(&mut self, id: u32) {
        let site = self.network.pools[self.servers[id as usize].pool as usize].site;
        // A server that ends is not among those of its pool any more.
        let carts = u64::from(std::mem::take(&mut self.servers[id as usize].carts));
        let open = carts + self.open_carts(site);
        let server = &mut self.servers[id as usize];
        self.launches += 1;
        server.serial = self.launches;
        let meter = &mut self.meters[site as usize];
        meter.count.carts_lost += carts;
        if carts > 0 && meter.carts_lost_at.replace(self.now) != Some(self.now) {
            meter.count.carts_staked += open;
        }
    }

    /// Carts that the servers of a site keep now.
    pub(super) fn open_carts(&self, site: Index) -> u64 {
        let Some(pool) = self.network.sites[site as usize].pool else { return 0 };
        let servers = self.pools[pool as usize].servers.iter();
        servers.map(|&id| u64::from(self.servers[id as usize].carts)).sum()
    }

    /// What all servers of a site had in memory is gone.
    pub(super) fn lose_carts_of(&mut self, site: Index) {
        let Some(pool) = self.network.sites[site as usize].pool else { return };
        for id in self.pools[pool as usize].servers.clone() {
            self.drop_carts(id);
        }
    }

    /// Works out how many requests fit into the memory that the carts leave.
    pub(super) fn fit_memory(&mut self, id: u32) {
        let server = &mut self.servers[id as usize];
        let spec = &self.network.pools[server.pool as usize];
        if spec.memory.session > 0 {
            server.fit(spec);
        }
    }
}
