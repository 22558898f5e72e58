//! The editor against thousands of random commands, and each rule by name.

use super::random::{Dice, check};
use super::*;
use crate::catalog::Value;
use crate::model::{Design, Sides, Size};
use crate::units::Share;

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

fn add(design: &mut Design, service: &str, x: f32, y: f32) -> Id {
    run(design, Command::AddNode { service: service.into(), at: Point::new(x, y) }).created()[0].clone()
}

fn add_place(design: &mut Design, kind: PlaceKind, [x, y, w, h]: [f32; 4]) -> Id {
    let rect = Rect::new(Point::new(x, y), Size { w, h });
    run(design, Command::AddPlace { kind, rect }).created()[0].clone()
}

#[test]
fn undo_gives_the_start_and_redo_the_end() {
    for seed in 0..6 {
        let (mut dice, mut design, mut history) = (Dice(seed), Design::default(), History::default());
        let mut done = 0;
        for _ in 0..900 {
            let (command, before) = (dice.command(&design), design.clone());
            match apply(&mut design, &command) {
                Ok(diff) => {
                    assert_eq!(diff.is_empty(), before == design, "{command:?}");
                    history.record(diff);
                    done += 1;
                }
                Err(refusal) => assert_eq!(before, design, "{command:?} was refused ({refusal}) but changed something"),
            }
            check(&design);
        }
        assert!(done > 500, "most commands should be legal, {done} were");
        let end = design.clone();
        while history.undo(&mut design).is_some() {
            check(&design);
        }
        assert_eq!(design, Design::default());
        while history.redo(&mut design).is_some() {}
        assert_eq!(design, end);
    }
}

#[test]
fn a_gesture_is_one_step_and_a_cancelled_one_leaves_no_trace() {
    for seed in 50..60 {
        let (mut dice, mut design, mut history) = (Dice(seed), random::design(seed, 200), History::default());
        let start = design.clone();
        for cancel in [true, false] {
            history.begin();
            for _ in 0..100 {
                let command = dice.command(&design);
                if let Ok(diff) = apply(&mut design, &command) {
                    history.record(diff);
                }
            }
            if cancel {
                history.cancel(&mut design);
                assert_eq!(design, start);
                assert_eq!((history.undo_name(), history.is_dirty()), (None, false));
            }
        }
        history.end();
        let end = design.clone();
        assert!(history.undo(&mut design).is_some() && history.undo(&mut design).is_none());
        assert_eq!(design, start);
        assert!(history.redo(&mut design).is_some());
        assert_eq!(design, end);
    }
}

#[test]
fn steps_have_names_and_saving_is_remembered() {
    let (mut design, mut history) = (Design::default(), History::default());
    let steps = [
        Command::AddNode { service: "ec2".into(), at: Point::default() },
        Command::AddNode { service: "ec2".into(), at: Point::new(300.0, 0.0) },
        Command::Move { ids: vec![id("ec2"), id("ec2-2")], by: Point::new(12.0, 0.0) },
        Command::Set { ids: vec![id("ec2")], key: "type".into(), value: Some(Value::Word("t3.micro".into())) },
        Command::Rename { id: id("ec2"), text: "Web".into() },
        Command::Remove { ids: vec![id("ec2")] },
    ];
    let mut names = Vec::new();
    for command in steps {
        history.record(run(&mut design, command));
        names.push(history.undo_name().unwrap().to_owned());
    }
    let wanted =
        ["add EC2", "add EC2", "move of 2 nodes", "change of instance type of EC2", "rename to Web", "removal of Web"];
    assert_eq!(names, wanted);
    let saved = history.settled();
    history.mark_saved(saved);
    assert!(!history.is_dirty());
    history.undo(&mut design);
    assert!(history.is_dirty());
    assert_eq!(history.redo_name(), Some("removal of Web"));
    history.redo(&mut design);
    assert!(!history.is_dirty());
    history.undo(&mut design);
    history.record(run(&mut design, Command::Title("Other".into())));
    assert!(history.is_dirty() && history.redo_name().is_none());
}

#[test]
fn the_oldest_steps_are_forgotten() {
    let (mut design, mut history) = (Design::default(), History::default());
    for n in 0..1_200 {
        history.record(run(&mut design, Command::Title(format!("Title {n}"))));
    }
    let mut undone = 0;
    while history.undo(&mut design).is_some() {
        undone += 1;
    }
    assert_eq!((undone, design.name.as_str()), (1_000, "Title 199"));
    assert!(history.is_dirty(), "the saved state can no longer be reached");
}

#[test]
fn links_that_make_no_sense_are_refused() {
    let mut design = Design::default();
    let (users, web, rds) =
        (add(&mut design, "users", 0.0, 0.0), add(&mut design, "ec2", 300.0, 0.0), add(&mut design, "rds", 600.0, 0.0));
    let link = |from: &Id, to: &Id| Command::AddLink { from: from.clone(), to: to.clone() };
    let joined = run(&mut design, link(&users, &web)).created();
    assert_eq!(joined, [id("users--ec2")]);
    run(&mut design, link(&web, &rds));
    assert!(refused(&mut design, link(&users, &rds)).contains("only servers may reach it"));
    assert_eq!(refused(&mut design, link(&users, &web)), "Users is already linked to EC2");
    assert_eq!(refused(&mut design, link(&web, &web)), "A link has to lead to another node");
    assert!(refused(&mut design, link(&web, &id("gone"))).contains("no \"gone\""));
    let sides = Sides::default();
    let reattach = Command::Reattach { id: joined[0].clone(), from: users.clone(), to: rds.clone(), sides };
    assert!(refused(&mut design, reattach).contains("only servers may reach it"));
    assert!(
        refused(&mut design, Command::SetWhen { id: joined[0].clone(), when: When::Share(f64::NAN) }).contains("100 %")
    );
    run(&mut design, Command::Remove { ids: vec![joined[0].clone()] });
    assert_eq!(run(&mut design, link(&users, &web)).created(), joined, "the same ends joined again are the same link");
}

#[test]
fn settings_are_checked_by_the_catalogue() {
    let mut design = Design::default();
    let asg = add(&mut design, "asg", 0.0, 0.0);
    let set = |key: &str, value| Command::Set { ids: vec![asg.clone()], key: key.into(), value };
    assert!(refused(&mut design, set("colour", Some(Value::Count(1)))).contains("no setting \"colour\""));
    assert_eq!(refused(&mut design, set("max", Some(Value::Count(5_000)))), "Maximum: 5,000 is outside 0 to 1,000");
    run(&mut design, set("target", Some(Value::Share(Share(0.5)))));
    assert_eq!(design.nodes[&asg].settings.len(), 1);
    assert!(!run(&mut design, set("target", Some(Value::Word("60 %".into())))).is_empty());
    assert!(design.nodes[&asg].settings.is_empty(), "the default is not a difference");
}

#[test]
fn membership_follows_geometry() {
    let mut design = Design::default();
    let node = add(&mut design, "ec2", 100.0, 100.0);
    let vpc = add_place(&mut design, PlaceKind::Vpc, [0.0, 0.0, 600.0, 400.0]);
    assert_eq!(design.nodes[&node].place.as_ref(), Some(&vpc));
    let zone = add_place(&mut design, PlaceKind::Zone, [50.0, 50.0, 300.0, 250.0]);
    assert_eq!((design.places[&zone].parent.as_ref(), design.places[&zone].label.as_str()), (Some(&vpc), "a"));
    assert_eq!(design.zone_of(&design.nodes[&node]), Some("a"));
    let diff = run(&mut design, Command::Move { ids: vec![vpc.clone()], by: Point::new(1000.0, 0.0) });
    assert_eq!((diff.nodes.len(), diff.places.len(), diff.changes_run()), (1, 2, false));
    assert_eq!((design.nodes[&node].at.x, design.places[&zone].rect.min.x), (1100.0, 1050.0));
    assert!(run(&mut design, Command::Move { ids: vec![node.clone()], by: Point::new(0.0, 900.0) }).changes_run());
    assert_eq!(design.nodes[&node].place, None);
    run(&mut design, Command::Remove { ids: vec![vpc] });
    assert_eq!(design.places[&zone].parent, None);
}

#[test]
fn places_nest_as_they_do_in_aws() {
    let mut design = Design::default();
    add_place(&mut design, PlaceKind::Zone, [0.0, 0.0, 600.0, 400.0]);
    let rect = Rect::new(Point::new(50.0, 50.0), Size { w: 200.0, h: 200.0 });
    let reason = refused(&mut design, Command::AddPlace { kind: PlaceKind::Vpc, rect });
    assert_eq!(
        reason,
        "VPC cannot stand inside Availability Zone a: regions hold VPCs, VPCs hold Availability Zones, and those hold subnets"
    );
    let vpc = add_place(&mut design, PlaceKind::Vpc, [700.0, 0.0, 200.0, 200.0]);
    refused(&mut design, Command::Move { ids: vec![vpc], by: Point::new(-500.0, 50.0) });
}

#[test]
fn copies_get_labels_and_ids_of_their_own() {
    let mut design = Design::default();
    let (web, rds) = (add(&mut design, "ec2", 0.0, 0.0), add(&mut design, "rds", 300.0, 0.0));
    run(&mut design, Command::AddLink { from: web.clone(), to: rds.clone() });
    let clip = Clip::of(&design, &[web, rds, id("none")]);
    let created = run(&mut design, Command::Paste { clip, by: Point::new(24.0, 24.0) }).created();
    assert_eq!(created, [id("ec2-2"), id("rds-2"), id("ec2-2--rds-2")]);
    assert_eq!(design.nodes[&created[0]].label, "EC2 2");
    run(&mut design, Command::Remove { ids: vec![created[0].clone()] });
    assert_eq!(add(&mut design, "ec2", 0.0, 0.0), id("ec2-2-2"), "the id of what was removed is not given out again");
}

#[test]
fn nonsense_is_refused_with_a_reason() {
    let mut design = Design::default();
    let far = Command::AddNode { service: "ec2".into(), at: Point::new(f32::NAN, 0.0) };
    assert!(refused(&mut design, far).contains("outside the canvas"));
    let web = add(&mut design, "ec2", 0.0, 0.0);
    let infinite = Command::Move { ids: vec![web.clone()], by: Point::new(f32::INFINITY, 0.0) };
    assert!(refused(&mut design, infinite).contains("outside the canvas"));
    assert!(refused(&mut design, Command::Rename { id: web.clone(), text: " \n".into() }).contains("name needs"));
    let rect = Rect::new(Point::default(), Size { w: 9.0, h: 9.0 });
    assert!(refused(&mut design, Command::Resize { id: web, rect }).contains("no size of its own"));
    assert!(refused(&mut design, Command::RemoveScenario(0)).contains("at least one scenario"));
    assert!(refused(&mut design, Command::RemoveScenario(7)).contains("number 8"));
    let steady = crate::scenario::Scenario::steady();
    assert!(refused(&mut design, Command::PutScenario { at: 1, scenario: steady }).contains("already a scenario"));
    assert!(refused(&mut design, Command::Region("mars-1".into())).contains("us-east-1"));
    assert!(refused(&mut design, Command::AddNode { service: "x".into(), at: Point::default() }).contains("palette"));
}
