//! The window's own dialog for a path: folders and files, a name, and the reason when it will not do.

use super::system::{Asked, SystemDialog};
use crate::app::icons::{IconButton, Look};
use crate::app::style;
use crate::words::t;
use egui::{Key, RichText, ScrollArea, Ui};
use std::path::{Path, PathBuf};

/// What the path is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A file that exists.
    Open,
    /// A file to write.
    Save,
}

/// The dialog.
pub struct PathDialog {
    mode: Mode,
    /// What it is for, where mode and ending do not say.
    title: Option<&'static str>,
    ending: &'static str,
    /// Other endings that are as good, where a file is opened.
    others: &'static [&'static str],
    folder: PathBuf,
    name: String,
    problem: Option<String>,
    /// A file that exists and that Save was pressed for once.
    confirmed: Option<PathBuf>,
    entries: Vec<(bool, String)>,
    listed: PathBuf,
    system: Option<SystemDialog>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is still open.
    Pending,
    /// Nothing is to be done.
    Cancelled,
    /// This file.
    Picked(PathBuf),
}

impl PathDialog {
    /// A dialog that starts in a folder with a name.
    pub fn new(mode: Mode, folder: &Path, name: &str, ending: &'static str) -> Self {
        let mut dialog = Self {
            mode,
            title: None,
            ending,
            others: &[],
            folder: folder.to_owned(),
            name: name.to_owned(),
            problem: None,
            confirmed: None,
            entries: Vec::new(),
            listed: PathBuf::new(),
            system: None,
        };
        dialog.list();
        dialog
    }

    /// The same for files with other endings too.
    pub fn also(mut self, others: &'static [&'static str]) -> Self {
        self.others = others;
        self.listed = PathBuf::new();
        self.list();
        self
    }

    /// The same under another title.
    pub fn titled(mut self, title: &'static str) -> Self {
        self.title = Some(title);
        self
    }

    /// Reads the folder when it is another one than before, not in every frame.
    fn list(&mut self) {
        if self.listed == self.folder {
            return;
        }
        self.listed = self.folder.clone();
        let endings = || self.others.iter().chain([&self.ending]);
        let fits = |name: &str| {
            let ending = Path::new(name).extension().unwrap_or_default();
            endings().any(|known| ending.eq_ignore_ascii_case(known))
        };
        let found = std::fs::read_dir(&self.folder);
        if let Err(error) = &found {
            self.problem = Some(format!("{}: {error}", self.folder.display()));
        }
        let entries = found.into_iter().flatten().flatten();
        self.entries = entries
            .map(|entry| (entry.path().is_dir(), entry.file_name().to_string_lossy().into_owned()))
            .filter(|(folder, name)| !name.starts_with('.') && (*folder || fits(name)))
            .collect();
        self.entries.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.to_lowercase().cmp(&b.1.to_lowercase())));
    }

    /// What the name that is typed comes to.
    fn submit(&mut self) -> Option<PathBuf> {
        let name = self.name.trim().to_owned();
        if name.is_empty() {
            return self.refuse(t!("Type a file name, or pick a file above").to_owned());
        }
        let mut path = self.folder.join(name);
        if path.is_dir() {
            self.folder = path;
            self.name.clear();
            self.problem = None;
            return None;
        }
        if self.mode == Mode::Save && path.extension().is_none() {
            path.set_extension(self.ending);
        }
        match self.mode {
            Mode::Open if !path.is_file() => self.refuse(t!("There is no file {path}", path = path.display())),
            Mode::Save if !path.parent().is_some_and(Path::is_dir) => {
                self.refuse(t!("The folder of {path} does not exist", path = path.display()))
            }
            Mode::Save if path.exists() && self.confirmed.as_ref() != Some(&path) => {
                let problem = t!("{path} exists. Press Save again to replace it.", path = path.display());
                self.confirmed = Some(path);
                self.refuse(problem)
            }
            _ => Some(path),
        }
    }

    fn refuse(&mut self, problem: String) -> Option<PathBuf> {
        self.problem = Some(problem);
        None
    }

    fn title(&self) -> String {
        if let Some(title) = self.title {
            return title.to_owned();
        }
        match (self.mode, self.ending) {
            (Mode::Open, "csv") => t!("Load a recording").to_owned(),
            (Mode::Open, _) if !self.others.is_empty() => t!("Import a drawing").to_owned(),
            (Mode::Open, _) => t!("Open a design").to_owned(),
            (Mode::Save, "ron") => t!("Save as").to_owned(),
            (Mode::Save, ending) => t!("Export {ending}", ending = ending.to_uppercase()),
        }
    }

    /// Draws it.
    pub fn show(&mut self, ctx: &egui::Context) -> Outcome {
        if let Some(outcome) = self.asked_system(ctx) {
            return outcome;
        }
        self.list();
        let mut outcome = Outcome::Pending;
        let modal = style::modal(ctx, egui::Id::unique("path-dialog")).show(ctx, |ui| {
            ui.set_width(460.0);
            ui.label(style::title(self.title()));
            self.folder_ui(ui);
            self.entries_ui(ui, &mut outcome);
            self.name_ui(ui, &mut outcome);
            self.buttons_ui(ui, ctx, &mut outcome);
        });
        if modal.should_close() && outcome == Outcome::Pending {
            outcome = Outcome::Cancelled;
        }
        outcome
    }

    fn asked_system(&mut self, ctx: &egui::Context) -> Option<Outcome> {
        match self.system.as_mut()?.poll() {
            Asked::Waiting => ctx.request_repaint_after(std::time::Duration::from_millis(100)),
            Asked::Picked(path) => return Some(Outcome::Picked(path)),
            Asked::Nothing => self.system = None,
            Asked::Unavailable => {
                self.system = None;
                self.problem = Some(t!("The system has no file dialog here. This one does the same.").to_owned());
            }
        }
        None
    }

    fn folder_ui(&mut self, ui: &mut Ui) {
        ui.horizontal(|ui| {
            let up = IconButton::words(t!("Up")).name(t!("Up to the parent folder"));
            if ui.add_enabled(self.folder.parent().is_some(), up).clicked() {
                self.folder.pop();
            }
            let path = self.folder.display().to_string();
            ui.add(egui::Label::new(RichText::new(&path).size(style::SMALL)).truncate()).on_hover_text(&path);
        });
    }

    fn entries_ui(&mut self, ui: &mut Ui, outcome: &mut Outcome) {
        egui::Frame::new().fill(ui.visuals().extreme_bg_color).corner_radius(7.0).inner_margin(6.0).show(ui, |ui| {
            ScrollArea::vertical().max_height(220.0).min_scrolled_height(220.0).auto_shrink([false, false]).show(
                ui,
                |ui| {
                    if self.entries.is_empty() {
                        let endings = [&[self.ending], self.others].concat().join(", .");
                        ui.weak(t!("No folder and no .{endings} file here.", endings = endings));
                    }
                    let mut entered = None;
                    let mut picked = None;
                    for (folder, name) in &self.entries {
                        let words = if *folder { format!("{name}/") } else { name.clone() };
                        let response = ui.selectable_label(self.name == *name, words);
                        if response.clicked() && *folder {
                            entered = Some(self.folder.join(name));
                        } else if response.double_clicked() {
                            picked = Some(name.clone());
                        } else if response.clicked() {
                            self.name.clone_from(name);
                        }
                    }
                    if let Some(folder) = entered {
                        self.folder = folder;
                        self.problem = None;
                    }
                    if let Some(name) = picked {
                        self.name = name;
                        *outcome = self.submit().map_or(Outcome::Pending, Outcome::Picked);
                    }
                },
            );
        });
    }

    fn name_ui(&mut self, ui: &mut Ui, outcome: &mut Outcome) {
        let label = ui.label(t!("File name"));
        let edit = egui::TextEdit::singleline(&mut self.name).hint_text(format!("name.{}", self.ending));
        let response = ui.add(edit.desired_width(f32::INFINITY)).labelled_by(label.id);
        if !response.has_focus() && !response.lost_focus() && ui.memory(|memory| memory.focused().is_none()) {
            response.request_focus();
        }
        if response.changed() {
            self.problem = None;
        }
        if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
            *outcome = self.submit().map_or(Outcome::Pending, Outcome::Picked);
        }
        if let Some(problem) = &self.problem {
            ui.add(egui::Label::new(RichText::new(problem).color(ui.visuals().error_fg_color)).wrap());
        }
    }

    fn buttons_ui(&mut self, ui: &mut Ui, ctx: &egui::Context, outcome: &mut Outcome) {
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            let (words, name) = match self.mode {
                Mode::Open => (t!("Open"), t!("Open file now")),
                Mode::Save => (t!("Save"), t!("Save file now")),
            };
            if ui.add(IconButton::words(words).name(name).look(Look::Primary)).clicked() {
                *outcome = self.submit().map_or(Outcome::Pending, Outcome::Picked);
            }
            if ui.add(IconButton::words(t!("Cancel"))).clicked() {
                *outcome = Outcome::Cancelled;
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let idle = self.system.is_none();
                let words = if idle { t!("System dialog…") } else { t!("Asking the system…") };
                if ui.add_enabled(idle, IconButton::words(words).look(Look::Quiet)).clicked() {
                    self.system = SystemDialog::ask(
                        self.mode,
                        (&self.folder, self.name.trim()),
                        &[&[self.ending], self.others].concat(),
                        ctx,
                    );
                }
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saving_adds_the_ending_and_asks_before_replacing() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut dialog = PathDialog::new(Mode::Save, folder.path(), "web", "ron");
        let path = folder.path().join("web.ron");
        assert_eq!(dialog.submit(), Some(path.clone()));
        std::fs::write(&path, "").expect("writable");
        assert_eq!(dialog.submit(), None);
        assert!(dialog.problem.as_ref().is_some_and(|text| text.contains("again")), "{:?}", dialog.problem);
        assert_eq!(dialog.submit(), Some(path));
    }

    #[test]
    fn opening_enters_folders_and_names_what_is_missing() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(folder.path().join("inner")).expect("writable");
        let mut dialog = PathDialog::new(Mode::Open, folder.path(), "inner", "ron");
        assert_eq!(dialog.submit(), None);
        assert_eq!(dialog.folder, folder.path().join("inner"));
        dialog.name = "none.ron".to_owned();
        assert_eq!(dialog.submit(), None);
        assert!(dialog.problem.as_ref().is_some_and(|text| text.contains("none.ron")), "{:?}", dialog.problem);
    }
}
