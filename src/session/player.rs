//! Playing a walkthrough: which step is open, and what its run measures.
//!
//! A step is opened like any design, and runs like any design, at the speed at which its point is seen within the time that
//! it asks for. Beside it the same run, of the same seed, is made once more on a thread of its own, as fast as it goes, and
//! the claims are judged at many moments of it: what is shown of them at a moment of the run in sight is what that run
//! measured up to there. If the person changes the drawing or makes something go wrong, the run in sight is no longer that
//! of the step, and that is said.
//!
//! Absent: egui, and anything that a step could do that a person cannot.

use super::runner::Wake;
use super::{Action, Notice, Session};
use crate::file::{self, Problem};
use crate::model::Design;
use crate::units::{SimTime, Span};
use crate::walkthrough::{self, Measured, Row, Verdict, Walkthrough, Which};
use crate::words::{self, t};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

/// Moments of a run at which claims are judged.
const LOOKS: u32 = 24;

/// What a run of a walkthrough showed.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// For each claim, what it came to at some moments; the last is the end of the part of the run that it is about.
    verdicts: Vec<Vec<(Span, Verdict)>>,
    /// The run that it is set beside.
    pub beside: Option<Which>,
    /// That run, if there is one, and this one, figure by figure.
    pub table: Vec<(Option<Row>, Row)>,
}

/// How a claim stands at a moment of the run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Standing<'a> {
    /// The part of the run that it is about has not begun, or nothing is known yet.
    Pending,
    /// The part goes on; this is what it came to so far.
    Underway(&'a Verdict),
    /// The part is over.
    Settled(&'a Verdict),
}

/// What panels read of a walkthrough.
#[derive(Debug, Clone, Copy)]
pub struct Playing<'a> {
    /// The story.
    pub story: &'a Walkthrough,
    /// What is open.
    pub which: Which,
    /// What its run measured, once that is known.
    pub shown: Option<&'a Shown>,
    /// How far the run in sight is.
    pub now: Span,
    /// Whether the drawing in sight is still that of the step, and nothing else was done to its run.
    pub as_written: bool,
    /// Steps whose claims were all seen to hold.
    pub done: &'a BTreeSet<usize>,
    /// The file, where the story is a person's own.
    pub file: Option<&'a Path>,
    /// What of that file could not be taken as it stands.
    pub problems: &'a [Problem],
}

impl Playing<'_> {
    /// How a claim of what is open stands, by its position.
    pub fn standing(&self, claim: usize) -> Standing<'_> {
        let Some(course) = self.shown.and_then(|shown| shown.verdicts.get(claim)) else { return Standing::Pending };
        let until = course.partition_point(|(at, _)| *at <= self.now);
        match course[..until].last() {
            None => Standing::Pending,
            Some((_, verdict)) if until == course.len() => Standing::Settled(verdict),
            Some((_, verdict)) => Standing::Underway(verdict),
        }
    }

    /// What came of each claim so far, for a file of the run; nothing of a run that is no longer that of the step.
    pub(super) fn claims(&self) -> Vec<serde_json::Value> {
        let trial = self.story.trial(self.which).filter(|_| self.as_written);
        let claims = trial.into_iter().flat_map(|trial| &trial.claims).enumerate();
        let told = |(at, claim)| match self.standing(at) {
            Standing::Pending => walkthrough::told(claim, None, None),
            Standing::Underway(verdict) => walkthrough::told(claim, Some(verdict), None),
            Standing::Settled(verdict) => walkthrough::told(claim, Some(verdict), Some(verdict.judged.ok)),
        };
        claims.map(told).collect()
    }

    /// Whether the run in sight is at its end.
    pub fn is_over(&self) -> bool {
        self.story.trial(self.which).is_some_and(|trial| self.now >= trial.scenario().duration)
    }
}

/// What was measured on the thread.
type Result = (Which, Shown);

/// The walkthrough that is open.
pub(super) struct Player {
    story: Arc<Walkthrough>,
    which: Which,
    shown: BTreeMap<Which, Shown>,
    done: BTreeSet<usize>,
    results: Receiver<Result>,
    sender: Sender<Result>,
    /// Set to end what is measured now.
    ended: Arc<AtomicBool>,
    /// The run was held at its end.
    held: bool,
    file: Option<PathBuf>,
    problems: Vec<Problem>,
}

impl Drop for Player {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
    }
}

impl Player {
    fn new(story: Walkthrough, file: Option<PathBuf>, problems: Vec<Problem>) -> Self {
        let (sender, results) = channel();
        let (which, ended) = (Which::step(0), Arc::default());
        Self {
            story: Arc::new(story),
            which,
            shown: BTreeMap::new(),
            done: BTreeSet::new(),
            results,
            sender,
            ended,
            held: false,
            file,
            problems,
        }
    }

    /// Begins to measure what is open, unless that is known.
    fn measure(&mut self, wake: &Wake) -> std::result::Result<(), String> {
        self.ended.store(true, Ordering::Relaxed);
        self.ended = Arc::default();
        if self.shown.contains_key(&self.which) {
            return Ok(());
        }
        let (story, which) = (Arc::clone(&self.story), self.which);
        let (sender, wake, ended) = (self.sender.clone(), Arc::clone(wake), Arc::clone(&self.ended));
        let run = move || {
            let found = shown(&story, which, &|| !ended.load(Ordering::Relaxed));
            if let Some(found) = found {
                // Nobody is left to be told when the walkthrough is closed.
                let _ = sender.send((which, found));
                wake();
            }
        };
        let thread = std::thread::Builder::new().name("walkthrough".to_owned()).spawn(run);
        thread.map(drop).map_err(|error| t!("The claims cannot be measured: {error}", error = error))
    }
}

/// Runs what a step needs and judges its claims along the way.
fn shown(story: &Walkthrough, which: Which, go_on: &impl Fn() -> bool) -> Option<Shown> {
    let trial = story.trial(which)?;
    let beside = story.beside(which);
    let mut others: BTreeSet<Which> = beside.into_iter().collect();
    others.extend(trial.claims.iter().filter_map(|claim| which.needed(claim.holds.against())));
    let mut runs: BTreeMap<Which, Measured> = BTreeMap::new();
    // First what is open, without looking at others: claims about it alone are known soonest.
    runs.insert(which, walkthrough::measure(trial, &story.windows(which), (super::run::SEED, LOOKS), go_on)?);
    for other in others {
        let measured = walkthrough::measure(story.trial(other)?, &story.windows(other), (super::run::SEED, 1), go_on)?;
        runs.insert(other, measured);
    }
    let course = |claim: &walkthrough::Claim| {
        let moments = runs[&which].windows.get(&claim.during).into_iter().flatten().map(|(at, _)| *at);
        let judged = |at| Some((at, walkthrough::judge(claim, which, |which| runs.get(&which), at)?));
        moments.filter_map(judged).collect()
    };
    let verdicts = trial.claims.iter().map(course).collect();
    let whole = |which: Which| runs.get(&which)?.of(story.trial(which)?.whole());
    let table = walkthrough::compare(beside.and_then(whole), whole(which)?);
    Some(Shown { verdicts, beside, table })
}

impl Session {
    /// What panels read of the walkthrough that is open.
    pub(super) fn playing(&self) -> Option<Playing<'_>> {
        let player = self.player.as_ref()?;
        let now = self.run.state().map_or(Span::ZERO, |state| state.snapshot.now.since(SimTime::ZERO));
        Some(Playing {
            story: &player.story,
            which: player.which,
            shown: player.shown.get(&player.which),
            now,
            as_written: !self.is_dirty() && self.run.injected().is_empty(),
            done: &player.done,
            file: player.file.as_deref(),
            problems: &player.problems,
        })
    }

    /// Opens a walkthrough of the program by its key, or one of a person's own by its file, at a step.
    pub(super) fn open_walkthrough(&mut self, name: &str, step: usize) {
        let shipped = file::walkthroughs().iter().find(|shipped| shipped.key == name);
        let told = match shipped {
            Some(shipped) => file::read_walkthrough(shipped.text, shipped.key),
            None => file::open_walkthrough(std::path::Path::new(name)),
        };
        match told {
            Ok(mut told) => {
                let file = shipped.is_none().then(|| PathBuf::from(name));
                if file.is_some() {
                    // Two files of one name are two stories.
                    name.clone_into(&mut told.walkthrough.key);
                }
                let told_of = told.problems.iter().take(8).map(|problem| format!("\n{problem}"));
                let problems: String = told_of.collect();
                if !problems.is_empty() {
                    self.notices.push(Notice::note(t!(
                        "{name} has problems; the rest of it plays:{problems}",
                        name = name,
                        problems = problems
                    )));
                }
                let last = told.walkthrough.steps.len().saturating_sub(1);
                self.player = Some(Player::new(told.walkthrough, file, told.problems));
                self.play(Which::step(step.min(last)));
            }
            Err(error) => self.notices.push(Notice::error(error.to_string())),
        }
    }

    /// Goes to a step or a variant and plays it from its start.
    pub(super) fn play(&mut self, which: Which) {
        let Some(player) = &mut self.player else { return };
        let story = Arc::clone(&player.story);
        let (Some(trial), Some(step)) = (story.trial(which), story.steps.get(which.step)) else { return };
        (player.which, player.held) = (which, false);
        let measuring = player.measure(&self.wake);
        self.notices.extend(measuring.err().map(Notice::error));
        let mut design = trial.design.clone();
        let title =
            step.variants.get(which.variant.unwrap_or(usize::MAX)).map_or(&step.title, |variant| &variant.title);
        title.of(words::language()).clone_into(&mut design.scenarios[0].name);
        self.replace_design(design, None);
        let speed = trial.scenario().duration.secs() / step.plays.secs().max(1.0);
        self.run.hold_at(SimTime::ZERO + trial.scenario().duration);
        self.drive(&Action::Speed((speed.max(1.0) * 10.0).round() / 10.0));
        self.drive(&Action::Run);
    }

    /// Ends the walkthrough. The drawing stays.
    pub(super) fn end_walkthrough(&mut self) {
        self.player = None;
    }

    /// Makes what is open a design of the person's own.
    pub(super) fn fork(&mut self) {
        if let Some(player) = self.player.take() {
            let name = format!("{}, {}", player.story.title.of(words::language()), self.design.scenarios[0].name);
            self.design.name = name;
            self.progress.begin(None);
            self.stale = true;
            self.history.mark_unsaved();
            self.changed();
            self.notices.push(Notice::done(t!("This step is your own design now; save it to keep it")));
        }
    }

    /// Takes in what was measured, and holds the run at its end.
    pub(super) fn poll_player(&mut self) {
        let Some(player) = &mut self.player else { return };
        while let Ok((which, shown)) = player.results.try_recv() {
            player.shown.insert(which, shown);
        }
        let Some(playing) = self.playing() else { return };
        let over = playing.is_over();
        let held = |standing: Standing<'_>| matches!(standing, Standing::Settled(verdict) if verdict.judged.ok);
        let claims = playing.story.trial(playing.which).map_or(0, |trial| trial.claims.len());
        let proved = claims > 0 && (0..claims).all(|claim| held(playing.standing(claim)));
        let (step, own) = (playing.which.step, playing.which.variant.is_none());
        let Some(player) = &mut self.player else { return };
        if proved && own {
            player.done.insert(step);
        }
        if over && !player.held && self.run.is_running() {
            player.held = true;
            self.drive(&Action::Pause);
        }
    }

    /// Another design takes the place of this one; a walkthrough that was open is closed.
    pub(super) fn replace(&mut self, design: Design, path: Option<std::path::PathBuf>) {
        self.player = None;
        self.replace_design(design, path);
    }
}
