//! Where things stand, held against the same drawing laid out from nothing.

use super::super::sketch::{id, sketch};
use super::labels::FEW;
use super::*;
use crate::model::{CARD, Node, Sides};

/// Cards in rows and columns, each joined to the next ones.
fn large(count: u32) -> Design {
    let mut design = Design::default();
    let node = sketch().nodes[&id("web")].clone();
    for n in 0..count {
        let at = Point::new((n % 20) as f32 * 240.0, (n / 20) as f32 * 144.0);
        design.nodes.insert(id(&format!("n-{n:05}")), Node { at, place: None, ..node.clone() });
    }
    for n in 0..count {
        for to in [n + 1, n + 21, n * 7 % count] {
            let link = Link { from: id(&format!("n-{n:05}")), to: id(&format!("n-{to:05}")), ..blank() };
            design.links.insert(id(&format!("l-{n:05}-{to:05}")), link);
        }
    }
    design
}

fn blank() -> Link {
    Link::new(id("x"), id("x"))
}

fn assert_same(kept: &Layout, design: &Design, after: &str) {
    let new = Layout::new(design);
    for (a, b) in kept.wires.iter().zip(&new.wires) {
        assert_eq!(a.ports, b.ports, "{after}: ports of {}", a.id);
        assert_eq!(a.base, b.base, "{after}: way of {}", a.id);
        assert_eq!(a.route, b.route, "{after}: route of {}", a.id);
    }
    assert_eq!(kept.wires.len(), new.wires.len());
    if kept.wires.len() <= FEW {
        let spots = |layout: &Layout| layout.wires.iter().map(|wire| wire.spot).collect::<Vec<_>>();
        assert_eq!(spots(kept), spots(&new), "{after}: labels");
    }
    for wire in new.wires.iter().filter(|wire| wire.drawn()) {
        assert!(kept.wires_in(wire.route.bounds()).iter().any(|n| kept.wires[*n as usize].id == wire.id));
    }
}

#[test]
fn an_updated_layout_is_what_a_new_one_would_be() {
    for mut design in [sketch(), large(200)] {
        let mut layout = Layout::new(&design);
        let mut seed = 7u32;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as usize % below
        };
        for step in 0..60 {
            let at = random(design.nodes.len());
            let by = Point::new(random(900) as f32 - 450.0, random(700) as f32 - 350.0);
            let node = design.nodes.values_mut().nth(at).unwrap();
            node.at = (node.at + by).snapped(12.0);
            layout.update(&design);
            assert_same(&layout, &design, &format!("step {step}"));
        }
        for step in 0..20 {
            let count = design.places.len();
            let Some(place) = design.places.values_mut().nth(random(count.max(1))) else { continue };
            place.rect.max =
                (place.rect.max + Point::new(random(120) as f32 - 60.0, random(90) as f32 - 45.0)).rounded();
            layout.update(&design);
            assert_same(&layout, &design, &format!("place {step}"));
        }
        let gone = design.nodes.keys().next().cloned().unwrap();
        design.nodes.remove(&gone);
        layout.update(&design);
        assert_same(&layout, &design, "a card is gone");
        design.links.values_mut().next().unwrap().label = "a label".to_owned();
        layout.update(&design);
        assert_same(&layout, &design, "a label");
    }
}

#[test]
fn what_is_seen_is_found_in_the_order_of_painting() {
    let design = large(200);
    let layout = Layout::new(&design);
    let seen = Rect::new(Point::new(500.0, 300.0), CARD).expand(300.0);
    let cards = layout.cards_in(seen);
    let wanted: Vec<u32> = (0u32..).zip(&layout.cards).filter(|(_, c)| c.rect.touches(&seen)).map(|c| c.0).collect();
    assert_eq!(cards, wanted);
    assert!(layout.wires_in(seen).len() > cards.len());
}

#[test]
fn labels_cover_neither_cards_nor_each_other() {
    let layout = Layout::new(&large(200));
    let spots: Vec<Rect> = layout.wires.iter().filter_map(|wire| Some(wire.spot?.rect())).collect();
    assert!(spots.len() > 150, "most links have room for theirs: {}", spots.len());
    for (at, spot) in spots.iter().enumerate() {
        assert!(layout.cards_in(*spot).is_empty(), "{spot:?} lies on a card");
        assert!(!spots[at + 1..].iter().any(|other| other.touches(spot)), "{spot:?} lies on another");
    }
}

#[test]
fn links_pass_under_a_card_that_is_carried_and_around_it_once_it_is_put_down() {
    let mut design = crate::model::sketch("users -> ec2").unwrap();
    let [from, to] = ["users", "ec2"].map(|service| {
        design.nodes.values().find(|node| node.service == service).expect("it is sketched").rect().center()
    });
    design.nodes.values_mut().find(|node| node.service == "ec2").expect("it is there").at.x += 400.0;
    let mut layout = Layout::new(&design);
    let straight = layout.wires()[0].route.clone();
    let middle = Point::new(f32::midpoint(from.x, to.x + 400.0), from.y);
    let node = design.nodes.values().next().expect("a node").clone();
    let card = crate::model::CARD;
    let at = middle - Point::new(card.w / 2.0, card.h / 2.0);
    design.nodes.insert(id("loose"), crate::model::Node { service: "elb".to_owned(), at, ..node });
    layout.update(&design);
    assert_ne!(layout.wires()[0].route, straight, "it goes around");
    layout.lift(Some(&id("loose")));
    assert_eq!(layout.wires()[0].route, straight);
    assert!(layout.link_at(middle, 5.0).is_some(), "and can be hit below the card");
    layout.lift(None);
    assert_ne!(layout.wires()[0].route, straight);
}

#[test]
fn links_that_are_pulled_or_run_otherwise_leave_the_layout_as_a_new_one() {
    let mut design = large(60);
    let mut layout = Layout::new(&design);
    let links: Vec<Id> = design.links.keys().cloned().collect();
    for (step, link) in links.iter().cycle().step_by(7).take(60).enumerate() {
        let at = |n: usize| Point::new((step * 131 + n * 67) as f32 % 2_000.0, (step * 71 + n * 29) as f32 % 900.0);
        let pulled = design.links.get_mut(link).expect("it is there");
        match step % 5 {
            0..=2 => pulled.via = (0..step % 4).map(at).collect(),
            3 => pulled.routing = Some(Routing::ALL[step / 5 % 3]),
            _ => design.routing = Routing::ALL[step / 5 % 3],
        }
        layout.update(&design);
        assert_same(&layout, &design, &format!("step {step}"));
    }
}

#[test]
fn a_pulled_link_is_hit_where_it_runs_now_and_not_where_it_ran() {
    for routing in Routing::ALL {
        let mut design = crate::model::sketch("users -> ec2").unwrap();
        design.routing = routing;
        let mut layout = Layout::new(&design);
        let (from, to) = (layout.wires()[0].route.from, layout.wires()[0].route.to);
        let bend = from.lerp(to, 0.5) + Point::new(0.0, 300.0);
        design.links.values_mut().for_each(|link| link.via = vec![bend]);
        layout.update(&design);
        assert!(layout.link_at(bend, 6.0).is_some(), "{routing:?}");
        assert!(layout.link_at(from.lerp(to, 0.5), 6.0).is_none(), "{routing:?}");
    }
}

#[test]
fn links_that_nearly_run_straight_do_where_they_are_alone() {
    let mut design = crate::model::sketch("users -> elb -> ec2").unwrap();
    let cards: Vec<Id> = design.nodes.keys().cloned().collect();
    let elb = cards.iter().find(|id| design.nodes[*id].service == "elb").expect("it is there").clone();
    design.nodes.get_mut(&elb).expect("it is there").at.y += 18.0;
    let layout = Layout::new(&design);
    assert!(layout.wires().iter().all(|wire| wire.route.bends.is_empty()), "{:?}", layout.wires());
    design.nodes.get_mut(&elb).expect("it is there").at.y += 48.0;
    let layout = Layout::new(&design);
    assert!(layout.wires().iter().all(|wire| wire.route.bends.len() == 2), "{:?}", layout.wires());
}

#[test]
fn links_of_one_card_turn_one_after_another() {
    let mut design = crate::model::sketch("asg; a:rds; b:rds; c:rds; d:rds; e:rds").unwrap();
    let web = design.nodes.iter().find(|(_, node)| node.service == "asg").expect("it is there").0.clone();
    design.nodes.get_mut(&web).expect("it is there").at = Point::new(0.0, 300.0);
    for (n, name) in (0u8..).zip(["a", "b", "c", "d", "e"]) {
        design.nodes.get_mut(&id(name)).expect("it is there").at = Point::new(400.0, 150.0 * f32::from(n));
        design.links.insert(id(&format!("to-{name}")), Link::new(web.clone(), id(name)));
    }
    let layout = Layout::new(&design);
    let turns: Vec<f32> = layout.wires().iter().filter_map(|wire| wire.route.bends.first()).map(|at| at.x).collect();
    assert_eq!(turns.len(), 4, "the one in the middle runs straight: {turns:?}");
    let lines: Vec<(Point, Point)> = layout.wires().iter().flat_map(|wire| wire.route.sharp()).collect();
    for (at, (a, b)) in lines.iter().enumerate() {
        let upright = |(a, b): &(Point, Point)| (a.x - b.x).abs() < 0.01 && a.y != b.y;
        let beside = |other: &(Point, Point)| {
            let (line, other) = (Rect::between(*a, *b), Rect::between(other.0, other.1));
            line.min.y > other.max.y || other.min.y > line.max.y || (line.min.x - other.min.x).abs() > 7.0
        };
        let others = lines[at + 1..].iter().filter(|other| upright(other));
        assert!(!upright(&(*a, *b)) || others.into_iter().all(beside), "{lines:?}");
    }
}

#[test]
fn links_keep_off_the_edges_of_places_and_come_back_when_these_move() {
    let mut design = crate::model::sketch("users -> ec2").unwrap();
    let at = |x: f32, y: f32| Point::new(x, y);
    let ids: Vec<Id> = design.nodes.keys().cloned().collect();
    for (key, to) in ids.iter().zip([at(480.0, 300.0), at(0.0, 0.0)]) {
        design.nodes.get_mut(key).unwrap().at = to;
    }
    let mut layout = Layout::new(&design);
    let jog = |layout: &Layout| layout.wires()[0].route.bends[0].x;
    let free = jog(&layout);
    let rect = Rect::between(at(free - 2.0, -60.0), at(900.0, 600.0));
    let place = Place { rect, ..sketch().places[&id("az-a")].clone() };
    design.places.insert(id("zone"), Place { parent: None, ..place });
    layout.update(&design);
    assert!((jog(&layout) - rect.min.x).abs() >= 7.5, "{} beside {}", jog(&layout), rect.min.x);
    assert_same(&layout, &design, "a place came");
    for step in 0..12 {
        design.places.get_mut(&id("zone")).unwrap().rect.min.x -= 7.0;
        layout.update(&design);
        assert_same(&layout, &design, &format!("its edge moved {step}"));
    }
    assert_eq!(jog(&layout), free);
}

#[test]
fn a_label_that_was_put_somewhere_goes_along_and_the_others_give_way() {
    let mut design = large(60);
    let (key, other) = (design.links.keys().nth(3).unwrap().clone(), design.links.keys().nth(4).unwrap().clone());
    let mut layout = Layout::new(&design);
    let there = layout.wire(&other).unwrap().spot.unwrap();
    let way = layout.route(&key).unwrap().clone();
    let (along, on) = way.nearest(there.middle);
    design.links.get_mut(&key).unwrap().label_at = crate::model::LabelAt::new(along, there.middle - on);
    layout.update(&design);
    assert_same(&layout, &design, "a label was put");
    let own = layout.wire(&key).unwrap().spot.unwrap();
    assert!(own.middle.distance(there.middle) < 1.0, "{own:?}");
    assert!(layout.wire(&other).unwrap().spot.is_none_or(|spot| !spot.rect().touches(&own.rect())), "it gives way");
    assert!(layout.label_at(own.middle, |_| true) == Some(&key));
}

/// Two cards and a link between them that was led to two sides.
fn led(leaves: Option<Side>, enters: Option<Side>, to: Point) -> Design {
    let mut design = Design::default();
    let node = sketch().nodes[&id("web")].clone();
    for (name, at) in [("a", Point::new(0.0, 0.0)), ("b", to), ("c", Point::new(240.0, 120.0))] {
        design.nodes.insert(id(name), Node { at, place: None, ..node.clone() });
    }
    design.links.insert(id("a--b"), Link { from: id("a"), to: id("b"), sides: Sides { leaves, enters }, ..blank() });
    design
}

#[test]
fn a_link_leaves_and_enters_where_it_was_led_to_and_its_preview_shows_that() {
    let sides = || [None].into_iter().chain(Side::ALL.map(Some));
    for (leaves, enters) in sides().flat_map(|leaves| sides().map(move |enters| (leaves, enters))) {
        for routing in Routing::ALL {
            for to in [Point::new(480.0, 240.0), Point::new(0.0, 300.0), Point::new(-400.0, 12.0)] {
                let design = Design { routing, ..led(leaves, enters, to) };
                let layout = Layout::new(&design);
                let route = layout.route(&id("a--b")).expect("it is drawn").clone();
                let at = |end: Point, name: &str| Side::nearest(design.nodes[&id(name)].rect(), end);
                assert_eq!(
                    leaves.unwrap_or(at(route.from, "a")),
                    at(route.from, "a"),
                    "{routing:?} {leaves:?} {enters:?}"
                );
                assert_eq!(enters.unwrap_or(at(route.to, "b")), at(route.to, "b"), "{routing:?} {leaves:?} {enters:?}");
                let mut without = design.clone();
                without.links.clear();
                let ends = [id("a"), id("b")];
                let drawn = Drawn {
                    ends: [Aim::Card(&ends[0]), Aim::Card(&ends[1])],
                    sides: Sides { leaves, enters },
                    link: None,
                };
                let seen = Layout::new(&without).preview(&without, drawn);
                assert_eq!(
                    seen.as_ref(),
                    Some(&route),
                    "{routing:?} {leaves:?} {enters:?}: what is drawn is what comes"
                );
                let again = Drawn { link: Some(&id("a--b")), ..drawn };
                assert_eq!(layout.preview(&design, again), seen, "taken up and put down");
            }
        }
    }
}

#[test]
fn a_link_that_is_led_elsewhere_leaves_the_layout_as_a_new_one() {
    let mut design = sketch();
    let mut layout = Layout::new(&design);
    let links: Vec<Id> = design.links.keys().cloned().collect();
    for (n, link) in links.iter().cycle().take(24).enumerate() {
        let side = |n: usize| [None, Some(Side::Top), Some(Side::Left), Some(Side::Bottom)][n % 4];
        design.links.get_mut(link).unwrap().sides = Sides { leaves: side(n), enters: side(n / 4) };
        if n % 5 == 4 {
            let node = design.nodes.values_mut().nth(n % 3).unwrap();
            node.at = node.at + Point::new(24.0, -36.0);
        }
        layout.update(&design);
        assert_same(&layout, &design, &format!("step {n}"));
    }
}

#[test]
fn one_card_of_a_hundred_thousand_is_moved_without_touching_the_links_of_others() {
    let node = sketch().nodes[&id("web")].clone();
    let card = |n: u32| {
        let at = Point::new((n % 300) as f32 * 240.0, (n / 300) as f32 * 144.0);
        (id(&format!("n-{n:06}")), Node { at, place: None, ..node.clone() })
    };
    let mut design = Design { nodes: (0..100_000).map(card).collect(), ..Design::default() };
    let name = |n: u32| id(&format!("n-{n:06}"));
    let link = |n: u32| (id(&format!("l-{n:06}")), Link { from: name(n), to: name(n + 1), ..blank() });
    design.links.extend((0..2_000).map(|n| link(n * 2)));
    let mut layout = Layout::new(&design);
    for (moved, touched) in [(name(40), 1), (name(60_000), 0)] {
        let node = design.nodes.get_mut(&moved).expect("it is there");
        node.at = node.at + Point::new(12.0, 24.0);
        layout.update(&design);
        let again = layout.wires.iter().filter(|wire| wire.stamp == layout.stamp).count();
        assert!((touched..=touched + 2).contains(&again), "{again} links for {moved}");
        assert_eq!(layout.cards[layout.number(&moved).expect("a card") as usize].rect, design.nodes[&moved].rect());
    }
}
