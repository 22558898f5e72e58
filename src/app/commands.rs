//! The one list of commands. Menus, tooltips, the command palette, shortcuts and the overlay of shortcuts all read it.
//!
//! Adding a command: one entry here and, if it is new to the window, one line where requests are carried out. Absent:
//! widgets, and what a command does to the drawing (that is an [`Action`]).

use super::dialogs::Made;
use super::icons::Icon;
use crate::edit::Command;
use crate::model::{GRID, Id, Point};
use crate::session::{Action, View};
use crate::units::Span;
use egui::{Key, KeyboardShortcut, Modifiers};
use std::collections::BTreeSet;

/// What a command may look at to say whether it makes sense now.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The session.
    pub view: View<'a>,
    /// What is selected.
    pub selection: &'a BTreeSet<Id>,
}

/// Something that only the window can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// An empty design, after asking about unsaved changes.
    New,
    /// Ask for a file to open.
    Open,
    /// Open this file, after asking about unsaved changes.
    OpenPath(std::path::PathBuf),
    /// Save; ask where if there is no file yet.
    Save,
    /// Ask for a file to save to.
    SaveAs,
    /// Ask what to export, beginning with this.
    Export(Made),
    /// Put a picture of the drawing, or of what is selected, on the clipboard.
    CopyPicture,
    /// Put the design's text on the clipboard.
    CopyDesign,
    /// Give an export up, by its number.
    CancelExport(u64),
    /// Close the window.
    Quit,
    /// Copy the selection.
    Copy,
    /// Copy and remove it.
    Cut,
    /// Put what was copied.
    Paste,
    /// Copy and put beside.
    Duplicate,
    /// Select everything.
    SelectAll,
    /// Edit the name of what is selected.
    Rename,
    /// Type the name of a service to add it.
    QuickAdd,
    /// Change the zoom about the middle.
    Zoom(Zoom),
    /// The other theme.
    Theme,
    /// Show or fold a panel.
    Panel(Panel),
    /// The list of commands.
    Palette,
    /// The overlay of shortcuts.
    Shortcuts,
    /// The findings.
    Check,
    /// The card with samples.
    Welcome,
}

/// Steps of zoom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zoom {
    In,
    Out,
    Full,
    Fit,
    Selection,
}

/// A panel that can be folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// The services.
    Left,
    /// The inspector.
    Right,
    /// The charts.
    Bottom,
}

/// Heading in the overlay of shortcuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    File,
    Edit,
    Run,
    View,
    Help,
}

/// What carrying a command out means.
#[derive(Clone, Copy)]
pub enum Sends {
    /// The session does it.
    Actions(fn(Look<'_>) -> Vec<Action>),
    /// The window does it.
    Request(fn() -> Request),
}

/// Whether typing into a field keeps a command's keys for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// Works while typing as well.
    Always,
    /// The field has the keys first.
    OutsideText,
}

/// A command.
pub struct Entry {
    /// Its name on screen.
    pub name: &'static str,
    /// Heading that it stands under.
    pub group: Group,
    /// Its icon, if it has one.
    pub icon: Option<Icon>,
    /// Its keys, if it has any.
    pub shortcut: Option<KeyboardShortcut>,
    /// Who has the keys first.
    pub keys: Keys,
    /// Whether it makes sense now.
    pub enabled: fn(Look<'_>) -> bool,
    /// What it does.
    pub sends: Sends,
}

impl Group {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "File",
            Self::Edit => "Edit",
            Self::Run => "Run",
            Self::View => "View",
            Self::Help => "Help",
        }
    }
}

const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers { shift: true, ..Modifiers::COMMAND };
const PLAIN: Modifiers = Modifiers::NONE;
const SHIFT: Modifiers = Modifiers::SHIFT;

const fn entry(group: Group, name: &'static str, sends: Sends) -> Entry {
    Entry { name, group, icon: None, shortcut: None, keys: Keys::OutsideText, enabled: always, sends }
}

const fn ask(group: Group, name: &'static str, request: fn() -> Request) -> Entry {
    entry(group, name, Sends::Request(request))
}

const fn act(group: Group, name: &'static str, actions: fn(Look<'_>) -> Vec<Action>) -> Entry {
    entry(group, name, Sends::Actions(actions))
}

impl Entry {
    const fn on(mut self, modifiers: Modifiers, key: Key) -> Self {
        self.shortcut = Some(KeyboardShortcut::new(modifiers, key));
        self
    }

    const fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    const fn when(mut self, enabled: fn(Look<'_>) -> bool) -> Self {
        self.enabled = enabled;
        self
    }

    const fn always(mut self) -> Self {
        self.keys = Keys::Always;
        self
    }

    /// Its keys in words: "Ctrl+Shift+S". Empty if it has none.
    pub fn keys_text(&self) -> String {
        let Some(shortcut) = self.shortcut else { return String::new() };
        let mut text = String::new();
        for (held, name) in [(shortcut.modifiers.command, "Ctrl+"), (shortcut.modifiers.shift, "Shift+")] {
            if held {
                text.push_str(name);
            }
        }
        text + key_name(shortcut.logical_key)
    }

    /// Its name, with its keys behind it.
    pub fn tip(&self) -> String {
        let keys = self.keys_text();
        if keys.is_empty() { self.name.to_owned() } else { format!("{}  ({keys})", self.name) }
    }
}

fn key_name(key: Key) -> &'static str {
    match key {
        Key::ArrowLeft => "Left",
        Key::ArrowRight => "Right",
        Key::ArrowUp => "Up",
        Key::ArrowDown => "Down",
        Key::Plus => "+",
        Key::Minus => "-",
        Key::Comma => ",",
        Key::Period => ".",
        Key::Questionmark => "?",
        other => other.name(),
    }
}

fn always(_: Look<'_>) -> bool {
    true
}

fn selected(look: Look<'_>) -> bool {
    !look.selection.is_empty()
}

fn one_selected(look: Look<'_>) -> bool {
    look.selection.len() == 1
}

fn drawn(look: Look<'_>) -> bool {
    !look.view.design.is_empty()
}

fn started(look: Look<'_>) -> bool {
    look.view.snapshot.is_some()
}

fn remove(look: Look<'_>) -> Vec<Action> {
    vec![Action::Edit(Command::Remove { ids: look.selection.iter().cloned().collect() })]
}

fn nudge(look: Look<'_>, x: f32, y: f32) -> Vec<Action> {
    let links = &look.view.design.links;
    let ids: Vec<Id> = look.selection.iter().filter(|id| !links.contains_key(*id)).cloned().collect();
    vec![Action::Edit(Command::Move { ids, by: Point::new(x * GRID, y * GRID) })]
}

/// Speeds on offer: simulated seconds per second, and how they are written.
pub const SPEEDS: [(f64, &str); 5] =
    [(1.0, "1×"), (10.0, "10×"), (60.0, "60×"), (600.0, "600×"), (f64::INFINITY, "max")];

fn speed(look: Look<'_>, by: isize) -> Vec<Action> {
    let now = SPEEDS.iter().position(|(speed, _)| *speed >= look.view.speed).unwrap_or(SPEEDS.len() - 1);
    let next = now.saturating_add_signed(by).min(SPEEDS.len() - 1);
    vec![Action::Speed(SPEEDS[next].0)]
}

/// Run or pause, whichever makes sense.
pub fn run_or_pause(look: Look<'_>) -> Vec<Action> {
    vec![if look.view.running { Action::Pause } else { Action::Run }]
}

/// Every command.
pub static ALL: &[Entry] = &[
    ask(Group::File, "New design", || Request::New).on(CTRL, Key::N).icon(Icon::New).always(),
    ask(Group::File, "Open…", || Request::Open).on(CTRL, Key::O).icon(Icon::Open).always(),
    ask(Group::File, "Save", || Request::Save).on(CTRL, Key::S).icon(Icon::Save).always(),
    ask(Group::File, "Save as…", || Request::SaveAs).on(CTRL_SHIFT, Key::S).icon(Icon::Save).always(),
    ask(Group::File, "Export PNG…", || Request::Export(Made::Png))
        .on(CTRL, Key::E)
        .icon(Icon::Export)
        .when(drawn)
        .always(),
    ask(Group::File, "Export SVG…", || Request::Export(Made::Svg))
        .on(CTRL_SHIFT, Key::E)
        .icon(Icon::Export)
        .when(drawn)
        .always(),
    ask(Group::File, "Export PDF…", || Request::Export(Made::Pdf)).icon(Icon::Export).when(drawn),
    ask(Group::File, "Export a film of the run…", || Request::Export(Made::Gif)).icon(Icon::Export).when(drawn),
    ask(Group::File, "Export a chart…", || Request::Export(Made::Chart)).icon(Icon::Export).when(drawn),
    ask(Group::File, "Samples and recent files", || Request::Welcome),
    ask(Group::File, "Quit", || Request::Quit).on(CTRL, Key::Q).always(),
    act(Group::Edit, "Undo", |_| vec![Action::Undo]).on(CTRL, Key::Z).icon(Icon::Undo).when(|l| l.view.undo.is_some()),
    act(Group::Edit, "Redo", |_| vec![Action::Redo])
        .on(CTRL_SHIFT, Key::Z)
        .icon(Icon::Redo)
        .when(|l| l.view.redo.is_some()),
    ask(Group::Edit, "Cut", || Request::Cut).on(CTRL, Key::X).when(selected),
    ask(Group::Edit, "Copy", || Request::Copy).on(CTRL, Key::C).when(selected),
    ask(Group::Edit, "Copy as picture", || Request::CopyPicture).on(CTRL_SHIFT, Key::X).when(drawn),
    ask(Group::Edit, "Copy design as text", || Request::CopyDesign).when(drawn),
    ask(Group::Edit, "Paste", || Request::Paste).on(CTRL, Key::V),
    ask(Group::Edit, "Duplicate", || Request::Duplicate).on(CTRL, Key::D).when(selected),
    act(Group::Edit, "Delete", remove).on(PLAIN, Key::Delete).icon(Icon::Trash).when(selected),
    ask(Group::Edit, "Select all", || Request::SelectAll).on(CTRL, Key::A).when(drawn),
    ask(Group::Edit, "Rename", || Request::Rename).on(PLAIN, Key::F2).when(one_selected),
    ask(Group::Edit, "Add a service by name", || Request::QuickAdd).on(PLAIN, Key::A).icon(Icon::Plus),
    act(Group::Edit, "Move left", |l| nudge(l, -1.0, 0.0)).on(PLAIN, Key::ArrowLeft).when(selected),
    act(Group::Edit, "Move right", |l| nudge(l, 1.0, 0.0)).on(PLAIN, Key::ArrowRight).when(selected),
    act(Group::Edit, "Move up", |l| nudge(l, 0.0, -1.0)).on(PLAIN, Key::ArrowUp).when(selected),
    act(Group::Edit, "Move down", |l| nudge(l, 0.0, 1.0)).on(PLAIN, Key::ArrowDown).when(selected),
    act(Group::Run, "Run or pause", run_or_pause).on(PLAIN, Key::Space).icon(Icon::Play).when(drawn),
    act(Group::Run, "Step 1 s", |_| vec![Action::Advance(Span::from_secs(1))])
        .on(PLAIN, Key::Period)
        .icon(Icon::Step)
        .when(|l| drawn(l) && !l.view.running),
    act(Group::Run, "Back to the start", |_| vec![Action::Restart])
        .on(PLAIN, Key::Home)
        .icon(Icon::Restart)
        .when(started),
    act(Group::Run, "Faster", |l| speed(l, 1)).on(SHIFT, Key::Period),
    act(Group::Run, "Slower", |l| speed(l, -1)).on(SHIFT, Key::Comma),
    ask(Group::View, "Zoom in", || Request::Zoom(Zoom::In)).on(CTRL, Key::Plus).icon(Icon::Plus),
    ask(Group::View, "Zoom out", || Request::Zoom(Zoom::Out)).on(CTRL, Key::Minus).icon(Icon::Minus),
    ask(Group::View, "Zoom to 100 %", || Request::Zoom(Zoom::Full)).on(CTRL, Key::Num0),
    ask(Group::View, "Zoom to fit", || Request::Zoom(Zoom::Fit)).on(PLAIN, Key::F).icon(Icon::Fit).when(drawn),
    ask(Group::View, "Zoom to fit everything", || Request::Zoom(Zoom::Fit)).on(SHIFT, Key::Num1).when(drawn),
    ask(Group::View, "Zoom to the selection", || Request::Zoom(Zoom::Selection)).on(SHIFT, Key::Num2).when(selected),
    ask(Group::View, "Dark or light", || Request::Theme).on(CTRL_SHIFT, Key::L).icon(Icon::Moon),
    ask(Group::View, "Services panel", || Request::Panel(Panel::Left)).on(CTRL, Key::Num1),
    ask(Group::View, "Inspector panel", || Request::Panel(Panel::Right)).on(CTRL, Key::Num2),
    ask(Group::View, "Charts panel", || Request::Panel(Panel::Bottom)).on(CTRL, Key::Num3),
    ask(Group::View, "Check the drawing", || Request::Check).on(CTRL_SHIFT, Key::C).icon(Icon::Check),
    ask(Group::Help, "Find a command", || Request::Palette).on(CTRL, Key::K).icon(Icon::Search).always(),
    ask(Group::Help, "Keyboard shortcuts", || Request::Shortcuts).on(PLAIN, Key::Questionmark),
];

/// The command with this name. Names are part of the program; a wrong one is a bug that the tests find.
pub fn named(name: &str) -> &'static Entry {
    ALL.iter().find(|entry| entry.name == name).unwrap_or_else(|| panic!("no command is named {name}"))
}

/// Takes the keys of commands out of the input. The one with more keys held comes first, so that Ctrl+S does not
/// answer to Ctrl+Shift+S.
pub fn pressed(ctx: &egui::Context, look: Look<'_>) -> Vec<&'static Entry> {
    let typing = ctx.text_edit_focused();
    let mut entries: Vec<&Entry> = ALL.iter().filter(|entry| !typing || entry.keys == Keys::Always).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.keys_text().matches('+').count()));
    let mut found = Vec::new();
    for entry in entries {
        let Some(shortcut) = entry.shortcut else { continue };
        // The space bar answers when it is let go: held down, it moves the canvas (`canvas::space_bar`).
        let taken = shortcut.logical_key == Key::Space;
        let wanted = !taken && (entry.enabled)(look);
        if wanted && ctx.input_mut(|input| input.consume_shortcut(&shortcut)) {
            found.push(entry);
        }
    }
    if !typing && (selected)(look) && ctx.input_mut(|input| input.consume_key(PLAIN, Key::Backspace)) {
        found.push(named("Delete"));
    }
    found
}

/// The commands whose name has all words of a search, best first.
pub fn search(words: &str) -> Vec<&'static Entry> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let fits = |entry: &&Entry| {
        let name = format!("{} {}", entry.name, entry.group.name()).to_lowercase();
        words.iter().all(|word| name.contains(word.as_str()))
    };
    let mut found: Vec<&Entry> = ALL.iter().filter(fits).collect();
    found.sort_by_key(|entry| words.first().is_some_and(|word| !entry.name.to_lowercase().starts_with(word.as_str())));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_shortcuts_are_unique() {
        for (n, entry) in ALL.iter().enumerate() {
            for other in &ALL[..n] {
                assert_ne!(entry.name, other.name);
                assert!(
                    entry.shortcut.is_none() || entry.shortcut != other.shortcut,
                    "{} and {}",
                    entry.name,
                    other.name
                );
            }
        }
    }

    #[test]
    fn keys_are_written_as_people_say_them() {
        assert_eq!(named("Save as…").tip(), "Save as…  (Ctrl+Shift+S)");
        assert_eq!(named("Keyboard shortcuts").keys_text(), "?");
    }

    #[test]
    fn search_finds_by_any_word() {
        let names: Vec<_> = search("zoom fit").iter().map(|entry| entry.name).collect();
        assert_eq!(names, ["Zoom to fit", "Zoom to fit everything"]);
        assert!(search("nothing like this").is_empty());
        assert_eq!(search("").len(), ALL.len());
    }
}
