//! The session driven as a window drives it: by actions and polls alone.

mod large;

use super::*;
use crate::catalog::Value;
use crate::model::Point;
use crate::scenario::Scenario;
use crate::units::{Rate, SimTime};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A session, and what tells that it has something new to see.
struct Driven {
    session: Session,
    woken: Receiver<()>,
}

impl Driven {
    fn new(folders: Folders) -> Self {
        let (sender, woken) = channel();
        let wake: Wake = Arc::new(move || {
            // The test may be over already.
            let _ = sender.send(());
        });
        Self { session: Session::new(folders, wake), woken }
    }

    /// Users who call a balancer with a group of servers behind it.
    fn with_shop() -> Self {
        let mut driven = Self::new(Folders::default());
        let [users, alb, web] = ["users", "elb", "asg"].map(|service| driven.add(service));
        driven.link(&users, &alb);
        driven.link(&alb, &web);
        driven
    }

    fn add(&mut self, service: &str) -> Id {
        let at = Point { x: 300.0 * (self.session.view().design.nodes.len() % 100) as f32, y: 0.0 };
        self.session.apply(Action::Edit(Command::AddNode { service: service.to_owned(), at }));
        self.session.take_created().remove(0)
    }

    fn link(&mut self, from: &Id, to: &Id) {
        self.session.apply(Action::Edit(Command::AddLink { from: from.clone(), to: to.clone() }));
        assert_eq!(self.session.take_created().len(), 1, "{:?}", self.session.take_notices());
    }

    fn set(&mut self, id: &Id, key: &str, value: Value) {
        let command = Command::Set { ids: vec![id.clone()], key: key.to_owned(), value: Some(value) };
        self.session.apply(Action::Edit(command));
    }

    fn node(&self, service: &str) -> Id {
        let nodes = &self.session.view().design.nodes;
        nodes.iter().find(|(_, node)| node.service == service).expect("it was added").0.clone()
    }

    /// Polls until something holds. The engine answers in milliseconds; a minute means that it never will.
    fn until(&mut self, holds: impl Fn(View<'_>) -> bool) {
        self.session.poll();
        while !holds(self.session.view()) {
            self.woken.recv_timeout(Duration::from_secs(60)).expect("the session answers");
            self.session.poll();
        }
    }

    fn now(&self) -> SimTime {
        self.session.view().snapshot.map_or(SimTime::ZERO, |snapshot| snapshot.now)
    }

    fn advance(&mut self, secs: u64) {
        let goal = self.now() + Span::from_secs(secs);
        self.session.apply(Action::Advance(Span::from_secs(secs)));
        self.until(|view| view.snapshot.is_some_and(|snapshot| snapshot.now >= goal));
    }

    /// Texts of the notices so far.
    fn notices(&mut self) -> Vec<String> {
        self.session.take_notices().into_iter().map(|notice| notice.text).collect()
    }
}

fn rate(per_second: f64) -> Value {
    Value::Rate(Rate(per_second))
}

#[test]
fn edits_are_undone_and_the_file_knows() {
    let mut driven = Driven::with_shop();
    assert!(driven.session.view().dirty);
    assert_eq!(driven.session.view().plan.sites.len(), 0, "compiled at the next poll");
    driven.session.poll();
    assert_eq!(driven.session.view().plan.sites.len(), 3);
    for _ in 0..5 {
        driven.session.apply(Action::Undo);
    }
    driven.session.poll();
    let view = driven.session.view();
    assert!(view.design.is_empty() && !view.dirty && view.undo.is_none() && view.redo.is_some());
    assert!(view.plan.sites.is_empty());
}

#[test]
fn a_refused_edit_is_a_notice_and_changes_nothing() {
    let mut driven = Driven::with_shop();
    let before = driven.session.view().design.clone();
    let (users, web) = (driven.node("users"), driven.node("asg"));
    driven.session.apply(Action::Edit(Command::AddLink { from: web, to: users }));
    assert!(driven.notices()[0].contains("users only send requests"));
    assert_eq!(*driven.session.view().design, before);
}

#[test]
fn a_cancelled_gesture_leaves_no_trace() {
    let mut driven = Driven::with_shop();
    let (before, steps) = (driven.session.view().design.clone(), driven.session.view().undo.map(str::to_owned));
    driven.session.apply(Action::BeginGesture);
    driven.add("rds");
    driven.session.apply(Action::CancelGesture);
    let view = driven.session.view();
    assert_eq!((view.design, view.undo.map(str::to_owned)), (&before, steps));
}

#[test]
fn a_run_advances_and_is_priced() {
    let mut driven = Driven::with_shop();
    driven.advance(120);
    driven.session.apply(Action::Pause);
    driven.until(|view| view.bill.is_some_and(|bill| bill.hours > 0.03));
    let view = driven.session.view();
    let (snapshot, bill) = (view.snapshot.unwrap(), view.bill.unwrap());
    assert_eq!(snapshot.now, SimTime(120_000_000_000));
    assert!(!view.running && snapshot.events > 1_000);
    let seconds = &snapshot.system.levels[0].points;
    assert_eq!(seconds.len(), 120);
    assert!(seconds.iter().all(|point| point.cost_rate > 0.0), "every second costs something");
    let last = f64::from(seconds.back().unwrap().cost_sum);
    assert!((last - bill.total.usd()).abs() < 1e-5, "{last} against {}", bill.total.usd());
    assert_eq!(bill.total, bill.lines.iter().map(|line| line.cost).sum());
}

#[test]
fn the_same_drawing_shows_the_same_run() {
    let figures = |parts: &[u64]| {
        let mut driven = Driven::with_shop();
        parts.iter().for_each(|&secs| driven.advance(secs));
        let view = driven.session.view();
        let snapshot = view.snapshot.unwrap();
        (snapshot.now, snapshot.events, snapshot.system.levels[0].points.back().copied())
    };
    assert_eq!(figures(&[90]), figures(&[1, 30, 59]));
}

#[test]
fn a_changed_figure_takes_effect_and_the_run_goes_on() {
    let mut driven = Driven::with_shop();
    driven.advance(60);
    let users = driven.node("users");
    driven.set(&users, "rate", rate(0.0));
    driven.session.poll();
    driven.advance(60);
    let view = driven.session.view();
    let points = &view.snapshot.unwrap().system.levels[0].points;
    assert_eq!(points.len(), 120);
    assert!(points[30].arrived > 0.0);
    assert_eq!(points[119].arrived, 0.0);
    assert!(driven.notices().is_empty());
}

#[test]
fn a_node_that_is_drawn_while_the_run_goes_on_takes_part_in_it() {
    let mut driven = Driven::with_shop();
    driven.advance(60);
    let db = driven.add("rds");
    let web = driven.node("asg");
    driven.link(&web, &db);
    driven.advance(200);
    assert_eq!(driven.now(), SimTime(260_000_000_000), "the run goes on");
    let view = driven.session.view();
    let site = view.plan.sites[&db] as usize;
    assert!(view.snapshot.unwrap().sites[site].last.arrived > 10.0, "plan and figures belong together");
    driven.session.apply(Action::Undo);
    driven.session.apply(Action::Undo);
    driven.advance(10);
    assert!(!driven.session.view().plan.sites.contains_key(&db));
    assert!(driven.notices().is_empty());
}

#[test]
fn the_clock_paces_a_run_and_orders_are_obeyed_at_full_speed() {
    let mut driven = Driven::with_shop();
    driven.session.apply(Action::Speed(f64::INFINITY));
    driven.session.apply(Action::Run);
    driven.until(|view| view.snapshot.is_some_and(|snapshot| snapshot.now > SimTime(60_000_000_000)));
    assert!(driven.session.view().running && driven.session.view().events_per_sec > 0.0);
    driven.session.apply(Action::Restart);
    driven.until(|view| view.snapshot.is_some_and(|snapshot| snapshot.now == SimTime::ZERO));
    assert!(!driven.session.view().running);
}

#[test]
fn a_fault_needs_a_run_and_something_to_hit() {
    let mut driven = Driven::with_shop();
    let web = driven.node("asg").to_string();
    let crash = |node: &str| Harm::Crash { node: node.to_owned(), count: 1 };
    driven.session.apply(Action::Inject(crash(&web), Span::from_secs(30)));
    assert!(driven.notices()[0].contains("start the run"));
    driven.advance(10);
    driven.session.apply(Action::Inject(crash("nothing"), Span::from_secs(30)));
    assert!(driven.notices()[0].contains("nothing of that runs now"));
    driven.session.apply(Action::Inject(crash(&web), Span::from_secs(30)));
    driven.advance(5);
    let view = driven.session.view();
    assert_eq!((view.injected.len(), view.snapshot.unwrap().faults.len()), (1, 1));
    assert_eq!(view.injected[0].at, Span::from_secs(10));
}

#[test]
fn a_watched_node_keeps_its_history() {
    let mut driven = Driven::with_shop();
    let web = driven.node("asg");
    driven.session.apply(Action::Watch(Some(web.clone())));
    driven.advance(30);
    let view = driven.session.view();
    let (site, series) = view.snapshot.unwrap().watched.as_ref().unwrap();
    assert_eq!((*site, series.levels[0].points.len()), (view.plan.sites[&web], 30));
}

#[test]
fn a_node_is_charted_with_its_own_cost() {
    let mut driven = Driven::with_shop();
    let web = driven.node("asg");
    driven.advance(30);
    // Its history is priced from the start, not only from when it was chosen.
    driven.session.apply(Action::Watch(Some(web.clone())));
    driven.set(&web, "min", Value::Count(4));
    driven.advance(60);
    driven.session.apply(Action::Pause);
    driven.until(|view| view.bill.is_some_and(|bill| bill.hours > 0.0249));
    let view = driven.session.view();
    let (_, series) = view.snapshot.unwrap().watched.as_ref().unwrap();
    let seconds = &series.levels[0].points;
    assert_eq!(seconds.len(), 90);
    let (sum, bill) = (f64::from(seconds.back().unwrap().cost_sum), view.bill.unwrap());
    assert!((sum - bill.of_node(web.as_str()).usd()).abs() < 1e-5, "{sum} against {}", bill.of_node(web.as_str()));
    assert!(sum < 0.9 * bill.total.usd(), "others cost something as well");
    assert!(seconds.iter().all(|point| point.cost_rate > 0.0));
    assert!(seconds[80].cost_rate > seconds[20].cost_rate, "more servers cost more");
}

#[test]
fn a_marked_span_tells_what_every_node_was_like_then() {
    let mut driven = Driven::with_shop();
    driven.advance(30);
    let at = |secs| SimTime::ZERO + Span::from_secs(secs);
    driven.session.apply(Action::Mark(Some((at(10), at(40)))));
    driven.until(|view| view.marked.is_some());
    let marked = Arc::clone(driven.session.view().marked.unwrap());
    assert_eq!((marked.from, marked.to, marked.until), (at(10), at(40), at(30)));
    let web = driven.session.view().plan.sites[&driven.node("asg")];
    assert_eq!(marked.sites[web as usize].unwrap().span, Span::from_secs(20));
    // The run comes to the end of the span, and past it.
    driven.advance(60);
    driven.until(|view| view.marked.is_some_and(|marked| marked.until >= at(40)));
    assert_eq!(driven.session.view().marked.unwrap().sites[web as usize].unwrap().span, Span::from_secs(30));
    driven.session.apply(Action::Mark(None));
    driven.until(|view| view.marked.is_none());
}

#[test]
fn a_run_that_passes_the_end_of_its_scenario_says_so_once() {
    let mut driven = Driven::with_shop();
    let scenario = Scenario { duration: Span::from_secs(20), ..driven.session.view().design.scenarios[0].clone() };
    driven.session.apply(Action::Edit(Command::PutScenario { at: 0, scenario }));
    driven.session.apply(Action::Speed(f64::INFINITY));
    driven.session.apply(Action::Run);
    driven.until(|view| view.snapshot.is_some_and(|shown| shown.now > SimTime::ZERO + Span::from_secs(60)));
    let said = driven.notices().into_iter().filter(|text| text.contains("The scenario is over after 20 s")).count();
    assert_eq!(said, 1);
    assert!(driven.session.view().running, "it goes on");
}

#[test]
fn a_panic_of_the_engine_is_a_notice() {
    let mut driven = Driven::with_shop();
    driven.session.poll();
    let mut broken = (*driven.session.plan).clone();
    broken.network.sources[0].site = 99;
    let tariff = Arc::clone(&driven.session.tariff);
    driven.session.run.drive(&Action::Run, &Arc::new(broken), &tariff);
    while driven.session.notices.is_empty() {
        driven.woken.recv_timeout(Duration::from_secs(60)).expect("the session answers");
        driven.session.poll();
    }
    assert!(driven.notices()[0].starts_with("The run broke off: "));
    assert!(!driven.session.view().running);
    driven.advance(10);
    assert_eq!(driven.now(), SimTime(10_000_000_000), "the next run runs");
}

#[test]
fn nothing_to_run_is_said() {
    let mut driven = Driven::new(Folders::default());
    driven.session.apply(Action::Run);
    assert!(driven.notices()[0].contains("put Users on the drawing"));
}

#[test]
fn what_was_saved_opens_again_and_a_broken_file_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (good, bad) = (folder.path().join("shop.ron"), folder.path().join("bad.ron"));
    let mut driven = Driven::with_shop();
    driven.session.apply(Action::Save);
    assert!(driven.notices()[0].contains("Save as"));
    driven.session.apply(Action::SaveAs(good.clone()));
    assert!(!driven.session.view().dirty && driven.session.view().path == Some(good.as_path()));
    driven.notices();
    let saved = driven.session.view().design.clone();
    std::fs::write(&bad, "Loadscape(").unwrap();
    driven.session.apply(Action::Open(bad));
    assert!(driven.notices()[0].contains("bad.ron, line 1"));
    assert_eq!((driven.session.view().design, driven.session.view().path), (&saved, Some(good.as_path())));
    driven.session.apply(Action::New);
    assert!(driven.session.view().design.is_empty() && driven.session.view().path.is_none());
    driven.session.apply(Action::Open(good));
    assert_eq!(driven.session.view().design.nodes, saved.nodes);
    assert_eq!(driven.session.view().recent.len(), 1);
}

#[test]
fn another_program_at_the_file_is_noticed_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.ron");
    let mut driven = Driven::with_shop();
    driven.session.apply(Action::SaveAs(path.clone()));
    driven.notices();
    let mut now = clock::now();
    let mut poll = |driven: &mut Driven| {
        now += Duration::from_secs(3);
        driven.session.poll_at(now);
        driven.notices()
    };
    assert!(poll(&mut driven).is_empty());
    std::fs::write(&path, "something else").unwrap();
    assert!(poll(&mut driven)[0].contains("changed by another program"));
    assert!(poll(&mut driven).is_empty());
    std::fs::remove_file(&path).unwrap();
    assert!(poll(&mut driven)[0].contains("no longer there"));
}

#[test]
fn unsaved_work_survives_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let folders = Folders { config: None, data: Some(folder.path().to_owned()) };
    let path = folder.path().join("shop.ron");
    let mut first = Driven::new(folders.clone());
    first.add("users");
    first.session.apply(Action::SaveAs(path.clone()));
    first.add("elb");
    let begin = clock::now();
    first.session.poll_at(begin);
    first.session.poll_at(begin + Duration::from_secs(30));
    let slot = folder.path().join("unsaved-0");
    let copy = std::fs::read(slot.join("unsaved.ron")).expect("a copy was kept");
    // A crash: the lock is gone with the process, the copy stays.
    drop(first);
    assert!(!slot.join("unsaved.ron").exists(), "ended in order, the copy goes");
    std::fs::write(slot.join("unsaved.ron"), copy).unwrap();

    let mut second = Driven::new(folders.clone());
    assert!(second.session.view().recovery.is_some());
    let third = Driven::new(folders.clone());
    assert!(third.session.view().recovery.is_none(), "another window has a slot of its own");
    second.session.apply(Action::Recover);
    let view = second.session.view();
    assert_eq!((view.design.nodes.len(), view.path, view.dirty), (2, Some(path.as_path()), true));
    assert!(view.recovery.is_none());
    second.session.apply(Action::Save);
    drop(second);
    assert!(Driven::new(folders).session.view().recovery.is_none());
}

#[test]
fn an_export_ends_with_a_notice() {
    let folder = tempfile::tempdir().unwrap();
    let mut driven = Driven::with_shop();
    driven.session.apply(Action::Export(folder.path().join("shop.bmp")));
    assert!(driven.notices()[0].contains(".svg"));
    let path = folder.path().join("shop.svg");
    driven.session.apply(Action::Export(path.clone()));
    while driven.session.notices.is_empty() {
        driven.woken.recv_timeout(Duration::from_secs(60)).expect("the session answers");
        driven.session.poll();
    }
    assert!(driven.notices()[0].starts_with("Exported to "));
    assert!(std::fs::read_to_string(path).unwrap().contains("<svg"));
}

/// Events and latest figures of the system: two runs that agree in them are the same run.
fn fingerprint(view: View<'_>) -> (SimTime, u64, String) {
    let snapshot = view.snapshot.expect("there is a run");
    (snapshot.now, snapshot.events, format!("{:?}", snapshot.system.levels[0].points.back()))
}

impl Driven {
    fn seek(&mut self, secs: u64) {
        let moment = SimTime::ZERO + Span::from_secs(secs);
        self.session.apply(Action::Seek(moment));
        self.until(|view| view.snapshot.is_some_and(|snapshot| snapshot.now == moment));
    }
}

#[test]
fn a_run_goes_back_to_any_moment_and_repeats_itself() {
    let mut driven = Driven::with_shop();
    let web = driven.node("asg");
    driven.advance(40);
    driven.session.apply(Action::Inject(Harm::Crash { node: web.to_string(), count: 1 }, Span::from_secs(30)));
    driven.advance(13);
    let then = fingerprint(driven.session.view());
    driven.advance(300);
    let last = fingerprint(driven.session.view());
    driven.seek(53);
    assert_eq!(fingerprint(driven.session.view()), then, "the crash of second 40 happened again");
    assert_eq!(driven.session.view().injected.len(), 1);
    driven.advance(300);
    assert_eq!(fingerprint(driven.session.view()), last);
}

#[test]
fn going_back_before_a_change_makes_another_run() {
    let mut driven = Driven::with_shop();
    let users = driven.node("users");
    driven.advance(60);
    let then = fingerprint(driven.session.view());
    driven.advance(60);
    driven.set(&users, "rate", rate(400.0));
    driven.advance(60);
    driven.seek(60);
    assert_eq!(fingerprint(driven.session.view()), then, "at second 60 nothing had been changed");
    driven.advance(20);
    let arrived = driven.session.view().snapshot.unwrap().system.levels[0].points.back().unwrap().arrived;
    assert!((300.0..500.0).contains(&arrived), "the drawing counts from where it was sought to: {arrived}/s");
}

/// A file so large that it is opened on a thread of its own.
fn large(folder: &std::path::Path) -> PathBuf {
    let node = |n: usize| {
        let (x, y) = (n % 100 * 240, n / 100 * 140);
        format!("(id: \"n{n}\", service: \"ec2\", label: \"Server number {n} of many\", at: ({x}, {y})),\n")
    };
    let nodes: String = (0..8_000).map(node).collect();
    let path = folder.join("large.ron");
    std::fs::write(&path, format!("Loadscape(version: 1, name: \"Large\", nodes: [{nodes}])")).expect("writable");
    path
}

#[test]
fn a_large_file_opens_while_the_window_goes_on() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = large(folder.path());
    let mut driven = Driven::with_shop();
    driven.session.apply(Action::Open(path.clone()));
    let view = driven.session.view();
    assert_eq!((view.design.nodes.len(), view.opening.map(Opening::path)), (3, Some(path.as_path())));
    driven.until(|view| view.opening.is_none());
    let view = driven.session.view();
    assert_eq!((view.design.nodes.len(), view.path, view.dirty), (8_000, Some(path.as_path()), false));
    assert!(
        view.compiling && view.plan.sites.is_empty() && view.findings.is_empty(),
        "nothing of what was open before"
    );
    driven.until(|view| !view.compiling);
    assert_eq!(driven.session.view().plan.sites.len(), 8_000);
    let layout = driven.session.take_arrived().expect("it is laid out");
    assert_eq!(layout.cards().len(), 8_000);
    assert!(driven.session.take_arrived().is_none(), "once");
}

#[test]
fn opening_a_large_file_can_be_given_up_and_can_fail() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = large(folder.path());
    let mut driven = Driven::with_shop();
    driven.session.apply(Action::Open(path.clone()));
    driven.session.apply(Action::CancelOpening);
    driven.until(|view| view.opening.is_none());
    assert_eq!(driven.session.view().design.nodes.len(), 3);
    let text = std::fs::read_to_string(&path).expect("readable");
    std::fs::write(&path, text.replacen("service: \"ec2\"", "service: ec2", 1)).expect("writable");
    driven.session.apply(Action::Open(path));
    driven.until(|view| view.opening.is_none());
    let notices = driven.session.take_notices();
    assert!(notices.iter().any(|notice| notice.text.contains("large.ron, line 1")), "{notices:?}");
    assert_eq!(driven.session.view().design.nodes.len(), 3, "what was open stays");
}

#[test]
fn what_was_not_understood_is_kept_as_a_list() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("flow.yaml");
    let bare = |n: u32| format!("  Thing{n}:\n    Type: AWS::Thing{n}::Other\n");
    let things: String = (0..150).map(bare).collect();
    let text = format!("Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n{things}");
    std::fs::write(&path, text).expect("writable");
    let mut driven = Driven::new(Folders::default());
    driven.session.apply(Action::Open(path));
    let remarks = driven.session.view().remarks.expect("there is a list").clone();
    assert!(remarks.title.contains("flow.yaml") && remarks.lines.len() >= 150, "{remarks:?}");
    assert!(remarks.lines.iter().any(|line| line == "line 4: AWS::Thing0::Other has no counterpart here: Thing0"));
    driven.session.apply(Action::New);
    assert_eq!(driven.session.view().remarks, None);
}

#[test]
fn a_moment_that_is_past_is_shown_and_nothing_is_given_up() {
    let mut driven = Driven::with_shop();
    driven.session.apply(Action::Advance(Span::from_secs(20)));
    let twenty = SimTime::ZERO + Span::from_secs(20);
    driven.until(|view| view.snapshot.is_some_and(|snapshot| snapshot.now == twenty));
    let early = Arc::clone(driven.session.view().snapshot.expect("there is a run"));
    driven.advance(60);
    let late = driven.session.view().good;
    driven.session.apply(Action::Look(twenty));
    driven.until(|view| view.snapshot.is_some_and(|snapshot| snapshot.now == twenty));
    let view = driven.session.view();
    let (shown, live) = (view.snapshot.expect("shown"), view.live.expect("live"));
    assert_eq!(
        (shown.events, live.now.secs()),
        (early.events, 80.0),
        "the same moment again, and the run where it was"
    );
    assert_eq!(view.looked_at, Some(twenty));
    driven.session.apply(Action::LookAhead);
    driven.until(|view| view.snapshot.is_some_and(|snapshot| snapshot.now.secs() == 80.0));
    assert_eq!((driven.session.view().good, driven.session.view().looked_at), (late, None));
}

#[test]
fn what_is_changed_in_the_past_goes_on_from_there() {
    let mut driven = Driven::with_shop();
    driven.advance(60);
    driven.session.apply(Action::Look(SimTime::ZERO + Span::from_secs(30)));
    driven.until(|view| view.snapshot.is_some_and(|snapshot| snapshot.now.secs() == 30.0));
    let users = driven.node("users");
    driven.set(&users, "rate", rate(1.0));
    driven.until(|view| view.live.is_some_and(|live| live.now.secs() == 30.0));
    assert_eq!(driven.session.view().looked_at, None, "it is the run now");
    driven.advance(30);
    let last = driven.session.view().snapshot.expect("a run").system.levels[0].points.back().copied();
    assert!(last.expect("a second").arrived < 10.0, "the users are few from then on");
}

#[test]
fn what_was_measured_is_written_as_the_command_line_writes_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let mut driven = Driven::with_shop();
    driven.session.apply(Action::Export(path("early.html")));
    let told = driven.session.take_notices();
    assert!(told.iter().any(|notice| notice.text.contains("run the design first")), "{told:?}");
    driven.session.apply(Action::Advance(Span::from_secs(30)));
    driven.until(|view| view.snapshot.is_some_and(|snapshot| snapshot.now >= SimTime::ZERO + Span::from_secs(30)));
    for name in ["run.html", "run.json", "run.csv"] {
        driven.session.apply(Action::Export(path(name)));
    }
    driven.until(|view| view.exports.is_empty());
    let read = |name: &str| std::fs::read_to_string(path(name)).expect("it was written");
    assert!(read("run.html").starts_with("<!DOCTYPE html>") && read("run.html").contains("30 s simulated"));
    let figures: serde_json::Value = serde_json::from_str(&read("run.json")).expect("it is JSON");
    let live = driven.session.view().good;
    assert_eq!((figures["requests"]["good"].as_u64(), figures["simulated_s"].as_f64()), (Some(live), Some(30.0)));
    assert_eq!(figures["series"].as_array().map(Vec::len), Some(30));
    assert_eq!(read("run.csv").lines().count(), 31);
    let web = driven.node("asg");
    let request = ExportRequest {
        path: path("web.csv"),
        take: Take::Record(Record::Course),
        subject: Subject { part: Some([web].into()), ..Subject::default() },
        options: Options::default(),
    };
    driven.session.apply(Action::ExportAs(Box::new(request)));
    driven.until(|view| view.exports.is_empty());
    assert_ne!(read("web.csv"), read("run.csv"));
}

#[test]
fn a_step_holds_at_its_very_end_and_may_go_on() {
    let mut driven = Driven::new(Folders::default());
    let box_ = file::walkthroughs().iter().find(|shipped| shipped.key == "box").unwrap();
    driven.session.apply(Action::OpenWalkthrough(box_.key.to_owned(), 0));
    driven.session.apply(Action::Speed(f64::INFINITY));
    let end = SimTime::ZERO + driven.session.view().design.scenarios[0].duration;
    driven.until(|view| view.snapshot.is_some_and(|snapshot| snapshot.now >= end) && !view.running);
    assert_eq!(driven.now(), end, "what is exported then is of the length that the claims are about");
    driven.session.apply(Action::Run);
    driven.until(|view| view.snapshot.is_some_and(|snapshot| snapshot.now > end));
}
