//! The design document: nodes, links, places, notes and scenarios.
//!
//! Plain records by readable id. They are read by everyone and changed by `edit` alone. Absent on purpose: selection,
//! camera, colours, and anything that a run produces.

pub mod access;
mod geometry;
mod id;
mod side;
mod sketch;
mod stance;

pub use geometry::{Point, Rect, Size};
pub use id::Id;
pub use side::{Side, Sides};
pub use sketch::sketch;
pub use stance::{HIGHEST, Stance};

use crate::catalog::{self, Calls, Service, Settings, Tie, Value};
use crate::scenario::Scenario;
use crate::sim::zipf::Popularity;
use crate::words::key;
use std::collections::BTreeMap;

/// Size of a node's card on the canvas, in drawing units (points at 100 %).
pub const CARD: Size = Size { w: 164.0, h: 84.0 };

/// Grid that things snap to, in drawing units.
pub const GRID: f32 = 12.0;

/// How far from its way a link's label may stand, in drawing units: farther, nobody sees whose it is.
pub const LABEL_REACH: f32 = 1_000.0;

/// Nothing is drawn farther than this from the origin, in drawing units.
pub const FAR: f32 = 100_000.0;

/// Room between the edge of a place and what it grew to hold, in drawing units.
pub const PLACE_PADDING: f32 = 18.0;

/// The same at its top, where its name stands.
pub const PLACE_TOP: f32 = 36.0;

/// Longest name of anything, in characters.
pub const LONGEST_NAME: usize = 120;

/// Most kinds of requests.
pub const MOST_CLASSES: usize = 64;

/// Most points that a link can be pulled to.
pub const MOST_BENDS: usize = 40;

/// Longest note, in characters.
pub const LONGEST_NOTE: usize = 10_000;

/// A drawing with its scenarios.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// Title.
    pub name: String,
    /// AWS region that prices are taken from.
    pub region: String,
    /// What else prices depend on.
    pub pricing: Pricing,
    /// How links run that do not say otherwise.
    pub routing: Routing,
    /// Nodes by id.
    pub nodes: BTreeMap<Id, Node>,
    /// Links by id.
    pub links: BTreeMap<Id, Link>,
    /// Places by id.
    pub places: BTreeMap<Id, Place>,
    /// Notes by id.
    pub notes: BTreeMap<Id, Note>,
    /// How nodes, places and notes stand among others, where that differs from the default.
    pub stances: BTreeMap<Id, Stance>,
    /// Kinds of requests. Empty for a drawing in which all requests are alike.
    pub classes: Vec<RequestClass>,
    /// Scenarios; the first is the one that opens. Never empty.
    pub scenarios: Vec<Scenario>,
    /// Ids that were given out and are gone; they are not given out again.
    pub retired: std::collections::BTreeSet<Id>,
}

/// How a bill is priced, beside the region.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pricing {
    /// Whether what AWS gives away each month is taken off.
    pub free_tier: bool,
    /// Dollars per unit in place of the catalogue's, by `service/item` as they stand on the bill:
    /// `ec2/m5.large on demand`.
    pub prices: BTreeMap<String, f64>,
}

/// A kind of request that users send, such as `browse` or `check out`.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestClass {
    /// Name, unique in a drawing.
    pub name: String,
    /// Its part of all requests, relative to the sum over all classes; above 0.
    pub share: f64,
    /// Whether it changes data.
    pub write: bool,
    /// Rank where a station serves by priority; 0 goes first.
    pub priority: u8,
    /// Factor on the work that nodes state; above 0, 1 by default.
    pub work: f64,
    /// Bytes of a request and of its answer where they differ from what the users state.
    pub bytes: Option<(u64, u64)>,
    /// Which objects its requests are about, and how unevenly, for what keeps answers by object.
    pub popularity: Option<Popularity>,
}

/// A service on the canvas.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Key of its service; may be one that this version does not know.
    pub service: String,
    /// Name on the card.
    pub label: String,
    /// Top left corner of the card.
    pub at: Point,
    /// Innermost place that it belongs to.
    pub place: Option<Id>,
    /// What differs from the catalogue's defaults.
    pub settings: BTreeMap<String, Value>,
}

/// A way that requests take.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Caller.
    pub from: Id,
    /// Callee.
    pub to: Id,
    /// Text beside it; empty for none.
    pub label: String,
    /// When the caller uses it.
    pub when: When,
    /// What differs from the catalogue's defaults in how the caller uses it.
    pub settings: BTreeMap<String, Value>,
    /// Points that it was pulled to, from caller to callee, in drawing units; at most [`MOST_BENDS`].
    pub via: Vec<Point>,
    /// How it runs; `None` for as the drawing has it.
    pub routing: Option<Routing>,
    /// The sides of its cards that it was led to.
    pub sides: Sides,
    /// Where its label was put by hand; `None` for where there is room.
    pub label_at: Option<LabelAt>,
}

/// Where the label of a link stands: beside a point of its way, so that it goes along when the link runs elsewhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelAt {
    /// Which point of the way, as a share of its length: 0 at the caller, 1 at the callee.
    pub along: f32,
    /// How far from there the middle of the label stands, in drawing units.
    pub by: Point,
}

/// How a link runs from card to card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Routing {
    /// Level and upright, with round corners, around cards.
    #[default]
    Orthogonal,
    /// Likewise, in one sweep.
    Curved,
    /// Straight on, over whatever stands in the way.
    Straight,
}

/// When a caller uses a link.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum When {
    /// After a miss if the caller also calls a cache and this leads to a database, else every time.
    #[default]
    Auto,
    /// Every time.
    Always,
    /// Only after a miss in the cache that was called before.
    OnMiss,
    /// With this probability, 0 to 1.
    Share(f64),
}

/// What kind of place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaceKind {
    /// An AWS region.
    Region,
    /// A virtual private cloud.
    Vpc,
    /// An Availability Zone, a failure domain.
    Zone,
    /// A subnet that the internet reaches; it lies in one zone.
    PublicSubnet,
    /// A subnet that the internet does not reach; it lies in one zone.
    PrivateSubnet,
    /// What may call the nodes in it. Places of the same name are one group, wherever they are drawn.
    SecurityGroup,
}

/// A container on the canvas that acts: a node in a zone fails with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// What kind.
    pub kind: PlaceKind,
    /// Name; for a zone its letter ("a").
    pub label: String,
    /// Where.
    pub rect: Rect,
    /// Innermost place around it.
    pub parent: Option<Id>,
    /// What differs from the catalogue's defaults.
    pub settings: BTreeMap<String, Value>,
}

/// Free text on the canvas.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// Where.
    pub rect: Rect,
    /// What it says.
    pub text: String,
}

impl Default for Design {
    fn default() -> Self {
        Self {
            name: "Untitled".to_owned(),
            region: catalog::REGIONS[0].to_owned(),
            pricing: Pricing::default(),
            routing: Routing::default(),
            nodes: BTreeMap::new(),
            links: BTreeMap::new(),
            places: BTreeMap::new(),
            notes: BTreeMap::new(),
            stances: BTreeMap::new(),
            classes: Vec::new(),
            scenarios: vec![Scenario::steady()],
            retired: std::collections::BTreeSet::new(),
        }
    }
}

impl Pricing {
    /// Whether a number of dollars can be the price of a unit of anything.
    pub fn admits(usd: f64) -> bool {
        (0.0..=1e6).contains(&usd)
    }
}

impl RequestClass {
    /// A class of which all is as usual.
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        Self { name, share: 100.0, write: false, priority: 0, work: 1.0, bytes: None, popularity: None }
    }

    /// Whether its figures can be run.
    ///
    /// # Errors
    /// Which one cannot, and what it may be.
    pub fn check(&self) -> Result<(), &'static str> {
        if !(self.share > 0.0 && self.share <= 1e9) {
            return Err("a share is a number above 0; all shares together are 100 % of the requests");
        }
        if !(self.work > 0.0 && self.work <= 1e6) {
            return Err("the factor on work is above 0, at most 1,000,000; 1 is the work that nodes state");
        }
        let popularity = self.popularity.unwrap_or(Popularity { objects: 1, exponent: 0.0 });
        if popularity.objects == 0 || !(0.0..=10.0).contains(&popularity.exponent) {
            return Err("objects are at least 1, and their exponent is 0 (all alike) to 10");
        }
        Ok(())
    }
}

impl Node {
    /// Its catalogue entry, if this version knows the service.
    pub fn service(&self) -> Option<&'static Service> {
        catalog::find(&self.service)
    }

    /// Its settings with the defaults behind them.
    pub fn settings(&self) -> Option<Settings<'_>> {
        Some(Settings::new(self.service()?, &self.settings))
    }

    /// The card's rectangle.
    pub fn rect(&self) -> Rect {
        Rect::new(self.at, CARD)
    }
}

impl Link {
    /// A new link as it is drawn.
    pub fn new(from: Id, to: Id) -> Self {
        let (label, when, settings) = (String::new(), When::Auto, BTreeMap::new());
        Self {
            from,
            to,
            label,
            when,
            settings,
            via: Vec::new(),
            routing: None,
            sides: Sides::default(),
            label_at: None,
        }
    }

    /// How the caller uses it.
    pub fn calls(&self) -> Calls {
        Calls::of(&Settings::of_link(&self.settings))
    }
}

impl LabelAt {
    /// A place, as finely as a file says it: a thousandth of the way and a tenth of a unit. `None` for what is no share of
    /// the way, or farther from it than [`LABEL_REACH`].
    pub fn new(along: f32, by: Point) -> Option<Self> {
        let fits = (0.0..=1.0).contains(&along) && by.distance(Point::default()) <= LABEL_REACH;
        fits.then(|| Self { along: (along * 1e3).round() / 1e3, by: by.rounded() })
    }
}

impl Routing {
    /// All of them, the usual one first.
    pub const ALL: [Self; 3] = [Self::Orthogonal, Self::Curved, Self::Straight];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Orthogonal => key!("Orthogonal"),
            Self::Curved => key!("Curved"),
            Self::Straight => key!("Straight"),
        }
    }

    /// In files.
    pub fn key(self) -> &'static str {
        match self {
            Self::Orthogonal => "orthogonal",
            Self::Curved => "curved",
            Self::Straight => "straight",
        }
    }

    /// The one that a file names.
    pub fn named(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|routing| routing.key() == key)
    }
}

impl Place {
    /// Its settings with the defaults behind them; `None` for a kind that has none.
    pub fn settings(&self) -> Option<Settings<'_>> {
        Some(Settings::of_place(catalog::place_sheet(self.kind.key())?, &self.settings))
    }

    /// Whether this place, as it is drawn, has another one in it that cannot stand there: regions hold VPCs, VPCs hold
    /// Availability Zones, and those hold subnets.
    pub fn wrongly_holds(&self, inner: &Self) -> bool {
        !self.kind.may_hold(inner.kind) && self.rect.encloses(&inner.rect) && self.rect.area() > inner.rect.area()
    }
}

impl PlaceKind {
    /// All kinds, outermost first.
    pub const ALL: [Self; 6] =
        [Self::Region, Self::Vpc, Self::Zone, Self::PublicSubnet, Self::PrivateSubnet, Self::SecurityGroup];

    /// How far inside it stands: 0 is outermost.
    pub fn depth(self) -> u8 {
        match self {
            Self::Region => 0,
            Self::Vpc => 1,
            Self::Zone => 2,
            Self::PublicSubnet | Self::PrivateSubnet => 3,
            Self::SecurityGroup => 4,
        }
    }

    /// Whether a place of this kind can have one of another kind in it.
    pub fn may_hold(self, inner: Self) -> bool {
        self.depth() < inner.depth()
    }

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Region => key!("Region"),
            Self::Vpc => key!("VPC"),
            Self::Zone => key!("Availability Zone"),
            Self::PublicSubnet => key!("Public subnet"),
            Self::PrivateSubnet => key!("Private subnet"),
            Self::SecurityGroup => key!("Security group"),
        }
    }

    /// In files, ids and icons.
    pub fn key(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::Vpc => "vpc",
            Self::Zone => "az",
            Self::PublicSubnet => "public-subnet",
            Self::PrivateSubnet => "private-subnet",
            Self::SecurityGroup => "security-group",
        }
    }

    /// Size of a new one.
    pub fn size(self) -> Size {
        match self {
            Self::Region => Size { w: 720.0, h: 480.0 },
            Self::Vpc => Size { w: 576.0, h: 384.0 },
            Self::Zone => Size { w: 240.0, h: 264.0 },
            Self::PublicSubnet | Self::PrivateSubnet | Self::SecurityGroup => Size { w: 204.0, h: 144.0 },
        }
    }
}

impl Design {
    /// The zone letter that a node stands in, if a zone is around it.
    pub fn zone_of<'a>(&'a self, node: &'a Node) -> Option<&'a str> {
        self.around(node.place.as_ref()).find(|place| place.kind == PlaceKind::Zone).map(|place| place.label.as_str())
    }

    /// The region that a place of the kind region stands for: the one that it is set to or named after, else the design's.
    pub fn region_named<'a>(&'a self, place: &'a Place) -> &'a str {
        let set = place.settings().map(|settings| settings.word("region")).unwrap_or_default();
        let known = |text: &str| catalog::REGIONS.into_iter().find(|region| *region == text.trim());
        known(&set).or_else(|| known(&place.label)).unwrap_or(&self.region)
    }

    /// The region that is drawn around a node, if one is.
    pub fn region_around<'a>(&'a self, node: &'a Node) -> Option<&'a str> {
        self.place_of(node, PlaceKind::Region).map(|(_, place)| self.region_named(place))
    }

    /// The region that a node stands in: the one drawn around it, else the design's.
    pub fn region_of<'a>(&'a self, node: &'a Node) -> &'a str {
        self.region_around(node).unwrap_or(&self.region)
    }

    /// What a zone is called among those of all regions: its letter in the design's region, else behind that of its own.
    pub fn zone_key(&self, region: &str, letter: &str) -> String {
        if region == self.region { letter.to_owned() } else { format!("{region}{letter}") }
    }

    /// The same of a zone that is drawn.
    pub fn zone_name(&self, zone: &Place) -> String {
        let region = self.around(zone.parent.as_ref()).find(|place| place.kind == PlaceKind::Region);
        self.zone_key(region.map_or(&self.region, |place| self.region_named(place)), zone.label.trim())
    }

    /// The zones that are drawn in a region, by their names; if none is, those that it has, or a to z if it is not known.
    pub fn zones_in(&self, region: &str) -> Vec<String> {
        let drawn = self.places.values().filter(|place| place.kind == PlaceKind::Zone);
        let here = |place: &&Place| {
            let around = self.around(place.parent.as_ref()).find(|place| place.kind == PlaceKind::Region);
            around.map_or(self.region.as_str(), |place| self.region_named(place)) == region
        };
        let mut names: Vec<String> = drawn.filter(here).map(|place| self.zone_name(place)).collect();
        names.sort();
        names.dedup();
        if names.is_empty() {
            let letters = catalog::zones_of(region).unwrap_or("abcdefghijklmnopqrstuvwxyz");
            names = letters.chars().map(|letter| self.zone_key(region, &letter.to_string())).collect();
        }
        names
    }

    /// The places around something, innermost first. Ends at a place that is missing or that comes round again.
    pub fn around<'a>(&'a self, innermost: Option<&'a Id>) -> impl Iterator<Item = &'a Place> {
        std::iter::successors(innermost.and_then(|id| self.places.get(id)), |place| {
            place.parent.as_ref().and_then(|id| self.places.get(id))
        })
        .take(PlaceKind::ALL.len() + 1)
    }

    /// The rectangle of a node, place or note.
    pub fn rect_of(&self, id: &Id) -> Option<Rect> {
        let node = || self.nodes.get(id).map(Node::rect);
        let place = || self.places.get(id).map(|place| place.rect);
        node().or_else(place).or_else(|| self.notes.get(id).map(|note| note.rect))
    }

    /// How the ends of a link are joined; `None` if they cannot be, or one is missing or of an unknown service.
    pub fn tie(&self, link: &Link) -> Option<Tie> {
        let service = |id| self.nodes.get(id).and_then(Node::service);
        service(&link.from)?.tie(service(&link.to)?).ok()
    }

    /// How a link runs.
    pub fn routing_of(&self, link: &Link) -> Routing {
        link.routing.unwrap_or(self.routing)
    }

    /// Whether an id is in use for anything.
    pub fn has(&self, id: &Id) -> bool {
        self.nodes.contains_key(id)
            || self.links.contains_key(id)
            || self.places.contains_key(id)
            || self.notes.contains_key(id)
    }

    /// The links that leave a node, in the order of their ids.
    pub fn links_from<'a>(&'a self, node: &'a Id) -> impl Iterator<Item = (&'a Id, &'a Link)> {
        self.links.iter().filter(move |(_, link)| link.from == *node)
    }

    /// Everything that is drawn, as rectangles.
    pub fn bounds(&self) -> Option<Rect> {
        let nodes = self.nodes.values().map(Node::rect);
        let places = self.places.values().map(|place| place.rect);
        let notes = self.notes.values().map(|note| note.rect);
        nodes.chain(places).chain(notes).reduce(Rect::union)
    }

    /// Whether nothing is drawn.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.places.is_empty() && self.notes.is_empty()
    }
}
