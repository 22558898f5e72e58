//! Designs that come with the program.

use crate::words::key;

/// A design to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Short name for commands.
    pub key: &'static str,
    /// Title on its card.
    pub title: &'static str,
    /// What it shows, in a sentence.
    pub blurb: &'static str,
    /// Its file.
    pub text: &'static str,
}

macro_rules! sample {
    ($key:literal, $title:expr, $blurb:expr) => {
        Sample { key: $key, title: $title, blurb: $blurb, text: include_str!(concat!("../../designs/", $key, ".ron")) }
    };
}

static SAMPLES: &[Sample] = &[
    sample!(
        "whatsthetime",
        key!("What's the time?"),
        key!(
            "A web service without any state: a balancer and a scaling group over three zones. Watch it grow at lunch and live through a zone outage."
        )
    ),
    sample!(
        "myclothes",
        key!("My clothes"),
        key!(
            "A shop that keeps its sessions and its catalogue in a cache in front of one database. See what a crash, a dark zone and a busy evening do to it."
        )
    ),
    sample!(
        "images",
        key!("Images"),
        key!(
            "Pictures are served from the edge, and uploads wait in a queue for workers that grow with the backlog. Send a burst and watch it drain."
        )
    ),
];

/// All of them, simplest first.
pub fn samples() -> &'static [Sample] {
    SAMPLES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{self, Severity};
    use crate::file::{parse, print};
    use crate::model::{Design, Node, Rect};

    fn opened(sample: &Sample) -> Design {
        let opened = parse(sample.text, sample.key).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(opened.warnings, [], "{}", sample.key);
        opened.design
    }

    #[test]
    fn samples_open_and_hold() {
        for sample in samples() {
            let design = opened(sample);
            assert_eq!(print(&design), sample.text, "{} is not written as the program would write it", sample.key);
            let errors: Vec<_> =
                analysis::check(&design).into_iter().filter(|f| f.severity == Severity::Error).collect();
            assert!(errors.is_empty(), "{}: {errors:?}", sample.key);
            let names: Vec<_> = analysis::check(&design).into_iter().filter(|f| f.rule == "unknown-name").collect();
            assert!(names.is_empty(), "{}: {names:?}", sample.key);
            assert!((2..=5).contains(&design.scenarios.len()));
        }
    }

    #[test]
    fn samples_are_laid_out_with_room() {
        for sample in samples() {
            let design = opened(sample);
            let cards = design.nodes.values().map(Node::rect);
            let boxes: Vec<Rect> = cards.chain(design.notes.values().map(|note| note.rect)).collect();
            let apart = |n: usize| boxes[..n].iter().all(|other| !other.expand(23.0).touches(&boxes[n]));
            assert!((0..boxes.len()).all(apart), "{}: cards or notes overlap", sample.key);
            for node in design.nodes.values() {
                for place in design.places.values() {
                    let card = node.rect().expand(24.0);
                    let inside = place.rect.encloses(&card) && node.at.y - place.rect.min.y >= 30.0;
                    assert!(
                        inside || !place.rect.touches(&node.rect()),
                        "{}: {} and {}",
                        sample.key,
                        node.label,
                        place.label
                    );
                }
            }
            let bounds = design.bounds().unwrap();
            assert!(bounds.w() <= 1_060.0 && bounds.h() <= 620.0, "{}: {bounds:?}", sample.key);
        }
    }
}
