//! Data sheets: `assets/catalog/*.ron`, with the source, date and confidence of every figure.

use super::value::{Kind, Value};
use crate::units::Bytes;
use crate::words::t;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Where the palette shows a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Category {
    /// Users, name service, edge, balancers.
    Traffic,
    /// What runs code.
    Compute,
    /// What keeps data.
    Data,
    /// What passes messages on.
    Messaging,
    /// Outside AWS.
    Own,
}

impl Category {
    /// Heading in the palette.
    pub fn title(self) -> &'static str {
        match self {
            Self::Traffic => t!("Traffic & edge"),
            Self::Compute => t!("Compute"),
            Self::Data => t!("Data"),
            Self::Messaging => t!("Messaging"),
            Self::Own => t!("Your own"),
        }
    }
}

/// How far a figure can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Confidence {
    /// Two independent sources, or AWS's own text.
    Confirmed,
    /// One source.
    SingleSource,
    /// Arithmetic on other figures.
    Derived,
    /// A measurement.
    Measured,
    /// A report of a report.
    Secondary,
    /// An assumption that you can change.
    Recalled,
}

impl Confidence {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Confirmed => t!("confirmed"),
            Self::SingleSource => t!("single source"),
            Self::Derived => t!("derived"),
            Self::Measured => t!("measured"),
            Self::Secondary => t!("secondary source"),
            Self::Recalled => t!("assumption"),
        }
    }
}

/// The data sheet of a service.
#[derive(Debug, Clone, Deserialize)]
pub struct Sheet {
    /// Full name.
    pub name: String,
    /// Name on a palette tile.
    pub short: String,
    /// Where the palette shows it.
    pub category: Category,
    /// Other words that find it.
    pub words: Vec<String>,
    /// What it is, in a sentence or two.
    pub help: String,
    /// Sources by key.
    pub sources: BTreeMap<String, Source>,
    /// Its settings, in the order that they are shown.
    pub params: Vec<Param>,
    /// What it is charged for.
    pub prices: Vec<Price>,
    /// Instance types, if it has any.
    pub types: Vec<InstanceType>,
}

/// Where a figure comes from.
#[derive(Debug, Clone, Deserialize)]
pub struct Source {
    /// Publication.
    pub text: String,
    /// Date of the publication or of the reading.
    pub date: String,
}

/// A setting of a service.
#[derive(Debug, Clone, Deserialize)]
pub struct Param {
    /// Name in files and on the command line.
    pub key: String,
    /// Name on screen.
    pub label: String,
    /// What it does.
    pub help: String,
    /// What it takes.
    pub kind: Kind,
    /// Default, as typed.
    pub default: String,
    /// Heading that it stands under.
    pub group: String,
    /// Whether it is one of the few that are always shown.
    #[serde(default)]
    pub top: bool,
    /// It means something only where each of these settings is one of these words.
    #[serde(default)]
    pub needs: Vec<(String, Vec<String>)>,
    /// Key of the source of the default.
    pub source: String,
    /// How far the default can be trusted.
    pub confidence: Confidence,
}

impl Param {
    /// The default, parsed. The data sheets are part of the program: a default that is not legal is a bug that
    /// `every_default_is_legal` finds.
    pub fn default_value(&self) -> Value {
        self.kind.parse(&self.default).unwrap_or_else(|error| panic!("default of {}: {error}", self.key))
    }
}

/// A price per unit, region by region. A region without a price is absent, never zero.
#[derive(Debug, Clone, Deserialize)]
pub struct Price {
    /// What is sold.
    pub item: String,
    /// Unit of quantity, such as `LCU-hour`.
    pub unit: String,
    /// What it is a tier of, if the price falls with the quantity of a month; charges name this then.
    #[serde(default)]
    pub of: String,
    /// Units of a month from which on this tier's price holds.
    #[serde(default)]
    pub above: f64,
    /// What is free each month where the free tier is asked for. Stands at the lowest tier.
    #[serde(default)]
    pub free: Option<Allowance>,
    /// By region.
    pub usd: BTreeMap<String, Quote>,
}

/// A quantity that is free each month in an account with the free tier.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Allowance {
    /// Units a month.
    pub units: f64,
    /// Key of its source.
    pub source: String,
    /// How far it can be trusted.
    pub confidence: Confidence,
}

/// One published price.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Quote {
    /// US dollars per unit, without tax.
    pub usd: f64,
    /// Key of its source.
    pub source: String,
    /// How far it can be trusted.
    pub confidence: Confidence,
}

/// A size that a server can be had in.
#[derive(Debug, Clone, Deserialize)]
pub struct InstanceType {
    /// Such as `m5.large`.
    pub name: String,
    /// Virtual processors.
    pub vcpu: f64,
    /// Memory, as written.
    pub memory: String,
    /// Speed of one virtual processor relative to that of an m5.large.
    pub speed: f64,
    /// Share of its processors that it may use for ever, 0 to 1, if it lives on credits.
    #[serde(default)]
    pub baseline: Option<f64>,
    /// Key of the source of the specification.
    pub source: String,
    /// Hours that are free each month where the free tier is asked for.
    #[serde(default)]
    pub free: Option<Allowance>,
    /// Price of an hour by region.
    pub usd: BTreeMap<String, Quote>,
    /// Price of an hour as a spot instance, on average over a month, by region.
    #[serde(default)]
    pub spot: BTreeMap<String, Quote>,
}

impl InstanceType {
    /// Memory.
    pub fn memory(&self) -> Bytes {
        self.memory.parse().unwrap_or_else(|error| panic!("memory of {}: {error}", self.name))
    }
}

impl Sheet {
    /// Reads a data sheet that is part of the program.
    pub(super) fn embedded(key: &str, text: &str) -> Self {
        ron::from_str(text).unwrap_or_else(|error| panic!("assets/catalog/{key}.ron: {error}"))
    }

    /// The setting with this key.
    pub fn param(&self, key: &str) -> Option<&Param> {
        self.params.iter().find(|param| param.key == key)
    }

    /// The text and date of a source: "Elastic Load Balancing API (2026-10-01)".
    pub fn cite(&self, source: &str) -> String {
        self.sources.get(source).map_or_else(|| source.to_owned(), |found| format!("{} ({})", found.text, found.date))
    }
}

static NETWORK: LazyLock<Sheet> =
    LazyLock::new(|| Sheet::embedded("network", include_str!("../../assets/catalog/network.ron")));

/// Prices that belong to no single service: transfer between zones and out to the internet.
pub fn network_sheet() -> &'static Sheet {
    &NETWORK
}

/// Whether the sheet of a service, or `network`, sells something of this name, on whatever terms: an instance type as it
/// stands on a bill (`m5.large on demand`), or a price.
pub fn sells(sheet: &str, item: &str) -> bool {
    let sheet = match sheet {
        "network" => network_sheet(),
        key => match super::find(key) {
            Some(service) => service.sheet(),
            None => return false,
        },
    };
    let item = item.strip_suffix(", free tier").unwrap_or(item);
    let terms =
        |terms: &str| matches!(terms, " on demand" | " spot") || super::Commitment::is_sold_as(terms.trim_start());
    let of = |kind: &str| item.strip_prefix(kind).is_some_and(terms);
    sheet.types.iter().any(|kind| of(&kind.name))
        || sheet.prices.iter().any(|price| price.item == item || price.of == item)
}

static LINK: LazyLock<Sheet> = LazyLock::new(|| Sheet::embedded("link", include_str!("../../assets/catalog/link.ron")));

/// The settings of a link: how the caller uses it.
pub fn link_sheet() -> &'static Sheet {
    &LINK
}

/// The settings of a kind of place by its key, such as `security-group`; `None` for a kind that has none.
pub fn place_sheet(kind: &str) -> Option<&'static Sheet> {
    let (_, sheet) = PLACES.iter().find(|(key, _)| *key == kind)?;
    Some(sheet)
}

static PLACES: LazyLock<[(&str, Sheet); 4]> = LazyLock::new(|| {
    [
        ("region", Sheet::embedded("region", include_str!("../../assets/catalog/region.ron"))),
        ("vpc", Sheet::embedded("vpc", include_str!("../../assets/catalog/vpc.ron"))),
        ("private-subnet", Sheet::embedded("private-subnet", include_str!("../../assets/catalog/private-subnet.ron"))),
        ("security-group", Sheet::embedded("security-group", include_str!("../../assets/catalog/security-group.ron"))),
    ]
});

/// The place of an instance type among those of the service with this key.
pub(super) fn number(key: &str, name: &str) -> u32 {
    types(key).iter().position(|kind| kind.name == name).unwrap_or_default() as u32
}

/// The instance types of the service with this key.
pub(super) fn types(key: &str) -> &'static [InstanceType] {
    super::find(key).map_or(&[], |service| &service.sheet().types)
}
