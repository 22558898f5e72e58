//! Balancers that know who asks and where: cookies and flows that stick to a target, and spreading inside a zone.
//!
//! A user sticks to the target of the last answer for as long as the balancer says, counted from the latest request, and
//! gets another one when that target is not usable any more. Requests without a session carry no cookie.

use super::engine::Engine;
use super::frame::{Frame, FrameId, NONE};
use super::keep::{Kept, Key, Memo};
use super::network::{Balancer, Crossing, Index, Layer, Policy, Reason, Zone};

impl Engine {
    /// The target for a request of a balancer that looks at who asks.
    pub(super) fn choose_for(&mut self, id: FrameId, balancer: Index) -> Option<(Index, u32)> {
        let Balancer { sticky, crossing, site, .. } = self.network.balancers[balancer as usize];
        let Some(lasts) = sticky else { return self.choose_spread(balancer, crossing) };
        let user = self.user_of(id);
        if user == NONE {
            return self.choose_spread(balancer, crossing);
        }
        let key = Key { site, kept: Kept::Target, class: 0 };
        let memo = self.recall(user, key).filter(|memo| memo.until > self.now);
        let held = memo.filter(|memo| self.servers[memo.what as usize].serial == memo.edition);
        let held = held.and_then(|memo| self.usable(balancer, memo.what));
        let (link, server) = held.or_else(|| self.choose_spread(balancer, crossing))?;
        let edition = self.servers[server as usize].serial;
        self.remember(user, Memo { key, until: self.now + lasts, what: server, edition, items: 0 });
        Some((link, server))
    }

    fn choose_spread(&mut self, balancer: Index, crossing: Crossing) -> Option<(Index, u32)> {
        match crossing {
            Crossing::Zones => self.choose(balancer),
            Crossing::Never => self.choose_in_zone(balancer),
        }
    }

    /// A request comes to any zone that has a usable target, and is given to one in that zone.
    fn choose_in_zone(&mut self, balancer: Index) -> Option<(Index, u32)> {
        let Balancer { policy, law, .. } = self.network.balancers[balancer as usize];
        let targets = self.usable_targets(balancer);
        let mut zones: Vec<Zone> = targets.iter().map(|&(_, server)| self.servers[server as usize].zone).collect();
        zones.sort_unstable();
        zones.dedup();
        let stream = &mut self.laws[law as usize].stream;
        let zone = match zones.len() {
            0 => return None,
            1 => zones[0],
            several => zones[stream.below(several)],
        };
        let here: Vec<(Index, u32)> =
            targets.into_iter().filter(|&(_, server)| self.servers[server as usize].zone == zone).collect();
        let turn = self.next_turn(balancer, here.len());
        let load = |at: &usize| self.servers[here[*at].1 as usize].in_flight;
        let at = match policy {
            Policy::RoundRobin => turn,
            Policy::LeastOutstanding => (0..here.len()).map(|n| (turn + n) % here.len()).min_by_key(load)?,
            Policy::Random | Policy::TwoChoices | Policy::Weighted => {
                if here.len() > 1 {
                    self.laws[law as usize].stream.below(here.len())
                } else {
                    0
                }
            }
        };
        Some(here[at])
    }

    /// What the caller of a request sees of the loss of its server: a balancer says so in its own words.
    pub(super) fn seen_as(&self, id: FrameId, reason: Reason) -> Reason {
        if !matches!(reason, Reason::ServerDown | Reason::ServerLost) {
            return reason;
        }
        let Frame { parent, .. } = self.frames[id];
        match (parent != NONE).then(|| self.balancer_at(self.frames[parent].site)).flatten() {
            Some(Layer::Requests) => Reason::BadGateway,
            Some(Layer::Flows) => Reason::ConnectionReset,
            None => reason,
        }
    }

    /// What the caller of a request sees where nobody answered: a balancer that reads requests says that time ran out.
    pub(super) fn missed_by(&self, id: FrameId, reason: Reason) -> Reason {
        let Frame { parent, .. } = self.frames[id];
        match (parent != NONE).then(|| self.balancer_at(self.frames[parent].site)).flatten() {
            Some(Layer::Requests) => Reason::TimedOut,
            Some(Layer::Flows) | None => reason,
        }
    }

    /// What a balancer at a site reads of what it passes on, if there is one.
    pub(super) fn balancer_at(&self, site: Index) -> Option<Layer> {
        self.network.balancers.iter().find(|balancer| balancer.site == site).map(|balancer| balancer.layer)
    }
}
