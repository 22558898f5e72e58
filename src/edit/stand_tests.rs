//! Groups, locks, levels, insertion and growth, rule by rule.

use super::*;
use crate::model::{Design, Size, sketch};
use std::collections::BTreeSet;

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

fn run(design: &mut Design, command: Command) -> Diff {
    apply(design, &command).unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"))
}

fn refused(design: &mut Design, command: Command) -> String {
    let before = design.clone();
    let refusal = apply(design, &command).expect_err("should be refused");
    assert_eq!(*design, before, "a refused command changes nothing");
    refusal.to_string()
}

fn place(design: &mut Design, kind: PlaceKind, [x, y, w, h]: [f32; 4]) -> Id {
    let rect = Rect::new(Point::new(x, y), Size { w, h });
    run(design, Command::AddPlace { kind, rect }).created()[0].clone()
}

fn node(design: &mut Design, x: f32, y: f32) -> Id {
    run(design, Command::AddNode { service: "ec2".into(), at: Point::new(x, y) }).created()[0].clone()
}

#[test]
fn groups_are_never_of_one_and_a_part_leaves_its_own() {
    let mut design = sketch("users -> elb -> ec2 -> rds").unwrap();
    run(&mut design, Command::Group { ids: vec![id("users"), id("elb")] });
    assert_eq!(design.whole_groups(&[id("users")].into()), [id("users"), id("elb")].into());
    let again = Command::Group { ids: vec![id("users"), id("elb")] };
    assert!(run(&mut design, again).is_empty(), "they are one group already");
    run(&mut design, Command::Group { ids: vec![id("elb"), id("ec2"), id("users--elb")] });
    assert!(design.groups_of(&id("users")).is_empty(), "alone in its group, it is in none");
    run(&mut design, Command::Remove { ids: vec![id("elb")] });
    assert!(design.stances.is_empty());
    assert!(refused(&mut design, Command::Group { ids: vec![id("ec2")] }).contains("at least two"));
}

#[test]
fn groups_hold_groups_and_are_dissolved_one_by_one() {
    let mut design = sketch("users -> elb -> ec2 -> rds").unwrap();
    let group = |design: &mut Design, ids: &[&str]| {
        run(design, Command::Group { ids: ids.iter().map(|text| id(text)).collect() });
    };
    group(&mut design, &["elb", "ec2"]);
    group(&mut design, &["elb", "ec2", "rds"]);
    let depth = |design: &Design, of: &str| design.groups_of(&id(of)).len();
    assert_eq!(["users", "elb", "ec2", "rds"].map(|of| depth(&design, of)), [0, 2, 2, 1]);
    let all: BTreeSet<Id> = [id("elb"), id("ec2"), id("rds")].into();
    let pair: BTreeSet<Id> = [id("elb"), id("ec2")].into();
    assert_eq!(design.whole_groups(&[id("rds")].into()), all);
    // Pointing goes in: all, then the pair, then one; and out again where the open group ends.
    assert_eq!(design.unit(&id("elb"), &[]), all);
    let open = design.groups_of(&id("elb")).to_vec();
    assert_eq!(design.unit(&id("elb"), &open[..1]), pair);
    assert_eq!(design.unit(&id("elb"), &open), [id("elb")].into());
    assert_eq!(design.unit(&id("rds"), &open), [id("rds")].into());
    assert_eq!((design.common_groups(&all), design.common_groups(&pair)), (&[][..], &open[..1]));
    let clip = Clip::of(&design, &[id("elb"), id("ec2"), id("rds")]);
    run(&mut design, Command::Paste { clip, by: Point::new(0.0, 300.0) });
    assert_eq!(["alb-2", "rds-2"].map(|of| depth(&design, of)), [2, 1], "copies are grouped alike");
    run(&mut design, Command::Ungroup { ids: vec![id("elb"), id("ec2"), id("rds")] });
    assert_eq!(["elb", "ec2", "rds"].map(|of| depth(&design, of)), [1, 1, 0]);
    group(&mut design, &["elb", "ec2", "rds"]);
    run(&mut design, Command::Ungroup { ids: vec![id("elb"), id("ec2")] });
    assert_eq!(["elb", "ec2", "rds"].map(|of| depth(&design, of)), [1, 1, 1], "the inner one alone");
    group(&mut design, &["users", "elb"]);
    assert_eq!(["users", "elb", "ec2", "rds"].map(|of| depth(&design, of)), [1, 1, 1, 1], "a part leaves");
}

#[test]
fn copies_of_a_group_are_a_group_and_are_not_locked() {
    let mut design = sketch("users -> elb").unwrap();
    let ids = vec![id("users"), id("elb")];
    run(&mut design, Command::Group { ids: ids.clone() });
    run(&mut design, Command::Lock { ids: ids.clone() });
    let clip = Clip::of(&design, &ids);
    run(&mut design, Command::Paste { clip, by: Point::new(0.0, 200.0) });
    let (old, new) = (design.groups_of(&id("elb")).to_vec(), design.groups_of(&id("alb-2")).to_vec());
    assert!(new.len() == 1 && new != old && !design.is_locked(&id("alb-2")));
}

#[test]
fn what_is_locked_stays_where_and_what_it_is() {
    let mut design = sketch("users -> elb").unwrap();
    run(&mut design, Command::Lock { ids: vec![id("elb")] });
    let before = design.nodes[&id("elb")].at;
    let by = Point::new(12.0, 0.0);
    assert_eq!(refused(&mut design, Command::Move { ids: vec![id("elb")], by }), "ALB is locked; unlock it first");
    assert!(refused(&mut design, Command::Remove { ids: vec![id("elb")] }).contains("locked"));
    run(&mut design, Command::Move { ids: vec![id("elb"), id("users")], by });
    assert_eq!(design.nodes[&id("elb")].at, before, "the others move without it");
    let vpc = place(&mut design, PlaceKind::Vpc, [-200.0, -200.0, 1200.0, 800.0]);
    run(&mut design, Command::Move { ids: vec![vpc.clone()], by });
    assert_eq!(design.nodes[&id("elb")].at, before + by, "it stays in its place, which moves");
    run(&mut design, Command::Lock { ids: vec![vpc.clone()] });
    let rect = Rect::new(Point::default(), Size { w: 2000.0, h: 2000.0 });
    assert!(refused(&mut design, Command::Resize { id: vpc, rect }).contains("VPC is locked"));
    run(&mut design, Command::Unlock { ids: vec![id("elb")] });
    run(&mut design, Command::Remove { ids: vec![id("elb")] });
}

#[test]
fn levels_go_over_what_covers_and_no_further() {
    let mut design = Design::default();
    let [a, b, c] = [0.0, 20.0, 40.0].map(|x| node(&mut design, x, 0.0));
    let order = |design: &Design| design.piled(&design.nodes).into_iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
    let pile = |id: &Id, to| Command::Pile { ids: vec![id.clone()], to };
    assert_eq!(order(&design), [a.clone(), b.clone(), c.clone()]);
    run(&mut design, pile(&a, Pile::Forward));
    assert_eq!(order(&design).last(), Some(&a), "the two others are on one level");
    run(&mut design, pile(&a, Pile::Backward));
    run(&mut design, pile(&c, Pile::Back));
    assert_eq!(order(&design)[0], c);
    assert!(run(&mut design, pile(&c, Pile::Back)).is_empty(), "it is at the back already");
    run(&mut design, pile(&b, Pile::Front));
    assert_eq!(order(&design)[2], b);
    let far = node(&mut design, 900.0, 900.0);
    assert!(run(&mut design, pile(&far, Pile::Forward)).is_empty(), "nothing covers it");
}

#[test]
fn a_node_is_put_into_a_link_if_both_halves_make_sense() {
    let mut design = sketch("users -> ec2 -> rds").unwrap();
    let elb = run(&mut design, Command::AddNode { service: "elb".into(), at: Point::default() }).created()[0].clone();
    run(&mut design, Command::Rename { id: id("users--ec2"), text: "HTTPS".into() });
    run(&mut design, Command::Insert { link: id("users--ec2"), node: elb.clone() });
    let link = &design.links[&id("users--ec2")];
    assert_eq!((link.to.clone(), link.label.as_str()), (elb.clone(), "HTTPS"));
    assert!(design.links.contains_key(&Id::between(&elb, &id("ec2"))));
    let reason = refused(&mut design, Command::Insert { link: id("ec2--rds"), node: id("users") });
    assert!(!reason.is_empty());
    let at = Point::new(0.0, 300.0);
    let new = Command::InsertNew { service: "elasticache".into(), at, link: id("ec2--rds") };
    assert!(!refused(&mut design, new).is_empty(), "caches call nobody");
}

#[test]
fn places_grow_around_what_is_dropped_but_never_over_strangers() {
    let mut design = Design::default();
    let vpc = place(&mut design, PlaceKind::Vpc, [0.0, 0.0, 600.0, 400.0]);
    let zone = place(&mut design, PlaceKind::Zone, [100.0, 60.0, 300.0, 250.0]);
    let inside = node(&mut design, 250.0, 250.0);
    let rect = design.nodes[&inside].rect();
    assert_eq!(design.nodes[&inside].place.as_ref(), Some(&zone));
    assert!(design.places[&zone].rect.encloses(&rect), "the zone grew");
    assert!(design.places[&vpc].rect.encloses(&design.places[&zone].rect));
    let before = design.places[&zone].rect;
    run(&mut design, Command::Move { ids: vec![inside.clone()], by: Point::new(-100.0, -100.0) });
    run(&mut design, Command::Grow { ids: vec![inside.clone()] });
    assert_eq!(design.places[&zone].rect, before, "and never shrinks");
    let stranger = node(&mut design, before.max.x + 6.0, 100.0);
    assert_eq!(design.nodes[&stranger].place.as_ref(), Some(&vpc));
    run(&mut design, Command::Move { ids: vec![inside.clone()], by: Point::new(150.0, 0.0) });
    run(&mut design, Command::Grow { ids: vec![inside] });
    assert!(!design.places[&zone].rect.contains(design.nodes[&stranger].rect().center()));
}

#[test]
fn subnets_stand_in_zones_and_hold_no_places() {
    let mut design = Design::default();
    let zone = place(&mut design, PlaceKind::Zone, [0.0, 0.0, 600.0, 500.0]);
    let public = place(&mut design, PlaceKind::PublicSubnet, [40.0, 60.0, 300.0, 200.0]);
    assert_eq!(design.places[&public].parent.as_ref(), Some(&zone));
    let rect = Rect::new(Point::new(60.0, 90.0), Size { w: 120.0, h: 100.0 });
    let reason = refused(&mut design, Command::AddPlace { kind: PlaceKind::PrivateSubnet, rect });
    assert!(reason.contains("cannot stand inside Public subnet"), "{reason}");
    let web = node(&mut design, 80.0, 100.0);
    assert_eq!(design.zone_of(&design.nodes[&web]), Some("a"), "a subnet is part of its zone");
}

#[test]
fn a_copied_vpc_keeps_the_letters_of_its_zones() {
    let mut design = Design::default();
    let vpc = place(&mut design, PlaceKind::Vpc, [0.0, 0.0, 600.0, 400.0]);
    let zone = place(&mut design, PlaceKind::Zone, [20.0, 60.0, 240.0, 264.0]);
    let letters = |design: &Design, ids: &[Id]| {
        let mut design = design.clone();
        let clip = Clip::of(&design, ids);
        run(&mut design, Command::Paste { clip, by: Point::new(900.0, 0.0) });
        let zones = design.places.values().filter(|place| place.kind == PlaceKind::Zone);
        zones.map(|place| place.label.clone()).collect::<Vec<_>>()
    };
    assert_eq!(letters(&design, &[vpc, zone.clone()]), ["a", "a"]);
    assert_eq!(letters(&design, &[zone]), ["a", "b"], "alone it is another zone");
}
