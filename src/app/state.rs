//! What the window remembers besides the session: camera, selection, tool, open cards and dialogs.
//!
//! Nothing here is part of the document, and nothing here is undone. Each design that is open has a state of its own; what
//! is the person's and not a design's goes from one to the next (`hand_over`).

use super::camera::Camera;
use super::canvas::glide::Glide;
use super::canvas::kept::Kept;
use super::canvas::parts::{self, Part};
use super::canvas::tool::Tool;
use super::commands::{Look, Panel, Request};
use super::desks::{Head, Quitting, Turn};
use super::dialogs::Dialog;
use super::fields::Drafts;
use super::find::Find;
use super::prefs::Prefs;
use super::selection::Selection;
use super::views::Views;
use crate::cost::{Grouping, Term};
use crate::edit::{Clip, Command};
use crate::metrics::Quantity;
use crate::model::{Design, Id, Point, Size};
use crate::scene::chart::Scale;
use crate::session::{Action, View};
use crate::theme::Theme;
use crate::units::Span;
use std::collections::BTreeSet;

/// The state of the window.
#[derive(Default)]
pub struct State {
    /// What is kept from one start to the next.
    pub prefs: Prefs,
    /// Which part of the drawing is seen.
    pub camera: Camera,
    /// Where things stand and what was painted.
    pub kept: Kept,
    /// Which part of each file was seen last.
    pub views: Views,
    /// Where on the screen the canvas began in the last frame.
    pub canvas_corner: egui::Pos2,
    /// Size of the canvas in the last frame.
    pub canvas: Size,
    /// Where the pointer was last seen on the drawing.
    pub pointer: Option<Point>,
    /// Show all of the drawing in the next frame.
    pub fit: bool,
    /// Where the camera was when all of the drawing was shown last, and how large the canvas was.
    pub fitted: Option<(Camera, Size)>,
    /// Where things glide from after a layout.
    pub glide: Option<Glide>,
    /// The state of the drawing and the selection that were held against each other last.
    pub tidied: Option<(u64, u64)>,
    /// What is selected.
    pub selection: Selection,
    /// The part of a link that arrow keys move.
    pub held_part: Option<(Id, Part)>,
    /// What the pointer is doing.
    pub tool: Tool,
    /// The space bar is down, and whether it was used to move the canvas.
    pub space: Space,
    /// What was held down when the pointer moved last.
    pub held: egui::Modifiers,
    /// An arrow key moves what is selected, and has not been let go yet.
    pub nudging: bool,
    /// What was copied last.
    pub clip: Clip,
    /// How often the clip was put down, so that copies do not lie on each other.
    pub pasted: u32,
    /// How far from the original the last copy was put.
    pub landed: Point,
    /// What was copied was cut: nothing stands in its place.
    pub cut: bool,
    /// A text field on the canvas.
    pub prompt: Option<Prompt>,
    /// In the next frame, whatever has the keyboard gives it up.
    pub leave_field: bool,
    /// What the inspector showed in the last frame.
    pub inspected: Selection,
    /// How many of what are selected.
    pub counted: super::inspector::many::Counted,
    /// Texts being typed into fields.
    pub drafts: Drafts,
    /// The drawing as a tree, and whether it is shown.
    pub outline: super::outline::Outline,
    /// What the palette is searched for.
    pub search: String,
    /// What the types of instances are searched for.
    pub type_search: String,
    /// The bottom panel.
    pub dock: Dock,
    /// A dialog that waits for an answer.
    pub dialog: Option<Dialog>,
    /// The list of commands, when it is open.
    pub finder: Option<Finder>,
    /// The search in the drawing, when it is open.
    pub find: Option<Find>,
    /// The list of steps is open.
    pub past: bool,
    /// The list of what was not understood of a file is open.
    pub remarks: bool,
    /// A ring is drawn around what has the keyboard.
    pub ring: bool,
    /// The overlay of shortcuts is open.
    pub shortcuts: bool,
    /// How the panel of a walkthrough stands.
    pub tour: super::tour::Tour,
    /// The run of a walkthrough that the charts were set up for.
    pub toured: Option<(String, crate::walkthrough::Which)>,
    /// Panels that were put away for a walkthrough, which needs the room; `None` while none plays.
    pub staged: Option<Vec<Panel>>,
    /// The card with samples is open.
    pub welcome: bool,
    /// What the window was asked to do in this frame.
    pub requests: Vec<Request>,
    /// Records made by the next actions become the selection.
    pub select_created: bool,
    /// Width of the middle of the top bar in the last frame, to centre it.
    pub transport_width: f32,
    /// The window may close: unsaved changes have been asked about.
    pub may_close: bool,
    /// The designs that are open, as tabs show them.
    pub heads: Vec<Head>,
    /// Another design is to come to the front, or one is to close.
    pub turn: Option<Turn>,
    /// The window closes as soon as everything is saved.
    pub quitting: Option<Quitting>,
}

/// What the space bar is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Space {
    /// It is up.
    #[default]
    Up,
    /// It is down and nothing else happened.
    Down,
    /// It is down and the canvas was moved with it.
    Used,
}

/// A text field on the canvas.
#[derive(Debug, Clone, PartialEq)]
pub enum Prompt {
    /// The name of something.
    Rename {
        /// What.
        id: Id,
        /// What is typed.
        text: String,
    },
    /// The name of what a node is to call.
    Connect {
        /// The caller.
        from: Id,
        /// What is typed.
        text: String,
        /// The line that Enter takes.
        line: usize,
    },
    /// The name of a service to add.
    QuickAdd {
        /// Where to.
        at: Point,
        /// The node that is to call it, if any.
        from: Option<Id>,
        /// What is typed.
        text: String,
        /// The line that Enter takes.
        line: usize,
    },
}

/// The list of commands.
#[derive(Debug, Clone, Default)]
pub struct Finder {
    /// What is typed.
    pub text: String,
    /// The line that Enter takes.
    pub line: usize,
}

/// Tabs of the bottom panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    #[default]
    Overview,
    Node,
    Why,
    Requests,
    Bill,
    Findings,
    Compare,
}

/// Which of the requests that were followed stand first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sorted {
    /// The latest.
    #[default]
    Latest,
    /// Those that took longest.
    Slowest,
    /// Those that did not end well.
    Failed,
}

/// How a run's course is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shows {
    /// As lines.
    #[default]
    Charts,
    /// As a table of the same figures.
    Table,
}

/// The bottom panel.
#[derive(Debug, Clone)]
pub struct Dock {
    /// The tab that is open.
    pub tab: Tab,
    /// How much of the run the charts show.
    pub span: Span,
    /// The time that the charts were zoomed to, in seconds; without it they follow the run.
    pub zoom: Option<(f64, f64)>,
    /// A span of time that was marked on a chart to be looked into, in seconds.
    pub chosen: Option<(f64, f64)>,
    /// Kind of requests that are looked into; all without one.
    pub class: Option<u8>,
    /// Number of the followed request that is looked at.
    pub request: Option<u64>,
    /// Which of them stand first.
    pub sorted: Sorted,
    /// How latencies become heights.
    pub scale: Scale,
    /// Lines that are not to be seen, by chart and name.
    pub hidden: BTreeSet<(String, String)>,
    /// The first chart in sight, where there is no room for all.
    pub first: usize,
    /// What the chart shows that is pointed at: it stands first.
    pub pointed: Option<Quantity>,
    /// The node whose charts are shown as long as nothing is selected.
    pub pinned: Option<Id>,
    /// Figures instead of lines.
    pub table: Shows,
    /// The moment under the pointer on any chart, in seconds: all charts mark it.
    pub hover: Option<f64>,
    /// What the lines of the bill are added up by.
    pub grouping: Grouping,
    /// What the bill shows at the side of its sums.
    pub billed: Billed,
    /// Lines and groups of the bill that are open.
    pub opened: BTreeSet<String>,
}

/// What the bill shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Billed {
    /// The lines of a bill of this length.
    Term(Term),
    /// What to commit to.
    Commitments,
}

impl Default for Dock {
    fn default() -> Self {
        Self {
            tab: Tab::default(),
            span: Span::from_secs(30 * 60),
            zoom: None,
            chosen: None,
            class: None,
            request: None,
            sorted: Sorted::default(),
            scale: Scale::default(),
            hidden: BTreeSet::new(),
            first: 0,
            pointed: None,
            pinned: None,
            table: Shows::default(),
            hover: None,
            grouping: Grouping::Line,
            billed: Billed::Term(Term::Run),
            opened: BTreeSet::new(),
        }
    }
}

impl State {
    /// Which look.
    pub fn theme(&self) -> Theme {
        self.prefs.theme()
    }

    /// The one thing that is selected, if it is one.
    pub fn only(&self) -> Option<&Id> {
        self.selection.first().filter(|_| self.selection.len() == 1)
    }

    /// The part that is held of the link that is selected.
    pub fn part(&self) -> Option<Part> {
        self.held_part.as_ref().filter(|(id, _)| self.only() == Some(id)).map(|(_, part)| *part)
    }

    /// What commands look at.
    pub fn look<'a>(&'a self, view: View<'a>) -> Look<'a> {
        Look { view, selection: &self.selection, part: self.part(), layout: &self.kept.layout }
    }

    /// The node whose charts are shown: that which is selected, or is pointed at.
    pub fn charted(&self) -> Option<&Id> {
        self.only().or(self.dock.pinned.as_ref())
    }

    /// Another design is in front: what is the person's goes along, what is the design's stays.
    pub fn hand_over(&mut self, to: &mut Self) {
        self.leave_stage();
        macro_rules! along {
            ($($field:ident)*) => { $(std::mem::swap(&mut self.$field, &mut to.$field);)* };
        }
        along!(prefs views canvas_corner canvas held search type_search ring transport_width may_close quitting heads);
        along!(clip pasted landed cut requests);
    }

    /// The design in front, if it is known by now.
    pub fn number(&self) -> Option<u64> {
        self.heads.iter().find(|head| head.front).map(|head| head.number)
    }

    /// Asks for a command that makes records, and for them to be selected.
    pub fn create(&mut self, command: Command, actions: &mut Vec<Action>) {
        self.select_created = true;
        actions.push(Action::Edit(command));
    }

    /// Forgets what is no longer part of the drawing in this state.
    pub fn tidy(&mut self, design: &Design, revision: u64) {
        let now = Some((revision, self.selection.version()));
        if self.tidied == now {
            return;
        }
        self.selection.keep(|id| design.has(id));
        let selection = &self.selection;
        let stays = |(id, part): &(Id, Part)| {
            selection.len() == 1 && selection.contains(id) && parts::is_there(design, id, *part)
        };
        self.held_part = self.held_part.take().filter(stays);
        let gone = matches!(&self.prompt, Some(Prompt::Rename { id, .. } | Prompt::Connect { from: id, .. }) if !design.has(id));
        if gone {
            self.prompt = None;
        }
        self.tidied = Some((revision, self.selection.version()));
    }

    /// Whether all of the drawing was fitted into a canvas of another size, and nobody has moved the camera since.
    pub fn is_fitted_to_another_canvas(&self) -> bool {
        self.fitted.is_some_and(|(camera, canvas)| camera == self.camera && canvas != self.canvas)
    }

    /// From one step of a walkthrough to the next, what stays glides.
    pub fn glide_on(&mut self, action: &Action, design: &Design) {
        if matches!(action, Action::Play(_)) {
            self.glide = Some(Glide::on(design.clone(), self.camera));
        }
    }

    /// Puts panels away while a walkthrough plays; whoever wants them may have them back.
    pub fn take_stage(&mut self, panels: &[Panel]) {
        if self.staged.is_none() {
            let open = |&panel: &Panel| std::mem::take(&mut self.prefs.panel(panel).open);
            self.staged = Some(panels.iter().copied().filter(open).collect());
            // A view that was left for another design is found again as it was.
            self.fit |= self.toured.is_none();
        }
    }

    /// Brings back the panels that were put away.
    pub fn leave_stage(&mut self) {
        for panel in self.staged.take().unwrap_or_default() {
            self.prefs.panel(panel).open = true;
        }
    }

    /// Another design: nothing of the old one's state fits.
    pub fn reset(&mut self) {
        self.selection.clear();
        self.tool = Tool::default();
        self.prompt = None;
        self.find = None;
        self.drafts = Drafts::default();
        self.welcome = false;
        self.fit = true;
        (self.dock.zoom, self.dock.chosen, self.dock.first) = (None, None, 0);
    }
}
