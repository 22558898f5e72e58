//! Keeping what the engine runs in step with the drawing. A small drawing is compiled on the spot; a large one by its
//! double on a thread (see `shadow`), one time after another, and whatever needs the outcome waits for it in order.
//!
//! Absent: what a change of the drawing means for the run under way (see `runner`).

use super::laying::Laying;
use super::shadow::{Answer, Compiled, Shadow, Task};
use super::{Action, Notice, Session};
use crate::analysis::{self, Blame};
use crate::compile;
use crate::edit::Diff;
use crate::file;
use crate::model::Design;
use crate::words::t;
use std::path::Path;
use std::sync::Arc;

/// What a drawing is compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A run that begins.
    Afresh,
    /// The run under way, in its numbers.
    Onward,
}

/// How far the compiled drawing is behind the drawing.
#[derive(Default)]
pub(super) struct Progress {
    /// The double of a large drawing.
    shadow: Option<Shadow>,
    /// What the double lays out.
    laying: Laying,
    /// The double compiles.
    underway: bool,
    /// The next time it has to be for a run that begins.
    afresh: bool,
    /// The run begins anew with what is compiled next.
    rerun: bool,
    /// What was asked for and needs what is being compiled.
    waiting: Vec<Action>,
    /// What is there was compiled for a run that begins.
    fresh: bool,
}

impl Progress {
    /// Whether what is there is older than the drawing.
    pub(super) fn is_behind(&self) -> bool {
        self.underway
    }

    /// The double of a large drawing.
    pub(super) fn shadow(&self) -> Option<&Shadow> {
        self.shadow.as_ref()
    }

    /// The drawing was changed by this, and is as given now.
    pub(super) fn replay(&mut self, diff: &Diff, design: &Design) {
        if let Some(shadow) = &self.shadow {
            shadow.replay(diff);
            self.laying.after(shadow, diff, design);
        }
    }

    /// This change was taken back, and the drawing is as given now.
    pub(super) fn revert(&mut self, diff: &Diff, design: &Design) {
        if let Some(shadow) = &self.shadow {
            shadow.revert(diff);
            self.laying.after(shadow, diff, design);
        }
    }

    /// What the double lays out.
    pub(super) fn laying(&mut self) -> &mut Laying {
        &mut self.laying
    }

    /// Whether the double is to say where everything stands.
    pub(super) fn lays_out(&self) -> bool {
        self.laying.is_underway()
    }

    /// Another drawing, that has this double.
    pub(super) fn begin(&mut self, shadow: Option<Shadow>) {
        *self = Self { shadow, ..Self::default() };
    }
}

impl Session {
    /// Compiles and checks the drawing if it runs differently than before.
    pub(super) fn refresh(&mut self) {
        if self.stale {
            self.compile(Purpose::Onward);
        }
    }

    /// A large drawing was opened, and has this double: what follows from it is still to come.
    pub(super) fn begin_with(&mut self, shadow: Option<Shadow>) {
        self.progress.begin(shadow);
        self.adopt(Compiled::default());
        self.compile(Purpose::Afresh);
    }

    /// Compiles for the scenario that was chosen, and begins the run anew.
    pub(super) fn recompile_for_scenario(&mut self) {
        self.progress.rerun = self.run.is_started();
        self.compile(Purpose::Afresh);
    }

    /// Compiles for a run that begins. A large drawing is not compiled again if that was just done.
    pub(super) fn compile_afresh(&mut self) {
        if !(self.progress.fresh && self.progress.shadow.is_some()) {
            self.compile(Purpose::Afresh);
        }
    }

    fn compile(&mut self, purpose: Purpose) {
        self.progress.afresh |= purpose == Purpose::Afresh || !self.run.is_started();
        if self.progress.underway {
            self.stale = true;
            return;
        }
        self.stale = false;
        let folder = self.file.path().and_then(Path::parent);
        let said = self.library.refresh(&self.design, folder, file::Haste::Meanwhile);
        self.notices.extend(said.into_iter().map(Notice::note));
        let fresh = std::mem::take(&mut self.progress.afresh);
        self.progress.fresh = fresh;
        let task = Task {
            scenario: self.scenario,
            files: self.library.files().clone(),
            prices: Arc::clone(self.run.prices()),
            running: (!fresh).then(|| Arc::clone(&self.plan)),
        };
        self.shadowed();
        match &self.progress.shadow {
            Some(shadow) => {
                shadow.compile(task);
                self.progress.underway = true;
            }
            None => {
                let compiled = task.carry_out(&self.design);
                self.adopt(compiled);
            }
        }
    }

    /// Sees to it that a large drawing has a double.
    fn shadowed(&mut self) {
        if self.progress.shadow.is_none() && Shadow::suits(&self.design) {
            self.progress.shadow = Shadow::start(self.design.clone(), Arc::clone(&self.wake));
        }
    }

    /// Takes over what was compiled: the run goes on with it, or begins anew.
    fn adopt(&mut self, compiled: Compiled) {
        (self.plan, self.tariff) = (compiled.plan, compiled.tariff);
        (self.findings, self.blame) = (compiled.findings, compiled.blame);
        let step = self.did.take().unwrap_or_default();
        let onward = !(self.progress.fresh && self.run.is_started());
        if std::mem::take(&mut self.progress.rerun) {
            self.run.restart(&self.plan, &self.tariff);
        } else if onward {
            self.run.retune(&self.plan, &self.tariff, &step);
        }
    }

    /// Takes in what the double has answered.
    pub(super) fn poll_shadow(&mut self) {
        while let Some(answer) = self.progress.shadow.as_ref().and_then(Shadow::poll) {
            self.take_in(answer);
        }
        self.refresh();
        if !self.progress.underway {
            for action in std::mem::take(&mut self.progress.waiting) {
                self.apply(action);
            }
        }
    }

    /// Takes in one answer of the double.
    pub(super) fn take_in(&mut self, answer: Answer) {
        match answer {
            Answer::Compiled(compiled) => {
                self.progress.underway = false;
                self.adopt(*compiled);
            }
            Answer::LaidOut(number, layout) => self.progress.laying().take_in(number, *layout),
            Answer::NotKept(error) => self.not_kept(&error),
            Answer::Saved(written) => self.double_saved(written),
            Answer::Lost => self.lose_shadow(),
        }
    }

    fn lose_shadow(&mut self) {
        self.progress.begin(None);
        if self.saving.is_some() {
            self.double_saved(Err(t!("The file was not written: save it again").to_owned()));
        }
        self.notices.push(Notice::error(t!(
            "Checking the drawing ended in a fault of this program; what runs is what was drawn before. Save it, and please report this with the file"
        )));
    }

    /// Puts something off that needs what is being compiled. Whether it was.
    pub(super) fn put_off(&mut self, action: &Action) -> bool {
        let starts = || !self.run.is_started() || self.progress.rerun || self.progress.afresh || self.stale;
        let needs = match action {
            Action::Run | Action::Advance(_) => starts(),
            Action::Restart | Action::Export(_) | Action::ExportAs(_) => true,
            Action::Pause => !self.progress.waiting.is_empty(),
            _ => false,
        };
        let waits = self.progress.underway && needs;
        if waits {
            self.progress.waiting.push(action.clone());
        }
        waits
    }

    /// Findings and notes in the language of now; the run goes on as it is.
    pub(super) fn say_anew(&mut self) {
        self.revision += 1;
        if self.progress.shadow.is_some() {
            self.stale = true;
            return;
        }
        self.findings = analysis::check(&self.design);
        self.blame = Blame::new(&self.findings);
        let scenario = &self.design.scenarios[self.scenario];
        let said = compile::compile_with(&self.design, scenario, self.library.files());
        Arc::make_mut(&mut self.plan).notes = said.notes;
    }
}
