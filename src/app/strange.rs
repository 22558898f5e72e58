//! Random edits, selections, clicks and tabs in the window with all its panels: a panel that cannot stand a legal value is
//! found here, where the tests of gestures and edits draw none.

use super::state::Tab;
use super::{App, Folders, Prefs};
use crate::edit::random::Dice;
use crate::model::Id;
use crate::session::Action;
use crate::units::Span;
use crate::words::Language;
use egui::{Event, Modifiers, PointerButton, pos2};
use egui_kittest::Harness;

type Rig = Harness<'static, App>;

/// Steps on each drawing.
const STEPS: usize = 24;

fn window() -> Rig {
    let mut prefs = Prefs::default();
    prefs.set_language(Some(Language::English));
    let build =
        move |creation: &mut eframe::CreationContext<'_>| App::new(&creation.egui_ctx, Folders::default(), prefs);
    let mut rig = Harness::builder().with_size([1_200.0, 760.0]).build_eframe(build);
    rig.step();
    rig.state_mut().state.welcome = false;
    rig
}

fn step(rig: &mut Rig, dice: &mut Dice) {
    let app = rig.state_mut();
    match dice.below(6) {
        0..=2 => {
            let command = dice.command(app.view().design);
            app.apply(Action::Edit(command));
        }
        3 => app.state.selection = some(app, dice),
        4 => {
            let tabs = [Tab::Overview, Tab::Node, Tab::Why, Tab::Requests, Tab::Bill, Tab::Findings, Tab::Compare];
            app.state.dock.tab = tabs[dice.below(tabs.len())];
        }
        _ => click(rig, dice),
    }
    rig.step();
}

/// One record, or several.
fn some(app: &App, dice: &mut Dice) -> super::selection::Selection {
    let ids: Vec<Id> = super::commands::order(app.view().design);
    let count = if dice.below(2) == 0 { 1 } else { 4 };
    let any = (0..count).filter_map(|_| ids.get(dice.below(ids.len().max(1))).cloned());
    any.collect()
}

fn click(rig: &mut Rig, dice: &mut Dice) {
    let corner = rig.state().state.canvas_corner;
    let pos = corner + egui::vec2(dice.below(600) as f32, dice.below(400) as f32);
    let modifiers = Modifiers { shift: dice.below(4) == 0, ..Modifiers::NONE };
    rig.event(Event::PointerMoved(pos));
    rig.step();
    for pressed in [true, false] {
        rig.event(Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers });
        rig.step();
    }
    rig.event(Event::PointerMoved(pos2(0.0, 0.0)));
}

#[test]
fn no_panel_breaks_on_anything_that_can_be_drawn_of_a_sample_that_runs() {
    let mut rig = window();
    let mut dice = Dice(11);
    for sample in crate::file::samples() {
        rig.state_mut().apply(Action::OpenSample(sample.key.to_owned()));
        rig.step();
        rig.state_mut().apply(Action::Advance(Span::from_secs(40)));
        let begun = crate::file::print(rig.state().view().design);
        for number in 0..STEPS {
            step(&mut rig, &mut dice);
            let app = rig.state();
            let design = app.view().design;
            assert!(app.state.selection.iter().all(|id| design.has(id)), "{} {number}", sample.key);
        }
        while rig.state().view().undo.is_some() {
            rig.state_mut().apply(Action::Undo);
        }
        rig.step();
        assert_eq!(crate::file::print(rig.state().view().design), begun, "{}", sample.key);
    }
}
