//! A drawing as a file of draw.io (diagrams.net): AWS shapes with their names under them, places as frames that hold what
//! stands in them, links along the ways that they take here.
//!
//! What a drawing says and draw.io has no word for (services, settings, when a link is used) goes along as attributes,
//! which its "Edit Data" shows, so that [`crate::import::drawio`] reads back what was written. Absent: scenarios, classes
//! of requests, live figures.

pub mod shapes;

use super::ExportError;
use super::svg::Short;
use super::xml::escaped;
use crate::catalog::Tie;
use crate::model::{Design, Id, LabelAt, Link, Node, Note, Place, PlaceKind, Point, Rect, Routing, When};
use crate::scene::list::Ink;
use crate::scene::{self, Route};
use crate::theme::Theme;
use std::fmt::Write;

/// Side of an icon, in drawing units.
const ICON: f32 = 48.0;

/// Height of a name under an icon.
const NAME: u32 = 22;

/// Ids of the two cells that hold all others; ids of records have no capital letters.
const ROOT: &str = "ROOT";
const LAYER: &str = "LAYER";

/// Writes a file.
///
/// # Errors
/// Nothing is drawn.
pub fn write(design: &Design) -> Result<String, ExportError> {
    let bounds = scene::bounds(design).ok_or(ExportError::Empty)?.expand(super::MARGIN);
    let mut out = Writer { design, text: String::new() };
    out.head(bounds);
    for (id, place) in scene::outermost_first(design) {
        out.place(id, place);
    }
    for (id, way) in scene::routes(design) {
        out.link(id, &design.links[id], &way);
    }
    design.piled(&design.nodes).into_iter().for_each(|(id, node)| out.node(id, node));
    design.piled(&design.notes).into_iter().for_each(|(id, note)| out.note(id, note));
    out.put(format_args!("      </root>\n    </mxGraphModel>\n  </diagram>\n</mxfile>\n"));
    Ok(out.text)
}

struct Writer<'a> {
    design: &'a Design,
    text: String,
}

/// A box: where it stands, and what it looks like.
struct Boxed<'a> {
    parent: Option<&'a Id>,
    rect: Rect,
    style: String,
}

impl Writer<'_> {
    /// Writing to a `String` cannot fail.
    fn put(&mut self, parts: std::fmt::Arguments<'_>) {
        self.text.write_fmt(parts).expect("a String takes everything");
    }

    fn head(&mut self, bounds: Rect) {
        let Design { name, region, .. } = self.design;
        let (name, region) = (escaped(name), escaped(region));
        let (w, h) = (Short(bounds.w().ceil()), Short(bounds.h().ceil()));
        self.put(format_args!(
            "<mxfile host=\"Loadscape\" type=\"device\">\n  <diagram id=\"design\" name=\"{name}\">\n"
        ));
        self.put(format_args!("    <mxGraphModel grid=\"1\" gridSize=\"12\" guides=\"1\" connect=\"1\" arrows=\"1\" "));
        self.put(format_args!("page=\"0\" pageWidth=\"{w}\" pageHeight=\"{h}\">\n      <root>\n"));
        let own = shapes::OWN;
        self.put(format_args!(
            "        <object label=\"\" {own}=\"{}\" name=\"{name}\" region=\"{region}\" {}=\"{}\" ",
            shapes::DESIGN,
            shapes::ROUTING,
            self.design.routing.key()
        ));
        self.put(format_args!("id=\"{ROOT}\">\n          <mxCell/>\n        </object>\n"));
        self.put(format_args!("        <mxCell id=\"{LAYER}\" parent=\"{ROOT}\"/>\n"));
    }

    fn place(&mut self, id: &Id, place: &Place) {
        let (frame, label) = (shapes::frame(place.kind), scene::place::name(place));
        let (ink, dashed) = (place_ink(place.kind), u8::from(frame.dashed));
        let style = format!(
            "sketch=0;outlineConnect=0;gradientColor=none;html=1;whiteSpace=wrap;fontSize=12;container=1;\
             pointerEvents=0;collapsible=0;recursiveResize=0;shape=mxgraph.aws4.group;grIcon=mxgraph.aws4.{};\
             grStroke=1;strokeColor={edge};fillColor={};verticalAlign=top;align=left;\
             spacingLeft=30;fontColor={edge};dashed={dashed};",
            frame.icons[0],
            pale(ink),
            edge = colour(ink),
        );
        let own = vec![(shapes::OWN.to_owned(), place.kind.key().to_owned()), ("name".to_owned(), place.label.clone())];
        self.boxed(id, (&label, own), &Boxed { parent: place.parent.as_ref(), rect: place.rect, style });
    }

    fn node(&mut self, id: &Id, node: &Node) {
        // Links are drawn over what stands in places, and under what stands on the page: there a name is kept clear.
        let ground = format!("labelBackgroundColor={};", colour(Ink::Card));
        let ground = if node.place.is_none() { ground.as_str() } else { "" };
        let style = format!(
            "sketch=0;outlineConnect=0;fontColor={};{}dashed=0;verticalLabelPosition=bottom;verticalAlign=top;\
             align=center;html=1;fontSize=12;{ground}aspect=fixed;",
            colour(Ink::Text),
            face(node),
        );
        let middle = node.rect().center();
        let half = Point::new(ICON / 2.0, ICON / 2.0);
        let rect = Rect::between(middle - half, middle + half);
        let mut own = vec![(shapes::OWN.to_owned(), node.service.clone())];
        own.extend(node.settings.iter().map(|(key, value)| (format!("{}{key}", shapes::SET), value.to_string())));
        self.boxed(id, (&node.label, own), &Boxed { parent: node.place.as_ref(), rect, style });
    }

    fn note(&mut self, id: &Id, note: &Note) {
        let style = format!(
            "text;html=1;whiteSpace=wrap;overflow=hidden;fillColor={};strokeColor={};fontColor={};align=left;\
             verticalAlign=top;spacing=6;fontSize=11;",
            colour(Ink::Paper),
            colour(Ink::PaperEdge),
            colour(Ink::Text),
        );
        let own = vec![(shapes::OWN.to_owned(), shapes::NOTE.to_owned())];
        self.boxed(id, (&note.text, own), &Boxed { parent: None, rect: note.rect, style });
    }

    fn boxed(&mut self, id: &Id, (label, own): (&str, Vec<(String, String)>), boxed: &Boxed<'_>) {
        let outer = boxed.parent.and_then(|parent| Some((parent, self.design.places.get(parent)?.rect.min)));
        let (parent, corner) = outer.map_or((LAYER, Point::default()), |(id, corner)| (id.as_str(), corner));
        let at = boxed.rect.min - corner;
        self.open_object(id, label, &own);
        self.put(format_args!("          <mxCell style=\"{}\" vertex=\"1\" parent=\"{parent}\">\n", boxed.style));
        self.put(format_args!("            <mxGeometry x=\"{}\" y=\"{}\" ", Short(at.x), Short(at.y)));
        self.put(format_args!("width=\"{}\" height=\"{}\" ", Short(boxed.rect.w()), Short(boxed.rect.h())));
        self.put(format_args!("as=\"geometry\"/>\n          </mxCell>\n        </object>\n"));
    }

    fn open_object(&mut self, id: &Id, label: &str, own: &[(String, String)]) {
        self.put(format_args!("        <object label=\"{}\" ", html(label)));
        for (key, value) in own.iter().filter(|(key, _)| is_name(key)) {
            self.put(format_args!("{key}=\"{}\" ", escaped(value)));
        }
        self.put(format_args!("id=\"{id}\">\n"));
    }

    fn link(&mut self, id: &Id, link: &Link, way: &Route) {
        let mut own = vec![(shapes::OWN.to_owned(), "link".to_owned())];
        own.extend(when(link.when).map(|when| ("when".to_owned(), when)));
        own.extend(link.settings.iter().map(|(key, value)| (format!("{}{key}", shapes::SET), value.to_string())));
        let (path, ends) = self.path(link, way);
        own.extend(link.routing.map(|routing| (shapes::ROUTING.to_owned(), routing.key().to_owned())));
        for (key, side) in [(shapes::LEAVES, link.sides.leaves), (shapes::ENTERS, link.sides.enters)] {
            own.extend(side.map(|side| (key.to_owned(), side.key().to_owned())));
        }
        for (key, points) in [(shapes::VIA, &link.via), (shapes::BENDS, &path)] {
            if !points.is_empty() {
                own.push((key.to_owned(), shapes::points(points)));
            }
        }
        let style = format!(
            "{};html=1;strokeColor={};fontSize=11;{}{ends}",
            shapes::line(way.routing),
            colour(Ink::Link),
            self.ending(link),
        );
        self.open_object(id, &link.label, &own);
        self.put(format_args!("          <mxCell style=\"{style}\" edge=\"1\" parent=\"{LAYER}\" "));
        self.put(format_args!("source=\"{}\" target=\"{}\">\n", link.from, link.to));
        self.way(&path, link.label_at);
        self.put(format_args!("          </mxCell>\n        </object>\n"));
    }

    /// Where a line turns, and where its label stands if that was said: as a share of the way from -1 to 1, and how far from
    /// there.
    fn way(&mut self, path: &[Point], label_at: Option<LabelAt>) {
        let along = label_at.map_or(String::new(), |at| format!("x=\"{:.3}\" ", at.along * 2.0 - 1.0));
        if path.is_empty() && label_at.is_none() {
            return self.put(format_args!("            <mxGeometry relative=\"1\" as=\"geometry\"/>\n"));
        }
        self.put(format_args!("            <mxGeometry {along}relative=\"1\" as=\"geometry\">\n"));
        if !path.is_empty() {
            self.put(format_args!("              <Array as=\"points\">\n"));
            for point in path {
                let (x, y) = (Short(point.x), Short(point.y));
                self.put(format_args!("                <mxPoint x=\"{x}\" y=\"{y}\"/>\n"));
            }
            self.put(format_args!("              </Array>\n"));
        }
        if let Some(LabelAt { by, .. }) = label_at {
            let (x, y) = (Short(by.x), Short(by.y));
            self.put(format_args!("              <mxPoint x=\"{x}\" y=\"{y}\" as=\"offset\"/>\n"));
        }
        self.put(format_args!("            </mxGeometry>\n"));
    }

    /// Dashes and arrow head by how the ends are joined.
    fn ending(&self, link: &Link) -> &'static str {
        match self.design.tie(link) {
            Some(Tie::Message) => "dashed=1;endArrow=open;",
            Some(Tie::Replica) => "shape=link;width=4;endArrow=block;endFill=1;",
            Some(Tie::Call) | None => "endArrow=block;endFill=1;",
        }
    }

    /// The bends of a way and where it touches the icons, which are smaller than our cards: its first and last pieces are
    /// moved onto them.
    fn path(&self, link: &Link, way: &Route) -> (Vec<Point>, String) {
        let middle = |id: &Id| self.design.nodes.get(id).map_or(Point::default(), |node| node.rect().center());
        if way.routing == Routing::Straight {
            return (way.bends.clone(), String::new());
        }
        let mut points: Vec<Point> = way.points().collect();
        let last = points.len() - 1;
        let course =
            |a: Point, b: Point| if (a.y - b.y).abs() < (a.x - b.x).abs() { Course::Level } else { Course::Upright };
        let (first, end) = (course(points[0], points[1]), course(points[last - 1], points[last]));
        if last == 1 && first == Course::Level {
            return (Vec::new(), String::new());
        }
        let leaves = onto(middle(&link.from), points[0], first);
        let enters = onto(middle(&link.to), points[last], end);
        for (next, at, course) in [(1, leaves.0, first), (last - 1, enters.0, end)] {
            match course {
                Course::Level => points[next].y = at.y,
                Course::Upright => points[next].x = at.x,
            }
        }
        (points[1..last].to_vec(), touches("exit", leaves.1) + &touches("entry", enters.1))
    }
}

/// Where an end of a line touches an icon, as shares of its sides; below it, that is below its name.
fn touches(end: &str, at: Point) -> String {
    let (x, y) = (Short(at.x), Short(at.y));
    if at.y < 1.0 {
        return format!("{end}X={x};{end}Y={y};{end}Dx=0;{end}Dy=0;");
    }
    format!("{end}X={x};{end}Y={y};{end}Dx=0;{end}Dy={NAME};{end}Perimeter=0;")
}

/// How a piece of a way runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    Level,
    Upright,
}

/// Where a way that ends at a card's edge ends at its icon: on the page, and as shares of the icon's sides.
fn onto(middle: Point, end: Point, course: Course) -> (Point, Point) {
    let half = ICON / 2.0;
    let reach = half - 6.0;
    let off = end - middle;
    let near = |x: f32| x.clamp(-reach, reach);
    let side = |x: f32| if x < 0.0 { -half } else { half };
    let off = match course {
        Course::Level => Point::new(side(off.x), near(off.y)),
        Course::Upright => Point::new(near(off.x), side(off.y)),
    };
    (middle + off, Point::new(off.x / ICON + 0.5, off.y / ICON + 0.5))
}

/// The icon of a node; a box for one that has none.
fn face(node: &Node) -> String {
    let ink = colour(Ink::tile(node.service()));
    match shapes::icon(&node.service) {
        Some(icon) => {
            let white = colour(Ink::OnTile);
            format!("shape=mxgraph.aws4.resourceIcon;resIcon=mxgraph.aws4.{icon};fillColor={ink};strokeColor={white};")
        }
        None => format!("rounded=1;arcSize=12;fillColor={};strokeColor={ink};", colour(Ink::Card)),
    }
}

/// draw.io's pages are white.
fn colour(ink: Ink) -> String {
    let [r, g, b] = Theme::Light.color(ink);
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// A colour with little ink, on a white page: places that stand in each other must not add up, and icons of frames are
/// drawn as opaque as their ground.
fn pale(ink: Ink) -> String {
    let [r, g, b] = Theme::Light.color(ink).map(|part| 255 - (u16::from(255 - part) * 6 / 100) as u8);
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn place_ink(kind: PlaceKind) -> Ink {
    match kind {
        PlaceKind::Region => Ink::Region,
        PlaceKind::Vpc => Ink::Vpc,
        PlaceKind::Zone => Ink::Zone,
        PlaceKind::PublicSubnet => Ink::PublicSubnet,
        PlaceKind::PrivateSubnet => Ink::PrivateSubnet,
        PlaceKind::SecurityGroup => Ink::SecurityGroup,
    }
}

fn when(when: When) -> Option<String> {
    match when {
        When::Auto => None,
        When::Always => Some("always".to_owned()),
        When::OnMiss => Some("on a miss".to_owned()),
        When::Share(share) => Some(share.to_string()),
    }
}

/// Text as HTML inside an attribute.
fn html(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(escaped).collect();
    escaped(&lines.join("<br>"))
}

/// Whether a key can be the name of an attribute.
fn is_name(key: &str) -> bool {
    let mut letters = key.chars();
    letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}
