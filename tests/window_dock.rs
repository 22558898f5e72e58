//! The bottom panel, driven as a person would: charts, their legends and table, the time line.

use super::window::{add, card, empty, harness, steps};
use egui::accesskit::Role;
use egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use loadscape::app::App;
use loadscape::catalog::Value;
use loadscape::edit::Command;
use loadscape::scenario::{Fault, Harm};
use loadscape::session::Action;
use loadscape::units::{SimTime, Span};

/// A sample that has run for so many simulated seconds, and holds.
pub fn ran(sample: &str, secs: u64) -> Harness<'static, App> {
    let mut harness = harness();
    harness.state_mut().apply(Action::OpenSample(sample.to_owned()));
    harness.get_by_label("Close the welcome card").click();
    steps(&mut harness, 4);
    harness.state_mut().apply(Action::Advance(Span::from_secs(secs)));
    until(&mut harness, |app| now(app) >= secs as f64);
    steps(&mut harness, 3);
    harness
}

fn now(app: &App) -> f64 {
    app.view().snapshot.map_or(0.0, |snapshot| snapshot.now.secs())
}

/// Frames until something holds; the engine works beside.
pub fn until(harness: &mut Harness<'static, App>, holds: impl Fn(&App) -> bool) {
    for _ in 0..4_000 {
        if holds(harness.state()) {
            return;
        }
        std::thread::yield_now();
        harness.step();
    }
    panic!("it never came to hold");
}

#[test]
fn charts_say_their_figures_and_share_a_cursor() {
    let mut harness = ran("myclothes", 120);
    for title in ["Latency", "Requests", "Instances", "Cost"] {
        let name = format!("Chart {title}: ");
        let wide = harness.get_by_label_contains(&name).rect().width();
        assert!(wide > 180.0, "{title}: {wide}");
    }
    let at = harness.get_by_label_contains("Chart Requests: ").rect().center();
    harness.hover_at(at);
    steps(&mut harness, 3);
    let told = harness.get_by_label_contains("Chart Latency: ").accesskit_node().label().unwrap_or_default();
    assert!(told.contains("; at 00:0") && told.contains("p95 "), "{told}");
}

#[test]
fn a_line_is_put_out_of_sight_and_back_by_its_name() {
    let mut harness = ran("myclothes", 60);
    let told = |harness: &Harness<'static, App>| {
        harness.get_by_label_contains("Chart Latency: ").accesskit_node().label().unwrap_or_default()
    };
    for with in [false, true] {
        harness.get_by_role_and_label(Role::CheckBox, "p99 in Latency").click();
        steps(&mut harness, 3);
        let at = harness.get_by_label_contains("Chart Latency: ").rect().center();
        harness.hover_at(at);
        steps(&mut harness, 3);
        assert_eq!(told(&harness).contains("p99"), with, "{}", told(&harness));
    }
}

#[test]
fn the_wheel_zooms_a_drag_moves_and_a_drag_with_shift_marks() {
    let mut harness = ran("myclothes", 300);
    let chart = harness.get_by_label_contains("Chart Latency: ").rect();
    harness.hover_at(chart.center());
    steps(&mut harness, 2);
    for _ in 0..4 {
        harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: vec2(0.0, 60.0),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Unknown,
            modifiers: Modifiers::NONE,
        });
        steps(&mut harness, 8);
    }
    let shown = harness.get_by_label("Time shown");
    assert!(shown.rect().width() > 100.0, "it says from when to when");
    let (from, to) = (chart.center() - vec2(30.0, 0.0), chart.center() + vec2(30.0, 0.0));
    harness.event(egui::Event::PointerMoved(from));
    harness.event(egui::Event::ModifiersChanged(Modifiers::SHIFT));
    let (button, modifiers) = (egui::PointerButton::Primary, Modifiers::SHIFT);
    harness.event(egui::Event::PointerButton { pos: from, button, pressed: true, modifiers });
    steps(&mut harness, 1);
    for n in 1..=6 {
        harness.event(egui::Event::PointerMoved(from + (to - from) * (n as f32 / 6.0)));
        steps(&mut harness, 1);
    }
    harness.event(egui::Event::PointerButton { pos: to, button, pressed: false, modifiers });
    steps(&mut harness, 1);
    harness.event(egui::Event::ModifiersChanged(Modifiers::NONE));
    steps(&mut harness, 2);
    harness.get_by_label("Forget the marked span").click();
    steps(&mut harness, 3);
    assert!(harness.query_by_label("Forget the marked span").is_none());
}

#[test]
fn the_same_figures_stand_in_a_table() {
    let mut harness = ran("myclothes", 60);
    harness.get_by_role_and_label(Role::CheckBox, "Show figures as a table").click();
    steps(&mut harness, 3);
    assert!(harness.query_all_by_label_contains("Latency").count() > 2, "a column for each line");
    assert!(harness.query_all_by_label_contains(" ms").count() > 3, "with figures and units");
    assert!(harness.query_by_label("00:00:59").is_some(), "the latest moment is on top");
}

#[test]
fn the_time_line_shows_an_earlier_moment_and_leads_back() {
    let mut harness = ran("myclothes", 200);
    let bar = harness.get_by_label_contains("Time line: 00:03:20 of 00:03:20; the scenario ends at").rect().shrink(1.0);
    let end = harness.state().view().design.scenarios[0].duration.secs();
    assert!((200.0..=3_600.0).contains(&end), "all of the plan is in sight");
    let at = bar.left_center() + vec2(bar.width() * (50.0 / end) as f32, 0.0);
    harness.hover_at(at);
    steps(&mut harness, 2);
    harness.drag_at(at);
    steps(&mut harness, 1);
    harness.drop_at(at);
    until(&mut harness, |app| now(app) < 60.0);
    steps(&mut harness, 3);
    let view = harness.state().view();
    assert!((now(harness.state()) - 50.0).abs() < 2.0, "a quarter of the run: {}", now(harness.state()));
    assert_eq!(view.live.expect("a run").now, SimTime::ZERO + Span::from_secs(200), "the run stays where it is");
    harness.get_by_label_contains("Time line: 00:00:").focus();
    steps(&mut harness, 2);
    harness.key_press(Key::ArrowLeft);
    until(&mut harness, |app| now(app) < 49.0);
    steps(&mut harness, 2);
    harness.get_by_label("Back to live").click();
    until(&mut harness, |app| now(app) == 200.0);
    steps(&mut harness, 2);
    assert!(harness.query_by_label("Back to live").is_none());
}

#[test]
fn the_time_line_tells_what_is_planned() {
    let mut harness = ran("myclothes", 20);
    let mut scenario = harness.state().view().design.scenarios[0].clone();
    scenario.duration = Span::from_secs(600);
    scenario.faults = vec![Fault {
        at: Span::from_secs(300),
        lasts: Span::from_secs(60),
        harm: Harm::ZoneOutage { zone: "a".to_owned() },
    }];
    harness.state_mut().apply(Action::Edit(Command::PutScenario { at: 0, scenario }));
    steps(&mut harness, 3);
    let bar = harness.get_by_label_contains("; the scenario ends at 00:10:00").rect();
    for (part, told) in [(0.5, "00:05:00 planned: zone a outage"), (0.999, "00:10:00 the scenario ends")] {
        harness.hover_at(bar.left_center() + vec2(bar.width() * part, 0.0));
        steps(&mut harness, 40);
        assert!(harness.query_all_by_label_contains(told).next().is_some(), "{told}");
    }
}

#[test]
fn why_names_what_is_scarce_and_where_time_goes() {
    let mut harness = ran("myclothes", 90);
    harness.get_by_role_and_label(Role::Tab, "Why").click();
    steps(&mut harness, 3);
    assert!(harness.query_by_label_contains("% in use").is_some(), "the busiest node is named");
    assert!(harness.query_all_by_label_contains(" of the time, works").count() > 2, "hops with what they did");
    harness.get_by_role_and_label(Role::Tab, "Requests").click();
    steps(&mut harness, 3);
    let listed = harness.query_all_by_label_contains("Request at 00:0").count();
    assert!(listed > 3, "{listed} requests");
    assert!(harness.query_all_by_label_contains("Balancer: ").count() > 0, "the first of them as a waterfall");
}

#[test]
fn a_run_that_is_kept_is_compared_with_the_next() {
    let mut harness = ran("myclothes", 60);
    harness.get_by_role_and_label(Role::Tab, "Compare").click();
    steps(&mut harness, 3);
    harness.get_by_label("Keep this run").click();
    steps(&mut harness, 3);
    let group = harness.state().view().design.nodes.iter().find(|(_, node)| node.service == "asg");
    let id = group.expect("a group").0.clone();
    let larger = loadscape::catalog::Value::Word("m5.xlarge".to_owned());
    let command = loadscape::edit::Command::Set { ids: vec![id], key: "type".to_owned(), value: Some(larger) };
    harness.state_mut().apply(Action::Edit(command));
    harness.get_by_label("Run again to 00:01:00").click();
    steps(&mut harness, 2);
    until(&mut harness, |app| now(app) == 60.0);
    steps(&mut harness, 3);
    assert!(harness.query_by_label("Good answers").is_some());
    let view = harness.state().view();
    let lines = loadscape::session::differences(view.kept.expect("kept"), &view.as_kept().expect("a run"));
    let of = |name: &str| lines.iter().find(|line| line.name == name).unwrap_or_else(|| panic!("no {name}"));
    assert_eq!(of("Requests").change, "", "the traffic is the same");
    let edits = view.edits.to_vec();
    assert!(edits.len() == 1 && edits[0].contains(" → m5.xlarge"), "{edits:?}");
    assert!(harness.query_by_label(&edits[0]).is_some(), "what was changed is in sight");
    let by_node =
        loadscape::session::node_differences(view.design, view.kept.expect("kept"), &view.as_kept().expect("a run"));
    let (name, own) = by_node.iter().find(|(_, lines)| lines.iter().any(|line| line.name == "In use")).expect("a node");
    assert!(own.iter().any(|line| line.name == "Cost of an hour"), "{name} costs more: {own:?}");
    let changed: Vec<&str> = lines.iter().filter(|line| !line.change.is_empty()).map(|line| &*line.name).collect();
    for name in ["p95", "Cost of an hour", "Cost of a month", "Cost of 1,000 good answers"] {
        assert!(changed.contains(&name), "larger instances change {name}, not only {changed:?}");
    }
    for line in lines.iter().take(3) {
        assert!(harness.query_all_by_label(&line.name).next().is_some(), "{} is in sight", line.name);
        assert!(harness.query_all_by_label(&line.now).next().is_some(), "with {}", line.now);
    }
    harness.get_by_role_and_label(Role::Tab, "Overview").click();
    steps(&mut harness, 2);
    let at = harness.get_by_label_contains("Chart Requests: ").rect().center();
    harness.hover_at(at);
    steps(&mut harness, 3);
    let told = harness.get_by_label_contains("Chart Requests: ").accesskit_node().label().unwrap_or_default();
    assert!(told.contains("good ") && told.contains(", kept "), "{told}");
}

#[test]
fn what_was_found_stands_on_the_card_and_beside_its_settings_and_is_mended_there() {
    let mut harness = empty();
    add(&mut harness, "asg", 300.0, 200.0);
    let ids: Vec<_> = harness.state().view().design.nodes.keys().cloned().collect();
    for (key, count) in [("min", 5), ("max", 2)] {
        let (ids, value) = (ids.clone(), Some(Value::Count(count)));
        harness.state_mut().apply(Action::Edit(Command::Set { ids, key: key.to_owned(), value }));
    }
    steps(&mut harness, 3);
    let label = harness.state().view().design.nodes[&ids[0]].label.clone();
    let name = format!("node {label}");
    let said = harness.get_by_label(&name).accesskit_node().description().unwrap_or_default();
    assert!(said.contains("Error: ") && said.contains("it runs 5"), "{said}");
    // The pointer on the mark of the card shows the words; a click selects the card.
    let corner = card(&harness, &label).right_top();
    harness.hover_at(corner);
    steps(&mut harness, 2);
    let at = card(&harness, &label).center();
    harness.drag_at(at);
    harness.drop_at(at);
    steps(&mut harness, 4);
    harness.get_by_label_contains("here: min-above-max").click();
    steps(&mut harness, 4);
    let found = |harness: &Harness<'static, App>| {
        harness.state().view().findings.iter().any(|finding| finding.rule == "min-above-max")
    };
    assert!(!found(&harness) && harness.query_by_label_contains("here: min-above-max").is_none());
    harness.state_mut().apply(Action::Undo);
    steps(&mut harness, 2);
    assert!(found(&harness), "the fix is one step");
}
