//! Version 1 of the format: what may stand in a file, and nothing about what it means.

use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use crate::model::When;
use crate::scenario::{self, BATCH, SLOWNESS, WarmUp};
use crate::units::{Bytes, Rate, Share, Span};

/// The whole file.
#[derive(serde::Deserialize)]
#[serde(rename = "Loadscape", deny_unknown_fields)]
pub(super) struct File {
    pub version: u32,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub region: String,
    #[serde(default)]
    pub free_tier: bool,
    #[serde(default)]
    pub prices: BTreeMap<String, f64>,
    #[serde(default)]
    pub routing: String,
    #[serde(default)]
    pub places: Vec<Place>,
    #[serde(default)]
    pub nodes: Vec<Node>,
    #[serde(default)]
    pub links: Vec<Link>,
    #[serde(default)]
    pub notes: Vec<Note>,
    #[serde(default)]
    pub classes: Vec<Class>,
    #[serde(default)]
    pub scenarios: Vec<Scenario>,
}

/// Only the version, for files that this version cannot read.
#[derive(serde::Deserialize)]
#[serde(rename = "Loadscape")]
pub(super) struct Head {
    pub version: u32,
}

#[derive(serde::Deserialize)]
#[serde(rename = "place", deny_unknown_fields)]
pub(super) struct Place {
    pub id: String,
    pub kind: String,
    #[serde(default)]
    pub label: String,
    pub at: (f32, f32),
    pub size: (f32, f32),
    #[serde(default, rename = "in")]
    pub parent: String,
    #[serde(default)]
    pub group: String,
    #[serde(default)]
    pub level: i32,
    #[serde(default)]
    pub locked: bool,
    #[serde(default)]
    pub set: BTreeMap<String, Scalar>,
}

#[derive(serde::Deserialize)]
#[serde(rename = "node", deny_unknown_fields)]
pub(super) struct Node {
    pub id: String,
    pub service: String,
    #[serde(default)]
    pub label: String,
    pub at: Option<(f32, f32)>,
    #[serde(default, rename = "in")]
    pub place: String,
    #[serde(default)]
    pub group: String,
    #[serde(default)]
    pub level: i32,
    #[serde(default)]
    pub locked: bool,
    #[serde(default)]
    pub set: BTreeMap<String, Scalar>,
}

#[derive(serde::Deserialize)]
#[serde(rename = "link", deny_unknown_fields)]
pub(super) struct Link {
    #[serde(default)]
    pub id: String,
    pub from: String,
    pub to: String,
    #[serde(default)]
    pub label: String,
    #[serde(default)]
    pub when: Moment,
    #[serde(default)]
    pub via: Vec<(f32, f32)>,
    #[serde(default)]
    pub routing: String,
    #[serde(default)]
    pub leaves: String,
    #[serde(default)]
    pub enters: String,
    #[serde(default)]
    pub label_at: Option<(f32, f32, f32)>,
    #[serde(default)]
    pub set: BTreeMap<String, Scalar>,
}

#[derive(serde::Deserialize)]
#[serde(rename = "note", deny_unknown_fields)]
pub(super) struct Note {
    #[serde(default)]
    pub id: String,
    pub at: (f32, f32),
    pub size: (f32, f32),
    #[serde(default)]
    pub group: String,
    #[serde(default)]
    pub level: i32,
    #[serde(default)]
    pub locked: bool,
    pub text: String,
}

#[derive(serde::Deserialize)]
#[serde(rename = "scenario", deny_unknown_fields)]
pub(super) struct Scenario {
    pub name: String,
    #[serde(rename = "for")]
    pub duration: Typed<Span>,
    pub warmup: Option<Typed<WarmUp>>,
    #[serde(default)]
    pub traffic: BTreeMap<String, Shape>,
    #[serde(default)]
    pub faults: Vec<Fault>,
    #[serde(default)]
    pub targets: Vec<String>,
}

/// When a step of a recording begins, and its rate.
pub(super) type Step = (Typed<Span>, Typed<Rate>);

#[derive(serde::Deserialize)]
#[serde(rename = "shape", deny_unknown_fields)]
pub(super) enum Shape {
    Constant(Typed<Rate>),
    Ramp {
        from: Typed<Rate>,
        to: Typed<Rate>,
        start: Typed<Span>,
        over: Typed<Span>,
    },
    Spike {
        base: Typed<Rate>,
        peak: Typed<Rate>,
        at: Typed<Span>,
        rise: Typed<Span>,
        hold: Typed<Span>,
    },
    Day {
        low: Typed<Rate>,
        peak: Typed<Rate>,
        peak_at: Typed<Span>,
    },
    Step {
        from: Typed<Rate>,
        to: Typed<Rate>,
        at: Typed<Span>,
    },
    Week {
        low: Typed<Rate>,
        peak: Typed<Rate>,
        peak_at: Typed<Span>,
        days: [Typed<Share>; 7],
    },
    Wave {
        mean: Typed<Rate>,
        amplitude: Typed<Rate>,
        period: Typed<Span>,
    },
    Recorded {
        file: Option<String>,
        rows: Option<Typed<Span>>,
        #[serde(default)]
        steps: Vec<Step>,
        end: Option<Typed<Span>>,
        then: Option<String>,
    },
    Sum(Vec<Shape>),
}

#[derive(serde::Deserialize)]
#[serde(rename = "class", deny_unknown_fields)]
pub(super) struct Class {
    pub name: String,
    #[serde(default = "hundred")]
    pub share: Scalar,
    #[serde(default)]
    pub write: bool,
    #[serde(default)]
    pub priority: u8,
    #[serde(default = "unit")]
    pub work: f64,
    pub bytes: Option<(Typed<Bytes>, Typed<Bytes>)>,
    pub objects: Option<u32>,
    pub exponent: Option<f64>,
}

fn hundred() -> Scalar {
    Scalar::Count(100)
}

fn unit() -> f64 {
    1.0
}

#[derive(serde::Deserialize)]
#[serde(rename = "fault", deny_unknown_fields)]
pub(super) enum Fault {
    Crash {
        at: Typed<Span>,
        lasts: Typed<Span>,
        node: String,
        #[serde(default = "one")]
        count: u32,
    },
    Stop {
        at: Typed<Span>,
        lasts: Typed<Span>,
        node: String,
    },
    Resize {
        at: Typed<Span>,
        lasts: Typed<Span>,
        node: String,
        to: String,
    },
    Interrupt {
        at: Typed<Span>,
        lasts: Typed<Span>,
        node: String,
        #[serde(default = "one")]
        count: u32,
    },
    Terminate {
        at: Typed<Span>,
        lasts: Typed<Span>,
        node: String,
        #[serde(default = "one")]
        count: u32,
    },
    Unlist {
        at: Typed<Span>,
        lasts: Typed<Span>,
        node: String,
        target: String,
    },
    ZoneOutage {
        at: Typed<Span>,
        lasts: Typed<Span>,
        zone: String,
    },
    Failover {
        at: Typed<Span>,
        lasts: Typed<Span>,
        node: String,
    },
    Flush {
        at: Typed<Span>,
        #[serde(default = "moment")]
        lasts: Typed<Span>,
        node: String,
    },
    Slow {
        at: Typed<Span>,
        lasts: Typed<Span>,
        node: String,
        factor: Factor,
    },
    RegionOutage {
        at: Typed<Span>,
        lasts: Typed<Span>,
        region: String,
    },
    Down {
        at: Typed<Span>,
        lasts: Typed<Span>,
        node: String,
    },
    Restore {
        at: Typed<Span>,
        #[serde(default = "moment")]
        lasts: Typed<Span>,
        node: String,
    },
    Throttle {
        at: Typed<Span>,
        lasts: Typed<Span>,
        node: String,
        rate: Typed<Rate>,
    },
    Deploy {
        at: Typed<Span>,
        lasts: Typed<Span>,
        node: String,
        #[serde(default = "one")]
        count: u32,
        errors: Typed<Share>,
    },
    Rollout {
        at: Typed<Span>,
        lasts: Typed<Span>,
        node: String,
        #[serde(default = "one")]
        batch: u32,
        #[serde(default)]
        version: Version,
        #[serde(default = "batch")]
        within: Typed<Span>,
        #[serde(default)]
        failed: WhenFailed,
    },
    Kill {
        at: Typed<Span>,
        #[serde(default = "moment")]
        lasts: Typed<Span>,
        node: String,
        #[serde(default = "one")]
        count: u32,
    },
    LostLink {
        at: Typed<Span>,
        lasts: Typed<Span>,
        link: String,
        share: Typed<Share>,
    },
    SlowLink {
        at: Typed<Span>,
        lasts: Typed<Span>,
        link: String,
        extra: Typed<Span>,
    },
    Spike {
        at: Typed<Span>,
        lasts: Typed<Span>,
        node: String,
        factor: Factor,
    },
    ReplicaLoss {
        at: Typed<Span>,
        lasts: Typed<Span>,
        node: String,
        #[serde(default = "one")]
        count: u32,
    },
}

/// What a version does that is rolled out.
#[derive(Default, serde::Deserialize)]
pub(super) enum Version {
    #[default]
    Works,
    Errs(Typed<Share>),
    NeverStarts,
}

impl From<Version> for scenario::Version {
    fn from(version: Version) -> Self {
        match version {
            Version::Works => Self::Errs(Share(0.0)),
            Version::Errs(share) => Self::Errs(share.0),
            Version::NeverStarts => Self::NeverStarts,
        }
    }
}

impl From<WhenFailed> for scenario::WhenFailed {
    fn from(failed: WhenFailed) -> Self {
        match failed {
            WhenFailed::Stops => Self::Stops,
            WhenFailed::GoesOn => Self::GoesOn,
        }
    }
}

/// What follows when a batch does not come up.
#[derive(Default, serde::Deserialize)]
pub(super) enum WhenFailed {
    #[default]
    Stops,
    GoesOn,
}

/// How many times as long something slow takes, or as much traffic comes; the reader takes it to what can be.
pub(super) struct Factor(pub f64);

impl Factor {
    /// The nearest that can be; as usual for what is no number.
    pub(super) fn within(&self) -> f64 {
        if self.0.is_nan() { 1.0 } else { self.0.clamp(*SLOWNESS.start(), *SLOWNESS.end()) }
    }
}

impl<'de> Deserialize<'de> for Factor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        f64::deserialize(deserializer).map(Self)
    }
}

fn moment() -> Typed<Span> {
    Typed(Span::ZERO)
}

fn batch() -> Typed<Span> {
    Typed(BATCH)
}

fn one() -> u32 {
    1
}

/// A quantity as people write it: "5 min".
pub(super) struct Typed<T>(pub T);

impl<'de, T: FromStr<Err: fmt::Display>> Deserialize<'de> for Typed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader<T>(PhantomData<T>);
        impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for Reader<T> {
            type Value = Typed<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a quantity in quotes")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                text.parse().map(Typed).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Reader(PhantomData))
    }
}

/// When a link is used, in words.
#[derive(Default)]
pub(super) struct Moment(pub When);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        match &*text {
            "auto" => Ok(Self(When::Auto)),
            "always" => Ok(Self(When::Always)),
            "on miss" => Ok(Self(When::OnMiss)),
            other => other.parse::<Share>().map(|share| Self(When::Share(share.0))).map_err(|_| {
                let typed: String = other.chars().take(40).collect();
                de::Error::custom(format!(
                    "\"{typed}\" is not \"auto\", \"always\", \"on miss\" or a share such as \"30 %\""
                ))
            }),
        }
    }
}

/// The value of a setting: a number, a text, or true or false.
#[derive(Debug, PartialEq)]
pub(super) enum Scalar {
    Count(u64),
    Text(String),
}

impl Scalar {
    pub fn text(&self) -> String {
        match self {
            Self::Count(count) => count.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Scalar;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, a text in quotes, true or false")
            }
            fn visit_u64<E>(self, number: u64) -> Result<Scalar, E> {
                Ok(Scalar::Count(number))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Scalar, E> {
                Ok(u64::try_from(number).map_or_else(|_| Scalar::Text(number.to_string()), Scalar::Count))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Scalar, E> {
                Ok(Scalar::Text(number.to_string()))
            }
            fn visit_bool<E>(self, yes: bool) -> Result<Scalar, E> {
                Ok(Scalar::Text(yes.to_string()))
            }
            fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
                Ok(Scalar::Text(text.to_owned()))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}
