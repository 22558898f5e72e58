//! Why a command was not carried out, in words for the person who asked.

use crate::catalog::{REGIONS, ValueError};
use crate::model::{FAR, Id, MOST_CLASSES};
use thiserror::Error;

/// A command that was not carried out; the design is as it was.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// No record has the id.
    #[error("There is no \"{0}\" in this drawing; it may have been removed")]
    Missing(Id),
    /// The record exists, but the command does not apply to its kind.
    #[error("\"{id}\" has no {what}")]
    NotThat {
        /// Which record.
        id: Id,
        /// What the command would change.
        what: &'static str,
    },
    /// The catalogue does not have the service.
    #[error("There is no service \"{0}\"; pick one from the palette")]
    UnknownService(String),
    /// The catalogue says that the two services cannot be joined.
    #[error("{0}")]
    NoTie(String),
    /// Caller and callee are the same node.
    #[error("A link has to lead to another node")]
    SelfLink,
    /// The two nodes are joined already.
    #[error("{from} is already linked to {to}")]
    DuplicateLink {
        /// Label of the caller.
        from: String,
        /// Label of the callee.
        to: String,
    },
    /// A read replica would follow a second database.
    #[error("{0} is the read replica of another database already")]
    Follows(String),
    /// A read replica would follow another replica.
    #[error("{replica} cannot be a read replica of {primary}: a replica follows a primary, not another replica")]
    FollowsReplica {
        /// Label of the one that would be followed.
        primary: String,
        /// Label of the one that would follow.
        replica: String,
    },
    /// The service has no such setting.
    #[error("{service} has no setting \"{key}\"")]
    UnknownSetting {
        /// Name of the service.
        service: String,
        /// Key of the setting.
        key: String,
    },
    /// The setting does not take the value.
    #[error("{label}: {why}")]
    BadValue {
        /// Name of the setting on screen.
        label: String,
        /// What is wrong and what would be right.
        why: ValueError,
    },
    /// A share outside 0 to 1.
    #[error("A share of the requests is between 0 % and 100 %")]
    BadShare,
    /// A place would lie in a place that cannot hold it.
    #[error(
        "{inner} cannot stand inside {outer}: regions hold VPCs, VPCs hold Availability Zones, and those hold subnets"
    )]
    Nesting {
        /// Label and kind of the inner place.
        inner: String,
        /// Label and kind of the outer place.
        outer: String,
    },
    /// Everything that was to be moved, resized or removed is locked.
    #[error("{0} is locked; unlock it first")]
    Locked(String),
    /// Fewer than two records were to become a group.
    #[error("A group has at least two members; select more cards, places or notes")]
    SmallGroup,
    /// A coordinate that is not a number or far outside the canvas.
    #[error("That is outside the canvas, which ends {FAR} points from its origin")]
    TooFar,
    /// A name without a character.
    #[error("A name needs at least one letter or digit")]
    EmptyName,
    /// A price that cannot be one.
    #[error("{1} is not a price of {0}; it has to be $0 to $1,000,000 per unit")]
    Price(String, String),
    /// A region that the catalogue has no prices for.
    #[error("There are no prices for the region \"{0}\"; known are: {known}", known = REGIONS.join(", "))]
    UnknownRegion(String),
    /// The scenario to be removed is the only one.
    #[error("A design keeps at least one scenario; add another one first")]
    LastScenario,
    /// No scenario has the position.
    #[error("There is no scenario number {0}")]
    NoScenario(usize),
    /// Another scenario has the name.
    #[error("There is already a scenario named \"{0}\"")]
    ScenarioName(String),
    /// A scenario with traffic that cannot be run.
    #[error("That traffic cannot be: {0}")]
    BadTraffic(String),
    /// Another class has the name.
    #[error("There is already a class named \"{0}\"")]
    ClassName(String),
    /// A class that cannot be run.
    #[error("That class cannot be: {0}")]
    BadClass(String),
    /// No class has the position.
    #[error("There is no class number {0}")]
    NoClass(usize),
    /// One class more than results can be kept for.
    #[error("A design has at most {MOST_CLASSES} classes of requests")]
    TooManyClasses,
    /// A scenario without time to run.
    #[error("A scenario has to last longer than its warm-up")]
    NoTime,
}
