//! What only the window can do: dialogs, the clipboard, zoom, panels, and the question about unsaved changes.

use super::canvas;
use super::canvas::glide::Glide;
use super::canvas::kept::Kept;
use super::clipboard;
use super::commands::{Request, Scope, Zoom};
use super::desks::{Quitting, Turn};
use super::dialogs::{self, Answer, Dialog, ExportDialog, Made, Mode, Outcome, PathDialog, Step, Then, WithPath};
use super::find::{self, Find};
use super::icons::{IconButton, Look};
use super::state::{Finder, Prompt, State};
use super::style;
use crate::edit;
use crate::file;
use crate::import::Format;
use crate::model::{Id, Point, Rect};
use crate::session::{Action, Notice, Shown, Subject, View};
use crate::theme::Theme;
use crate::words::{self, Language, t};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

/// Ending of a design's file.
const ENDING: &str = "ron";

/// Endings of the drawings of other programs.
static IMPORTS: LazyLock<Vec<&str>> =
    LazyLock::new(|| Format::ALL.into_iter().flat_map(|format| format.endings().iter().copied()).collect());

/// Files dropped on the window are opened.
pub fn dropped(ctx: &egui::Context, state: &mut State) {
    let path = ctx.input(|input| input.raw.dropped_files.first().map(|file| file.path().to_owned()));
    if let Some(path) = path {
        state.requests.push(Request::OpenPath(path));
    }
    let over = ctx.input(|input| !input.raw.hovered_files.is_empty());
    if over {
        let area = egui::Area::new(egui::Id::unique("drop")).anchor(egui::Align2::CENTER_CENTER, egui::Vec2::ZERO);
        area.order(egui::Order::Tooltip).show(ctx, |ui| {
            egui::Frame::popup(ui.style())
                .inner_margin(24.0)
                .show(ui, |ui| ui.label(style::title(t!("Drop the file to open it"))));
        });
    }
}

/// Carries out what was asked for in this frame.
pub fn carry_out(ctx: &egui::Context, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let closing = ctx.input(|input| input.viewport().close_requested());
    let unsaved = view.dirty || state.heads.iter().any(|head| head.dirty);
    if closing && unsaved && !state.may_close {
        ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
        state.requests.push(Request::Quit);
    }
    if !state.requests.is_empty() {
        // They are carried out after everything was drawn: what they change is seen in the next frame.
        ctx.request_repaint();
    }
    for request in std::mem::take(&mut state.requests) {
        one(ctx, view, state, actions, request);
    }
    if state.may_close && !closing {
        ctx.send_viewport_cmd(egui::ViewportCommand::Close);
    }
}

fn one(ctx: &egui::Context, view: View<'_>, state: &mut State, actions: &mut Vec<Action>, request: Request) {
    match request {
        Request::New => go_on(view, state, actions, Then::New),
        Request::Open => go_on(view, state, actions, Then::Open),
        Request::Import => go_on(view, state, actions, Then::Import),
        Request::OpenPath(path) => after_asking(view, state, actions, Then::OpenPath(path)),
        Request::Tab(turn) => state.turn = Some(turn),
        Request::Close(number) => close(view, state, actions, number),
        Request::Quit => after_asking(view, state, actions, Then::Quit),
        Request::LoadTraffic(id, part) => {
            let dialog = PathDialog::new(Mode::Open, &folder(view), "", "csv");
            state.dialog = Some(Dialog::Path { dialog: Box::new(dialog), then: WithPath::Traffic(id, part) });
        }
        Request::LoadPrices => {
            let dialog = PathDialog::new(Mode::Open, &folder(view), "", "csv").titled(t!("Use your own prices"));
            state.dialog = Some(Dialog::Path { dialog: Box::new(dialog), then: WithPath::Prices });
        }
        Request::ExportBill(ending) => {
            let name = suggested(view, ending).replace(&format!(".{ending}"), &format!("-bill.{ending}"));
            let dialog = PathDialog::new(Mode::Save, &folder(view), &name, ending).titled(t!("Export the bill"));
            state.dialog = Some(Dialog::Path { dialog: Box::new(dialog), then: WithPath::Bill });
        }
        Request::Costs => state.prefs.costs = !state.prefs.costs,
        Request::Save => save(view, state, actions, None),
        Request::SaveAs => state.dialog = Some(save_dialog(view, None)),
        Request::Export(made) => state.dialog = Some(Dialog::Export(ExportDialog::new(made, state.theme()))),
        Request::CopyPicture => copy_picture(state, actions),
        Request::CopyDesign => {
            ctx.copy_text(file::print(view.design));
            actions.push(Action::Say(Notice::done(t!("Copied the design as text"))));
        }
        Request::CancelExport(number) => actions.push(Action::CancelExport(number)),
        Request::Copy => clipboard::copy(ctx, view, state),
        Request::Cut => clipboard::cut(ctx, view, state, actions),
        Request::Paste => clipboard::paste(view, state, actions, None),
        Request::Duplicate => clipboard::duplicate(view, state, actions),
        Request::Rename => rename(view, state),
        Request::QuickAdd => quick_add(state),
        Request::Connect => connect(state),
        Request::LayOut(scope) => lay_out(view, state, actions, scope),
        Request::Find => state.find = Some(Find::opened(state.find.take())),
        Request::FindNext => find::go(view, state, 1),
        Request::FindPrevious => find::go(view, state, -1),
        Request::History => state.past = true,
        Request::Remarks => state.remarks = true,
        Request::Part(by) => canvas::parts::turn(view, state, by),
        Request::Side(side) => super::outline::open(state, side),
        Request::FocusCanvas => focus_canvas(ctx, state),
        Request::Zoom(zoom) => zoom_to(view, state, zoom),
        Request::Theme => other_theme(ctx, state),
        Request::Language(language) => speak(state, actions, language),
        Request::Scale(steps) => {
            state.prefs.set_scale(steps);
            ctx.set_zoom_factor(state.prefs.scale());
        }
        Request::Motion => {
            state.prefs.motion = state.prefs.motion.other();
            style::set_motion(ctx, state.prefs.motion);
        }
        Request::Panel(panel) => {
            let fold = state.prefs.panel(panel);
            fold.open = !fold.open;
        }
        Request::Palette => state.finder = Some(Finder::default()),
        Request::Shortcuts => state.shortcuts = true,
        Request::Dock(tab) => {
            state.prefs.bottom.open = true;
            state.dock.tab = tab;
        }
        Request::Welcome => state.welcome = true,
    }
}

/// Whether an action puts another drawing in the place of this one.
pub fn brings_another(action: &Action) -> bool {
    matches!(
        action,
        Action::New
            | Action::Open(_)
            | Action::OpenSample(_)
            | Action::OpenWalkthrough(..)
            | Action::Play(_)
            | Action::Recover
    )
}

/// Does something, after asking about unsaved changes if it would lose them. What opens beside this design loses nothing.
pub fn after_asking(view: View<'_>, state: &mut State, actions: &mut Vec<Action>, then: Then) {
    let again = |path: &PathBuf| view.path.is_some_and(|own| own == path);
    let loses = match &then {
        Then::OpenPath(path) => view.dirty && again(path),
        Then::Play(_) | Then::Close(_) => view.dirty,
        Then::Quit => view.dirty || state.heads.iter().any(|head| head.dirty),
        Then::New | Then::Open | Then::Import | Then::Sample(_) | Then::Walkthrough(..) => false,
    };
    if loses {
        state.dialog = Some(Dialog::Unsaved(then));
    } else {
        go_on(view, state, actions, then);
    }
}

/// Closes a design. The question about unsaved changes is asked with the design in sight.
fn close(view: View<'_>, state: &mut State, actions: &mut Vec<Action>, number: Option<u64>) {
    let Some(number) = number.or_else(|| state.number()) else { return };
    let head = state.heads.iter().find(|head| head.number == number);
    match head {
        Some(head) if head.dirty && !head.front => {
            state.turn = Some(Turn::To(number));
            state.requests.push(Request::Close(Some(number)));
        }
        Some(head) if head.front => after_asking(view, state, actions, Then::Close(number)),
        _ => state.turn = Some(Turn::Close(number)),
    }
}

/// The designs that a question about unsaved changes is about.
fn unsaved(view: View<'_>, state: &State, then: &Then) -> Vec<String> {
    let dirty: Vec<String> = state.heads.iter().filter(|head| head.dirty).map(|head| head.name.clone()).collect();
    if *then == Then::Quit && !dirty.is_empty() { dirty } else { vec![file_name(view)] }
}

fn go_on(view: View<'_>, state: &mut State, actions: &mut Vec<Action>, then: Then) {
    match then {
        Then::New => actions.push(Action::New),
        Then::Open => {
            let dialog = PathDialog::new(Mode::Open, &folder(view), "", ENDING);
            state.dialog = Some(Dialog::Path { dialog: Box::new(dialog), then: WithPath::Open });
        }
        Then::Import => {
            let dialog = PathDialog::new(Mode::Open, &folder(view), "", IMPORTS[0]).also(&IMPORTS[1..]);
            state.dialog = Some(Dialog::Path { dialog: Box::new(dialog), then: WithPath::Open });
        }
        Then::OpenPath(path) => actions.push(Action::Open(path)),
        // A minute a second: the point of a sample shows within half a minute.
        Then::Sample(key) => actions.extend([Action::OpenSample(key), Action::Speed(60.0), Action::Run]),
        Then::Walkthrough(name, step) => actions.push(Action::OpenWalkthrough(name, step)),
        Then::Play(which) => actions.push(Action::Play(which)),
        Then::Close(number) => state.turn = Some(Turn::Close(number)),
        Then::Quit => state.may_close = true,
    }
}

/// The folder that dialogs start in.
fn folder(view: View<'_>) -> PathBuf {
    let of_file = view.path.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty()).map(Path::to_owned);
    of_file.or_else(|| std::env::current_dir().ok()).unwrap_or_default()
}

/// The name of the file, or of the design if it has none.
pub fn file_name(view: View<'_>) -> String {
    let stem = view.path.and_then(Path::file_stem);
    stem.map_or_else(|| view.design.name.clone(), |stem| stem.to_string_lossy().into_owned())
}

fn save(view: View<'_>, state: &mut State, actions: &mut Vec<Action>, then: Option<Then>) {
    if view.path.is_none() {
        state.dialog = Some(save_dialog(view, then));
        return;
    }
    actions.push(Action::Save);
    if let Some(then) = then {
        go_on(view, state, actions, then);
    }
}

/// A name for a file from the name of a design.
fn suggested(view: View<'_>, ending: &str) -> String {
    format!("{}.{ending}", Id::slug(&file_name(view), "design"))
}

/// Asks which file the design is saved to.
pub fn save_dialog(view: View<'_>, then: Option<Then>) -> Dialog {
    let dialog = PathDialog::new(Mode::Save, &folder(view), &suggested(view, ENDING), ENDING);
    Dialog::Path { dialog: Box::new(dialog), then: WithPath::Save(then) }
}

/// Asks where an export goes.
fn export_path(view: View<'_>, export: ExportDialog) -> Dialog {
    let ending = export.made.ending();
    let dialog = PathDialog::new(Mode::Save, &folder(view), &suggested(view, ending), ending);
    Dialog::Path { dialog: Box::new(dialog), then: WithPath::Export(Box::new(export)) }
}

/// A picture of what is selected, or of everything, as the window shows it.
fn copy_picture(state: &State, actions: &mut Vec<Action>) {
    let part = (!state.selection.is_empty()).then(|| BTreeSet::clone(&state.selection));
    let options = ExportDialog::new(Made::Png, state.theme()).options();
    actions.push(Action::CopyPicture(Subject { part, state: Shown::Live }, options));
}

/// Draws the dialog that is open, and acts on its answer.
pub fn dialog_ui(ctx: &egui::Context, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    match state.dialog.take() {
        None => {}
        Some(Dialog::Unsaved(then)) => match dialogs::unsaved_ui(ctx, &unsaved(view, state, &then)) {
            None => state.dialog = Some(Dialog::Unsaved(then)),
            Some(Answer::Cancel) => {}
            Some(Answer::Save) if then == Then::Quit => state.quitting = Some(Quitting::Saving),
            Some(Answer::Save) => save(view, state, actions, Some(then)),
            Some(Answer::Discard) => lose(view, state, actions, then),
        },
        Some(Dialog::Export(mut dialog)) => match dialog.show(ctx, state.look(view)) {
            Step::Pending => state.dialog = Some(Dialog::Export(dialog)),
            Step::Cancelled => {}
            Step::ChooseFile => state.dialog = Some(export_path(view, dialog)),
            Step::Copy => {
                let look = state.look(view);
                actions.push(Action::CopyPicture(dialog.subject(look), dialog.options()));
            }
        },
        Some(Dialog::Path { mut dialog, then }) => match dialog.show(ctx) {
            Outcome::Pending => state.dialog = Some(Dialog::Path { dialog, then }),
            Outcome::Cancelled => {}
            Outcome::Picked(path) => with_path(view, state, actions, (path, then)),
        },
    }
}

/// Goes on without saving.
fn lose(view: View<'_>, state: &mut State, actions: &mut Vec<Action>, then: Then) {
    match then {
        Then::Close(number) => state.turn = Some(Turn::Drop(number)),
        _ => go_on(view, state, actions, then),
    }
}

fn with_path(view: View<'_>, state: &mut State, actions: &mut Vec<Action>, (path, then): (PathBuf, WithPath)) {
    match then {
        WithPath::Traffic(id, part) => actions.push(Action::LoadTraffic(id, part, path)),
        WithPath::Prices => {
            state.prefs.prices = Some(path.clone());
            actions.push(Action::LoadPrices(path));
        }
        WithPath::Bill => actions.push(Action::ExportBill(path)),
        WithPath::Open => after_asking(view, state, actions, Then::OpenPath(path)),
        WithPath::Export(export) => {
            let look = state.look(view);
            actions.push(Action::ExportAs(Box::new(export.request(look, path))));
        }
        WithPath::Save(then) => {
            actions.push(Action::SaveAs(path));
            if let Some(then) = then {
                go_on(view, state, actions, then);
            }
        }
    }
}

/// Says how far a large file is that is being opened.
pub fn opening_ui(ctx: &egui::Context, view: View<'_>, actions: &mut Vec<Action>) {
    let Some(opening) = view.opening else { return };
    let name = opening.path().file_name().unwrap_or_default().to_string_lossy();
    let modal = style::modal(ctx, egui::Id::unique("opening")).show(ctx, |ui| {
        ui.set_width(340.0);
        ui.add(egui::Label::new(style::title(t!("Opening {name}", name = name))).truncate());
        ui.add_space(6.0);
        ui.label(crate::words::of(opening.doing()));
        ui.add(egui::ProgressBar::new(opening.reached()).desired_height(6.0).animate(true));
        ui.add_space(10.0);
        ui.add(IconButton::words(t!("Cancel"))).clicked()
    });
    if modal.inner || modal.should_close() {
        actions.push(Action::CancelOpening);
    }
}

/// Asks what becomes of work that a session before this one left unsaved.
pub fn recovery_ui(ctx: &egui::Context, view: View<'_>, theme: Theme, actions: &mut Vec<Action>) {
    let Some(left) = view.recovery else { return };
    let of = left.origin.as_ref().map(|path| path.display().to_string());
    let of = match of {
        Some(file) => t!("Loadscape ended without saving changes of {file}. A copy of them was kept.", file = file),
        None => t!("Loadscape ended without saving a design that has no file yet. A copy of it was kept.").to_owned(),
    };
    style::modal(ctx, egui::Id::unique("recovery")).show(ctx, |ui| {
        ui.set_width(380.0);
        ui.label(style::title(t!("Unsaved work was found")));
        ui.add_space(4.0);
        ui.label(of);
        if let Some(age) = left.age {
            ui.label(style::small(t!("Written {age} ago.", age = ago(age)), theme));
        }
        ui.add_space(12.0);
        ui.horizontal(|ui| {
            if ui.add(IconButton::words(t!("Recover it")).look(Look::Primary)).clicked() {
                actions.push(Action::Recover);
            }
            if ui.add(IconButton::words(t!("Throw it away"))).clicked() {
                actions.push(Action::DiscardRecovery);
            }
        });
    });
}

/// How long ago, in the largest unit that says something.
fn ago(age: Duration) -> String {
    match age.as_secs() / 60 {
        0 => t!("less than a minute").to_owned(),
        minutes @ 1..120 => t!("{minutes} min", minutes = minutes),
        minutes @ 120..2_880 => t!("{hours} h", hours = minutes / 60),
        minutes => t!("{days} days", days = minutes / 1_440),
    }
}

fn rename(view: View<'_>, state: &mut State) {
    if let Some(id) = state.only().cloned() {
        canvas::rename(view, state, id);
    }
}

fn quick_add(state: &mut State) {
    let middle = state.camera.seen(state.canvas).center();
    let at = state.pointer.unwrap_or(middle);
    state.welcome = false;
    state.prompt = Some(Prompt::QuickAdd { at, from: None, text: String::new(), line: 0 });
}

fn lay_out(view: View<'_>, state: &mut State, actions: &mut Vec<Action>, scope: Scope) {
    let selection = Some(&*state.selection).filter(|_| scope == Scope::Selection);
    match edit::layout(view.design, selection) {
        Some(command) => {
            state.glide = Some(Glide::new(view.design.clone()));
            actions.push(Action::Edit(command));
            state.fit = scope == Scope::All;
        }
        None => actions.push(Action::Say(Notice::note(t!("Everything stands where the layout would put it")))),
    }
}

fn connect(state: &mut State) {
    if let Some(from) = state.only().cloned() {
        state.prompt = Some(Prompt::Connect { from, text: String::new(), line: 0 });
    }
}

/// Gives the keyboard to the canvas: as soon as nothing stands open over it, because what lies below gets none.
fn focus_canvas(ctx: &egui::Context, state: &mut State) {
    if ctx.memory(|memory| memory.top_modal_layer().is_some()) {
        state.requests.push(Request::FocusCanvas);
        ctx.request_repaint();
        return;
    }
    ctx.memory_mut(|memory| memory.request_focus(canvas::focus_id()));
}

fn zoom_to(view: View<'_>, state: &mut State, zoom: Zoom) {
    let middle = Point::new(state.canvas.w / 2.0, state.canvas.h / 2.0);
    match zoom {
        Zoom::In => state.camera.zoom_by(1.25, middle),
        Zoom::Out => state.camera.zoom_by(0.8, middle),
        Zoom::Full => state.camera.zoom_by(1.0 / state.camera.zoom, middle),
        Zoom::Fit => canvas::fit(view, state),
        Zoom::Selection => {
            let rects = state.selection.iter().filter_map(|id| view.design.rect_of(id));
            if let Some(all) = rects.reduce(Rect::union) {
                state.camera.fit(all, state.canvas);
            }
        }
    }
}

fn other_theme(ctx: &egui::Context, state: &mut State) {
    let other = match state.theme() {
        Theme::Dark => Theme::Light,
        Theme::Light => Theme::Dark,
    };
    state.prefs.set_theme(other);
    style::choose(ctx, other);
}

/// Speaks a language from the next frame on: what is kept in words is said anew.
fn speak(state: &mut State, actions: &mut Vec<Action>, language: Option<Language>) {
    state.prefs.set_language(language);
    words::choose(state.prefs.language());
    state.kept = Kept::default();
    actions.push(Action::SayAnew);
}
