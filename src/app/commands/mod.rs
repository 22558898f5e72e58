//! The one list of commands. Menus, tooltips, the command palette, shortcuts and the overlay of shortcuts all read it.
//!
//! Adding a command: one entry in `table` and, if it is new to the window, one line where requests are carried out.
//! Absent: widgets, and what a command does to the drawing (that is an [`Action`]).

mod arranging;
pub mod keys;
mod selecting;
mod table;

pub use selecting::order;
pub use table::{ALL, SPEEDS, run_or_pause};

use super::canvas::parts::Part;
use super::desks::Turn;
use super::dialogs::Made;
use super::icons::Icon;
use super::outline::Side;
use super::state::Tab;
use crate::model::Id;
use crate::scene::Layout;
use crate::session::{Action, View};
use crate::words::{self, Language, t};
use egui::{Key, KeyboardShortcut, Modifiers};
use std::collections::BTreeSet;

/// What a command may look at to say whether it makes sense now.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The session.
    pub view: View<'a>,
    /// What is selected.
    pub selection: &'a BTreeSet<Id>,
    /// The part that is held of the link that is selected.
    pub part: Option<Part>,
    /// Where everything is.
    pub layout: &'a Layout,
}

/// Something that only the window can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// An empty design.
    New,
    /// Ask for a file to open.
    Open,
    /// Ask for the drawing of another program.
    Import,
    /// Open this file; if it is the one in front, after asking about unsaved changes.
    OpenPath(std::path::PathBuf),
    /// Ask for a recording for the users of a node, as a part of the sum that their traffic is if one is named.
    LoadTraffic(crate::model::Id, Option<usize>),
    /// Ask for a file with a person's own prices.
    LoadPrices,
    /// Ask where the bill goes, as a file with this ending.
    ExportBill(&'static str),
    /// What each node costs on the canvas, or no longer.
    Costs,
    /// Save; ask where if there is no file yet.
    Save,
    /// Ask for a file to save to.
    SaveAs,
    /// Ask for a picture to write, by its ending.
    Export(Made),
    /// Put a picture of the drawing, or of what is selected, on the clipboard.
    CopyPicture,
    /// Put the design's text on the clipboard.
    CopyDesign,
    /// Another of the designs that are open.
    Tab(Turn),
    /// Close the design of this number, or the one in front, after asking about unsaved changes.
    Close(Option<u64>),
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
    /// Edit the name of what is selected.
    Rename,
    /// Type the name of a service to add it.
    QuickAdd,
    /// Choose what the selected node is to call.
    Connect,
    /// Take hold of the part of a link that is so many further on.
    Part(isize),
    /// Arrange nodes in layers.
    LayOut(Scope),
    /// Search the drawing.
    Find,
    /// Go to the next thing that was found.
    FindNext,
    /// Go to the one before.
    FindPrevious,
    /// The list of steps that can be undone and redone.
    History,
    /// The list of what was not understood of the file that is open.
    Remarks,
    /// Show a tab of the left panel, and give it the keyboard.
    Side(Side),
    /// Give the keyboard to the canvas.
    FocusCanvas,
    /// Change the zoom about the middle.
    Zoom(Zoom),
    /// The other theme.
    Theme,
    /// Speak this language; `None` is the one of the system.
    Language(Option<Language>),
    /// Make the interface larger or smaller by so many sizes; `None` is as designed.
    Scale(Option<isize>),
    /// Let things move by themselves, or no longer.
    Motion,
    /// Show or fold a panel.
    Panel(Panel),
    /// The list of commands.
    Palette,
    /// The overlay of shortcuts.
    Shortcuts,
    /// Show a tab of the bottom panel.
    Dock(Tab),
    /// The card with samples.
    Welcome,
}

/// What a layout arranges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everything but what is locked.
    All,
    /// What is selected.
    Selection,
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
    Select,
    Arrange,
    Run,
    View,
    Language,
    Help,
}

/// What carrying a command out means.
#[derive(Clone, Copy)]
pub enum Sends {
    /// The session does it.
    Actions(fn(Look<'_>) -> Vec<Action>),
    /// The window does it.
    Request(fn() -> Request),
    /// These become the selection.
    Selects(fn(Look<'_>) -> BTreeSet<Id>),
}

/// Whether typing into a field keeps a command's keys for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// Works while typing as well.
    Always,
    /// The field has the keys first.
    OutsideText,
    /// Works only while the canvas has the keyboard: elsewhere the key has its usual meaning.
    OnCanvas,
}

/// A command.
pub struct Entry {
    /// Its name: in English, whatever language is spoken.
    pub name: &'static str,
    /// Other words that it is found by.
    pub words: &'static str,
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
    /// All of them, in the order of the menu.
    pub const ALL: [Self; 8] =
        [Self::File, Self::Edit, Self::Select, Self::Arrange, Self::Run, Self::View, Self::Language, Self::Help];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::File => t!("File"),
            Self::Edit => t!("Edit"),
            Self::Select => t!("Select"),
            Self::Arrange => t!("Arrange"),
            Self::Run => t!("Run"),
            Self::View => t!("View"),
            Self::Language => t!("Language"),
            Self::Help => t!("Help"),
        }
    }
}

const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers { shift: true, ..Modifiers::COMMAND };
const CTRL_ALT: Modifiers = Modifiers { alt: true, ..Modifiers::COMMAND };
const PLAIN: Modifiers = Modifiers::NONE;
const SHIFT: Modifiers = Modifiers::SHIFT;
const ALT: Modifiers = Modifiers::ALT;
const ALT_SHIFT: Modifiers = Modifiers { shift: true, ..Modifiers::ALT };

const fn entry(group: Group, name: &'static str, sends: Sends) -> Entry {
    Entry { name, words: "", group, icon: None, shortcut: None, keys: Keys::OutsideText, enabled: always, sends }
}

const fn ask(group: Group, name: &'static str, request: fn() -> Request) -> Entry {
    entry(group, name, Sends::Request(request))
}

const fn act(group: Group, name: &'static str, actions: fn(Look<'_>) -> Vec<Action>) -> Entry {
    entry(group, name, Sends::Actions(actions))
}

const fn pick(name: &'static str, ids: fn(Look<'_>) -> BTreeSet<Id>) -> Entry {
    entry(Group::Select, name, Sends::Selects(ids))
}

fn always(_: Look<'_>) -> bool {
    true
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

    const fn also(mut self, words: &'static str) -> Self {
        self.words = words;
        self
    }

    const fn on_canvas(mut self) -> Self {
        self.keys = Keys::OnCanvas;
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
        let held = shortcut.modifiers;
        for (held, name) in [(held.command, "Ctrl+"), (held.alt, "Alt+"), (held.shift, "Shift+")] {
            if held {
                text.push_str(name);
            }
        }
        text + key_name(shortcut.logical_key)
    }

    /// Its name on screen.
    pub fn title(&self) -> &'static str {
        words::of(self.name)
    }

    /// Its name on screen, with its keys behind it.
    pub fn tip(&self) -> String {
        let keys = self.keys_text();
        if keys.is_empty() { self.title().to_owned() } else { format!("{}  ({keys})", self.title()) }
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
        Key::OpenBracket => "[",
        Key::CloseBracket => "]",
        other => other.name(),
    }
}

/// The command with this name. Names are part of the program; a wrong one is a bug that the tests find.
pub fn named(name: &str) -> &'static Entry {
    ALL.iter().find(|entry| entry.name == name).unwrap_or_else(|| panic!("no command is named {name}"))
}

/// The commands whose name has all words of a search, best first.
pub fn search(words: &str) -> Vec<&'static Entry> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let fits = |entry: &&Entry| {
        let (title, group) = (entry.title(), entry.group.name());
        let name = format!("{} {title} {group} {}", entry.name, entry.words).to_lowercase();
        words.iter().all(|word| name.contains(word.as_str()))
    };
    let mut found: Vec<&Entry> = ALL.iter().filter(fits).collect();
    let begins = |name: &str, word: &str| name.to_lowercase().starts_with(word);
    found.sort_by_key(|entry| {
        words.first().is_some_and(|word| !begins(entry.name, word) && !begins(entry.title(), word))
    });
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
        assert_eq!(named("Equal gaps across").keys_text(), "Alt+Shift+H");
    }

    #[test]
    fn search_finds_by_any_word() {
        let names: Vec<_> = search("zoom fit").iter().map(|entry| entry.name).collect();
        assert_eq!(names, ["Zoom to fit"]);
        assert!(search("nothing like this").is_empty());
        assert_eq!(search("").len(), ALL.len());
        assert_eq!(search("welcome")[0].name, "Samples and recent files");
        assert!(search("auto layout").iter().any(|entry| entry.name == "Lay out everything"));
    }
}
