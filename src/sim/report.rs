//! The figures of a whole run.

use super::network::{Reason, UnitHours};
use super::snapshot::Circuit;
use crate::metrics::Summary;
use crate::units::{SimTime, Span};

/// Failures by reason, in the order of [`Reason::ALL`].
pub type Failures = [u64; Reason::ALL.len()];

/// What a run measured from the end of its warm-up to `now`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// Where the measured time begins.
    pub from: SimTime,
    /// Where it ends.
    pub now: SimTime,
    /// Events processed since the start of the run.
    pub events: u64,
    /// What users met, all sources together.
    pub requests: Requests,
    /// Time from a user's request to its answer, good and late.
    pub latency: Summary,
    /// Time in whole seconds in which users' requests ended, but none of them well.
    pub downtime: Span,
    /// Why users' requests failed: the first cause of each.
    pub failures: Failures,
    /// What users met, by class in the order of the network; empty where all requests are of one class.
    pub classes: Vec<ClassTotals>,
    /// By site, in the order of the network.
    pub sites: Vec<SiteTotals>,
    /// By link, in the order of the network.
    pub links: Vec<LinkTotals>,
}

/// What users met since the start, or since the end of the warm-up, all sources together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Met {
    /// Requests by outcome.
    pub requests: Requests,
    /// Time from a user's request to its answer, good and late.
    pub latency: Summary,
    /// Why requests failed: the first cause of each.
    pub failures: Failures,
    /// Time in whole seconds in which requests ended, but none of them well.
    pub downtime: Span,
    /// How requests ended, by class in the order of the network; empty where all requests are of one class.
    pub classes: Vec<Ends>,
}

/// How requests ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Ends {
    pub good: u64,
    pub late: u64,
    pub failed: u64,
}

/// Requests by outcome. `offered = good + late + failed + in_flight`, always (requests that were under way when the
/// warm-up ended count as offered at that moment).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Requests {
    pub offered: u64,
    pub good: u64,
    pub late: u64,
    pub failed: u64,
    pub in_flight: u64,
}

/// One class of requests, at one site or at all sources together.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ClassTotals {
    /// Requests by outcome; late ones there are only at sources.
    pub requests: Requests,
    /// From arrival to answer.
    pub latency: Summary,
    /// From arrival to a worker.
    pub wait: Summary,
}

/// One site over the whole run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SiteTotals {
    /// Requests that arrived; `arrived = served + failed + in_flight`.
    pub arrived: u64,
    /// Answered.
    pub served: u64,
    /// Failed here, whether refused or because a call failed.
    pub failed: u64,
    /// Still here.
    pub in_flight: u64,
    /// From arrival to answer.
    pub latency: Summary,
    /// From arrival to a worker.
    pub wait: Summary,
    /// Share of the requests that got a worker which had to wait for it, 0 to 1. A wait below 64 ns is none.
    pub waited: f64,
    /// Share of processors (or of workers where only those are used) in use.
    pub utilization: f64,
    /// Mean number of requests waiting for a worker.
    pub queue_mean: f64,
    /// Mean number of requests here, waiting or not: the integral over time, for Little's law.
    pub in_system_mean: f64,
    /// Mean number of workers that had a request.
    pub busy_mean: f64,
    /// By class in the order of the network; empty where all requests are of one class.
    pub classes: Vec<ClassTotals>,
    /// Servers in service: least, mean, most.
    pub in_service: (u32, f64, u32),
    /// Server seconds from launch to end.
    pub server_secs: f64,
    /// The same by the kind of server where it changed on the way: each kind once.
    pub server_secs_by_kind: Vec<(u32, f64)>,
    /// Of these, seconds of servers that may be taken back.
    pub spot_secs: f64,
    /// Nanoseconds during which there were so many servers from launch to end, by their number from zero up.
    pub census: Vec<u64>,
    /// Processor use of single servers, among those that were in service all along; `None` where there is no such server,
    /// or no processor is used.
    pub by_server: Option<UseByServer>,
    /// Servers that came into service, from their launch or from being started again; `None` if none did.
    pub booted: Option<Spans>,
    /// By reason.
    pub failures: Failures,
    /// Requests that change data, answered or failed.
    pub writes: u64,
    /// Where it is a source: requests that came on a connection which an earlier one had left open.
    pub reused: u64,
    /// Seconds for which such connections had waited for them.
    pub waited_open_secs: f64,
    /// Capacity units times hours; none where nothing is charged by them.
    pub units: UnitHours,
    /// Look-ups in a cache, and hits among them.
    pub lookups: (u64, u64),
    /// Carts; `None` where nothing keeps any.
    pub carts: Option<Carts>,
    /// Credits; `None` where servers need none.
    pub credits: Option<Credits>,
    /// Questions to a name service for an address, which are charged for; those for an alias are not.
    pub queries: u64,
    /// Answers older than a write that they should have shown.
    pub stale: u64,
    /// How old they were: the time since the first write that they did not show, at copies since the latest; `None` if none
    /// was stale.
    pub stale_ages: Option<Spans>,
    /// Files that were not where they were looked for.
    pub missing: u64,
    /// Writes that a restore could not bring back.
    pub writes_lost: u64,
    /// Entries of caches that made room for others.
    pub evicted: u64,
    /// Entries of caches now.
    pub entries: u64,
    /// Messages stored, finished and set aside; the rest is kept.
    pub messages: (u64, u64, u64),
    /// Receives that found no message.
    pub empty_receives: u64,
    /// Messages kept now.
    pub backlog: u64,
    /// Messages that became too old, among those that are not kept any more.
    pub expired: u64,
    /// How often a consumer was done with a message that had been given out again meanwhile: its work was for nothing,
    /// or was done twice.
    pub duplicates: u64,
    /// Age of the oldest message now.
    pub oldest: Span,
}

/// How much of its processors a server of a site used, as shares from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct UseByServer {
    /// That of the idlest server.
    pub least: f64,
    /// Mean over the servers.
    pub mean: f64,
    /// That of the busiest server.
    pub most: f64,
}

/// Times of something that happened several times.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spans {
    /// How many.
    pub count: u64,
    /// Mean time.
    pub mean: Span,
    /// Longest time.
    pub most: Span,
}

/// Carts of shoppers at one site.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Carts {
    /// Requests of shoppers who had put something into theirs.
    pub asked: u64,
    /// Those of them that found nothing.
    pub missed: u64,
    /// Carts that were gone with what kept them.
    pub lost: u64,
    /// Carts that were open here when some were lost, those included: losses of one moment count once.
    pub staked: u64,
    /// Carts that servers here keep now.
    pub open: u64,
    /// Bytes that travelled in cookies.
    pub cookie_bytes: u64,
}

/// Credits of the servers of one site.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Credits {
    /// Least that one of its servers has to spend now; a credit is a minute of one processor.
    pub least: f64,
    /// Hours of one processor beyond what was earned, as they would be charged if the servers ended now.
    pub surplus_hours: f64,
}

/// What a site used since the start of the run, or since the end of its warm-up: all that is charged for.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Usage {
    /// Requests that arrived.
    pub arrived: u64,
    /// Of these, requests that change data and are over.
    pub writes: u64,
    /// Messages stored.
    pub stored: u64,
    /// Receives that found no message.
    pub empty_receives: u64,
    /// Questions to a name service that are charged for.
    pub queries: u64,
    /// Hours of one processor beyond what was earned.
    pub surplus_hours: f64,
    /// Server seconds, among the others, of servers that may be taken back.
    pub spot_secs: f64,
    /// Server seconds from launch to end.
    pub server_secs: f64,
    /// Seconds of requests being here: their number, summed over time.
    pub request_secs: f64,
    /// Requests of a source that came on a connection which an earlier one had left open.
    pub reused: u64,
    /// Seconds for which such connections had waited for them.
    pub waited_open_secs: f64,
    /// Capacity units times hours; none where nothing is charged by them.
    pub units: UnitHours,
}

/// What was carried along a link since the start of the run, or since the end of its warm-up.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Carried {
    /// Calls made.
    pub calls: u64,
    /// Bytes of the requests that were answered, and of their answers.
    pub bytes: (u64, u64),
    /// Bytes of requests and answers that crossed from one zone into another.
    pub across: u64,
}

/// One link over the whole run.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct LinkTotals {
    /// Calls made.
    pub calls: u64,
    /// Calls that came back failed.
    pub failed: u64,
    /// From call to answer, network included.
    pub latency: Summary,
    /// Bytes of the requests that were answered, and of their answers.
    pub bytes: (u64, u64),
    /// Bytes of requests and answers that crossed from one zone into another.
    pub bytes_across: u64,
    /// Attempts after failed ones, among the calls.
    pub retries: u64,
    /// Attempts that timed out, among the failed.
    pub timeouts: u64,
    /// Answers for which nobody waited any more.
    pub late: u64,
    /// Calls that the circuit breaker refused; they are not among the calls.
    pub rejected: u64,
    /// How often the circuit breaker opened.
    pub opened: u64,
    /// How often it closed again.
    pub closed: u64,
    /// How it stands at the end.
    pub circuit: Circuit,
}

/// Means over a part of a run, for intervals from one run's parts. `None` where there was nothing to take a mean of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Means {
    /// What users met.
    pub users: UserMeans,
    /// By site, in the order of the network.
    pub sites: Vec<SiteMeans>,
}

/// What users met in a part of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct UserMeans {
    /// Answers in this part.
    pub answers: u64,
    /// Milliseconds to an answer.
    pub latency: Option<f64>,
    /// Share of the finished requests that were answered.
    pub availability: Option<f64>,
    /// Users' requests under way and messages kept.
    pub under_way: f64,
}

/// One site in a part of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct SiteMeans {
    /// Milliseconds to an answer.
    pub latency: Option<f64>,
    /// Milliseconds to a worker.
    pub wait: Option<f64>,
    /// As in [`SiteTotals`].
    pub utilization: f64,
    /// As in [`SiteTotals`].
    pub queue: f64,
    /// As in [`SiteTotals`].
    pub in_system: f64,
    /// Servers in service.
    pub in_service: f64,
    /// Share of what ended that failed, 0 to 1.
    pub failed: f64,
}
