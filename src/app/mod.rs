//! The window: egui and eframe. Canvas, panels, dialogs, one list of commands.
//!
//! Panels read a [`View`] and push [`Action`]s; at the end of the frame `Session::apply` is the one place that changes
//! anything. Nothing in a frame grows with the length of a run, and an idle window computes nothing.
//!
//! Absent: anything that writes to the design, and figures that `sim`, `cost` or `scene` should work out.

mod bill;
mod camera;
mod canvas;
mod clipboard;
mod commands;
mod desks;
mod dialogs;
mod dock;
#[cfg(test)]
mod every;
mod fields;
mod find;
mod finder;
mod icons;
mod found;
mod inspector;
mod outline;
mod paint;
mod palette;
mod past;
mod prefs;
mod remarks;
mod replay;
mod requests;
mod ring;
mod seats;
mod selection;
mod state;
mod statusbar;
mod stories;
#[cfg(test)]
mod strange;
mod style;
mod tabs;
mod timing;
mod topbar;
mod tour;
mod typing;
mod views;
mod welcome;

use crate::file;
use crate::model::{Design, Id, Point};
use crate::scene::list::Weight;
use crate::scene::text;
use crate::session::{Action, Folders, Notice, Tone, View};
use crate::units::{SimTime, Span};
use crate::words::{self, Language};
use egui::{CentralPanel, Frame};
use prefs::Prefs;
use state::State;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use views::Views;
use welcome::Sample;

pub use timing::thread_time;

/// Opens the window, with a file if one is named, and returns when it is closed. The error says why there is no window.
pub fn run(file: Option<PathBuf>) -> Result<(), String> {
    let times = timing::FrameTimes::if_asked();
    let replay = replay::Replay::if_asked()?;
    let viewport = egui::ViewportBuilder::default()
        .with_title("Loadscape")
        .with_app_id("loadscape")
        .with_inner_size([1_440.0, 900.0])
        .with_min_inner_size([800.0, 560.0])
        .with_drag_and_drop(true);
    let options = eframe::NativeOptions { viewport, renderer: eframe::Renderer::Glow, ..Default::default() };
    let create = move |creation: &eframe::CreationContext<'_>| {
        let prefs_path = Prefs::path();
        let prefs = prefs_path.as_deref().map_or_else(Prefs::default, Prefs::load);
        let mut app = App::new(&creation.egui_ctx, Folders::of_user(), prefs);
        app.prefs_path = prefs_path;
        app.views_path = Views::path();
        app.state.views = app.views_path.as_deref().map_or_else(Views::default, Views::load);
        if let Some(times) = times {
            creation.egui_ctx.add_plugin(times);
        }
        // A measurement sees the file that it names and nothing else.
        if replay.is_none() {
            app.reopen(&creation.egui_ctx);
        }
        app.replay = replay;
        if let Some(file) = file {
            app.open(&creation.egui_ctx, &file);
        }
        Ok(Box::new(app) as Box<dyn eframe::App>)
    };
    eframe::run_native("Loadscape", options, Box::new(create)).map_err(|error| {
        // The libraries below name their own source files in front of the reason.
        let error = error.to_string();
        let reason = error.rsplit(": ").next().unwrap_or(&error);
        format!("the window could not be opened: {reason}. Without a display, use the commands: loadscape --help")
    })
}

/// The window's application.
pub struct App {
    desks: desks::Desks,
    state: State,
    /// A change of design waits for a field to take its value.
    turning: bool,
    samples: Vec<Sample>,
    toasts: egui_notify::Toasts,
    prefs_path: Option<PathBuf>,
    views_path: Option<PathBuf>,
    /// What was told last, and until when it stands, in seconds.
    told: Option<(String, f64)>,
    /// The node whose history was last asked for.
    watched: Option<Id>,
    title: String,
    /// A large file took its place in this frame.
    late: bool,
    replay: Option<replay::Replay>,
}

impl App {
    /// The application with a session that keeps its files in these folders.
    fn new(ctx: &egui::Context, folders: Folders, prefs: Prefs) -> Self {
        style::install(ctx);
        style::choose(ctx, prefs.theme());
        words::choose(prefs.language());
        ctx.set_zoom_factor(prefs.scale());
        style::set_motion(ctx, prefs.motion);
        let wake = ctx.clone();
        let mut desks = desks::Desks::new(folders, Arc::new(move || wake.request_repaint()));
        desks.find_left_behind();
        if let Some(prices) = &prefs.prices {
            desks.all().for_each(|session| session.apply(Action::LoadPrices(prices.clone())));
        }
        let state = State { prefs, welcome: true, ..State::default() };
        let toasts = egui_notify::Toasts::default()
            .with_anchor(egui_notify::Anchor::BottomRight)
            .with_margin(egui::vec2(14.0, 40.0));
        Self {
            desks,
            state,
            turning: false,
            samples: samples(),
            toasts,
            prefs_path: None,
            views_path: None,
            told: None,
            watched: None,
            title: String::new(),
            late: false,
            replay: None,
        }
    }

    /// An application that keeps nothing on disk, for tests of the window.
    pub fn for_test(ctx: &egui::Context) -> Self {
        Self::for_test_in(ctx, Language::English)
    }

    /// Likewise, in a language.
    pub fn for_test_in(ctx: &egui::Context, language: Language) -> Self {
        let mut prefs = Prefs::default();
        prefs.set_language(Some(language));
        Self::new(ctx, Folders::default(), prefs)
    }

    /// Likewise, with preferences that are kept in a file from one window to the next.
    pub fn for_test_with(ctx: &egui::Context, file: PathBuf) -> Self {
        let mut prefs = Prefs::load(&file);
        prefs.set_language(Some(Language::English));
        let mut app = Self::new(ctx, Folders::default(), prefs);
        app.prefs_path = Some(file);
        app
    }

    /// Where in the drawing a card was painted last, which is on its way as long as it glides; for tests.
    pub fn painted_at(&self, node: &str) -> Option<Point> {
        let (node, now) = (Id::new(node)?, self.view().design);
        match &self.state.glide {
            Some(glide) => glide.painted(now, &node),
            None => Some(now.nodes.get(&node)?.at),
        }
    }

    /// What panels read; for tests.
    pub fn view(&self) -> View<'_> {
        self.desks.front().view()
    }

    /// Asks the session for something, as panels do; for tests.
    pub fn apply(&mut self, action: Action) {
        self.desks.front_mut().apply(action);
    }

    /// Draws a frame; for measurements without a window.
    pub fn frame_for_test(&mut self, ui: &mut egui::Ui) {
        self.frame(ui);
    }

    /// Shows all of the drawing and no card over it; for measurements.
    pub fn show_all(&mut self) {
        self.arrive();
    }

    /// Shows a point of the drawing in the middle, at a zoom; for measurements and scripts.
    pub fn look(&mut self, at: Point, zoom: f32) {
        self.state.camera.zoom = zoom.clamp(camera::Camera::ZOOM.0, camera::Camera::ZOOM.1);
        self.state.camera.center(at, self.state.canvas);
    }

    /// Where on the screen the nearest card to the middle of the canvas stands; for measurements.
    pub fn card_on_screen(&self) -> Option<egui::Pos2> {
        let seen = self.state.camera.seen(self.state.canvas);
        let far = |node: &&crate::model::Node| node.rect().center().distance(seen.center());
        let nodes = self.desks.front().view().design.nodes.values();
        let node = nodes.min_by(|a, b| far(a).total_cmp(&far(b)))?;
        let at = self.state.camera.to_canvas(node.rect().center());
        Some(self.state.canvas_corner + egui::vec2(at.x, at.y))
    }

    /// The ids that are selected; for tests.
    pub fn selection(&self) -> Vec<String> {
        self.state.selection.iter().map(ToString::to_string).collect()
    }

    fn frame(&mut self, ui: &mut egui::Ui) {
        let ctx = ui.ctx().clone();
        self.turn(&ctx);
        self.quit_saving(&ctx);
        self.desks.all().for_each(crate::session::Session::poll);
        if let Some(layout) = self.desks.front_mut().take_arrived() {
            self.arrive();
            self.state.kept.adopt(self.desks.front().view(), layout);
            self.filled();
            self.late = true;
        }
        if let Some(layout) = self.desks.front_mut().take_layout() {
            self.state.kept.catch_up(layout);
        }
        let mut actions = Vec::new();
        let view = self.desks.front().view();
        self.state.tidy(view.design, view.revision);
        if std::mem::take(&mut self.state.leave_field) {
            leave_field(&ctx);
        }
        typing::keys(&ctx, view, &mut self.state, &mut actions);
        requests::dropped(&ctx, &mut self.state);
        let seats = seats::seats(ui, view, &mut self.state, &mut actions);
        seats::seated(ui, seats.left, "left", |ui| outline::left_ui(ui, view, &mut self.state, &mut actions));
        let canvas = CentralPanel::default().frame(Frame::NONE).show(ui, |ui| {
            tabs::tabs_ui(ui, &mut self.state);
            let rect = ui.available_rect_before_wrap();
            canvas::canvas_ui(ui, view, &mut self.state, &mut actions);
            find::find_ui(ui, rect, view, &mut self.state);
            rect
        });
        seats::seated(ui, seats.right, "right", |ui| inspector(ui, view, &mut self.state, &mut actions));
        seats::seated(ui, seats.dock, "dock", |ui| dock::dock_ui(ui, view, &mut self.state, &mut actions));
        seats::seated(ui, seats.status, "status", |ui| statusbar::statusbar_ui(ui, view, &mut self.state));
        let chosen = welcome::welcome_ui(&ctx, canvas.inner, view, &mut self.state, &self.samples);
        tour::tour_ui(&ctx, canvas.inner, view, &mut self.state, &mut actions);
        palette::carried_ui(&ctx, &self.state);
        finder::finder_ui(&ctx, view, &mut self.state, &mut actions);
        finder::shortcuts_ui(&ctx, &mut self.state);
        past::past_ui(&ctx, view, &mut self.state, &mut actions);
        remarks::remarks_ui(&ctx, canvas.inner, view, &mut self.state);
        requests::opening_ui(&ctx, view, &mut actions);
        requests::recovery_ui(&ctx, view, self.state.theme(), &mut actions);
        requests::dialog_ui(&ctx, view, &mut self.state, &mut actions);
        if let Some(then) = chosen {
            requests::after_asking(view, &mut self.state, &mut actions, then);
        }
        requests::carry_out(&ctx, view, &mut self.state, &mut actions);
        ring::ring_ui(&ctx, &mut self.state);
        self.finish(&ctx, actions);
    }

    /// The end of the frame: the one place that changes anything.
    fn finish(&mut self, ctx: &egui::Context, actions: Vec<Action>) {
        let changed = !actions.is_empty();
        let mut actions = actions.into_iter().peekable();
        while let Some(action) = actions.next() {
            let another = requests::brings_another(&action);
            if another && !self.place(ctx, &action) {
                continue;
            }
            self.state.glide_on(&action, self.desks.front().view().design);
            let before = self.desks.front().view().revision;
            if another {
                self.leave();
            }
            self.state.select_created |= matches!(action, Action::Undo | Action::Redo);
            let saves = matches!(action, Action::Save | Action::SaveAs(_));
            self.carry(action);
            // A file that does not open leaves the drawing, and with it what is seen and selected.
            if another && self.desks.front().view().revision != before {
                self.arrive();
                self.filled();
            }
            if saves && actions.peek().is_some() {
                self.desks.front_mut().finish_saving();
            }
            // What was to come after saving would lose what could not be saved.
            if saves && self.desks.front().is_dirty() {
                break;
            }
        }
        // What is told of a file that did not open is told before its tab goes.
        let notices = self.desks.take_notices();
        self.close_unfilled(ctx);
        let created = self.desks.front_mut().take_created();
        if std::mem::take(&mut self.state.select_created) && !created.is_empty() {
            self.state.selection = picked(self.desks.front().view().design, created).into();
        }
        for notice in notices {
            self.tell(ctx, notice);
        }
        if let Some(picture) = self.desks.front_mut().take_copied() {
            let size = [picture.width as usize, picture.height as usize];
            ctx.copy_image(egui::ColorImage::from_rgba_unmultiplied(size, &picture.rgba));
        }
        self.watch();
        self.name_window(ctx);
        self.toasts.show(ctx);
        self.told_ui(ctx);
        self.state.heads = self.desks.heads();
        self.keep_tabs();
        if changed {
            ctx.request_repaint();
        }
        if self.desks.front().view().running {
            ctx.request_repaint_after(Duration::from_millis(33));
        }
    }

    /// Does what is asked: in the design in front, or in all where it is about the person.
    fn carry(&mut self, action: Action) {
        match action {
            Action::LoadPrices(_) | Action::ForgetPrices | Action::SayAnew => {
                self.desks.all().for_each(|session| session.apply(action.clone()));
            }
            _ => self.desks.front_mut().apply(action),
        }
    }

    /// Goes on with a script of a measurement, if there is one.
    fn play(&mut self, ctx: &egui::Context) {
        let Some(replay) = &mut self.replay else { return };
        if let Some(name) = replay.begun() {
            ctx.with_plugin(|times: &mut timing::FrameTimes| times.mark(name));
        }
        let view = self.desks.front().view();
        if replay.waits() && (view.opening.is_some() || view.compiling || view.laying_out) {
            return ctx.request_repaint();
        }
        if let Some(order) = replay.next() {
            match order {
                replay::Order::Fit => self.state.fit = true,
                replay::Order::Look(at, zoom) => self.look(at, zoom),
                replay::Order::Run => self.desks.front_mut().apply(Action::Run),
                replay::Order::Pause => self.desks.front_mut().apply(Action::Pause),
                replay::Order::Do(name) => {
                    let named = commands::ALL.iter().find(|entry| entry.name == name);
                    let mut actions = Vec::new();
                    if let Some(entry) = named {
                        topbar::run_command(entry, self.desks.front().view(), &mut self.state, &mut actions);
                    }
                    actions.into_iter().for_each(|action| self.desks.front_mut().apply(action));
                }
                replay::Order::Quit => {
                    self.state.may_close = true;
                    ctx.send_viewport_cmd(egui::ViewportCommand::Close);
                }
            }
        }
        ctx.request_repaint();
    }

    /// Remembers what was seen of the file that is open.
    fn leave(&mut self) {
        if let Some(path) = self.desks.front().view().path {
            self.state.views.keep(path, self.state.camera);
        }
    }

    /// Another drawing: shows what was seen of it last, or all of it.
    fn arrive(&mut self) {
        self.state.reset();
        self.watched = None;
        self.state.remarks = self.desks.front().view().remarks.is_some();
        if let Some(camera) = self.desks.front().view().path.and_then(|path| self.state.views.of(path)) {
            self.state.camera = camera;
            self.state.fit = false;
        }
    }

    fn tell(&mut self, ctx: &egui::Context, notice: Notice) {
        // What still stands there is not said again.
        let now = ctx.input(|input| input.time);
        if self.told.as_ref().is_some_and(|(text, until)| *text == notice.text && now < *until) {
            return;
        }
        let secs = secs(notice.tone);
        self.told = Some((notice.text.clone(), now + f64::from(secs)));
        let text = wrapped(&notice.text, NOTICE);
        let toast = match notice.tone {
            Tone::Done => self.toasts.success(text),
            Tone::Note => self.toasts.info(text),
            Tone::Error => self.toasts.error(text),
        };
        toast.duration(Duration::from_secs(secs.into())).closable(true).width(340.0);
    }

    /// What was told last, for those who do not see the note: read aloud as it comes.
    fn told_ui(&self, ctx: &egui::Context) {
        let now = ctx.input(|input| input.time);
        let Some((text, _)) = self.told.as_ref().filter(|(_, until)| now < *until) else { return };
        let area = egui::Area::new(egui::Id::unique("told")).interactable(false).fixed_pos(ctx.content_rect().min);
        area.show(ctx, |ui| {
            let said = ui.allocate_response(egui::Vec2::splat(1.0), egui::Sense::hover());
            said.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, text));
            ctx.accesskit_node_builder(said.id, |node| node.set_live(egui::accesskit::Live::Polite));
        });
    }

    /// The selected node's history is kept for its charts.
    fn watch(&mut self) {
        let only = self.state.charted().filter(|id| self.desks.front().view().design.nodes.contains_key(*id)).cloned();
        if only.is_some() && only != self.watched {
            self.watched.clone_from(&only);
            self.desks.front_mut().apply(Action::Watch(only));
        }
        let moment = |secs: f64| SimTime::ZERO + Span::from_secs_f64(secs);
        let marked = self.state.dock.chosen.map(|(from, to)| (moment(from), moment(to)));
        self.desks.front_mut().apply(Action::Mark(marked));
    }

    fn name_window(&mut self, ctx: &egui::Context) {
        let view = self.desks.front().view();
        let mark = if view.dirty { "• " } else { "" };
        let name = requests::file_name(view);
        let title = format!("{mark}{name} – Loadscape");
        if title != self.title {
            ctx.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }
}

impl eframe::App for App {
    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        ui.ctx().with_plugin(|times: &mut timing::FrameTimes| times.took(frame.info().cpu_usage));
        self.frame(ui);
        if std::mem::take(&mut self.late) {
            ui.ctx().with_plugin(timing::FrameTimes::arrived);
        }
        self.play(ui.ctx());
    }

    fn raw_input_hook(&mut self, _ctx: &egui::Context, input: &mut egui::RawInput) {
        if let Some(replay) = &mut self.replay {
            replay.act(input, self.state.canvas_corner);
        }
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        egui::Rgba::from(visuals.panel_fill).to_array()
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.leave();
        self.state.leave_stage();
        if let Some(path) = &self.views_path
            && let Err(error) = self.state.views.save(path)
        {
            eprintln!("What was seen of files could not be kept: {error}");
        }
        if let Some(path) = &self.prefs_path
            && let Err(error) = self.state.prefs.save(path)
        {
            // The window is gone; the terminal is all that is left to say it on.
            eprintln!("The window's preferences could not be kept: {error}");
        }
    }
}

/// What of the new records gets selected: all of them, but one card without the link that came with it.
fn picked(design: &Design, created: Vec<Id>) -> BTreeSet<Id> {
    let drawn: Vec<&Id> = created.iter().filter(|id| design.rect_of(id).is_some()).collect();
    match drawn[..] {
        [one] => [one.clone()].into(),
        _ => created.into_iter().filter(|id| design.has(id)).collect(),
    }
}

/// The names of all commands; for tests of the window.
pub fn command_names() -> impl Iterator<Item = &'static str> {
    commands::ALL.iter().map(|entry| entry.name)
}

/// Width of a notice's text, in points.
const NOTICE: f32 = 380.0;

/// Text in lines of at most this width: notices do not break lines themselves. A word is never cut.
fn wrapped(text: &str, width: f32) -> String {
    let long = |line: &str| text::width(line, style::BODY, Weight::Regular) > width;
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if !long(&format!("{line} {word}")) => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

/// How long a notice stands, in seconds.
fn secs(tone: Tone) -> u32 {
    match tone {
        Tone::Done => 4,
        Tone::Note => 7,
        Tone::Error => 12,
    }
}

/// The samples that come with the program; one that does not read is left out, and a test would have said so.
fn samples() -> Vec<Sample> {
    let read = |sample: &file::Sample| {
        let design: Design = file::parse(sample.text, sample.title).ok()?.design;
        Some(Sample {
            key: sample.key.to_owned(),
            title: sample.title.to_owned(),
            text: sample.blurb.to_owned(),
            design,
        })
    };
    file::samples().iter().filter_map(read).collect()
}

/// Whatever has the keyboard gives it up; a field then applies what was typed into it.
fn leave_field(ctx: &egui::Context) {
    if let Some(focused) = ctx.memory(egui::Memory::focused) {
        ctx.memory_mut(|memory| memory.surrender_focus(focused));
    }
}

/// The inspector. When something else gets selected while a field is being typed in, what was selected is shown for one
/// frame more, so that the field is left and its value applied.
fn inspector(ui: &mut egui::Ui, view: View<'_>, state: &mut State, actions: &mut Vec<Action>) {
    let another = state.inspected.version() != state.selection.version();
    if !another || state.drafts.is_empty() {
        inspector::inspector_ui(ui, view, state, actions);
    } else {
        leave_field(ui.ctx());
        let inspected = std::mem::take(&mut state.inspected);
        let next = std::mem::replace(&mut state.selection, inspected);
        state.tidy(view.design, view.revision);
        ui.ctx().request_repaint();
        inspector::inspector_ui(ui, view, state, actions);
        state.selection = next;
    }
    if another {
        state.inspected.clone_from(&state.selection);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_notices_are_broken_between_words() {
        let said = "broken.ron, line 1: there is no field \"title\" in a design; correct that in a text editor";
        let lines = wrapped(said, 200.0);
        assert!(lines.lines().count() > 2, "{lines}");
        assert!(lines.lines().all(|line| text::width(line, style::BODY, Weight::Regular) <= 200.0), "{lines}");
        assert_eq!(lines.replace('\n', " "), said);
        assert_eq!(wrapped("Saved", 200.0), "Saved");
    }
}
