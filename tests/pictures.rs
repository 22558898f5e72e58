//! Pictures of every design in `designs/`: golden texts of the SVGs (renew with `UPDATE_EXPECT=1`), and what has to hold
//! for every format.

use crate::gold::{check, designs};
use loadscape::compile;
use loadscape::export::film::{Film, gif, motion};
use loadscape::export::watch::Watch;
use loadscape::export::{Format, Options, pdf::Page, picture, raster};
use loadscape::model::Design;
use loadscape::scene::Picture;
use loadscape::sim::engine::Engine;
use loadscape::theme::Theme;
use loadscape::units::{SimTime, Span};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;

fn bytes(design: &Design, format: Format, options: &Options) -> Vec<u8> {
    picture(&Picture::of(design), format, options, Watch::nobody()).unwrap()
}

fn svg(design: &Design, options: &Options) -> String {
    String::from_utf8(bytes(design, Format::Svg, options)).unwrap()
}

/// Without the fonts, whose bytes nobody reads.
fn without_fonts(svg: &str) -> String {
    let (before, rest) = svg.split_once("<style>").expect("fonts are embedded");
    let (_, after) = rest.split_once("</style>\n").expect("the rules end");
    format!("{before}{after}")
}

#[test]
fn svgs_are_as_they_were() {
    let options = Options { theme: Theme::Light, ..Options::default() };
    for (name, design) in designs() {
        check(&name, "svg", &without_fonts(&svg(&design, &options)));
    }
}

#[test]
fn an_svg_is_small_and_has_every_record_once() {
    for (name, design) in designs() {
        let svg = svg(&design, &Options::default());
        assert!(svg.len() < 120_000, "{name}: {} bytes", svg.len());
        let tree = usvg::roxmltree::Document::parse(&svg).unwrap();
        let ids: Vec<_> = tree.descendants().filter_map(|node| node.attribute("id")).collect();
        let keys =
            design.nodes.keys().chain(design.links.keys()).chain(design.places.keys()).chain(design.notes.keys());
        for key in keys {
            assert_eq!(ids.iter().filter(|id| **id == key.to_string()).count(), 1, "{name}: {key}");
        }
        let text = |label: &str| svg.contains(label);
        assert!(design.nodes.values().all(|node| text(&node.label)), "{name}: labels are text");
    }
}

/// The SVG as a program paints that reads it as it is, with the fonts of this machine's picture of it.
fn painted(svg: &str) -> Pixmap {
    let tree = usvg::Tree::from_str(svg, &raster::options()).unwrap();
    let size = tree.size();
    let mut pixmap = Pixmap::new(size.width().ceil() as u32, size.height().ceil() as u32).unwrap();
    resvg::render(&tree, Transform::identity(), &mut pixmap.as_mut());
    pixmap
}

#[test]
fn svg_and_png_show_the_same() {
    for (name, design) in designs() {
        let plan = compile::compile(&design, &design.scenarios[0]);
        let mut engine = Engine::new(plan.network.clone(), 1);
        engine.run_until(SimTime::ZERO + Span::from_secs(60));
        let snapshot = engine.snapshot();
        let rest = Picture::of(&design);
        let live = Picture { plan: Some(&plan), snapshot: Some(&snapshot), phase: 3.0, ..rest };
        let cases = [
            (rest, Theme::Light, false),
            (rest, Theme::Dark, true),
            (live, Theme::Dark, false),
            (live, Theme::Light, true),
        ];
        for (subject, theme, transparent) in cases {
            let options = Options { theme, transparent, scale: 0.75, ..Options::default() };
            let made = |format| picture(&subject, format, &options, Watch::nobody()).unwrap();
            let png = Pixmap::decode_png(&made(Format::Png)).unwrap();
            let svg = painted(&String::from_utf8(made(Format::Svg)).unwrap());
            assert_eq!((png.width(), png.height()), (svg.width(), svg.height()), "{name}");
            let differ = png.data().iter().zip(svg.data()).filter(|(a, b)| a.abs_diff(**b) > 3).count();
            assert!(differ * 10_000 < png.data().len(), "{name}: {differ} of {} bytes", png.data().len());
        }
    }
}

#[test]
fn a_pdf_has_one_page_of_the_size_that_was_asked_for() {
    for (name, design) in designs() {
        for (page, size) in [(Page::A4, "841."), (Page::A3, "1190."), (Page::Letter, "792 612"), (Page::Fit, "")] {
            let pdf = bytes(&design, Format::Pdf, &Options { page, ..Options::default() });
            let text = String::from_utf8_lossy(&pdf);
            assert!(text.starts_with("%PDF-") && text.contains("/FontFile2"), "{name}");
            assert!(text.contains(&format!("/MediaBox [0 0 {size}")), "{name}: {page:?}");
        }
    }
}

/// Names that want to be obeyed.
const HOSTILE: [&str; 4] =
    ["<script>alert(1)</script>", "a\" onload=\"alert(1)", "]]>&amp;\u{1}\u{0}", "\u{202E}drow \u{2066}웹 서버 🦀"];

fn hostile(mut design: Design) -> Design {
    for (node, name) in design.nodes.values_mut().zip(HOSTILE.iter().cycle()) {
        node.label = (*name).to_owned();
    }
    design.name = HOSTILE[0].to_owned();
    for link in design.links.values_mut() {
        link.label = HOSTILE[1].to_owned();
    }
    design
}

#[test]
fn names_are_shown_and_not_obeyed() {
    for (name, design) in designs() {
        let design = hostile(design);
        let svg = svg(&design, &Options::default());
        let tree = usvg::roxmltree::Document::parse(&svg).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(tree.descendants().all(|node| !node.has_tag_name("script") && node.attribute("onload").is_none()));
        assert!(bytes(&design, Format::Pdf, &Options::default()).starts_with(b"%PDF-"));
        assert!(Pixmap::decode_png(&bytes(&design, Format::Png, &Options::default())).is_ok());
    }
}

#[test]
fn every_design_makes_a_film() {
    for (name, design) in designs() {
        let plan = compile::compile(&design, &design.scenarios[0]);
        let options = Options { scale: 0.25, ..Options::default() };
        let length = Span::from_secs(40);
        let film = Film { design: &design, plan: &plan, seed: 1, length, speed: Some(40.0), options: &options };
        assert!(gif::write(&film, Watch::nobody()).unwrap().starts_with(b"GIF89a"), "{name}");
        let svg = motion::write(&film, Watch::nobody()).unwrap();
        assert!(svg.contains("<animate"), "{name}");
        usvg::Tree::from_str(&svg, &raster::options()).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}
