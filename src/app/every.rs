//! Every command of the list, one after the other, chosen by its name as a person does: each has to show an effect.
//!
//! A command that is new is tried as well; one that does nothing in any of the situations here is a dead button.

use super::commands::{ALL, Entry};
use super::prefs::Prefs;
use super::state::Finder;
use super::{App, Folders};
use crate::edit::{Clip, Command, Pile};
use crate::model::{Id, LabelAt, PlaceKind, Point, Rect, Routing, Size};
use crate::session::Action;
use crate::units::Span;
use crate::words::Language;
use egui::Key;
use egui_kittest::Harness;
use std::collections::BTreeSet;

type Rig = Harness<'static, App>;

/// Frames after which the effect of a command is there; what the engine does takes a while.
const FRAMES: usize = 400;

fn id(text: &str) -> Id {
    Id::new(text).expect("a legal id")
}

/// A shop at all angles, with whatever commands can be about.
fn commands() -> Vec<Command> {
    let node = |service: &str, x: f32, y: f32| Command::AddNode { service: service.to_owned(), at: Point::new(x, y) };
    let link = |from: &str, to: &str| Command::AddLink { from: id(from), to: id(to) };
    let rect = Rect::new(Point::new(900.0, 500.0), PlaceKind::Zone.size());
    let note = Rect::new(Point::new(0.0, 600.0), Size { w: 200.0, h: 80.0 });
    let bent = id("ec2--rds");
    vec![
        node("users", 0.0, 0.0),
        node("elb", 251.0, 90.0),
        node("ec2", 530.0, 7.0),
        node("ec2", 700.0, 305.0),
        node("rds", 1_000.0, 130.0),
        link("users", "elb"),
        link("elb", "ec2"),
        link("elb", "ec2-2"),
        link("ec2", "rds"),
        Command::AddPlace { kind: PlaceKind::Zone, rect },
        Command::AddNote { rect: note, text: "Remember".to_owned() },
        Command::Rename { id: bent.clone(), text: "orders".to_owned() },
        Command::Bend { id: bent.clone(), via: vec![Point::new(800.0, 20.0)] },
        Command::PutLabel { id: bent.clone(), at: LabelAt::new(0.3, Point::new(0.0, -30.0)) },
        Command::Route { ids: vec![bent], routing: Some(Routing::Curved) },
        Command::Pile { ids: vec![id("elb")], to: Pile::Front },
        Command::Group { ids: vec![id("ec2"), id("ec2-2")] },
        Command::Lock { ids: vec![id("users")] },
        Command::Rename { id: id("rds"), text: "Orders".to_owned() },
    ]
}

/// Whether there is a run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begun {
    No,
    Yes,
}

/// A window with two designs; the shop is in front, one step of it is undone, its run is held after a minute and a half.
fn stage(entry: &Entry, begun: Begun) -> Rig {
    let mut prefs = Prefs::default();
    let language = if entry.name == "English" { Language::Korean } else { Language::English };
    prefs.set_language(Some(language));
    prefs.set_scale(Some(1));
    let build =
        move |creation: &mut eframe::CreationContext<'_>| App::new(&creation.egui_ctx, Folders::default(), prefs);
    let mut rig = Harness::builder().with_size([1_440.0, 900.0]).build_eframe(build);
    rig.run_steps(2);
    let app = rig.state_mut();
    app.state.welcome = false;
    app.apply(Action::Edit(Command::Title("Another".to_owned())));
    app.apply(Action::Edit(commands().swap_remove(0)));
    app.state.requests.push(super::commands::Request::New);
    rig.run_steps(3);
    let app = rig.state_mut();
    commands().into_iter().for_each(|command| app.apply(Action::Edit(command)));
    app.apply(Action::Undo);
    app.state.welcome = false;
    app.state.camera.zoom = 0.8;
    app.state.clip = Clip::of(app.view().design, &[id("ec2")]);
    if entry.name == "Remarks on the file" {
        open_with_remarks(&mut rig);
    }
    if begun == Begun::Yes {
        run(&mut rig);
    }
    rig
}

fn run(rig: &mut Rig) {
    rig.state_mut().apply(Action::Advance(Span::from_secs(90)));
    let there = |rig: &Rig| rig.state().view().snapshot.is_some_and(|snapshot| snapshot.now.0 >= 90_000_000_000);
    for _ in 0..FRAMES {
        if there(rig) {
            return;
        }
        rig.step();
        std::thread::yield_now();
    }
}

/// What may be selected when a command is chosen; the first that it makes sense with counts.
fn selections() -> [BTreeSet<Id>; 9] {
    let of = |ids: &[&str]| ids.iter().map(|text| id(text)).collect();
    [
        of(&[]),
        of(&["elb"]),
        of(&["ec2--rds"]),
        of(&["elb--ec2"]),
        of(&["az"]),
        of(&["elb", "rds"]),
        of(&["elb", "ec2", "ec2-2", "rds"]),
        of(&["ec2", "ec2-2"]),
        of(&["users"]),
    ]
}

/// All that a person can see of the window's state.
fn seen(rig: &Rig) -> String {
    let (app, view) = (rig.state(), rig.state().view());
    let state = &app.state;
    let text = crate::file::print(view.design);
    let run =
        (view.running, view.speed, view.snapshot.map(|snapshot| snapshot.now), view.looked_at, view.kept.is_some());
    let open = [
        state.dialog.is_some(),
        state.finder.is_some(),
        state.find.is_some(),
        state.past,
        state.remarks,
        state.shortcuts,
        state.welcome,
        state.prompt.is_some(),
        state.may_close,
        state.fit,
    ];
    let part = (&state.held_part, &state.selection, &state.clip, state.dock.tab, state.camera);
    let focus = rig.ctx.memory(egui::Memory::focused);
    let desks = app.desks.heads().into_iter().map(|head| (head.number, head.front)).collect::<Vec<_>>();
    let told = app.told.as_ref().map(|(text, _)| text);
    format!("{text} {run:?} {open:?} {part:?} {focus:?} {desks:?} {told:?} {:?} {:?}", state.prefs, state.outline)
}

/// Chooses a command from the list by its name; whether anything came of it.
fn takes_effect(rig: &mut Rig, entry: &Entry) -> bool {
    rig.run_steps(2);
    let before = seen(rig);
    rig.state_mut().state.finder = Some(Finder { text: entry.name.to_owned(), line: 0 });
    rig.run_steps(2);
    rig.key_press(Key::Enter);
    for _ in 0..FRAMES {
        rig.step();
        let closed = rig.state().state.finder.is_none() || entry.name == "Find a command";
        if closed && seen(rig) != before {
            return true;
        }
        std::thread::yield_now();
    }
    false
}

/// Tries a command in one situation after the other, at first before any run.
fn works(entry: &Entry) -> bool {
    [Begun::No, Begun::Yes].into_iter().any(|begun| {
        let mut rig = stage(entry, begun);
        selections().iter().any(|selection| {
            rig.state_mut().state.selection.clone_from(selection);
            let enabled = (entry.enabled)(rig.state().state.look(rig.state().view()));
            let works = enabled && takes_effect(&mut rig, entry);
            if enabled && !works {
                rig = stage(entry, begun);
            }
            works
        })
    })
}

fn open_with_remarks(rig: &mut Rig) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("flow.yaml");
    std::fs::write(&path, "Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n  It:\n    Type: AWS::Other::Thing\n")
        .expect("writable");
    rig.state_mut().apply(Action::Open(path));
    rig.state_mut().state.remarks = false;
}

#[test]
fn every_command_of_the_list_shows_an_effect_when_it_is_chosen_by_its_name() {
    let dead: Vec<&str> = ALL.iter().filter(|entry| !works(entry)).map(|entry| entry.name).collect();
    assert!(dead.is_empty(), "nothing comes of {dead:?}");
}
