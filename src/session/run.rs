//! The session's side of the run: what was asked for, and the latest that came back.

use super::runner::{Order, Runner, Setup, State, Wake};
use super::{Action, Notice};
use crate::compile::{self, Plan};
use crate::cost::{PriceList, Tariff};
use crate::model::Id;
use crate::scenario::{Fault, Harm};
use crate::units::{SimTime, Span};
use crate::words::t;
use std::sync::Arc;

/// Seed of every live run: the same drawing shows the same run.
pub(super) const SEED: u64 = 1;

/// Most changes of the drawing that are remembered, the latest.
const CHANGES: usize = 60;

/// Control of the run under way.
pub(super) struct Control {
    runner: Option<Runner>,
    state: Option<State>,
    started: bool,
    running: bool,
    speed: f64,
    watched: Option<Id>,
    marked: Option<(SimTime, SimTime)>,
    injected: Vec<Fault>,
    /// Changes of the drawing during this run, by name.
    changes: Vec<(SimTime, String)>,
    /// A moment that is past and was asked to be shown.
    looked_at: Option<SimTime>,
    /// Number of the run; frames of others are not shown.
    number: u64,
    restarts: u64,
    /// A person's own prices.
    prices: Arc<PriceList>,
    /// It was said of this run, by its number, that its scenario is over.
    ended: u64,
    /// What there is to say of what was forgotten.
    forgot: Option<Notice>,
}

impl Control {
    pub(super) fn new(wake: Wake, notices: &mut Vec<Notice>) -> Self {
        let runner = match Runner::new(wake) {
            Ok(runner) => Some(runner),
            Err(error) => {
                let text = t!(
                    "Nothing can be run: the engine's thread did not start ({error}). Start the program again",
                    error = error
                );
                notices.push(Notice::error(text));
                None
            }
        };
        Self {
            runner,
            state: None,
            started: false,
            running: false,
            speed: 1.0,
            watched: None,
            marked: None,
            injected: Vec::new(),
            changes: Vec::new(),
            looked_at: None,
            number: 0,
            restarts: 0,
            prices: Arc::default(),
            ended: 0,
            forgot: None,
        }
    }

    /// A person's own prices.
    pub(super) fn prices(&self) -> &Arc<PriceList> {
        &self.prices
    }

    /// Prices that hold from now on.
    pub(super) fn set_prices(&mut self, prices: PriceList) {
        self.prices = Arc::new(prices);
    }

    /// The latest figures of the run, if there is one.
    pub(super) fn state(&self) -> Option<&State> {
        self.state.as_ref()
    }

    pub(super) fn is_started(&self) -> bool {
        self.started
    }

    pub(super) fn is_running(&self) -> bool {
        self.running
    }

    pub(super) fn speed(&self) -> f64 {
        self.speed
    }

    pub(super) fn injected(&self) -> &[Fault] {
        &self.injected
    }

    /// Takes the latest frame in.
    pub(super) fn poll(&mut self) -> Option<Notice> {
        if let Some(notice) = self.forgot.take() {
            return Some(notice);
        }
        let frame = self.runner.as_ref()?.latest().filter(|frame| self.started && frame.number == self.number)?;
        let restarted = frame.restarts > self.restarts;
        self.restarts = frame.restarts;
        if frame.state.is_some() {
            self.state = frame.state.clone();
        }
        if let Some(failure) = &frame.failure {
            // The figures up to here stay in sight until the next run.
            (self.started, self.running) = (false, false);
            let text = t!(
                "The run broke off: {failure}. This is a fault of the program; the drawing is untouched. Save it, and run again",
                failure = failure
            );
            return Some(Notice::error(text));
        }
        if restarted {
            self.forget_after(SimTime::ZERO);
            return Some(Notice::note(t!("The drawing changed: the run starts again")));
        }
        None
    }

    pub(super) fn drive(&mut self, action: &Action, plan: &Arc<Plan>, tariff: &Arc<Tariff>) {
        match *action {
            Action::Run => {
                self.settle();
                self.start_unless_started(plan, tariff);
                self.running = true;
                self.tell(Order::Run);
            }
            Action::Pause => {
                self.running = false;
                self.tell(Order::Pause);
            }
            Action::Restart => {
                self.running = false;
                self.tell(Order::Pause);
                self.start(plan, tariff);
            }
            Action::Advance(span) => {
                self.start_unless_started(plan, tariff);
                self.running = false;
                self.settle();
                self.tell(Order::Advance(span));
            }
            Action::Look(moment) if self.started => {
                self.running = false;
                self.looked_at = Some(moment).filter(|moment| *moment < self.latest());
                self.tell(Order::Look(moment));
            }
            Action::LookAhead => {
                self.looked_at = None;
                self.tell(Order::LookAhead);
            }
            Action::Seek(moment) if self.started => {
                (self.running, self.looked_at) = (false, None);
                self.forget_after(moment);
                self.tell(Order::Seek(moment));
            }
            Action::Speed(speed) if speed > 0.0 => {
                self.speed = speed;
                self.tell(Order::Speed(speed));
            }
            _ => {}
        }
    }

    /// The moment that the run has come to.
    fn latest(&self) -> SimTime {
        self.state.as_ref().map_or(SimTime::ZERO, |state| state.live.now)
    }

    /// Says once of each run that it goes on beyond the end of its scenario.
    pub(super) fn note_end(&mut self, end: Span) -> Option<Notice> {
        let over = self.started && self.latest() >= SimTime::ZERO + end && self.ended != self.number;
        over.then(|| {
            self.ended = self.number;
            Notice::note(t!(
                "The scenario is over after {span}; the run goes on as at its end, until you hold it",
                span = end
            ))
        })
    }

    /// A moment that is past and shown.
    pub(super) fn looked_at(&self) -> Option<SimTime> {
        self.looked_at
    }

    fn note_change(&mut self, step: &str) {
        let Some(state) = self.state.as_ref().filter(|_| !step.is_empty()) else { return };
        let now = state.snapshot.now;
        if self.changes.last().is_some_and(|(at, name)| *at == now && name == step) {
            return;
        }
        if self.changes.len() == CHANGES {
            self.changes.remove(0);
        }
        self.changes.push((now, step.to_owned()));
    }

    /// The run goes on from the moment that is shown; what came after it is forgotten, which is said.
    fn settle(&mut self) {
        if let Some(moment) = self.looked_at.take() {
            self.forget_after(moment);
            self.forgot = Some(Notice::note(t!(
                "The run goes on from {moment}: what had come after it, up to {latest}, is forgotten. The same settings and seed bring it about again",
                moment = moment.clock(),
                latest = self.latest().clock()
            )));
        }
    }

    fn forget_after(&mut self, moment: SimTime) {
        self.injected.retain(|fault| SimTime::ZERO + fault.at < moment);
        self.changes.retain(|(at, _)| *at < moment);
    }

    /// From the start of the run, if there is one; it goes on if it was going.
    pub(super) fn restart(&mut self, plan: &Arc<Plan>, tariff: &Arc<Tariff>) {
        if self.started {
            self.start(plan, tariff);
        }
    }

    /// Changes of the drawing during this run, by name.
    pub(super) fn changes(&self) -> &[(SimTime, String)] {
        &self.changes
    }

    /// Goes on with a drawing that was changed by a step of this name, if there is a run.
    pub(super) fn retune(&mut self, plan: &Arc<Plan>, tariff: &Arc<Tariff>, step: &str) {
        if self.started {
            self.settle();
            self.note_change(step);
            self.tell(Order::Retune(self.setup(plan, tariff)));
        }
        self.tell_watched(plan);
    }

    /// The run, or the next one of this drawing, holds by itself at a moment.
    pub(super) fn hold_at(&self, moment: SimTime) {
        self.tell(Order::HoldAt(moment));
    }

    /// No run any more.
    pub(super) fn stop(&mut self) {
        (self.started, self.running, self.state, self.watched) = (false, false, None, None);
        self.looked_at = None;
        self.forget_after(SimTime::ZERO);
        self.tell(Order::Stop);
    }

    pub(super) fn watch(&mut self, node: Option<Id>, plan: &Plan) {
        if self.watched != node {
            self.watched = node;
            self.tell_watched(plan);
        }
    }

    /// Makes something go wrong now; false if there is no run, or nothing in it that this could happen to.
    pub(super) fn inject(&mut self, harm: Harm, lasts: Span) -> bool {
        let Some(state) = self.state().filter(|_| self.started) else { return false };
        let at = state.snapshot.now.since(SimTime::ZERO);
        let fault = Fault { at, lasts, harm };
        let Some(order) = compile::fault(&state.plan, &fault) else { return false };
        self.settle();
        self.injected.push(fault);
        self.tell(Order::Inject(order));
        true
    }

    /// Makes these go wrong at their times in a run that has just begun.
    pub(super) fn repeat(&mut self, faults: Vec<Fault>, plan: &Plan) {
        for fault in faults {
            if let Some(order) = compile::fault(plan, &fault) {
                self.injected.push(fault);
                self.tell(Order::Inject(order));
            }
        }
    }

    /// Has every frame tell what the sites were like between two moments.
    pub(super) fn mark(&mut self, span: Option<(SimTime, SimTime)>) {
        if self.marked != span {
            self.marked = span;
            self.tell(Order::Mark(span));
        }
    }

    fn start_unless_started(&mut self, plan: &Arc<Plan>, tariff: &Arc<Tariff>) {
        if !self.started {
            self.start(plan, tariff);
        }
    }

    fn start(&mut self, plan: &Arc<Plan>, tariff: &Arc<Tariff>) {
        self.started = true;
        (self.state, self.looked_at) = (None, None);
        self.forget_after(SimTime::ZERO);
        self.tell_watched(plan);
        self.number += 1;
        self.tell(Order::Start(self.setup(plan, tariff)));
        self.tell(Order::Speed(self.speed));
    }

    fn setup(&self, plan: &Arc<Plan>, tariff: &Arc<Tariff>) -> Box<Setup> {
        Box::new(Setup { plan: Arc::clone(plan), tariff: Arc::clone(tariff), seed: SEED, run: self.number })
    }

    fn tell_watched(&self, plan: &Plan) {
        let site = self.watched.as_ref().and_then(|node| plan.sites.get(node).copied());
        self.tell(Order::Watch(site));
    }

    fn tell(&self, order: Order) {
        if let Some(runner) = &self.runner {
            runner.tell(order);
        }
    }
}
