//! Every command of the list, one after the other, chosen by its name as a person does: each has to show an effect.
//!
//! A command that is new is tried as well; one that does nothing in any of the situations here is a dead button. What a
//! command does is tested where it is made; here it is enough that something can be seen of it.

use super::commands::{ALL, Entry, Group, Panel};
use super::desks::Turn;
use super::prefs::Prefs;
use super::state::{Finder, Tab};
use super::{App, Folders};
use crate::edit::{Clip, Command, Pile};
use crate::model::{Id, LabelAt, PlaceKind, Point, Rect, Routing, Side, Sides, Size};
use crate::session::Action;
use crate::units::Span;
use crate::words::Language;
use egui::Key;
use egui_kittest::Harness;
use std::collections::BTreeSet;

type Rig = Harness<'static, App>;

/// Frames after which the effect of a command on the window is there.
const FRAMES: usize = 3;

/// The command that only a file with remarks has.
const REMARKS: &str = "Remarks on the file";

/// The command of which nothing but the focus tells.
const KEYBOARD: &str = "Keyboard to the canvas";

fn id(text: &str) -> Id {
    Id::new(text).expect("a legal id")
}

/// A shop at all angles, with whatever commands can be about.
fn commands() -> Vec<Command> {
    let node = |service: &str, x: f32, y: f32| Command::AddNode { service: service.to_owned(), at: Point::new(x, y) };
    let link = |from: &str, to: &str| Command::AddLink { from: id(from), to: id(to) };
    let zone = |x: f32, y: f32| {
        let rect = Rect::new(Point::new(x, y), Size { w: 216.0, h: 168.0 });
        Command::AddPlace { kind: PlaceKind::Zone, rect }
    };
    let note = Rect::new(Point::new(0.0, 600.0), Size { w: 200.0, h: 80.0 });
    let bent = id("ec2--rds");
    vec![
        node("users", 0.0, 0.0),
        node("elb", 251.0, 90.0),
        node("ec2", 530.0, 7.0),
        node("ec2", 700.0, 305.0),
        node("rds", 1_000.0, 130.0),
        node("s3", 1_060.0, 190.0),
        link("users", "alb"),
        link("alb", "ec2"),
        link("alb", "ec2-2"),
        link("ec2", "rds"),
        zone(500.0, -40.0),
        zone(680.0, 250.0),
        Command::AddNote { rect: note, text: "Remember".to_owned() },
        Command::Rename { id: bent.clone(), text: "orders".to_owned() },
        Command::Bend { id: bent.clone(), via: vec![Point::new(800.0, 20.0)] },
        Command::PutLabel { id: bent.clone(), at: LabelAt::new(0.3, Point::new(0.0, -30.0)) },
        Command::Route { ids: vec![bent], routing: Some(Routing::Curved) },
        Command::Lead { id: id("alb--ec2"), sides: Sides { leaves: Some(Side::Top), enters: None } },
        Command::Pile { ids: vec![id("alb")], to: Pile::Front },
        Command::Group { ids: vec![id("ec2"), id("ec2-2")] },
        Command::Lock { ids: vec![id("users")] },
        Command::Rename { id: id("rds"), text: "Orders".to_owned() },
    ]
}

/// A window with two designs and its panels folded; the shop is in front, one step of it is undone.
fn window() -> Rig {
    let build = move |creation: &mut eframe::CreationContext<'_>| {
        App::new(&creation.egui_ctx, Folders::default(), prefs(Language::English))
    };
    let mut rig = Harness::builder().with_size([800.0, 560.0]).build_eframe(build);
    rig.step();
    let app = rig.state_mut();
    app.state.welcome = false;
    app.apply(Action::Edit(Command::Title("Another".to_owned())));
    app.apply(Action::Edit(commands().swap_remove(0)));
    app.state.requests.push(super::commands::Request::New);
    rig.run_steps(2);
    let app = rig.state_mut();
    commands().into_iter().for_each(|command| app.apply(Action::Edit(command)));
    assert_eq!(app.view().history.done().count(), commands().len(), "nothing was refused");
    app.apply(Action::Undo);
    rig
}

fn prefs(language: Language) -> Prefs {
    let mut prefs = Prefs::default();
    prefs.set_language(Some(language));
    prefs.set_scale(Some(1));
    for panel in [Panel::Left, Panel::Right, Panel::Bottom] {
        prefs.panel(panel).open = false;
    }
    prefs
}

/// The window, and what of it every command finds as it was.
struct Shop {
    rig: Rig,
    /// The number of its tab.
    front: u64,
    /// The drawing.
    text: String,
}

impl Shop {
    fn new() -> Self {
        let mut rig = window();
        rig.step();
        let front = rig.state().state.number().expect("a design is in front");
        let text = crate::file::print(rig.state().view().design);
        Self { rig, front, text }
    }

    /// Nothing is open, the shop is as it was, and its run, if there is one, is held.
    fn settle(&mut self, entry: &Entry) {
        self.rig.state_mut().state.turn = Some(Turn::To(self.front));
        self.close_all(entry);
        self.rig.step();
        let app = self.rig.state_mut();
        for step in [Action::CancelGesture, Action::Pause, Action::Speed(10.0)] {
            app.apply(step);
        }
        for step in [Action::Undo, Action::Redo, Action::Redo] {
            if crate::file::print(app.view().design) != self.text {
                app.apply(step);
            }
        }
        assert_eq!(crate::file::print(app.view().design), self.text, "it was put back before {}", entry.name);
        app.state.clip = Clip::of(app.view().design, &[id("users")]);
    }

    fn close_all(&mut self, entry: &Entry) {
        let language = if entry.name == "English" { Language::Korean } else { Language::English };
        let state = &mut self.rig.state_mut().state;
        state.prefs = prefs(language);
        (state.dialog, state.find, state.prompt, state.finder) = (None, None, None, None);
        (state.past, state.shortcuts, state.welcome, state.may_close, state.fit) = (false, false, false, false, false);
        (state.held_part, state.quitting) = (None, None);
        state.camera.zoom = 0.8;
        state.dock.tab = Tab::Overview;
        crate::words::choose(state.prefs.language());
        let focused = self.rig.ctx.memory(egui::Memory::focused);
        self.rig.ctx.memory_mut(|memory| focused.into_iter().for_each(|id| memory.surrender_focus(id)));
    }

    /// Runs the shop for a minute and a half, if that is not there yet.
    fn run(&mut self) {
        let there = |rig: &Rig| rig.state().view().snapshot.is_some_and(|shown| shown.now.0 >= 90_000_000_000);
        if !there(&self.rig) {
            self.rig.state_mut().apply(Action::Advance(Span::from_secs(90)));
        }
        while !there(&self.rig) {
            self.rig.state_mut().desks.front_mut().poll();
            std::thread::yield_now();
        }
    }

    /// Tries a command in one situation after the other; whether anything came of it.
    fn works(&mut self, entry: &Entry, begun: Begun) -> bool {
        self.settle(entry);
        if begun == Begun::Yes {
            self.run();
        }
        selections().iter().any(|selection| {
            let state = &mut self.rig.state_mut().state;
            state.selection = selection.clone().into();
            let works = self.is_enabled(entry) && takes_effect(&mut self.rig, entry);
            if !works && self.is_enabled(entry) {
                self.settle(entry);
            }
            works
        })
    }

    fn is_enabled(&self, entry: &Entry) -> bool {
        let app = self.rig.state();
        (entry.enabled)(app.state.look(app.view()))
    }
}

/// Whether there is a run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begun {
    No,
    Yes,
}

/// What may be selected when a command is chosen; the first that it makes sense with counts.
fn selections() -> [BTreeSet<Id>; 12] {
    let of = |ids: &[&str]| ids.iter().map(|text| id(text)).collect();
    [
        of(&[]),
        of(&["alb"]),
        of(&["ec2--rds"]),
        of(&["alb--ec2"]),
        of(&["az-a"]),
        of(&["alb", "rds"]),
        of(&["alb", "ec2", "ec2-2", "rds"]),
        of(&["ec2", "ec2-2"]),
        of(&["users"]),
        of(&["ec2"]),
        of(&["rds"]),
        of(&["s3"]),
    ]
}

/// All that a person can see of the window's state.
fn seen(rig: &Rig) -> String {
    let (app, view) = (rig.state(), rig.state().view());
    let state = &app.state;
    let text = crate::file::print(view.design);
    let run = (
        view.running,
        view.speed,
        view.snapshot.map(|snapshot| snapshot.now),
        view.looked_at,
        view.kept.is_some(),
        view.injected,
    );
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
    let desks = app.desks.heads().into_iter().map(|head| (head.number, head.front)).collect::<Vec<_>>();
    let told = app.told.as_ref().map(|(text, _)| text);
    format!("{text} {run:?} {open:?} {part:?} {desks:?} {told:?} {:?} {:?}", state.prefs, state.outline)
}

/// Chooses a command from the list by its name; it is carried out in the next frame.
fn choose(rig: &mut Rig, entry: &Entry) {
    rig.state_mut().state.finder = Some(Finder { text: entry.name.to_owned(), line: 0 });
    rig.step();
    rig.key_press(Key::Enter);
}

/// Chooses a command from the list by its name; whether anything came of it.
fn takes_effect(rig: &mut Rig, entry: &Entry) -> bool {
    let before = seen(rig);
    choose(rig, entry);
    for _ in 0..FRAMES {
        rig.step();
        let closed = rig.state().state.finder.is_none() || entry.name == "Find a command";
        if closed && seen(rig) != before {
            return true;
        }
    }
    waits(entry) && awaited(rig, &before)
}

/// Whether the engine or another thread does what a command says.
fn waits(entry: &Entry) -> bool {
    entry.group == Group::Run || entry.name == "Copy as picture"
}

/// Whether the engine or another thread has done something that can be seen.
fn awaited(rig: &mut Rig, before: &str) -> bool {
    (0..100).any(|_| {
        std::thread::yield_now();
        rig.step();
        seen(rig) != before
    })
}

#[test]
fn every_command_of_the_list_shows_an_effect_when_it_is_chosen_by_its_name() {
    let mut shop = Shop::new();
    let mut dead: Vec<&Entry> = ALL.iter().filter(|entry| ![REMARKS, KEYBOARD].contains(&entry.name)).collect();
    for begun in [Begun::No, Begun::Yes] {
        dead.retain(|entry| !shop.works(entry, begun));
    }
    let names: Vec<&str> = dead.iter().map(|entry| entry.name).collect();
    assert!(names.is_empty(), "nothing comes of {names:?}");
}

#[test]
fn the_remarks_on_a_file_come_back_by_name() {
    let mut shop = Shop::new();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("flow.yaml");
    let text = "Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n  It:\n    Type: AWS::Other::Thing\n";
    std::fs::write(&path, text).expect("writable");
    shop.rig.state_mut().apply(Action::Open(path));
    shop.rig.run_steps(2);
    shop.rig.state_mut().state.remarks = false;
    assert!(takes_effect(&mut shop.rig, super::commands::named(REMARKS)));
}

#[test]
fn the_keyboard_goes_to_the_canvas_by_name() {
    let mut shop = Shop::new();
    let entry = super::commands::named(KEYBOARD);
    shop.settle(entry);
    choose(&mut shop.rig, entry);
    shop.rig.run_steps(2 * FRAMES);
    assert_eq!(shop.rig.ctx.memory(egui::Memory::focused), Some(super::canvas::focus_id()));
}
