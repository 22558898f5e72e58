//! Name services at work: who holds which answer, what is named, and addresses at which nobody is any more.

use super::afar::Afar;
use super::engine::Engine;
use super::event_set::{Event, EventKind};
use super::frame::{FrameId, NONE};
use super::keep::{Kept, Key, Memo};
use super::names::{Address, Resolver, Routing};
use super::network::{ClassSet, Index, Reason};
use super::program::Flow;
use super::session::SessionId;
use super::snapshot::Phase;
use crate::units::{SimTime, Span};
use std::collections::BTreeSet;

/// The end of time: an answer that is known by heart.
const FOR_EVER: SimTime = SimTime(u64::MAX);

/// An address that a name service names.
#[derive(Debug, Clone, Copy)]
struct Listed {
    link: Index,
    /// Which of the addresses that the server had in turn.
    edition: u32,
    well: bool,
    /// Checks in a row that say otherwise than `well`.
    contrary: u32,
}

/// An answer in a cache that many share.
#[derive(Debug, Clone, Copy)]
struct Answer {
    link: Index,
    edition: u32,
    until: SimTime,
}

/// What a name service knows.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    listed: Vec<Listed>,
    /// Caches of those without sessions, made when the first of them asks.
    caches: Vec<Option<Answer>>,
    /// Sources whose users are farther from some answers than others are, where that decides.
    sources: Vec<Index>,
    /// Whether its links are for some classes only, so that answers are held by class.
    classed: bool,
    /// Links that are taken out of the answers, once for each action that takes them out.
    pub(super) withdrawn: Vec<Index>,
    /// Whether an event for the next check is pending.
    planned: bool,
}

/// Who holds an answer.
#[derive(Debug, Clone, Copy)]
enum Holder {
    User(SessionId),
    Cache(usize),
    Nobody,
}

impl Engine {
    /// Names what each resolver leads to, at the start and after a change. What was named keeps its address there.
    pub(super) fn list_names(&mut self) {
        for (index, spec) in (0..).zip(&self.network.resolvers) {
            let names = &mut self.names[index as usize];
            let fresh = |link: Index| Listed { link, edition: u32::MAX, well: true, contrary: 0 };
            let known = |link: Index| names.listed.iter().find(|listed| listed.link == link).copied();
            names.listed = spec.links.iter().map(|&link| known(link).unwrap_or(fresh(link))).collect();
            let classes = |link: &Index| self.network.links[*link as usize].classes;
            names.classed = spec.links.iter().any(|link| classes(link) != ClassSet::ALL);
            let afar = |afar: &&Afar| spec.routing == Routing::Nearest && spec.links.contains(&afar.link);
            let sources: BTreeSet<Index> = self.network.afar.iter().filter(afar).map(|afar| afar.source).collect();
            names.sources = sources.into_iter().collect();
            names.caches.resize(spec.caches as usize * (1 + names.sources.len()), None);
            for at in 0..self.names[index as usize].listed.len() {
                let link = self.names[index as usize].listed[at].link;
                let now = self.edition(link);
                let listed = &mut self.names[index as usize].listed[at];
                if listed.edition == u32::MAX {
                    listed.edition = now;
                }
            }
            if let Some(check) = spec.check.filter(|_| !self.names[index as usize].planned) {
                self.names[index as usize].planned = true;
                self.events.schedule(self.now + check.interval, Event { kind: EventKind::Check, index });
            }
        }
    }

    /// Which of the addresses that the server behind a link had in turn it has now.
    fn edition(&self, link: Index) -> u32 {
        let pool = self.hops[link as usize].pool;
        if pool == NONE { 0 } else { self.pools[pool as usize].edition }
    }

    /// Whether a link leads to something with an address of its own.
    fn has_address(&self, link: Index) -> bool {
        let pool = self.hops[link as usize].pool;
        pool != NONE && self.network.pools[pool as usize].address != Address::None
    }

    /// A request asks for a name. Whoever holds the answer goes there at once, at the step behind `visit`.
    pub(super) fn resolve(&mut self, id: FrameId, resolver: Index, visit: Index) -> Flow {
        let class = self.frames[id].class;
        let holder = self.holder(id, resolver);
        let held = self.held(holder, resolver, class);
        if self.network.resolvers[resolver as usize].ttl.is_some() {
            let count = &mut self.meters[self.frames[id].site as usize].count;
            count.lookups += 1;
            count.hits += u64::from(held.is_some());
        }
        if let Some((link, edition)) = held {
            self.frames[id].pc = visit + 1;
            return self.go_to(id, link, edition);
        }
        let asked = self.frames[id].site;
        if let Some(reason) = self.gates.refuses_lookup(asked, self.now) {
            return self.fail(id, reason, reason);
        }
        let Some(at) = self.choose_answer(id, resolver) else {
            return self.fail(id, Reason::NoRoute, Reason::NoRoute);
        };
        let Listed { link, edition, .. } = self.up_to_date(resolver, at);
        if self.has_address(link) {
            self.meters[self.frames[id].site as usize].count.queries += 1;
        }
        self.hand_out(holder, (resolver, class), (link, edition));
        self.frames[id].child = link;
        Flow::Next
    }

    /// The look-up has come back: goes to the address that was named.
    pub(super) fn reach(&mut self, id: FrameId, resolver: Index) -> Flow {
        let link = std::mem::replace(&mut self.frames[id].child, NONE);
        let listed = self.names[resolver as usize].listed.iter().find(|listed| listed.link == link);
        let edition = listed.map_or_else(|| self.edition(link), |listed| listed.edition);
        self.go_to(id, link, edition)
    }

    fn go_to(&mut self, id: FrameId, link: Index, edition: u32) -> Flow {
        let to = self.hops[link as usize].to;
        if self.network.sites[to as usize].removed || edition != self.edition(link) {
            return self.give_up_later(id, link, Reason::AddressGone);
        }
        let server = self.pick_at(id, link);
        self.call_from_afar(id, link, server)
    }

    fn holder(&mut self, id: FrameId, resolver: Index) -> Holder {
        let user = self.user_of(id);
        if user != NONE {
            return Holder::User(user);
        }
        let Resolver { caches, law, .. } = self.network.resolvers[resolver as usize];
        match caches {
            0 => Holder::Nobody,
            caches => {
                let own = self.laws[law as usize].stream.below(caches as usize);
                Holder::Cache(self.neighbours(id, resolver) * caches as usize + own)
            }
        }
    }

    /// Which caches those ask who come from where a request comes from: where answers go by nearness, others than those
    /// who come from elsewhere.
    fn neighbours(&self, id: FrameId, resolver: Index) -> usize {
        let sources = &self.names[resolver as usize].sources;
        if sources.is_empty() {
            return 0;
        }
        let origin = self.origin_of(id);
        sources.iter().position(|&source| source == origin).map_or(0, |at| at + 1)
    }

    fn key(&self, resolver: Index, class: u8) -> Key {
        let class = if self.names[resolver as usize].classed { class } else { 0 };
        Key { site: self.network.resolvers[resolver as usize].site, kept: Kept::Answer, class }
    }

    /// An answer that is still good.
    fn held(&self, holder: Holder, resolver: Index, class: u8) -> Option<(Index, u32)> {
        let (link, edition, until) = match holder {
            Holder::User(user) => {
                let memo = self.recall(user, self.key(resolver, class))?;
                (memo.what, memo.edition, memo.until)
            }
            Holder::Cache(at) => {
                let answer = self.names[resolver as usize].caches[at]?;
                (answer.link, answer.edition, answer.until)
            }
            Holder::Nobody => return None,
        };
        let good = until > self.now && self.network.links[link as usize].classes.has(class);
        good.then_some((link, edition))
    }

    fn hand_out(&mut self, holder: Holder, (resolver, class): (Index, u8), (link, edition): (Index, u32)) {
        let spec = &self.network.resolvers[resolver as usize];
        let ttl = spec.ttl.map(|ttl| if self.has_address(link) { ttl } else { spec.alias_ttl });
        let until = ttl.map_or(FOR_EVER, |ttl| self.now + ttl);
        match holder {
            Holder::User(user) => {
                let key = self.key(resolver, class);
                self.remember(user, Memo { key, until, what: link, edition, items: 0 });
            }
            Holder::Cache(at) => {
                let first = self.names[resolver as usize].caches[at].is_none();
                let law = spec.law as usize;
                // Others asked this cache before the run began: what it has is older than the run.
                let age = if first { self.laws[law].stream.unit() } else { 0.0 };
                let until = SimTime(until.0 - (until.since(self.now).0 as f64 * age) as u64);
                self.names[resolver as usize].caches[at] = Some(Answer { link, edition, until });
            }
            Holder::Nobody => {}
        }
    }

    /// What is named at a place, after the name service has learnt of an address that changed long enough ago.
    fn up_to_date(&mut self, resolver: Index, at: usize) -> Listed {
        let listed = self.names[resolver as usize].listed[at];
        let pool = self.hops[listed.link as usize].pool;
        let Some(state) = self.pools.get(pool as usize) else { return listed };
        let follows = self.network.resolvers[resolver as usize].follows;
        if listed.edition != state.edition && follows.is_some_and(|after| state.moved + after <= self.now) {
            self.names[resolver as usize].listed[at].edition = state.edition;
        }
        self.names[resolver as usize].listed[at]
    }

    /// The place of what an answer names now; `None` if there is nothing to name.
    fn choose_answer(&mut self, id: FrameId, resolver: Index) -> Option<usize> {
        let class = self.frames[id].class;
        let Resolver { routing, law, .. } = self.network.resolvers[resolver as usize];
        let names = &self.names[resolver as usize];
        if let ([_], [], false) = (&names.listed[..], &names.withdrawn[..], names.classed) {
            return Some(0);
        }
        let open = |listed: &Listed| {
            let link = &self.network.links[listed.link as usize];
            link.classes.has(class) && !names.withdrawn.contains(&listed.link)
        };
        // If nothing is well, everything is named.
        let any_well = names.listed.iter().any(|listed| listed.well && open(listed));
        let named = |listed: &Listed| open(listed) && (listed.well || !any_well);
        let places: Vec<usize> = (0..names.listed.len()).filter(|&at| named(&names.listed[at])).collect();
        match routing {
            Routing::FirstWell => places.first().copied(),
            Routing::Nearest => {
                let source = self.origin_of(id);
                places.iter().min_by_key(|&&at| self.nearness(names.listed[at].link, source)).copied()
            }
            _ if places.len() < 2 => places.first().copied(),
            Routing::Any => Some(places[self.laws[law as usize].stream.below(places.len())]),
            Routing::Weighted => Some(self.weighted(resolver, &places)),
        }
    }

    /// One of several places by the weights of their links; all alike if no link has any weight.
    fn weighted(&mut self, resolver: Index, places: &[usize]) -> usize {
        let Resolver { law, weights, .. } = &self.network.resolvers[resolver as usize];
        let weight = |at: usize| weights.get(at).copied().unwrap_or(1) as usize;
        let total: usize = places.iter().map(|&at| weight(at)).sum();
        let stream = &mut self.laws[*law as usize].stream;
        if total == 0 {
            return places[stream.below(places.len())];
        }
        let mut left = stream.below(total);
        for &at in places {
            if left < weight(at) {
                return at;
            }
            left -= weight(at);
        }
        places[0]
    }

    /// Checks the health of everything that a name service names, and plans the next check.
    pub(super) fn check_names(&mut self, resolver: Index) {
        let Some(check) = self.network.resolvers[resolver as usize].check else {
            self.names[resolver as usize].planned = false;
            return;
        };
        for at in 0..self.names[resolver as usize].listed.len() {
            let Listed { link, edition, .. } = self.up_to_date(resolver, at);
            let answers = edition == self.edition(link) && self.answers(link, check.connect);
            let listed = &mut self.names[resolver as usize].listed[at];
            listed.contrary = if answers == listed.well { 0 } else { listed.contrary + 1 };
            if listed.contrary >= check.threshold {
                (listed.well, listed.contrary) = (answers, 0);
            }
        }
        let next = self.now + check.interval.max(Span::from_secs(1));
        self.events.schedule(next, Event { kind: EventKind::Check, index: resolver });
    }

    /// Whether what a link leads to would answer: a server that is in service, a balancer with a healthy target.
    fn answers(&mut self, link: Index, connect: Span) -> bool {
        let hop = &self.hops[link as usize];
        let (to, pool) = (hop.to, hop.pool);
        let away = self.network.sites[to as usize].removed || self.gates.shut(to);
        if away || self.gates.loses_check(link, Some(connect)) {
            return false;
        }
        if let Some(pool) = self.pools.get(pool as usize) {
            let (servers, gates) = (&self.servers, &mut self.gates);
            return pool.servers.iter().any(|&id| {
                let server = &servers[id as usize];
                server.phase == Phase::InService && !gates.fails_check(id, server)
            });
        }
        let mut groups = self.groups_at(to).peekable();
        groups.peek().is_none() || groups.any(|group| group.count().1 > 0)
    }

    /// A server got another address.
    pub(super) fn move_address(&mut self, pool: Index) {
        if self.network.pools[pool as usize].address == Address::Changing {
            let now = self.now;
            let state = &mut self.pools[pool as usize];
            (state.edition, state.moved) = (state.edition.wrapping_add(1), now);
        }
    }
}
