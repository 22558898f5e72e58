//! The application without a window: document, history, running simulation, autosave.
//!
//! Panels read a [`View`] and push [`Action`]s; [`Session::apply`] is the one place that changes anything. The engine runs
//! on a thread of its own (`runner`): orders go in by a channel, the latest figures come out; neither side waits.
//!
//! Absent: egui, dialogs, anything that blocks on the engine.

mod autosave;
mod clock;
mod compiling;
mod documents;
mod export;
mod kept;
mod laying;
mod look;
mod marked;
mod measured;
mod notice;
mod opening;
mod order;
mod pace;
mod past;
mod player;
mod prices;
mod recent;
mod run;
mod runner;
mod shadow;
mod taken;
mod traffic;
#[cfg(test)]
mod tests;

pub use autosave::Left;
pub use export::Underway;
pub use kept::{Difference, Kept, Verdict, differences, node_differences};
pub use marked::Marked;
pub use notice::{Notice, Tone};
pub use opening::Opening;
pub use player::{Playing, Shown as ShownRun, Standing};
pub use runner::Wake;
pub use taken::{ExportRequest, Record, Shown, Subject, Take};

use crate::analysis::{Blame, Finding};
use crate::compile::Plan;
use crate::cost::{Bill, PriceList, Proposal, Tariff};
use crate::edit::{self, Command, History};
use crate::export::Options;
use crate::file;
use crate::model::{Design, Id};
use crate::scenario::{Fault, Harm};
use crate::scene::Layout;
use crate::sim::report::{Means, Met};
use crate::sim::snapshot::Snapshot;
use crate::units::{SimTime, Span};
use crate::walkthrough::Which;
use crate::words::t;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// Pixels per drawing unit of a picture that nobody gave a scale for: sharp on any screen.
const EXPORT_SCALE: f32 = 2.0;

/// Everything that may be asked of the session. Menus, shortcuts, panels and tests all send these.
#[derive(Debug, Clone)]
pub enum Action {
    /// Change the drawing. One action is one undo step, unless a gesture is open: then all until `EndGesture` are one.
    Edit(Command),
    /// Undo one step.
    Undo,
    /// Redo one step.
    Redo,
    /// A drag begins: edits until its end are one step.
    BeginGesture,
    /// The drag is done.
    EndGesture,
    /// The drag is given up: everything since its beginning is taken back and leaves no trace.
    CancelGesture,
    /// Let the users of a node follow a recording, in the chosen scenario; as a part of the sum that their traffic is if one is
    /// named.
    LoadTraffic(Id, Option<usize>, PathBuf),
    /// Start the run, or go on.
    Run,
    /// Hold the run.
    Pause,
    /// Back to the start of the run, paused.
    Restart,
    /// Back to the start and on to a moment, with the faults that were made by hand at the times at which they were made.
    Again(SimTime),
    /// Advance a paused run by this much simulated time.
    Advance(Span),
    /// Go back, or on, to a moment of the run, and hold there; going on from it may become another run.
    Seek(SimTime),
    /// Hold, and show a moment that is past without giving up what came after it: the run goes on from there only if it is
    /// told to go on, or if something is changed there.
    Look(SimTime),
    /// Show the run where it is again.
    LookAhead,
    /// Keep the run as it is now, to compare those that follow with it.
    Keep,
    /// Compare with nothing any more.
    ForgetKept,
    /// Simulated seconds per second; infinity is as fast as it goes.
    Speed(f64),
    /// Choose the scenario by its position.
    Scenario(usize),
    /// Use a person's own prices from a file, in all designs, from now on.
    LoadPrices(PathBuf),
    /// Use the catalogue's prices again.
    ForgetPrices,
    /// Write the bill to a file: CSV, or a workbook if it ends in xlsx.
    ExportBill(PathBuf),
    /// Make something go wrong now, for a while.
    Inject(Harm, Span),
    /// Keep the history of this node for the charts.
    Watch(Option<Id>),
    /// Tell what every node was like between two moments of the run.
    Mark(Option<(SimTime, SimTime)>),
    /// An empty design.
    New,
    /// Open a file.
    Open(PathBuf),
    /// Open an embedded sample by its key, as an untitled copy.
    OpenSample(String),
    /// Give up the large file that is being opened.
    CancelOpening,
    /// Open a walkthrough at a step, counted from zero: one of the program by its key, or a file.
    OpenWalkthrough(String, usize),
    /// Go to a step or variant of the walkthrough that is open, and play it from its start.
    Play(Which),
    /// Close the walkthrough; the drawing stays.
    EndWalkthrough,
    /// Close the walkthrough and make its drawing a design of one's own.
    Fork,
    /// Save to the file that it came from; an error if there is none.
    Save,
    /// Save to this file.
    SaveAs(PathBuf),
    /// Write a picture or another format to this file; the format follows from its ending.
    Export(PathBuf),
    /// The same, with a say in what it shows and how it looks.
    ExportAs(Box<ExportRequest>),
    /// Give an export up, by its number.
    CancelExport(u64),
    /// Make a picture for the clipboard.
    CopyPicture(Subject, Options),
    /// Say something to the user.
    Say(Notice),
    /// Another language is spoken: say anew what was said about the drawing.
    SayAnew,
    /// Take over what a session before this one left unsaved.
    Recover,
    /// Throw away what a session before this one left unsaved.
    DiscardRecovery,
}

/// What could not be taken as it stood of the file that was opened last, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remarks {
    /// Which file.
    pub title: String,
    /// One thing a line, with its line in the file where it has one.
    pub lines: Vec<String>,
}

/// What panels read. Cheap to copy; nothing in it grows with the length of the run.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The drawing.
    pub design: &'a Design,
    /// Changes with every change of the drawing.
    pub revision: u64,
    /// Position of the chosen scenario.
    pub scenario: usize,
    /// The compiled drawing.
    pub plan: &'a Plan,
    /// The same, to be held on to.
    pub shared_plan: &'a Arc<Plan>,
    /// The latest figures, once the run has started.
    pub snapshot: Option<&'a Arc<Snapshot>>,
    /// The figures of the run where it is; others than `snapshot` while a moment that is past is shown.
    pub live: Option<&'a Arc<Snapshot>>,
    /// The moment that is past and shown, if one is.
    pub looked_at: Option<SimTime>,
    /// The bill so far, once the run has started.
    pub bill: Option<&'a Arc<Bill>>,
    /// Ways to pay less for the servers that the run needed.
    pub proposals: &'a [Proposal],
    /// What users met so far, once the run has started.
    pub met: Option<&'a Arc<Met>>,
    /// What every site was like in the span that is marked, once that is known.
    pub marked: Option<&'a Arc<Marked>>,
    /// What the sites did on average so far, once the run has started.
    pub means: Option<&'a Arc<Means>>,
    /// A run that was kept to be compared with.
    pub kept: Option<&'a Kept>,
    /// What the drawing has become since then, one edit a line.
    pub edits: &'a [String],
    /// Users' requests that were answered in time so far.
    pub good: u64,
    /// A person's own prices; empty for those of the catalogue.
    pub prices: &'a PriceList,
    /// Running, as opposed to paused or not started.
    pub running: bool,
    /// Simulated seconds per second that were asked for.
    pub speed: f64,
    /// Seed of the run's chance: the same drawing with the same seed is the same run.
    pub seed: u64,
    /// Events per second of computing that the engine reaches.
    pub events_per_sec: f64,
    /// Findings about the drawing.
    pub findings: &'a [Finding],
    /// The same by the record that they are about.
    pub blame: &'a Blame,
    /// What is compiled and found is older than the drawing: a large one is being compiled.
    pub compiling: bool,
    /// Where everything stands is being worked out after much of a very large drawing has changed.
    pub laying_out: bool,
    /// Steps that were done and undone, by name.
    pub history: &'a History,
    /// Name of the step that undo takes back.
    pub undo: Option<&'a str>,
    /// Name of the step that redo brings back.
    pub redo: Option<&'a str>,
    /// File of the design.
    pub path: Option<&'a Path>,
    /// Changed since it was saved.
    pub dirty: bool,
    /// A large drawing is on its way into its file.
    pub saving: bool,
    /// Files opened lately, latest first.
    pub recent: &'a [PathBuf],
    /// What a session before this one left unsaved; `Recover` or `DiscardRecovery` settles it.
    pub recovery: Option<&'a Left>,
    /// The large file that is being opened.
    pub opening: Option<&'a Opening>,
    /// What could not be taken as it stood of the file that was opened last.
    pub remarks: Option<&'a Remarks>,
    /// Exports under way.
    pub exports: &'a [Underway],
    /// The walkthrough that is open.
    pub playing: Option<Playing<'a>>,
    /// Faults that were made during this run, in the order of time, besides those of the scenario.
    pub injected: &'a [Fault],
    /// Changes of the drawing during this run: when, and the name of the step.
    pub changes: &'a [(SimTime, String)],
}

/// A design with nothing in it, named in the language of the thread.
fn empty() -> Design {
    Design { name: t!("Untitled").to_owned(), ..Design::default() }
}

impl View<'_> {
    /// The run as it would be kept now.
    pub fn as_kept(&self) -> Option<Kept> {
        let (snapshot, bill, met) = (self.snapshot?, self.bill?, self.met?);
        let (snapshot, bill, met) = (Arc::clone(snapshot), Arc::clone(bill), Arc::clone(met));
        let means = Arc::clone(self.means?);
        Some(Kept { plan: Arc::clone(self.shared_plan), snapshot, bill, met, means })
    }
}

/// Where a session keeps what belongs to the person and not to a design. `None` keeps nothing.
#[derive(Debug, Clone, Default)]
pub struct Folders {
    /// For recent files.
    pub config: Option<PathBuf>,
    /// For unsaved work.
    pub data: Option<PathBuf>,
}

impl Folders {
    /// The usual ones of the person at this computer.
    pub fn of_user() -> Self {
        let found = directories::ProjectDirs::from("", "", "loadscape");
        let config = found.as_ref().map(|folders| folders.config_dir().to_owned());
        Self { config, data: found.map(|folders| folders.data_local_dir().to_owned()) }
    }
}

/// The application without its window.
pub struct Session {
    design: Design,
    revision: u64,
    history: History,
    scenario: usize,
    plan: Arc<Plan>,
    /// What everything that runs is charged for.
    tariff: Arc<Tariff>,
    findings: Vec<Finding>,
    blame: Blame,
    /// How far these are behind the drawing.
    progress: compiling::Progress,
    /// The drawing runs differently from what was compiled last.
    stale: bool,
    run: run::Control,
    file: documents::Origin,
    /// A large drawing that is on its way into its file.
    saving: Option<documents::Saving>,
    recent: recent::Recent,
    autosave: autosave::Autosave,
    exports: export::Exports,
    /// The walkthrough that is open.
    player: Option<player::Player>,
    /// Recordings that the design names.
    library: file::Library,
    notices: Vec<Notice>,
    created: Vec<Id>,
    wake: Wake,
    opening: Option<Opening>,
    remarks: Option<Remarks>,
    /// Where everything stands in a large design that was just opened.
    laid_out: Option<Layout>,
    /// Such a design has taken the place of another.
    arrived: bool,
    kept: Option<Kept>,
    since: Option<kept::Since>,
    /// Name of the latest step, until the run has learned of it.
    did: Option<String>,
}

impl Session {
    /// An empty design. `wake` is called from other threads whenever there is something new to see.
    pub fn new(folders: Folders, wake: Wake) -> Self {
        let mut notices = Vec::new();
        let mut session = Self {
            design: empty(),
            revision: 0,
            history: History::default(),
            scenario: 0,
            plan: Arc::default(),
            tariff: Arc::default(),
            findings: Vec::new(),
            blame: Blame::default(),
            progress: compiling::Progress::default(),
            stale: true,
            run: run::Control::new(Arc::clone(&wake), &mut notices),
            file: documents::Origin::default(),
            saving: None,
            recent: recent::Recent::read(folders.config.as_deref()),
            autosave: autosave::Autosave::begin(folders.data.as_deref()),
            exports: export::Exports::new(Arc::clone(&wake)),
            library: file::Library::default(),
            notices,
            created: Vec::new(),
            player: None,
            wake,
            opening: None,
            remarks: None,
            laid_out: None,
            arrived: false,
            kept: None,
            since: None,
            did: None,
        };
        session.refresh();
        session
    }

    /// What panels read.
    pub fn view(&self) -> View<'_> {
        let state = self.run.state();
        View {
            design: &self.design,
            revision: self.revision,
            scenario: self.scenario,
            plan: self.shown_plan(),
            shared_plan: self.shown_plan(),
            snapshot: state.map(|state| &state.snapshot),
            live: state.map(|state| &state.live),
            looked_at: self.run.looked_at(),
            bill: state.map(|state| &state.bill),
            proposals: state.map_or(&[], |state| &state.proposals),
            met: state.map(|state| &state.met),
            marked: state.and_then(|state| state.marked.as_ref()),
            means: state.map(|state| &state.means),
            kept: self.kept.as_ref(),
            edits: self.since.as_ref().map_or(&[], kept::Since::edits),
            good: state.map_or(0, |state| state.good),
            prices: self.run.prices(),
            running: self.run.is_running(),
            speed: self.run.speed(),
            seed: run::SEED,
            events_per_sec: state.map_or(0.0, |state| state.events_per_sec),
            findings: &self.findings,
            blame: &self.blame,
            compiling: self.progress.is_behind(),
            laying_out: self.progress.lays_out(),
            history: &self.history,
            undo: self.history.undo_name(),
            redo: self.history.redo_name(),
            path: self.file.path(),
            dirty: self.is_dirty(),
            saving: self.saving.is_some(),
            recent: self.recent.paths(),
            recovery: self.autosave.recovery(),
            opening: self.opening.as_ref(),
            remarks: self.remarks.as_ref(),
            exports: self.exports.underway(),
            playing: self.playing(),
            injected: self.run.injected(),
            changes: self.run.changes(),
        }
    }

    /// The plan that the figures in sight belong to.
    fn shown_plan(&self) -> &Arc<Plan> {
        self.run.state().map_or(&self.plan, |state| &state.plan)
    }

    /// Whether the design differs from its file.
    pub fn is_dirty(&self) -> bool {
        self.history.is_dirty()
    }

    /// Does what is asked. What cannot be done becomes a notice, and nothing else changes.
    pub fn apply(&mut self, action: Action) {
        match action {
            Action::Edit(command) => self.edit(&command),
            Action::LoadTraffic(node, part, path) => self.load_traffic((&node, part), &path),
            Action::LoadPrices(path) => self.load_prices(&path),
            Action::ForgetPrices => self.use_prices(PriceList::default()),
            Action::ExportBill(path) => self.export_bill(&path),
            Action::Undo | Action::Redo => self.travel(&action),
            Action::BeginGesture => self.history.begin(),
            Action::EndGesture => self.history.end(),
            Action::CancelGesture => self.cancel_gesture(),
            Action::Run | Action::Pause | Action::Restart | Action::Advance(_) => self.drive(&action),
            Action::Seek(_) | Action::Look(_) | Action::LookAhead | Action::Speed(_) => self.drive(&action),
            Action::Again(until) => self.run_again(until),
            Action::Keep => self.keep(),
            Action::ForgetKept => (self.kept, self.since) = (None, None),
            Action::Scenario(at) => self.choose_scenario(at),
            Action::Inject(harm, lasts) => self.inject(harm, lasts),
            Action::Watch(node) => self.run.watch(node, &self.plan),
            Action::Mark(span) => self.run.mark(span),
            Action::New => self.replace(empty(), None),
            Action::Open(path) => self.open(&path),
            Action::OpenSample(key) => self.open_sample(&key),
            Action::CancelOpening => self.opening = None,
            Action::OpenWalkthrough(name, step) => self.open_walkthrough(&name, step),
            Action::Play(which) => self.play(which),
            Action::EndWalkthrough => self.end_walkthrough(),
            Action::Fork => self.fork(),
            Action::Save => self.save(),
            Action::SaveAs(path) => self.save_as(&path),
            Action::Export(_) | Action::ExportAs(_) if self.put_off(&action) => {}
            Action::Export(path) => {
                let options = Options { scale: EXPORT_SCALE, ..Options::default() };
                let (take, subject) = (Take::ByEnding, Subject::default());
                self.export(ExportRequest { path, take, subject, options });
            }
            Action::ExportAs(request) => self.export(*request),
            Action::CancelExport(number) => self.exports.cancel(number),
            Action::CopyPicture(subject, options) => self.copy_picture(&subject, options),
            Action::Say(notice) => self.notices.push(notice),
            Action::SayAnew => self.say_anew(),
            Action::Recover => self.recover(),
            Action::DiscardRecovery => self.autosave.discard_recovery(),
        }
    }

    /// Takes in what came from other threads and the disk. To be called once a frame; never waits for the engine.
    pub fn poll(&mut self) {
        self.poll_at(clock::now());
    }

    fn poll_at(&mut self, now: Instant) {
        let said = self.library.poll();
        self.stale |= !said.is_empty();
        self.notices.extend(said.into_iter().map(Notice::note));
        self.poll_opening();
        self.poll_shadow();
        self.notices.extend(self.run.poll());
        if self.run.is_running() && self.player.is_none() {
            self.notices.extend(self.run.note_end(self.design.scenarios[self.scenario].duration));
        }
        self.poll_player();
        self.notices.extend(self.exports.finished());
        if self.saving.is_none() {
            self.notices.extend(self.file.changed_elsewhere(now));
        }
        self.autosave_if_due(now);
        if let Some(since) = &mut self.since {
            since.look(self.revision, (&self.design, self.scenario));
        }
    }

    fn keep(&mut self) {
        self.kept = self.view().as_kept();
        self.since = self.kept.as_ref().map(|_| kept::Since::new(&self.design, self.scenario));
    }

    /// The notices since the last call, oldest first.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// Whether a large file has taken the place of what was open since the last call, and where everything stands in it.
    pub fn take_arrived(&mut self) -> Option<Layout> {
        std::mem::take(&mut self.arrived).then(|| self.laid_out.take()).flatten()
    }

    /// Ids of the records that edits made, or undo and redo brought back, since the last call, to be selected.
    pub fn take_created(&mut self) -> Vec<Id> {
        std::mem::take(&mut self.created)
    }

    fn edit(&mut self, command: &Command) {
        match edit::apply(&mut self.design, command) {
            Ok(diff) if diff.is_empty() => {}
            Ok(diff) => {
                self.stale |= diff.changes_run();
                self.created.extend(diff.created());
                self.did = Some(diff.name.clone());
                self.progress.replay(&diff, &self.design);
                self.history.record(diff);
                self.changed();
            }
            Err(refusal) => self.notices.push(Notice::error(refusal.to_string())),
        }
    }

    fn travel(&mut self, action: &Action) {
        let diff = match action {
            Action::Undo => self.history.undo(&mut self.design),
            _ => self.history.redo(&mut self.design),
        };
        if let Some(diff) = diff {
            self.stale |= diff.changes_run();
            let undone = matches!(action, Action::Undo);
            match undone {
                true => self.progress.revert(diff, &self.design),
                false => self.progress.replay(diff, &self.design),
            }
            let verb = if undone { "undo" } else { "redo" };
            self.did = Some(format!("{verb} {}", diff.name));
            self.created.extend(if undone { diff.removed() } else { diff.created() });
            self.changed();
        }
    }

    fn cancel_gesture(&mut self) {
        if let Some(diff) = self.history.cancel(&mut self.design) {
            self.stale |= diff.changes_run();
            self.progress.revert(&diff, &self.design);
        }
        self.created.clear();
        self.changed();
    }

    fn changed(&mut self) {
        self.revision += 1;
        self.scenario = self.scenario.min(self.design.scenarios.len().saturating_sub(1));
    }

    fn choose_scenario(&mut self, at: usize) {
        if at < self.design.scenarios.len() && at != self.scenario {
            self.scenario = at;
            self.recompile_for_scenario();
        }
    }

    fn drive(&mut self, action: &Action) {
        self.refresh();
        if matches!(action, Action::Restart) {
            self.compile_afresh();
        }
        if self.put_off(action) {
            return;
        }
        let starts = matches!(action, Action::Run | Action::Advance(_)) && !self.run.is_started();
        if starts && self.plan.network.sources.is_empty() {
            let text = t!("Nothing sends requests: put Users on the drawing and connect them to what they call");
            self.notices.push(Notice::note(text));
        }
        self.run.drive(action, &self.plan, &self.tariff);
    }

    fn run_again(&mut self, until: SimTime) {
        let faults = self.run.injected().to_vec();
        self.drive(&Action::Restart);
        self.run.repeat(faults, &self.plan);
        self.drive(&Action::Advance(until.since(SimTime::ZERO)));
    }

    fn inject(&mut self, harm: Harm, lasts: Span) {
        self.refresh();
        let words = harm.words();
        if !self.run.inject(harm, lasts) {
            let text = t!(
                "{fault}: nothing of that runs now; start the run, and check that what it names is part of it",
                fault = words
            );
            self.notices.push(Notice::error(text));
        }
    }
}
