//! What is taken away, and how it looks: the questions before the one for a file.

use crate::app::commands::{Look, SPEEDS};
use crate::app::icons::{IconButton, Look as Face};
use crate::app::style;
use crate::export::pdf::Page;
use crate::export::{Exchange, Options};
use crate::scene::chart;
use crate::session::{ExportRequest, Record, Shown, Subject, Take, View};
use crate::theme::Theme;
use crate::units::SimTime;
use crate::words::{self, t};
use egui::{Align, ComboBox, Layout, Ui, vec2};
use std::path::PathBuf;

/// What can be taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// A picture in pixels.
    Png,
    /// A picture of vectors.
    Svg,
    /// A page.
    Pdf,
    /// A film in pixels.
    Gif,
    /// A film of vectors.
    Motion,
    /// One chart, for print.
    Chart,
    /// A drawing for another program.
    Exchange(Exchange),
    /// A CloudFormation template.
    Template,
    /// What the run measured.
    Record(Record),
}

impl Made {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Png,
        Self::Svg,
        Self::Pdf,
        Self::Gif,
        Self::Motion,
        Self::Chart,
        Self::Exchange(Exchange::Drawio),
        Self::Exchange(Exchange::Mermaid),
        Self::Exchange(Exchange::Architecture),
        Self::Template,
        Self::Record(Record::Report),
        Self::Record(Record::Figures),
        Self::Record(Record::Course),
    ];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Png => t!("PNG picture"),
            Self::Svg => t!("SVG picture"),
            Self::Pdf => t!("PDF page"),
            Self::Gif => t!("GIF film of the run"),
            Self::Motion => t!("SVG film of the run"),
            Self::Chart => t!("SVG chart for print"),
            Self::Exchange(Exchange::Drawio) => t!("draw.io drawing"),
            Self::Exchange(Exchange::Mermaid) => t!("Mermaid flowchart"),
            Self::Exchange(Exchange::Architecture) => t!("Mermaid architecture diagram"),
            Self::Template => t!("CloudFormation template"),
            Self::Record(Record::Report) => t!("HTML report of the run"),
            Self::Record(Record::Figures) => t!("JSON figures of the run"),
            Self::Record(Record::Course) => t!("CSV course of the run"),
        }
    }

    /// Ending of its file.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg | Self::Motion | Self::Chart => "svg",
            Self::Pdf => "pdf",
            Self::Gif => "gif",
            Self::Exchange(format) => format.ending(),
            Self::Template => "yaml",
            Self::Record(Record::Report) => "html",
            Self::Record(Record::Figures) => "json",
            Self::Record(Record::Course) => "csv",
        }
    }

    /// Shows the drawing.
    fn drawn(self) -> bool {
        matches!(self, Self::Png | Self::Svg | Self::Pdf | Self::Gif | Self::Motion)
    }

    fn filmed(self) -> bool {
        matches!(self, Self::Gif | Self::Motion)
    }

    /// Needs a run.
    fn measured(self) -> bool {
        matches!(self, Self::Gif | Self::Motion | Self::Chart | Self::Record(_))
    }
}

/// Which records are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    All,
    Selection,
}

/// Whether there is something to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ready {
    Yes,
    NotRun,
}

/// The dialog.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportDialog {
    /// What is made.
    pub made: Made,
    options: Options,
    part: Part,
    state: Shown,
    speed: Option<f64>,
    chart: usize,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is still open.
    Pending,
    /// Nothing is to be done.
    Cancelled,
    /// Ask for the file.
    ChooseFile,
    /// Put the picture on the clipboard.
    Copy,
}

/// Pixels of a PNG per drawing unit: sharp on any screen.
const SCALE: f32 = 2.0;

/// Width of what the rows of the dialog are called, in points.
const NAMES: f32 = 72.0;
/// Width of a list to choose from, in points.
const CHOICE: f32 = 244.0;

impl ExportDialog {
    /// A dialog that begins with the look of the window.
    pub fn new(made: Made, theme: Theme) -> Self {
        let options = Options { theme, scale: SCALE, ..Options::default() };
        Self { made, options, part: Part::All, state: Shown::Live, speed: None, chart: 0 }
    }

    /// What is asked of the session, for this file.
    pub fn request(&self, look: Look<'_>, path: PathBuf) -> ExportRequest {
        let take = match self.made {
            Made::Gif | Made::Motion => Take::Film(self.speed),
            Made::Chart => Take::Chart(self.chart),
            Made::Exchange(format) => Take::Exchange(format),
            Made::Record(record) => Take::Record(record),
            _ => Take::ByEnding,
        };
        // A film in the size of a print would be far too large.
        let scale = if self.made == Made::Gif { self.options.scale.min(1.0) } else { self.options.scale };
        ExportRequest { path, take, subject: self.subject(look), options: Options { scale, ..self.options } }
    }

    /// What of the drawing is shown.
    pub fn subject(&self, look: Look<'_>) -> Subject {
        let part = (self.part == Part::Selection).then(|| look.selection.clone());
        Subject { part, state: self.state }
    }

    /// How a picture for the clipboard looks.
    pub fn options(&self) -> Options {
        self.options
    }

    /// Draws it.
    pub fn show(&mut self, ctx: &egui::Context, look: Look<'_>) -> Step {
        let mut step = Step::Pending;
        let modal = style::modal(ctx, egui::Id::unique("export")).show(ctx, |ui| {
            ui.set_width(400.0);
            ui.label(style::title(t!("Export")));
            ui.add_space(6.0);
            self.what_ui(ui);
            if self.made.drawn() {
                self.drawing_ui(ui, look);
            }
            if let Made::Exchange(_) = self.made {
                self.part_ui(ui, look);
            }
            if self.made.filmed() {
                self.film_ui(ui, look.view);
            }
            if self.made == Made::Chart {
                self.chart_ui(ui, look.view);
            }
            if self.made == Made::Template {
                ui.add_space(4.0);
                let words = t!("YAML. Its first lines say what was taken for granted and what is not in it.");
                ui.add(egui::Label::new(words).wrap());
            }
            if let Made::Record(record) = self.made {
                self.record_ui(ui, look, record);
            }
            let ready = if self.made.measured() && look.view.snapshot.is_none() { Ready::NotRun } else { Ready::Yes };
            if ready == Ready::NotRun {
                ui.add_space(4.0);
                ui.label(t!("Nothing has run yet: run the design first (Space)."));
            }
            ui.add_space(12.0);
            self.buttons_ui(ui, ready, &mut step);
        });
        if modal.should_close() && step == Step::Pending { Step::Cancelled } else { step }
    }

    fn what_ui(&mut self, ui: &mut Ui) {
        choice_ui(ui, t!("What"), self.made.name(), |ui| {
            for made in Made::ALL {
                ui.selectable_value(&mut self.made, made, made.name());
            }
        });
    }

    fn part_ui(&mut self, ui: &mut Ui, look: Look<'_>) {
        let selected = !look.selection.is_empty();
        if !selected {
            self.part = Part::All;
        }
        row_ui(ui, t!("Part"), |ui| {
            ui.radio_value(&mut self.part, Part::All, t!("Everything"));
            ui.add_enabled_ui(selected, |ui| ui.radio_value(&mut self.part, Part::Selection, t!("Only the selection")));
        });
    }

    fn drawing_ui(&mut self, ui: &mut Ui, look: Look<'_>) {
        row_ui(ui, t!("Colours"), |ui| {
            ui.radio_value(&mut self.options.theme, Theme::Light, t!("Light"));
            ui.radio_value(&mut self.options.theme, Theme::Dark, t!("Dark"));
        });
        self.part_ui(ui, look);
        if !self.made.filmed() && look.view.snapshot.is_some() {
            row_ui(ui, t!("State"), |ui| {
                ui.radio_value(&mut self.state, Shown::Live, t!("With the figures of the run"));
                ui.radio_value(&mut self.state, Shown::AtRest, t!("At rest"));
            });
        }
        match self.made {
            Made::Png => {
                row_ui(ui, t!("Size"), |ui| {
                    ui.spacing_mut().slider_width = 160.0;
                    let size = egui::Slider::new(&mut self.options.scale, 0.5..=8.0).step_by(0.5).suffix("×");
                    ui.add(size).accessible_name(t!("Size"));
                });
                row_ui(ui, "", |ui| ui.checkbox(&mut self.options.transparent, t!("Transparent background")));
            }
            Made::Svg => row_ui(ui, "", |ui| {
                ui.checkbox(&mut self.options.transparent, t!("Transparent background"));
            }),
            Made::Pdf => self.page_ui(ui),
            _ => {}
        }
    }

    fn page_ui(&mut self, ui: &mut Ui) {
        let page = &mut self.options.page;
        choice_ui(ui, t!("Page"), words::of(page.name()), |ui| {
            for other in Page::ALL {
                ui.selectable_value(page, other, words::of(other.name()));
            }
        });
        row_ui(ui, "", |ui| ui.checkbox(&mut self.options.transparent, t!("White paper")));
    }

    fn film_ui(&mut self, ui: &mut Ui, view: View<'_>) {
        let name = |speed: Option<f64>| match speed {
            None => t!("so that it lasts about 20 s").to_owned(),
            Some(speed) => {
                SPEEDS.iter().find(|(known, _)| *known == speed).map_or_else(String::new, |known| known.1.to_owned())
            }
        };
        choice_ui(ui, t!("Speed"), &name(self.speed), |ui| {
            let finite = SPEEDS.iter().map(|known| Some(known.0)).filter(|speed| speed.is_some_and(f64::is_finite));
            for speed in std::iter::once(None).chain(finite) {
                ui.selectable_value(&mut self.speed, speed, name(speed));
            }
        });
        replayed_ui(ui, view);
    }

    fn record_ui(&mut self, ui: &mut Ui, look: Look<'_>, record: Record) {
        ui.add_space(4.0);
        let words = match record {
            Record::Report => {
                t!("One file that needs nothing else: drawing, figures, charts, bill, settings, findings.")
            }
            Record::Figures => t!("The figures of the whole run, as loadscape run --json writes them, and its course."),
            Record::Course => t!("A row for each interval: of the system, or of the node that is selected."),
        };
        ui.add(egui::Label::new(words).wrap());
        if record == Record::Course {
            self.part_ui(ui, look);
        }
        replayed_ui(ui, look.view);
    }

    fn chart_ui(&mut self, ui: &mut Ui, view: View<'_>) {
        let Some(snapshot) = view.snapshot else { return };
        let length = snapshot.now.since(SimTime::ZERO);
        let charts = chart::system_charts(view.plan, snapshot, length);
        let title = |at: usize| charts.get(at).map_or("", |chart| chart.title.as_str());
        let chosen = &mut self.chart;
        choice_ui(ui, t!("Chart"), title(*chosen), |ui| {
            for at in 0..charts.len() {
                ui.selectable_value(chosen, at, title(at));
            }
        });
        row_ui(ui, "", |ui| ui.label(t!("End the name in .png for pixels.")));
    }

    fn buttons_ui(&self, ui: &mut Ui, ready: Ready, step: &mut Step) {
        ui.horizontal(|ui| {
            let choose = IconButton::words(t!("Choose file…")).look(Face::Primary);
            if ui.add_enabled(ready == Ready::Yes, choose).clicked() {
                *step = Step::ChooseFile;
            }
            if self.made == Made::Png && ui.add(IconButton::words(t!("Copy picture"))).clicked() {
                *step = Step::Copy;
            }
            if ui.add(IconButton::words(t!("Cancel"))).clicked() {
                *step = Step::Cancelled;
            }
        });
    }
}

/// A row of the dialog: what it is called, then what is chosen.
fn row_ui<R>(ui: &mut Ui, name: &str, content: impl FnOnce(&mut Ui) -> R) {
    ui.horizontal(|ui| {
        let room = vec2(NAMES, ui.spacing().interact_size.y);
        ui.allocate_ui_with_layout(room, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(NAMES);
            ui.label(name);
        });
        content(ui);
    });
}

/// A row with a list to choose from.
fn choice_ui(ui: &mut Ui, name: &str, chosen: &str, choices: impl FnOnce(&mut Ui)) {
    row_ui(ui, name, |ui| {
        let combo = ComboBox::from_id_salt(name).width(CHOICE).height(320.0).selected_text(chosen);
        combo.show_ui(ui, choices).response.accessible_name(name);
    });
}

/// Says what is done again for it.
fn replayed_ui(ui: &mut Ui, view: View<'_>) {
    if let Some(snapshot) = view.snapshot {
        let length = snapshot.now.clock();
        let words = t!(
            "The run is played again from its start, {length} of it, with the drawing as it is now.",
            length = length
        );
        ui.add(egui::Label::new(words).wrap());
    }
}
