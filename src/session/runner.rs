//! The engine's thread. Orders go in by a channel, the latest [`Frame`] comes out; neither side waits for the other.
//!
//! The thread computes in slices of a few milliseconds, so that an order is obeyed within about ten, and sleeps when it
//! is paused or ahead of the clock. If the engine panics, the run ends with a message and the thread waits for the next.

use super::clock;
use super::look::Look;
use super::marked::Marked;
pub(super) use super::order::Order;
use super::pace::Pace;
pub(super) use super::past::Setup;
use super::past::{Change, Course, Past};
use crate::compile::Plan;
use crate::cost::{Account, Bill, Proposal};
use crate::sim::network::{Fault, Index};
use crate::sim::report::{Means, Met};
use crate::sim::snapshot::Snapshot;
use crate::units::{SimTime, Span};
use crate::words::t;
use arc_swap::ArcSwapOption;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Called after each published frame, from the engine's thread.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// Between two frames.
const FRAME: Duration = Duration::from_millis(33);
/// Frames that are held after others took their place: the window has let go of them by then.
const HELD: usize = 4;
/// Between two bills, which take longer to write than a frame.
const BILL: Duration = Duration::from_millis(200);
/// Longest computing between two looks at the orders.
const SLICE: Duration = Duration::from_millis(4);
/// One call of the engine should take no longer.
const CALL: Duration = Duration::from_micros(1_500);
/// A run that falls behind the clock by more than this is slow, and does not try to catch up.
const DEBT: Duration = Duration::from_millis(250);

/// What the engine's thread shows.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// Number of the run that it is of.
    pub(super) number: u64,
    /// What there is of a run.
    pub(super) state: Option<State>,
    /// How often the run had to start again because the drawing changed.
    pub(super) restarts: u64,
    /// Why the run broke off.
    pub(super) failure: Option<String>,
}

/// The figures of a run at one moment.
#[derive(Debug, Clone)]
pub(super) struct State {
    /// What is run.
    pub(super) plan: Arc<Plan>,
    /// The figures, with the costs filled in.
    pub(super) snapshot: Arc<Snapshot>,
    /// Those of the run where it is: others only while a moment that is past is shown.
    pub(super) live: Arc<Snapshot>,
    /// The bill so far.
    pub(super) bill: Arc<Bill>,
    /// Ways to pay less.
    pub(super) proposals: Arc<[Proposal]>,
    /// What users met so far.
    pub(super) met: Arc<Met>,
    /// What the sites did on average so far.
    pub(super) means: Arc<Means>,
    /// What every site was like in the span that is marked.
    pub(super) marked: Option<Arc<Marked>>,
    /// Requests that were answered in time so far.
    pub(super) good: u64,
    /// Events per second of computing.
    pub(super) events_per_sec: f64,
}

/// A handle on the engine's thread, which ends when this is dropped.
pub(super) struct Runner {
    orders: Option<Sender<Order>>,
    latest: Arc<ArcSwapOption<Frame>>,
    thread: Option<JoinHandle<()>>,
}

impl Runner {
    /// Starts the thread.
    pub(super) fn new(wake: Wake) -> std::io::Result<Self> {
        let (orders, receiver) = channel();
        let latest = Arc::new(ArcSwapOption::empty());
        let mut worker = Worker::new(Arc::clone(&latest), wake);
        let thread = std::thread::Builder::new().name("engine".to_owned()).spawn(move || worker.work(&receiver))?;
        Ok(Self { orders: Some(orders), latest, thread: Some(thread) })
    }

    /// Tells it something. Never waits.
    pub(super) fn tell(&self, order: Order) {
        if let Some(orders) = &self.orders {
            // The thread outlives this handle, so that the channel is open; were it not, no frame would come, and no harm.
            let _ = orders.send(order);
        }
    }

    /// The latest frame. Never waits.
    pub(super) fn latest(&self) -> Option<Arc<Frame>> {
        self.latest.load_full()
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            // It looks at its orders every few milliseconds.
            let _ = thread.join();
        }
    }
}

/// The thread's own state.
struct Worker {
    run: Option<Run>,
    number: u64,
    running: bool,
    speed: f64,
    /// It holds by itself here.
    hold_at: SimTime,
    watch: Option<Index>,
    /// A span that is to be told of.
    mark: Option<(SimTime, SimTime)>,
    restarts: u64,
    failure: Option<String>,
    latest: Arc<ArcSwapOption<Frame>>,
    /// The frames before: held here so that they end here. A bill of ten thousand nodes takes milliseconds to take apart,
    /// which the window's thread has no time for.
    shown: VecDeque<Arc<Frame>>,
    wake: Wake,
    published: Instant,
}

/// A run under way.
struct Run {
    course: Course,
    past: Past,
    /// Changes that are still to be made again on the way to where the run was sought to.
    replay: VecDeque<(SimTime, Change)>,
    /// What the drawing says now.
    setup: Setup,
    /// Where an order to advance ends.
    goal: Option<SimTime>,
    /// A moment that is past and shown.
    look: Option<Look>,
    /// Moment of the clock and of the run that the pace is counted from.
    anchor: (Instant, SimTime),
    /// How far one call of the engine goes.
    step: Span,
    pace: Pace,
    bill: Arc<Bill>,
    proposals: Arc<[Proposal]>,
    met: Arc<Met>,
    means: Arc<Means>,
    marked: Option<Arc<Marked>>,
    billed: Option<Instant>,
}

/// What there is to do next.
enum Next {
    /// Compute up to a moment.
    Compute(SimTime),
    /// Nothing until then.
    Sleep(Duration),
    /// Nothing until an order comes.
    Wait,
}

impl Worker {
    fn new(latest: Arc<ArcSwapOption<Frame>>, wake: Wake) -> Self {
        Self {
            run: None,
            number: 0,
            running: false,
            speed: 1.0,
            hold_at: SimTime(u64::MAX),
            watch: None,
            mark: None,
            restarts: 0,
            failure: None,
            latest,
            shown: VecDeque::new(),
            wake,
            published: clock::now(),
        }
    }

    fn work(&mut self, orders: &Receiver<Order>) {
        loop {
            let next = self.next();
            let order = match &next {
                Next::Compute(_) => orders.try_recv(),
                Next::Sleep(rest) => match orders.recv_timeout(*rest) {
                    Err(RecvTimeoutError::Timeout) => Err(TryRecvError::Empty),
                    Err(RecvTimeoutError::Disconnected) => Err(TryRecvError::Disconnected),
                    Ok(order) => Ok(order),
                },
                Next::Wait => orders.recv().map_err(|_| TryRecvError::Disconnected),
            };
            match (order, next) {
                (Err(TryRecvError::Disconnected), _) => return,
                (Ok(order), _) => self.guarded(|worker| worker.obey_all(order, orders)),
                (Err(TryRecvError::Empty), Next::Compute(until)) => self.guarded(|worker| worker.slice(until)),
                (Err(TryRecvError::Empty), _) => {}
            }
        }
    }

    /// Does something that may panic; a panic ends the run with a message.
    fn guarded(&mut self, work: impl FnOnce(&mut Self)) {
        let outcome = catch_unwind(AssertUnwindSafe(|| work(self)));
        let Err(panic) = outcome else { return };
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        self.run = None;
        self.running = false;
        self.failure = Some(text.unwrap_or_else(|| t!("no message").to_owned()));
        self.show();
    }

    fn obey_all(&mut self, first: Order, orders: &Receiver<Order>) {
        let mut last = Some(first);
        while let Ok(order) = orders.try_recv() {
            // Of many moments to be shown in turn only the last still matters.
            match last.replace(order) {
                Some(Order::Look(_)) if matches!(last, Some(Order::Look(_))) => {}
                Some(before) => self.obey(before),
                None => {}
            }
        }
        if let Some(order) = last {
            self.obey(order);
        }
        if !self.run.as_ref().is_some_and(Run::is_on_its_way_back) {
            self.show();
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Start(setup) => self.start(*setup),
            Order::Retune(setup) => self.retune(*setup),
            Order::Run => self.set_running(Going::On),
            Order::Pause => self.set_running(Going::Held),
            Order::HoldAt(moment) => self.hold_at = moment,
            Order::Advance(span) => self.advance(span),
            Order::Seek(moment) => self.seek(moment),
            Order::Look(moment) => self.look(moment),
            Order::LookAhead => self.look_ahead(),
            Order::Speed(speed) => self.set_speed(speed),
            Order::Inject(fault) => self.inject(fault),
            Order::Watch(site) => self.watch(site),
            Order::Mark(span) => self.mark = span,
            Order::Stop => self.stop(),
        }
    }

    fn start(&mut self, setup: Setup) {
        self.failure = None;
        self.number = setup.run;
        let mut run = Run::new(setup);
        run.course.engine.watch(self.watch);
        self.run = Some(run);
    }

    fn retune(&mut self, setup: Setup) {
        let Some(run) = &mut self.run else { return };
        run.settle();
        if let Err(setup) = run.retune(setup) {
            self.restarts += 1;
            self.start(*setup);
        }
    }

    fn set_running(&mut self, going: Going) {
        // An order to go on may come after the run has broken off; the next run must not take it for its own.
        self.running = going == Going::On && self.run.is_some();
        if let Some(run) = &mut self.run {
            if going == Going::On {
                run.settle();
            }
            if going == Going::On && run.course.engine.now() >= self.hold_at {
                self.hold_at = SimTime(u64::MAX);
            }
            run.arrive();
            run.set_anchor();
        }
    }

    fn advance(&mut self, span: Span) {
        self.running = false;
        if let Some(run) = &mut self.run {
            run.settle();
            run.arrive();
            run.goal = Some(run.course.engine.now() + span);
        }
    }

    fn look(&mut self, moment: SimTime) {
        self.running = false;
        if let Some(run) = &mut self.run {
            run.arrive();
            run.look(moment, self.watch);
        }
    }

    fn look_ahead(&mut self) {
        if let Some(run) = &mut self.run {
            run.look = None;
            run.billed = None;
        }
    }

    fn seek(&mut self, moment: SimTime) {
        self.running = false;
        if let Some(run) = &mut self.run {
            run.look = None;
            run.seek(moment);
            run.course.engine.watch(self.watch);
        }
    }

    fn set_speed(&mut self, speed: f64) {
        self.speed = speed;
        if let Some(run) = &mut self.run {
            run.set_anchor();
        }
    }

    fn inject(&mut self, fault: Fault) {
        if let Some(run) = &mut self.run {
            run.settle();
            let now = run.course.engine.now().since(SimTime::ZERO);
            run.change(Change::Inject(Fault { at: fault.at.max(now), ..fault }));
        }
    }

    fn watch(&mut self, site: Option<Index>) {
        self.watch = site;
        if let Some(run) = &mut self.run {
            run.course.engine.watch(site);
            if let Some(look) = &mut run.look {
                look.watch(site, &run.course);
            }
        }
    }

    fn stop(&mut self) {
        (self.run, self.running, self.failure, self.hold_at) = (None, false, None, SimTime(u64::MAX));
        self.shown.clear();
    }

    fn next(&mut self) -> Next {
        let Some(run) = &mut self.run else { return Next::Wait };
        if run.is_on_its_way_back() {
            return Next::Compute(SimTime::ZERO);
        }
        if let Some(goal) = run.goal {
            return Next::Compute(goal);
        }
        if !self.running {
            return Next::Wait;
        }
        let target = if self.speed.is_finite() { run.target(self.speed) } else { SimTime(u64::MAX) };
        let target = target.min(self.hold_at);
        match run.course.engine.now() {
            now if now < target => Next::Compute(target),
            now if now >= self.hold_at => Next::Wait,
            _ => Next::Sleep(FRAME / 2),
        }
    }

    fn slice(&mut self, until: SimTime) {
        let Some(run) = &mut self.run else { return };
        let begin = clock::now();
        if run.is_on_its_way_back() {
            run.go_back(begin + SLICE);
            if !run.is_on_its_way_back() {
                self.show();
            }
            return;
        }
        run.compute(until, begin + SLICE);
        let finished = run.goal.is_some_and(|goal| run.course.engine.now() >= goal);
        if finished {
            run.arrive();
        }
        let held = run.course.engine.now() >= self.hold_at;
        if finished || held || self.published.elapsed() >= FRAME {
            self.show();
        }
    }

    /// Publishes the state now.
    fn show(&mut self) {
        self.published = clock::now();
        let going = if self.running { Going::On } else { Going::Held };
        let state = self.run.as_mut().map(|run| run.state(going, self.mark));
        let frame = Frame { number: self.number, state, restarts: self.restarts, failure: self.failure.clone() };
        let frame = Arc::new(frame);
        self.shown.push_back(Arc::clone(&frame));
        if self.shown.len() > HELD {
            self.shown.pop_front();
        }
        self.latest.store(Some(frame));
        (self.wake)();
    }
}

/// Whether a run goes on by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Going {
    On,
    Held,
}

impl Run {
    fn new(setup: Setup) -> Self {
        let course = Course::new(&setup);
        Self {
            past: Past::new(&course),
            course,
            replay: VecDeque::new(),
            setup,
            goal: None,
            look: None,
            anchor: (clock::now(), SimTime::ZERO),
            step: Account::STEP,
            pace: Pace::default(),
            bill: Arc::default(),
            proposals: Arc::default(),
            met: Arc::default(),
            means: Arc::default(),
            marked: None,
            billed: None,
        }
    }

    /// Goes on with other figures; gives the setup back if it cannot.
    fn retune(&mut self, setup: Setup) -> Result<(), Box<Setup>> {
        let change = Change::Retune(setup.clone());
        if setup.seed != self.setup.seed || !self.course.make(&change) {
            return Err(Box::new(setup));
        }
        self.setup = setup;
        self.past.note(&self.course, change);
        self.billed = None;
        Ok(())
    }

    /// Makes a change now, to be made again when this moment is passed after going back.
    fn change(&mut self, change: Change) {
        if self.course.make(&change) {
            self.past.note(&self.course, change);
        }
    }

    /// Goes to a moment of the run. What was changed after it is forgotten, but for the drawing.
    fn seek(&mut self, moment: SimTime) {
        if moment < self.course.engine.now() {
            (self.course, self.replay) = self.past.before(moment);
            (self.billed, self.marked) = (None, None);
        }
        self.goal = Some(moment);
        if moment <= self.course.engine.now() {
            self.arrive();
        }
    }

    /// Shows a moment that is past.
    fn look(&mut self, moment: SimTime, watch: Option<Index>) {
        self.billed = None;
        if moment >= self.course.engine.now() {
            self.look = None;
        } else if !self.look.as_mut().is_some_and(|look| look.turn_to(&self.past, moment)) {
            let live = self.look.take().map_or_else(|| Arc::new(self.course.engine.snapshot()), |look| look.live);
            self.look = Some(Look::new(&self.past, moment, live, watch));
        }
    }

    /// Whether the moment that is to be shown is not reached yet.
    fn is_on_its_way_back(&self) -> bool {
        self.look.as_ref().is_some_and(Look::is_on_its_way)
    }

    /// Goes on towards the moment that is to be shown, at most until a moment of the clock.
    fn go_back(&mut self, deadline: Instant) {
        if let Some(look) = &mut self.look {
            look.go(self.step, deadline);
        }
    }

    /// The moment that is shown becomes the one from which the run goes on; what came after it is forgotten.
    fn settle(&mut self) {
        while self.is_on_its_way_back() {
            self.go_back(clock::now() + SLICE);
        }
        if let Some(look) = self.look.take() {
            self.past.forget_after(look.goal);
            (self.course, self.billed, self.marked) = (look.course, None, None);
            self.arrive();
        }
    }

    /// Ends an order to advance or to seek, at its goal or before it: from here on the drawing counts as it is now.
    fn arrive(&mut self) {
        self.goal = None;
        self.replay.clear();
        if !Arc::ptr_eq(&self.course.plan, &self.setup.plan) {
            self.change(Change::Retune(self.setup.clone()));
        }
    }

    fn set_anchor(&mut self) {
        self.anchor = (clock::now(), self.course.engine.now());
    }

    /// Where a run of this speed should be by now. A run that cannot keep up is not hurried.
    fn target(&mut self, speed: f64) -> SimTime {
        let simulated = |span: Duration| Span::from_secs_f64(span.as_secs_f64() * speed);
        let target = self.anchor.1 + simulated(self.anchor.0.elapsed());
        let latest = self.course.engine.now() + simulated(DEBT);
        if target <= latest {
            return target;
        }
        self.set_anchor();
        latest
    }

    /// Computes until a moment of the run, at most until a moment of the clock.
    fn compute(&mut self, until: SimTime, deadline: Instant) {
        let mut begin = clock::now();
        while self.course.engine.now() < until && begin < deadline {
            while let Some((_, change)) = self.replay.pop_front_if(|(at, _)| *at <= self.course.engine.now()) {
                self.course.make(&change);
            }
            let events = self.course.engine.events();
            let planned = self.replay.front().map_or(until, |&(at, _)| at.min(until));
            if self.course.go(self.step, planned) {
                self.past.keep(&self.course);
            }
            let end = clock::now();
            self.adapt(end - begin, self.course.engine.events() - events);
            begin = end;
        }
    }

    /// Learns from one call of the engine how far the next may go.
    fn adapt(&mut self, took: Duration, events: u64) {
        self.pace.add(took, events);
        if took > CALL {
            self.step = Span((self.step.0 / 2).max(1_000));
        } else if took < CALL / 3 {
            self.step = Span((self.step.0 * 2).min(Account::STEP.0));
        }
    }

    fn state(&mut self, going: Going, mark: Option<(SimTime, SimTime)>) -> State {
        let fresh = going == Going::Held || self.billed.is_none_or(|last| last.elapsed() >= BILL);
        if fresh || !self.marked.as_ref().is_some_and(|marked| marked.is_of(mark)) {
            self.marked = mark.map(|span| Marked::again(self.marked.take(), &self.course, span));
        }
        if fresh {
            let course = self.look.as_ref().map_or(&self.course, |look| &look.course);
            self.bill = Arc::new(course.account.bill(&course.engine));
            self.proposals = course.account.proposals(&course.engine).into();
            self.met = Arc::new(course.engine.met());
            self.means = Arc::new(course.engine.means_so_far());
            self.billed = Some(clock::now());
        }
        let course = self.look.as_ref().map_or(&self.course, |look| &look.course);
        let shown = Arc::new(course.engine.snapshot());
        State {
            plan: Arc::clone(&course.plan),
            live: self.look.as_ref().map_or_else(|| Arc::clone(&shown), |look| Arc::clone(&look.live)),
            snapshot: shown,
            bill: Arc::clone(&self.bill),
            proposals: Arc::clone(&self.proposals),
            met: Arc::clone(&self.met),
            means: Arc::clone(&self.means),
            marked: self.marked.clone(),
            good: course.engine.good(),
            events_per_sec: self.pace.rate,
        }
    }
}
