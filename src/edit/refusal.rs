//! Why a command was not carried out, in words for the person who asked.

use crate::catalog::{REGIONS, ValueError};
use crate::model::{FAR, Id, LABEL_REACH, MOST_BENDS, MOST_CLASSES};
use crate::words::{self, t};
use std::fmt;

/// A command that was not carried out; the design is as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No record has the id.
    Missing(Id),
    /// The record exists, but the command does not apply to its kind.
    NotThat {
        /// Which record.
        id: Id,
        /// What the command would change.
        what: &'static str,
    },
    /// The catalogue does not have the service.
    UnknownService(String),
    /// The catalogue says that the two services cannot be joined.
    NoTie(String),
    /// Caller and callee are the same node.
    SelfLink,
    /// The two nodes are joined already.
    DuplicateLink {
        /// Label of the caller.
        from: String,
        /// Label of the callee.
        to: String,
    },
    /// A read replica would follow a second database.
    Follows(String),
    /// A read replica would follow another replica.
    FollowsReplica {
        /// Label of the one that would be followed.
        primary: String,
        /// Label of the one that would follow.
        replica: String,
    },
    /// The service has no such setting.
    UnknownSetting {
        /// Name of the service.
        service: String,
        /// Key of the setting.
        key: String,
    },
    /// The setting does not take the value.
    BadValue {
        /// Name of the setting on screen.
        label: String,
        /// What is wrong and what would be right.
        why: ValueError,
    },
    /// A share outside 0 to 1.
    BadShare,
    /// A place would lie in a place that cannot hold it.
    Nesting {
        /// Label and kind of the inner place.
        inner: String,
        /// Label and kind of the outer place.
        outer: String,
    },
    /// Everything that was to be moved, resized or removed is locked.
    Locked(String),
    /// Fewer than two records were to become a group.
    SmallGroup,
    /// A coordinate that is not a number or far outside the canvas.
    TooFar,
    /// A link with more bends than anyone draws.
    TooManyBends,
    /// A label that would not stand beside its link.
    LabelTooFar,
    /// A name without a character.
    EmptyName,
    /// A price that cannot be one.
    Price(String, String),
    /// A region that the catalogue has no prices for.
    UnknownRegion(String),
    /// The scenario to be removed is the only one.
    LastScenario,
    /// No scenario has the position.
    NoScenario(usize),
    /// Another scenario has the name.
    ScenarioName(String),
    /// A scenario with traffic that cannot be run.
    BadTraffic(String),
    /// Another class has the name.
    ClassName(String),
    /// A class that cannot be run.
    BadClass(String),
    /// No class has the position.
    NoClass(usize),
    /// One class more than results can be kept for.
    TooManyClasses,
    /// A scenario without time to run.
    NoTime,
}

impl std::error::Error for Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.of_records().or_else(|| self.of_values()).unwrap_or_else(|| self.of_scenarios()))
    }
}

impl Refusal {
    /// What is wrong with nodes, links, places and notes.
    fn of_records(&self) -> Option<String> {
        Some(match self {
            Self::Missing(id) => t!("There is no \"{id}\" in this drawing; it may have been removed", id = id),
            Self::NotThat { id, what } => t!("\"{id}\" has no {what}", id = id, what = words::of(what)),
            Self::UnknownService(key) => t!("There is no service \"{key}\"; pick one from the palette", key = key),
            Self::NoTie(why) => why.clone(),
            Self::SelfLink => t!("A link has to lead to another node").to_owned(),
            Self::DuplicateLink { from, to } => t!("{from} is already linked to {to}", from = from, to = to),
            Self::Follows(replica) => t!("{node} is the read replica of another database already", node = replica),
            Self::FollowsReplica { primary, replica } => t!(
                "{replica} cannot be a read replica of {primary}: a replica follows a primary, not another replica",
                replica = replica,
                primary = primary
            ),
            Self::Nesting { inner, outer } => t!(
                "{inner} cannot stand inside {outer}: regions hold VPCs, VPCs hold Availability Zones, and those hold \
                 subnets",
                inner = inner,
                outer = outer
            ),
            Self::Locked(what) => t!("{what} is locked; unlock it first", what = what),
            Self::SmallGroup => t!("A group has at least two members; select more cards, places or notes").to_owned(),
            Self::TooFar => t!("That is outside the canvas, which ends {far} points from its origin", far = FAR),
            Self::LabelTooFar => t!("A label stands at most {most} from its link; put it nearer", most = LABEL_REACH),
            Self::TooManyBends => t!("A link has at most {most} bends; take one away first", most = MOST_BENDS),
            Self::EmptyName => t!("A name needs at least one letter or digit").to_owned(),
            _ => return None,
        })
    }

    /// What is wrong with settings, prices and regions.
    fn of_values(&self) -> Option<String> {
        Some(match self {
            Self::UnknownSetting { service, key } => {
                t!("{service} has no setting \"{key}\"", service = service, key = key)
            }
            Self::BadValue { label, why } => format!("{}: {why}", words::of(label)),
            Self::BadShare => t!("A share of the requests is between 0 % and 100 %").to_owned(),
            Self::Price(item, price) => t!(
                "{price} is not a price of {item}; it has to be $0 to $1,000,000 per unit",
                price = price,
                item = item
            ),
            Self::UnknownRegion(region) => t!(
                "There are no prices for the region \"{region}\"; known are: {known}",
                region = region,
                known = REGIONS.join(", ")
            ),
            _ => return None,
        })
    }

    /// What is wrong with scenarios and classes.
    fn of_scenarios(&self) -> String {
        match self {
            Self::LastScenario => t!("A design keeps at least one scenario; add another one first").to_owned(),
            Self::NoScenario(at) => t!("There is no scenario number {at}", at = at),
            Self::ScenarioName(name) => t!("There is already a scenario named \"{name}\"", name = name),
            Self::BadTraffic(why) => t!("That traffic cannot be: {why}", why = why),
            Self::ClassName(name) => t!("There is already a class named \"{name}\"", name = name),
            Self::BadClass(why) => t!("That class cannot be: {why}", why = why),
            Self::NoClass(at) => t!("There is no class number {at}", at = at),
            Self::TooManyClasses => t!("A design has at most {most} classes of requests", most = MOST_CLASSES),
            _ => t!("A scenario has to last longer than its warm-up").to_owned(),
        }
    }
}
