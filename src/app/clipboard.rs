//! Copy, cut, paste, duplicate. What is copied goes to the clipboard as the text of a design, so that it can be pasted
//! into another window, a file or a message; text that is no design becomes a note.

use super::state::State;
use crate::edit::{self, Clip, Command};
use crate::file;
use crate::model::{GRID, Id, LONGEST_NOTE, Point, Rect, Size};
use crate::session::{Action, Notice, View};
use crate::words::t;

/// Longest text that is read as a design, in bytes; more than 100,000 nodes need less.
const LONGEST: usize = 40_000_000;

fn clip(view: View<'_>, state: &State) -> Clip {
    let ids: Vec<Id> = edit::contents(view.design, &state.selection).into_iter().collect();
    Clip::of(view.design, &ids)
}

/// Copies what is selected, places with what stands in them.
pub fn copy(ctx: &egui::Context, view: View<'_>, state: &mut State) {
    let clip = clip(view, state);
    if clip.is_empty() {
        return;
    }
    ctx.copy_text(file::print(&clip.clone().into_design("Copied")));
    state.clip = clip;
    state.pasted = 0;
}

/// Copies what is selected and removes it.
pub fn cut(ctx: &egui::Context, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    copy(ctx, view, state);
    let ids: Vec<Id> = edit::contents(view.design, &state.selection).into_iter().collect();
    if !ids.is_empty() {
        actions.push(Action::Edit(Command::Remove { ids }));
        // Nothing stands where it was cut: it may be pasted right there.
        state.cut = true;
    }
}

/// What a text on the clipboard is.
enum Text {
    /// A design, and what is not as it says.
    Design(Clip, Vec<String>),
    /// Meant to be a design, but it cannot be read.
    Broken(String),
    /// Something else.
    Other,
}

fn read(text: &str) -> Text {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if !start.starts_with("Loadscape") {
        return Text::Other;
    }
    if text.len() > LONGEST {
        return Text::Broken(t!("the text on the clipboard is longer than any design").to_owned());
    }
    match file::parse(text, t!("the clipboard")) {
        Ok(opened) => {
            let warnings = opened.warnings.iter().map(ToString::to_string).collect();
            Text::Design(Clip::all_of(opened.design), warnings)
        }
        Err(error) => Text::Broken(error.to_string()),
    }
}

/// Puts down what the clipboard's text says, or what was copied last if there is no text.
pub fn paste(view: View<'_>, state: &mut State, actions: &mut Vec<Action>, text: Option<&str>) {
    match text.filter(|text| !text.trim().is_empty()).map(read) {
        Some(Text::Design(clip, warnings)) => {
            warn(actions, &warnings);
            if clip != state.clip && !same(&clip, &state.clip) {
                state.clip = clip;
                (state.pasted, state.cut) = (0, false);
            }
            paste_clip(view, state, actions);
        }
        Some(Text::Broken(why)) => actions.push(Action::Say(Notice::error(t!("Nothing was pasted: {why}", why = why)))),
        Some(Text::Other) => paste_note(state, actions, text.unwrap_or_default()),
        None => paste_clip(view, state, actions),
    }
}

fn warn(actions: &mut Vec<Action>, warnings: &[String]) {
    if let Some(first) = warnings.first() {
        let more = if warnings.len() > 1 { t!(" ({count} more)", count = warnings.len() - 1) } else { String::new() };
        actions.push(Action::Say(Notice::note(t!("Pasted, but {first}{more}", first = first, more = more))));
    }
}

/// Whether two clips are the same drawing. The text has coordinates to a tenth of a point, so records are compared as text.
fn same(a: &Clip, b: &Clip) -> bool {
    let text = |clip: &Clip| file::print(&clip.clone().into_design(""));
    a.nodes.len() == b.nodes.len() && text(a) == text(b)
}

/// Text that is no design becomes a note.
fn paste_note(state: &mut State, actions: &mut Vec<Action>, text: &str) {
    let short: String = text.trim().chars().take(LONGEST_NOTE).collect();
    let lines = short.lines().map(|line| 1 + line.chars().count() / 34).sum::<usize>().clamp(2, 24);
    let size = Size { w: 240.0, h: 24.0 + 15.0 * lines as f32 };
    let seen = state.camera.seen(state.canvas);
    let at = state.pointer.filter(|at| seen.contains(*at)).unwrap_or(seen.center());
    let rect = Rect::new(Point::new(at.x - size.w / 2.0, at.y - size.h / 2.0).snapped(GRID), size);
    state.create(Command::AddNote { rect, text: short }, actions);
    let cut = text.trim().chars().count() > LONGEST_NOTE;
    let rest = if cut { t!("; only its first {count} characters", count = LONGEST_NOTE) } else { String::new() };
    actions.push(Action::Say(Notice::note(t!(
        "The text on the clipboard is no drawing: it was pasted as a note{rest}",
        rest = rest
    ))));
}

fn paste_clip(view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    if state.clip.is_empty() {
        actions.push(Action::Say(Notice::note(t!("There is nothing to paste: copy cards of a drawing first"))));
        return;
    }
    let clip = state.clip.clone();
    let by = landing(view, state, &clip);
    state.pasted += 1;
    state.create(Command::Paste { clip, by }, actions);
}

/// How far a clip is moved: to the pointer if that is over the canvas and was not pasted to before, else beside the
/// original if that is in sight, else into the middle of what is seen. Each further paste goes a step on.
fn landing(view: View<'_>, state: &mut State, clip: &Clip) -> Point {
    let bounds = clip.bounds().unwrap_or_default();
    let seen = state.camera.seen(state.canvas);
    if state.pasted > 0 && seen.touches(&bounds.shift(state.landed)) {
        state.landed = state.landed + Point::new(2.0 * GRID, 2.0 * GRID);
        return state.landed;
    }
    let to = |point: Point| (point - bounds.center()).snapped(GRID);
    state.landed = match state.pointer.filter(|at| seen.contains(*at)) {
        Some(at) => to(at),
        None if std::mem::take(&mut state.cut) && seen.touches(&bounds) => Point::default(),
        None if seen.touches(&bounds) || view.design.is_empty() => Point::new(2.0 * GRID, 2.0 * GRID),
        None => to(seen.center()),
    };
    state.landed
}

/// Copies what is selected and puts it beside.
pub fn duplicate(view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let clip = clip(view, state);
    if !clip.is_empty() {
        let by = Point::new(2.0 * GRID, 2.0 * GRID);
        state.create(Command::Paste { clip, by }, actions);
    }
}
