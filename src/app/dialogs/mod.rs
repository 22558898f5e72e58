//! Questions that the window asks: which file, and what to do about unsaved changes.
//!
//! The path dialog is the window's own, so that it works everywhere; the system's dialog is a button on it. Absent: reading
//! and writing (the session does that).

mod export;
mod path;
mod system;

pub use export::{ExportDialog, Made, Step};
pub use path::{Mode, Outcome, PathDialog};

use super::icons::{IconButton, Look};
use super::style;
use crate::model::Id;
use crate::words::t;
use std::path::PathBuf;

/// A dialog that waits for an answer.
pub enum Dialog {
    /// Which file to open or write.
    Path {
        /// The dialog.
        dialog: Box<PathDialog>,
        /// What happens with the file.
        then: WithPath,
    },
    /// What to export, and how it looks.
    Export(ExportDialog),
    /// Unsaved changes, before something that would lose them.
    Unsaved(Then),
}

/// What happens with a file that was picked.
#[derive(Debug, Clone, PartialEq)]
pub enum WithPath {
    /// It is opened.
    Open,
    /// The design is saved to it, and then something else happens.
    Save(Option<Then>),
    /// Something is exported to it.
    Export(Box<ExportDialog>),
    /// The users of this node follow it.
    Traffic(Id, Option<usize>),
    /// It has a person's own prices.
    Prices,
    /// The bill goes to it.
    Bill,
}

/// What waits until unsaved changes are settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// An empty design.
    New,
    /// Ask for a file to open.
    Open,
    /// Ask for the drawing of another program.
    Import,
    /// Open this file.
    OpenPath(PathBuf),
    /// Open this sample, and maybe run it at once.
    Sample(String),
    /// Open a walkthrough at a step.
    Walkthrough(String, usize),
    /// Go to a step or variant of the walkthrough that is open.
    Play(crate::walkthrough::Which),
    /// Close the design of this number.
    Close(u64),
    /// Close the window.
    Quit,
}

/// The answer to the question about unsaved changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Save first.
    Save,
    /// Lose them.
    Discard,
    /// Do nothing.
    Cancel,
}

/// Asks about unsaved changes of the designs of these names.
pub fn unsaved_ui(ctx: &egui::Context, names: &[String]) -> Option<Answer> {
    let mut answer = None;
    let (question, save) = match names {
        [name] => (t!("Save the changes to {name}?", name = name), t!("Save")),
        _ => (t!("Save the changes to {count} designs?", count = names.len()), t!("Save all")),
    };
    let modal = style::modal(ctx, egui::Id::unique("unsaved")).show(ctx, |ui| {
        ui.set_width(380.0);
        ui.label(style::title(question));
        ui.add_space(4.0);
        if names.len() > 1 {
            ui.label(names.join(", "));
            ui.add_space(4.0);
        }
        ui.label(t!("If you do not save them, they are lost."));
        ui.add_space(12.0);
        ui.horizontal(|ui| {
            if ui.add(IconButton::words(save).look(Look::Primary)).clicked() {
                answer = Some(Answer::Save);
            }
            if ui.add(IconButton::words(t!("Don't save"))).clicked() {
                answer = Some(Answer::Discard);
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if ui.add(IconButton::words(t!("Cancel"))).clicked() {
                    answer = Some(Answer::Cancel);
                }
            });
        });
    });
    answer.or_else(|| modal.should_close().then_some(Answer::Cancel))
}
