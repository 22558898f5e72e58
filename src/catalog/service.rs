//! A service: its faces in a drawing, what a node of it becomes, what it is charged for.

use super::blueprint::Blueprint;
use super::commitments::Commitment;
use super::settings::Settings;
use super::sheet::{InstanceType, Param, Sheet};
use super::value::Kind;
use crate::words::{self, t};
use std::fmt;
use std::sync::LazyLock;

/// One kind of node.
pub struct Service {
    /// Name in files: `ec2`.
    pub key: &'static str,
    /// What it is to a caller.
    pub face: Face,
    /// What it may call; of a database what may follow it as its read replica.
    pub calls: &'static [Face],
    /// What a node of it becomes.
    pub lower: fn(&Settings<'_>) -> Blueprint,
    /// What a node of it is charged for.
    pub charges: fn(&Settings<'_>) -> Vec<Charge>,
    /// One short line under its name on the canvas.
    pub status: fn(&Settings<'_>) -> String,
    /// Its glyph: SVG, strokes only.
    pub icon: &'static str,
    /// Its data sheet, read on first use.
    pub data: &'static LazyLock<Sheet>,
}

impl Service {
    /// Its data sheet.
    pub fn sheet(&self) -> &'static Sheet {
        LazyLock::force(self.data)
    }

    /// The setting that names the type of its instances, and the types that it may name, where it has such a setting.
    pub fn types(&self) -> Option<(&'static Param, &'static [InstanceType])> {
        let named = |param: &'static Param| match &param.kind {
            Kind::Type(sheet) => Some((param, super::sheet::types(sheet))),
            _ => None,
        };
        self.sheet().params.iter().find_map(named)
    }

    /// Whether a node of this service may be joined to one of `to`, and how; the error says why not.
    pub fn tie(&self, to: &Service) -> Result<Tie, String> {
        // A database does not call another one: it is followed by one of its own kind.
        let follows = self.face == Face::Database && to.face == Face::Database;
        if self.calls.contains(&to.face) && (!follows || self.key == to.key) {
            if follows {
                return Ok(Tie::Replica);
            }
            let message = [self.face, to.face].iter().any(|face| matches!(face, Face::Queue | Face::Topic));
            return Ok(if message { Tie::Message } else { Tie::Call });
        }
        Err(t!(
            "{caller} cannot call {callee}: {why}",
            caller = words::of(&self.sheet().name),
            callee = words::of(&to.sheet().name),
            why = to.face.why_not(self.face)
        ))
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("key", &self.key).finish_non_exhaustive()
    }
}

/// How two nodes are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie {
    /// The caller waits for the answer.
    Call,
    /// A message: stored, or taken from where it is stored.
    Message,
    /// Not a call: the second is a read replica of the first and hears of its writes a lag later.
    Replica,
}

/// What a service is to those that call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// Nobody calls it: it calls.
    Client,
    /// Says where something is.
    Dns,
    /// A cache near the users.
    Edge,
    /// Spreads requests.
    Balancer,
    /// Runs your code.
    Server,
    /// Keeps messages.
    Queue,
    /// Passes messages on to all that have subscribed.
    Topic,
    /// Keeps rows.
    Database,
    /// Keeps answers in memory.
    Cache,
    /// Keeps files for anyone.
    Store,
    /// Keeps files for servers.
    Files,
}

impl Face {
    fn why_not(self, caller: Self) -> &'static str {
        match (self, caller) {
            (Self::Client, _) => t!("users only send requests, nothing calls them"),
            (_, Self::Store) => t!("a bucket answers; it only notifies queues and topics"),
            (_, Self::Topic) => t!("a topic passes messages on to queues only; put a queue in between"),
            (_, Self::Cache | Self::Database | Self::Files) => t!("data services answer, they do not call"),
            (Self::Dns, _) => t!("only users look names up here; draw the link from them"),
            (Self::Edge | Self::Balancer, _) => t!("it takes traffic from users, Route 53 or CloudFront"),
            (Self::Server, Self::Edge) => t!("put a load balancer or a bucket behind the edge"),
            (Self::Server, _) => t!("only users, Route 53, balancers, queues and servers reach servers"),
            (Self::Queue | Self::Topic, _) => {
                t!("only servers, topics and buckets send messages; put an instance in between")
            }
            (Self::Database | Self::Cache | Self::Files, _) => {
                t!("only servers may reach it; put an instance in between")
            }
            (Self::Store, _) => t!("only users, CloudFront and servers read from it"),
        }
    }
}

/// What a charge is metered by. All are sums over the run, so every bill is quantity times unit price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Meter {
    /// Hours that the node stands there.
    Hours,
    /// Hours of its servers from launch to end, boot time included, but for spot instances.
    ServerHours,
    /// The same, but only while there are more than so many, and only of those beyond: the first ones are paid for.
    ServerHoursAbove(u32),
    /// The same if users reach it directly: hours of its public addresses, one for each server.
    PublicHours,
    /// Requests that arrived.
    Requests,
    /// Of these, those from a part of the world.
    RequestsFrom(Near),
    /// Of all, requests that change data.
    Writes,
    /// Of all, the others.
    Reads,
    /// Hours of one processor beyond what was earned for it.
    SurplusHours,
    /// Hours of its spot instances.
    SpotHours,
    /// Questions to a name service for an address; those for an alias are free.
    Queries,
    /// Messages stored.
    Messages,
    /// Receives that found no message.
    EmptyReceives,
    /// Bytes that leave for the internet: answers to callers outside AWS, and requests to what stands outside.
    BytesOut,
    /// Of these, those to a part of the world.
    BytesOutTo(Near),
    /// Bytes of the requests that it answered, and of its answers.
    BytesThrough,
    /// Bytes that leave for another region: answers to callers there, and requests to what stands there.
    BytesAbroad,
    /// Bytes of requests and answers that pass the NAT gateway of a private subnet.
    BytesThroughGateway,
    /// Bytes of requests and answers that went from or to this node over the border of a zone, each direction on its own.
    BytesAcross,
    /// Capacity units times hours, each hour by the largest of their dimensions.
    UnitHours,
}

/// Callers in a part of the world.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// Which.
    pub geography: Geography,
    /// The share, from 0 to 1, of the callers that are drawn nowhere who count there.
    pub others: f64,
}

/// A part of the world that answers from the edge have prices of their own for. Which countries belong to it: CloudFront
/// pricing, recalled, 2026-11-21.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Geography {
    /// The United States, Canada and Mexico.
    NorthAmerica,
    /// South Korea, Taiwan, Hong Kong, Singapore, Malaysia, Indonesia and Thailand; neither Japan nor Australia nor India.
    AsiaPacific,
}

impl Geography {
    /// All.
    pub const ALL: [Self; 2] = [Self::NorthAmerica, Self::AsiaPacific];

    /// As settings and prices call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::NorthAmerica => "North America",
            Self::AsiaPacific => "Asia Pacific",
        }
    }

    /// Where a region of AWS is; `None` where the catalogue has no prices.
    pub fn of(region: &str) -> Option<Self> {
        match region {
            "ap-northeast-2" | "ap-east-1" | "ap-east-2" | "ap-southeast-1" | "ap-southeast-3" | "ap-southeast-5"
            | "ap-southeast-7" => Some(Self::AsiaPacific),
            _ if ["us-", "ca-", "mx-"].iter().any(|country| region.starts_with(country)) => Some(Self::NorthAmerica),
            _ => None,
        }
    }
}

/// One item on a node's bill: `quantity = meter × factor`, priced by the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Charge {
    /// Key of the sheet that has the price, or `network`.
    pub sheet: &'static str,
    /// Name of the price, of the tiers, or of the instance type in that sheet.
    pub item: String,
    /// What is metered.
    pub meter: Meter,
    /// Units of the price per unit of the meter.
    pub factor: f64,
    /// Where its price comes from.
    pub pricing: Pricing,
}

/// Where the price of a charge comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Pricing {
    /// The data sheet.
    Sheet,
    /// The node itself: dollars per unit.
    Own(f64),
    /// The rates of commitments.
    Committed(Commitment),
    /// The spot price of an instance type: this share of the price on demand, or what the data sheet has.
    Spot(Option<f64>),
}

impl Charge {
    /// A charge priced by a sheet.
    pub fn new(sheet: &'static str, item: impl Into<String>, meter: Meter, factor: f64) -> Self {
        Self { sheet, item: item.into(), meter, factor, pricing: Pricing::Sheet }
    }

    /// Servers of a type that are paid for whether they run or not, and those that run beyond them by the hour.
    pub fn servers(sheet: &'static str, item: &str, commitment: Option<(Commitment, u32)>) -> Vec<Self> {
        let Some((how, count)) = commitment.filter(|(_, count)| *count > 0) else {
            return vec![Self::new(sheet, item, Meter::ServerHours, 1.0)];
        };
        let committed = Self::new(sheet, item, Meter::Hours, f64::from(count));
        vec![
            Self { pricing: Pricing::Committed(how), ..committed },
            Self::new(sheet, item, Meter::ServerHoursAbove(count), 1.0),
        ]
    }
}
