//! What a layout promises, on the samples and on large drawings.

use super::*;
use crate::edit::{apply, random::Dice};
use crate::model::{Link, Node, PlaceKind, When, sketch};

fn laid_out(design: &Design) -> Design {
    let mut after = design.clone();
    if let Some(command) = layout(design, None) {
        apply(&mut after, &command).unwrap_or_else(|refusal| panic!("{refusal}"));
    }
    after
}

/// Nothing lies on anything else, and everything lies in its place.
fn check(design: &Design) {
    let nodes: Vec<(&Id, &Node)> = design.nodes.iter().collect();
    for (n, (id, node)) in nodes.iter().enumerate() {
        for (other, second) in &nodes[n + 1..] {
            assert!(!node.rect().expand(4.0).touches(&second.rect()), "{id} lies on {other}");
        }
        if let Some(place) = node.place.as_ref().and_then(|place| design.places.get(place)) {
            assert!(place.rect.encloses(&node.rect()), "{id} sticks out of its place");
        }
    }
    for (id, place) in &design.places {
        for (other, second) in design.places.iter().filter(|(other, _)| *other != id) {
            let apart = !place.rect.touches(&second.rect);
            let nested = place.rect.encloses(&second.rect) || second.rect.encloses(&place.rect);
            assert!(apart || nested, "{id} cuts {other}");
        }
    }
}

fn members(design: &Design) -> Vec<(&Id, &Option<Id>)> {
    let nodes = design.nodes.iter().map(|(id, node)| (id, &node.place));
    nodes.chain(design.places.iter().map(|(id, place)| (id, &place.parent))).collect()
}

#[test]
fn callers_stand_left_of_whom_they_call() {
    let design = sketch("users -> route53 -> elb -> web:asg -> rds; web -> elasticache; users -> cloudfront").unwrap();
    let after = laid_out(&design);
    check(&after);
    for link in after.links.values() {
        assert!(after.nodes[&link.from].rect().max.x < after.nodes[&link.to].at.x, "{link:?}");
    }
    assert_eq!(layout(&after, None), None, "laid out again, nothing moves");
}

#[test]
fn a_tangle_of_crossing_links_is_untied() {
    // Three callers and three callees, wired upside down.
    let design = sketch("a:ec2 -> z:rds; b:ec2 -> y:rds; c:ec2 -> x:rds; a -> y; b -> x").unwrap();
    let ids: Vec<Id> = design.nodes.keys().cloned().collect();
    let index = |id: &Id| ids.binary_search(id).unwrap();
    let links = design.links.values().map(|link| (index(&link.from), index(&link.to)));
    let graph = Graph::new(design.nodes.values().map(|node| node.rect().size()).collect(), links);
    let mut net = order::Net::new(&graph, &graph.layers());
    net.uncross();
    assert_eq!(net.crossings(), 0);
}

#[test]
fn places_keep_what_stands_in_them() {
    let mut design = sketch("users -> elb -> web:asg -> rds; elb -> api:ec2 -> rds").unwrap();
    let place = |design: &mut Design, kind: PlaceKind, rect: Rect| {
        apply(design, &Command::AddPlace { kind, rect }).unwrap();
    };
    for key in ["web", "api"] {
        let rect = design.nodes[&Id::new(key).unwrap()].rect().expand(20.0);
        place(&mut design, PlaceKind::Zone, rect);
    }
    let around = design.places.values().map(|place| place.rect).reduce(Rect::union).unwrap().expand(60.0);
    place(&mut design, PlaceKind::Vpc, around);
    let after = laid_out(&design);
    check(&after);
    assert_eq!(members(&design), members(&after));
}

#[test]
fn what_is_locked_or_not_selected_stays() {
    let mut design = sketch("users -> elb -> ec2 -> rds").unwrap();
    let id = |text: &str| Id::new(text).unwrap();
    for (n, at) in design.nodes.values_mut().enumerate() {
        at.at = Point::new(40.0 * n as f32, 900.0 - 300.0 * n as f32);
    }
    apply(&mut design, &Command::Lock { ids: vec![id("rds")] }).unwrap();
    let after = laid_out(&design);
    assert_eq!(design.nodes[&id("rds")], after.nodes[&id("rds")]);
    let selection = [id("users"), id("elb")].into();
    let Some(Command::Arrange { rects, .. }) = layout(&design, Some(&selection)) else { panic!("they move") };
    assert!(rects.iter().all(|(id, _)| selection.contains(id)));
}

#[test]
fn cycles_and_doubled_links_do_no_harm() {
    let mut design = sketch("a:ec2 -> b:ec2 -> c:ec2 -> a; b -> a").unwrap();
    for at in design.nodes.values_mut() {
        at.at = Point::default();
    }
    check(&laid_out(&design));
}

#[test]
fn five_thousand_nodes_take_bounded_work() {
    let mut design = Design::default();
    let mut dice = Dice(7);
    let id = |n: usize| Id::new(&format!("n-{n}")).unwrap();
    for n in 0..5_000 {
        let node = Node {
            service: "ec2".into(),
            label: n.to_string(),
            at: Point::default(),
            place: None,
            settings: BTreeMap::new(),
        };
        design.nodes.insert(id(n), node);
        for _ in 0..2 {
            let (from, to) = (id(dice.below(n.max(1))), id(n));
            let link = Link { from: from.clone(), to: to.clone(), label: String::new(), when: When::Auto };
            if from != to {
                design.links.insert(Id::between(&from, &to), link);
            }
        }
    }
    let Some(Command::Arrange { rects, .. }) = layout(&design, None) else { panic!("they move") };
    assert!(rects.len() > 4_990);
    assert!(rects.iter().all(|(_, rect)| rect.min.x.is_finite() && rect.min.y.is_finite()));
}
