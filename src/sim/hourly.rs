//! What is charged hour by hour, by the largest of several dimensions: the capacity units of balancers.
//!
//! Each hour of the clock counts by itself, so the sums are kept while the run goes on; an hour that is cut off counts as
//! far as it went. Absent: prices.

use super::engine::Engine;
use super::network::Index;
use super::report::{Carried, Usage};
use crate::units::{SimTime, Span};
use std::collections::BTreeMap;
use std::ops::{AddAssign, Sub};

/// What one capacity unit of a balancer holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CapacityUnit {
    /// New connections a second.
    pub new: f64,
    /// Connections at once.
    pub active: f64,
    /// Bytes of requests and answers an hour.
    pub bytes: f64,
    /// Evaluations of rules a second.
    pub evaluations: f64,
    /// Rules that each request is held against beyond those that are free.
    pub rules: f64,
}

/// A site whose use is counted in capacity units.
#[derive(Debug, Clone, PartialEq)]
pub struct Hourly {
    /// The site.
    pub site: Index,
    /// Of what size a unit is.
    pub unit: CapacityUnit,
    /// Links that lead to it.
    pub inward: Vec<Index>,
    /// Those of users, with who is behind each.
    pub users: Vec<(Index, Vec<Visitors>)>,
}

/// The users at one source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Visitors {
    /// Site of the source.
    pub site: Index,
    /// For how long they keep a connection that they do not use.
    pub keep: Span,
}

/// Capacity units times hours by dimension, and what of them is charged.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct UnitHours {
    /// By new connections.
    pub new: f64,
    /// By open connections.
    pub active: f64,
    /// By bytes.
    pub bytes: f64,
    /// By evaluations of rules.
    pub rules: f64,
    /// Sum over the hours of the largest of the four in each.
    pub charged: f64,
}

/// The capacity units of one site until now.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct HourMeter {
    /// Of the hours that are over.
    over: UnitHours,
    /// Of this hour, as far as another network counted it.
    hour: UnitHours,
    /// What the site had used when this hour, or this network, began.
    start: UnitHours,
}

impl Hourly {
    /// What was used since measuring began, as if all of it were one hour's.
    ///
    /// New connections are those of users; services keep theirs, so that as many are open as there are requests under way.
    pub fn in_one(&self, site: impl Fn(Index) -> Usage, link: impl Fn(Index) -> Carried) -> UnitHours {
        let used = site(self.site);
        let (mut opened, mut open_secs) = (0.0, used.request_secs);
        for (inward, visitors) in &self.users {
            let calls = link(*inward).calls as f64;
            let (of_all, secs_of_all) = connections(visitors, &site);
            opened += calls * of_all;
            open_secs += calls * secs_of_all;
        }
        let carried = |&inward: &Index| {
            let (requests, answers) = link(inward).bytes;
            requests + answers
        };
        let hours = UnitHours {
            new: opened / self.unit.new / 3_600.0,
            active: open_secs / self.unit.active / 3_600.0,
            bytes: self.inward.iter().map(carried).sum::<u64>() as f64 / self.unit.bytes,
            rules: used.arrived as f64 * self.unit.rules / self.unit.evaluations / 3_600.0,
            charged: 0.0,
        };
        UnitHours { charged: hours.largest(), ..hours }
    }
}

/// New connections, and seconds of open ones that nobody uses, for each request of these users.
fn connections(visitors: &[Visitors], site: impl Fn(Index) -> Usage) -> (f64, f64) {
    let (mut requests, mut opened, mut secs) = (0.0, 0.0, 0.0);
    for one in visitors {
        let used = site(one.site);
        let anew = used.arrived.saturating_sub(used.reused) as f64;
        requests += used.arrived as f64;
        opened += anew;
        // After its last request each waits until it is closed.
        secs += used.waited_open_secs + anew * one.keep.secs();
    }
    if requests > 0.0 { (opened / requests, secs / requests) } else { (0.0, 0.0) }
}

impl UnitHours {
    fn largest(&self) -> f64 {
        self.new.max(self.active).max(self.bytes).max(self.rules)
    }
}

impl AddAssign for UnitHours {
    fn add_assign(&mut self, other: Self) {
        self.new += other.new;
        self.active += other.active;
        self.bytes += other.bytes;
        self.rules += other.rules;
        self.charged += other.charged;
    }
}

impl Sub for UnitHours {
    type Output = Self;

    /// What came on top of `before`.
    fn sub(self, before: Self) -> Self {
        Self {
            new: (self.new - before.new).max(0.0),
            active: (self.active - before.active).max(0.0),
            bytes: (self.bytes - before.bytes).max(0.0),
            rules: (self.rules - before.rules).max(0.0),
            charged: (self.charged - before.charged).max(0.0),
        }
    }
}

impl HourMeter {
    /// This hour's units, of what was used in one until now.
    fn this_hour(&self, in_one: UnitHours) -> UnitHours {
        let mut hour = self.hour;
        hour += in_one - self.start;
        UnitHours { charged: hour.largest(), ..hour }
    }

    fn close(&mut self, in_one: UnitHours) {
        self.over += self.this_hour(in_one);
        (self.hour, self.start) = (UnitHours::default(), in_one);
    }
}

/// How a site is counted; `all` are in the order of their sites.
fn of_site(all: &[Hourly], site: Index) -> Option<&Hourly> {
    all.binary_search_by_key(&site, |hourly| hourly.site).ok().map(|at| &all[at])
}

impl Engine {
    /// What a site used, in one; what it had used when this hour began, if nothing counts it any more.
    fn in_one(&self, site: Index, meter: &HourMeter) -> UnitHours {
        let used = |hourly: &Hourly| hourly.in_one(|site| self.usage_so_far(site), |link| self.carried(link));
        of_site(&self.network.hourly, site).map_or(meter.start, used)
    }

    /// Capacity units times hours of a site since the start, or since [`Engine::forget`]; none where nothing is counted so.
    pub(super) fn unit_hours(&self, site: Index) -> UnitHours {
        let Some(meter) = self.hour_meters.get(&site) else { return UnitHours::default() };
        let mut all = meter.over;
        all += meter.this_hour(self.in_one(site, meter));
        all
    }

    /// Another hour begins, if this is the moment for it.
    pub(super) fn close_hour(&mut self) {
        if self.now.since(SimTime::ZERO).0.is_multiple_of(Span::from_secs(3_600).0) {
            let mut meters = std::mem::take(&mut self.hour_meters);
            for (&site, meter) in &mut meters {
                meter.close(self.in_one(site, meter));
            }
            self.hour_meters = meters;
        }
    }

    /// What this hour has had at each site until now.
    pub(super) fn this_hour(&self) -> BTreeMap<Index, UnitHours> {
        let hour = |(&site, meter): (&Index, &HourMeter)| (site, meter.this_hour(self.in_one(site, meter)));
        self.hour_meters.iter().map(hour).collect()
    }

    /// Counts from now on what the network says. Where that is something else than `before`, the hour keeps what it has had.
    pub(super) fn count_hours_on(&mut self, before: &[Hourly], hours: &BTreeMap<Index, UnitHours>) {
        for hourly in &self.network.hourly {
            self.hour_meters.entry(hourly.site).or_default();
        }
        let changed = |&site: &Index| of_site(before, site) != of_site(&self.network.hourly, site);
        let sites: Vec<Index> = self.hour_meters.keys().copied().filter(changed).collect();
        for site in sites {
            let meter = self.hour_meters[&site];
            let hour = hours.get(&site).copied().unwrap_or_default();
            self.hour_meters.insert(site, HourMeter { hour, start: self.in_one(site, &meter), ..meter });
        }
    }

    /// Counts anew, at the end of a warm-up.
    pub(super) fn forget_hours(&mut self) {
        self.hour_meters.clear();
        self.count_hours_on(&[], &BTreeMap::new());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: CapacityUnit =
        CapacityUnit { new: 25.0, active: 3_000.0, bytes: 1e9, evaluations: 1_000.0, rules: 0.0 };

    fn used(new: f64, bytes: f64) -> UnitHours {
        UnitHours { new, bytes, ..UnitHours::default() }
    }

    #[test]
    fn each_hour_counts_by_its_own_largest() {
        let mut meter = HourMeter::default();
        meter.close(used(3.0, 1.0));
        meter.close(used(4.0, 6.0));
        let open = meter.this_hour(used(4.5, 6.25));
        assert_eq!(
            (meter.over, open),
            (UnitHours { charged: 8.0, ..used(4.0, 6.0) }, UnitHours { charged: 0.5, ..used(0.5, 0.25) })
        );
    }

    #[test]
    fn an_hour_goes_on_when_what_is_counted_changes() {
        let mut meter = HourMeter::default();
        meter.hour = meter.this_hour(used(2.0, 1.0));
        // Another network counts other links: what they carried before is not this hour's.
        meter.start = used(10.0, 0.0);
        assert_eq!(meter.this_hour(used(10.5, 3.0)), UnitHours { charged: 4.0, ..used(2.5, 4.0) });
    }

    #[test]
    fn a_balancer_by_hand() {
        let keep = Span::from_secs(10);
        let visitors = vec![Visitors { site: 1, keep }];
        let hourly = Hourly { site: 0, unit: UNIT, inward: vec![0], users: vec![(0, visitors)] };
        let site = |_| Usage { arrived: 360_000, request_secs: 180_000.0, ..Usage::default() };
        let link = |_| Carried { calls: 360_000, bytes: (1_000_000_000, 2_000_000_000), across: 0 };
        let units = hourly.in_one(site, link);
        // 360,000 connections in an hour are 100/s; each is open for 10 s, and 50 requests are under way.
        assert_eq!((units.new, units.bytes, units.charged), (4.0, 3.0, 4.0));
        assert!((units.active - (1_000.0 + 50.0) / 3_000.0).abs() < 1e-12);
    }
}
