//! Drawings for other programs and from them: golden texts of every design in `designs/` (renew with `UPDATE_EXPECT=1`),
//! the way there and back, and what has to hold of a file for its program to open it.

use crate::gold::{check, designs};
use loadscape::export::Exchange;
use loadscape::file;
use loadscape::import::Format;
use loadscape::model::{Design, Id};
use resvg::usvg::roxmltree::{Document, Node};
use std::collections::BTreeSet;

/// What a drawing says, without what runs it.
fn drawn(design: &Design) -> Design {
    Design {
        name: design.name.clone(),
        region: design.region.clone(),
        nodes: design.nodes.clone(),
        links: design.links.clone(),
        places: design.places.clone(),
        notes: design.notes.clone(),
        ..Design::default()
    }
}

#[test]
fn texts_for_other_programs_are_as_they_were() {
    for (name, design) in designs() {
        for format in Exchange::ALL {
            check(&name, format.ending(), &format.write(&design).unwrap());
        }
    }
}

#[test]
fn draw_io_and_back_is_the_same_drawing() {
    for (name, design) in designs() {
        let text = Exchange::Drawio.write(&design).unwrap();
        let back = Format::Drawio.read(&text, "other").unwrap();
        assert_eq!(back.not_understood, [], "{name}");
        assert_eq!(file::print(&back.drawing), file::print(&drawn(&design)), "{name}");
    }
}

/// What a drawing says without positions and settings: Mermaid knows none.
fn named(design: &Design) -> String {
    let mut out = format!("{}\n", design.name);
    for (id, node) in &design.nodes {
        out += &format!("{id}: {} \"{}\" in {:?}\n", node.service, node.label, node.place);
    }
    for (id, place) in &design.places {
        out += &format!("{id}: {:?} \"{}\" in {:?}\n", place.kind, place.label, place.parent);
    }
    for link in design.links.values() {
        out += &format!("{} -> {} \"{}\"\n", link.from, link.to, link.label);
    }
    design.notes.values().for_each(|note| out += &format!("{}\n", note.text));
    out
}

#[test]
fn mermaid_and_back_has_the_same_names() {
    for (name, design) in designs() {
        for design in [hostile(design.clone()), design] {
            let text = Exchange::Mermaid.write(&design).unwrap();
            let back = Format::Mermaid.read(&text, "other").unwrap();
            assert_eq!(back.not_understood, [], "{name}\n{text}");
            assert_eq!(named(&back.drawing), named(&design), "{name}\n{text}");
        }
    }
}

fn number(node: Node<'_, '_>, name: &str) -> f32 {
    node.attribute(name).and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{name} of {node:?} is no number"))
}

/// The cell of a record, which stands in an object if there is more to say.
fn inner<'a, 'b>(cell: &Node<'a, 'b>) -> Node<'a, 'b> {
    match cell.has_tag_name("object") {
        true => cell.children().find(|child| child.has_tag_name("mxCell")).expect("an object holds a cell"),
        false => *cell,
    }
}

/// What draw.io needs of a file: one root, a layer in it, ids that are unique, parents and ends that are there, geometry
/// for every box and line.
fn check_mx(text: &str) {
    let document = Document::parse(text).unwrap();
    let path: Vec<&str> =
        document.descendants().filter(Node::is_element).take(4).map(|node| node.tag_name().name()).collect();
    assert_eq!(path, ["mxfile", "diagram", "mxGraphModel", "root"]);
    let root = document.descendants().find(|node| node.has_tag_name("root")).unwrap();
    let id = |cell: Node<'_, '_>| cell.attribute("id").unwrap_or_else(|| panic!("{cell:?} has no id")).to_owned();
    let cells: Vec<Node<'_, '_>> = root.children().filter(Node::is_element).collect();
    let ids: BTreeSet<String> = cells.iter().map(|cell| id(*cell)).collect();
    assert_eq!(ids.len(), cells.len(), "ids are unique");
    let parents: Vec<Option<&str>> = cells.iter().map(|cell| inner(cell).attribute("parent")).collect();
    assert_eq!(parents.iter().filter(|parent| parent.is_none()).count(), 1, "one root");
    for cell in cells.iter().map(inner) {
        for end in ["parent", "source", "target"].iter().filter_map(|end| cell.attribute(*end)) {
            assert!(ids.contains(end), "{end} is not there");
        }
        let geometry = cell.children().find(|child| child.has_tag_name("mxGeometry"));
        let drawn = cell.attribute("vertex") == Some("1") || cell.attribute("edge") == Some("1");
        assert_eq!(geometry.is_some(), drawn);
        assert!(geometry.is_none_or(|geometry| geometry.attribute("as") == Some("geometry")));
        if cell.attribute("vertex") == Some("1") {
            let geometry = geometry.unwrap();
            let sides = ["x", "y", "width", "height"].map(|name| number(geometry, name));
            assert!(sides[2] > 0.0 && sides[3] > 0.0, "{sides:?}");
        }
        if cell.attribute("edge") == Some("1") {
            assert!(cell.attribute("source").is_some() && cell.attribute("target").is_some());
        }
        let style = cell.attribute("style").unwrap_or_default();
        assert!(style.is_empty() || style.ends_with(';'), "{style}");
    }
}

#[test]
fn steps_of_walkthroughs_leave_and_come_back() {
    for (name, design) in super::gold::steps() {
        let text = Exchange::Drawio.write(&design).unwrap_or_else(|error| panic!("{name}: {error}"));
        check_mx(&text);
        let back = Format::Drawio.read(&text, "other").unwrap();
        assert_eq!((&back.not_understood[..], back.drawing.nodes.len()), (&[][..], design.nodes.len()), "{name}");
        let text = Exchange::Mermaid.write(&design).unwrap();
        let back = Format::Mermaid.read(&text, "other").unwrap();
        assert_eq!((&back.not_understood[..], named(&back.drawing)), (&[][..], named(&design)), "{name}\n{text}");
        Exchange::Architecture.write(&design).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn draw_io_files_are_whole() {
    for (name, design) in designs() {
        check_mx(&Exchange::Drawio.write(&design).unwrap_or_else(|error| panic!("{name}: {error}")));
        check_mx(&Exchange::Drawio.write(&hostile(design)).unwrap());
    }
}

/// Names that want to be obeyed.
const HOSTILE: [&str; 5] = [
    "<script>alert(1)</script>",
    "a\" b='c' ]]> &amp; #quot;",
    "end",
    "`x` | --> \\ {y} [z] (w)",
    "웹 서버 🦀 &nbsp; ;",
];

fn hostile(mut design: Design) -> Design {
    for (node, name) in design.nodes.values_mut().zip(HOSTILE.iter().cycle()) {
        node.label = (*name).to_owned();
    }
    for (link, name) in design.links.values_mut().zip(HOSTILE.iter().cycle()) {
        link.label = (*name).to_owned();
    }
    HOSTILE[1].clone_into(&mut design.name);
    design
}

#[test]
fn names_that_want_to_be_obeyed_come_back_as_they_were() {
    for (name, design) in designs() {
        let design = hostile(design);
        let text = Exchange::Drawio.write(&design).unwrap();
        let back = Format::Drawio.read(&text, "other").unwrap().drawing;
        assert_eq!(file::print(&back), file::print(&drawn(&design)), "{name}");
    }
}

#[test]
fn a_design_that_came_from_elsewhere_can_be_run() {
    let folder = tempfile::tempdir().unwrap();
    for (name, design) in designs() {
        for format in [Exchange::Drawio, Exchange::Mermaid] {
            let path = folder.path().join(format!("{name}.{}", format.ending()));
            file::write(&path, &format.write(&design).unwrap()).unwrap();
            let opened = file::read(&path).unwrap_or_else(|error| panic!("{error}"));
            assert!(matches!(opened.source, file::Source::Import(_)));
            let ids: BTreeSet<&Id> = opened.design.nodes.keys().collect();
            assert_eq!(ids, design.nodes.keys().collect(), "{name}: {format:?}");
            let plan = loadscape::compile::compile(&opened.design, &opened.design.scenarios[0]);
            let mut engine = loadscape::sim::engine::Engine::new(plan.network.clone(), 1);
            engine.run_until(loadscape::units::SimTime::ZERO + loadscape::units::Span::from_secs(5));
            assert!(engine.snapshot().events > 0, "{name}: {format:?}");
        }
    }
}
