//! A walkthrough in the window.

use super::window::{harness, steps};
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use loadscape::app::App;
use loadscape::model::{Id, Point};
use loadscape::session::{Action, Standing};
use loadscape::units::Span;
use loadscape::words::{self, Language};

/// WhatsTheTime.com, opened from the welcome card.
fn opened() -> Harness<'static, App> {
    let mut harness = harness();
    harness.get_by_label("Open walkthrough WhatsTheTime.com").click();
    steps(&mut harness, 4);
    harness
}

/// Waits for something that other threads work on.
fn until(harness: &mut Harness<'static, App>, done: impl Fn(&App) -> bool) {
    for _ in 0..200_000 {
        if done(harness.state()) {
            return steps(harness, 3);
        }
        harness.step();
        std::thread::yield_now();
    }
    panic!("it never came about");
}

fn which(harness: &Harness<'static, App>) -> (usize, Option<usize>) {
    let which = harness.state().view().playing.expect("a walkthrough is open").which;
    (which.step, which.variant)
}

#[test]
fn a_walkthrough_is_opened_played_and_forked() {
    words::in_language(Language::English, || {
        let mut harness = opened();
        assert!(harness.state().view().running, "it plays by itself");
        assert_eq!((which(&harness), harness.state().view().speed), ((0, None), 30.0));
        harness.get_by_label_contains("One t2.micro with an Elastic IP");
        let variant = harness.get_by_label("Without the Elastic IP");
        variant.scroll_to_me();
        steps(&mut harness, 30);
        harness.get_by_label("Without the Elastic IP").click();
        steps(&mut harness, 4);
        assert_eq!(which(&harness), (0, Some(0)));
        harness.get_by_label("Back").click();
        steps(&mut harness, 4);
        assert_eq!(which(&harness), (0, None));
        harness.get_by_label("Next step").click();
        steps(&mut harness, 4);
        assert_eq!(which(&harness), (1, None));
        harness.key_press(Key::ArrowRight);
        steps(&mut harness, 4);
        assert_eq!(which(&harness), (2, None), "the arrow keys go through the steps");
        harness.key_press(Key::ArrowLeft);
        steps(&mut harness, 4);
        assert_eq!(which(&harness), (1, None), "and back");
        harness.get_by_label("Back").click();
        steps(&mut harness, 4);
        assert_eq!(which(&harness), (0, None), "from a step to the one before");
        harness.get_by_label("Next step").click();
        steps(&mut harness, 4);
        harness.get_by_label("Step 1: One server, one fixed address").click();
        steps(&mut harness, 4);
        assert_eq!(which(&harness), (0, None));
        harness.get_by_label("Fork this step").click();
        steps(&mut harness, 4);
        let view = harness.state().view();
        assert!(view.playing.is_none() && view.dirty && view.design.nodes.len() == 2);
    });
}

#[test]
fn the_steps_are_listed_by_title_and_before_and_after_is_in_sight() {
    words::in_language(Language::English, || {
        let mut harness = opened();
        harness.get_by_label("An Auto Scaling group");
        harness.get_by_label("A load balancer with health checks").click();
        steps(&mut harness, 4);
        assert_eq!(which(&harness), (5, None), "a click on a title goes there");
        until(&mut harness, |app| app.view().playing.is_some_and(|playing| playing.shown.is_some()));
        let dock = harness.get_by_label("Overview").rect().top();
        let last = harness.get_by_label("cost a month").rect();
        assert!(last.bottom() < dock, "all of the table is in sight: {last:?}, {dock}");
        let list = harness.get_by_label("An Auto Scaling group").rect();
        assert!(list.left() > 1_000.0, "the inspector has nothing else to show");
        // The inspector shows a node: list and table move into the walkthrough's own panel.
        harness.get_by_label("Look at Balancer").click();
        steps(&mut harness, 4);
        assert_eq!(harness.state().selection().len(), 1);
        assert!(harness.get_by_label("An Auto Scaling group").rect().left() < 400.0);
        harness.get_by_label("cost a month");
        harness.get_by_label("Look at Balancer").click();
        steps(&mut harness, 4);
        assert!(harness.get_by_label("An Auto Scaling group").rect().left() > 1_000.0);
    });
}

#[test]
fn a_folded_walkthrough_leaves_the_canvas_its_room() {
    words::in_language(Language::English, || {
        let mut harness = opened();
        let text = "One t2.micro with an Elastic IP";
        harness.get_by_label("Fold the walkthrough").click();
        steps(&mut harness, 4);
        assert!(harness.query_by_label_contains(text).is_none());
        harness.get_by_label("Unfold the walkthrough").click();
        steps(&mut harness, 4);
        harness.get_by_label_contains(text);
    });
}

#[test]
fn a_variant_stands_beside_the_figures_of_its_step() {
    words::in_language(Language::English, || {
        let mut harness = opened();
        let variant = harness.get_by_label("Without the Elastic IP");
        variant.scroll_to_me();
        steps(&mut harness, 30);
        harness.get_by_label("Without the Elastic IP").click();
        steps(&mut harness, 4);
        harness.state_mut().apply(Action::Advance(Span::from_secs(600)));
        until(&mut harness, |app| {
            let playing = app.view().playing.unwrap();
            playing.is_over() && playing.shown.is_some()
        });
        for _ in 0..200_000 {
            if harness.query_by_label("now").is_some() {
                break;
            }
            harness.step();
            std::thread::yield_now();
        }
        for label in ["step 1", "now", "downtime", "errors"] {
            assert!(harness.query_all_by_label(label).next().is_some(), "{label} is in the table");
        }
    });
}

#[test]
fn claims_follow_the_run_in_sight() {
    words::in_language(Language::English, || {
        let mut harness = opened();
        harness.state_mut().apply(Action::Pause);
        until(&mut harness, |app| app.view().playing.is_some_and(|playing| playing.shown.is_some()));
        let standing =
            |harness: &Harness<'static, App>, claim| match harness.state().view().playing.unwrap().standing(claim) {
                Standing::Pending => 'p',
                Standing::Underway(_) => 'u',
                Standing::Settled(verdict) if verdict.judged.ok => 'y',
                Standing::Settled(_) => 'n',
            };
        harness.state_mut().apply(Action::Restart);
        harness.state_mut().apply(Action::Advance(Span::from_secs(60)));
        until(&mut harness, |app| app.view().playing.unwrap().now >= Span::from_secs(60));
        assert_eq!([0, 1, 2, 3].map(|claim| standing(&harness, claim)), ['u', 'p', 'p', 'p']);
        harness.state_mut().apply(Action::Advance(Span::from_secs(600)));
        until(&mut harness, |app| app.view().playing.unwrap().is_over());
        assert_eq!([0, 1, 2, 3].map(|claim| standing(&harness, claim)), ['y'; 4]);
        let done = harness.state().view().playing.unwrap().done.clone();
        assert_eq!(done.into_iter().collect::<Vec<_>>(), [0], "the step is ticked off");
        assert!(harness.query_all_by_label("holds").count() == 4);
    });
}

#[test]
fn the_list_is_in_the_left_panel_and_a_changed_run_is_told() {
    words::in_language(Language::English, || {
        let mut harness = harness();
        harness.get_by_label("Close the welcome card").click();
        steps(&mut harness, 3);
        harness.get_by_label("Walkthroughs").click();
        steps(&mut harness, 3);
        harness.get_by_label("Open walkthrough MyClothes.com").click();
        steps(&mut harness, 4);
        let told = "You have changed this run. The claims below are about the step as it was written.";
        assert!(harness.query_by_label(told).is_none());
        harness.state_mut().apply(Action::Edit(loadscape::edit::Command::Title("Mine".to_owned())));
        steps(&mut harness, 3);
        harness.get_by_label(told);
        harness.get_by_label("Next step").click();
        steps(&mut harness, 3);
        assert_eq!(which(&harness), (0, None), "it asks first");
        harness.get_by_label("Don't save").click();
        steps(&mut harness, 4);
        assert_eq!(which(&harness), (1, None));
    });
}

#[test]
fn a_step_opens_the_chart_of_its_point_and_the_palette_makes_room() {
    words::in_language(Language::English, || {
        let mut harness = opened();
        assert!(harness.query_by_label("Search services").is_none(), "the canvas has its room");
        harness.get_by_label("Next step").click();
        steps(&mut harness, 4);
        until(&mut harness, |app| app.view().snapshot.is_some_and(|snapshot| snapshot.watched.is_some()));
        let left = |harness: &Harness<'static, App>, chart: &str| harness.get_by_label_contains(chart).rect().left();
        let first = left(&harness, "Chart CPU credits");
        assert!(first < left(&harness, "Chart Latency") && first < left(&harness, "Chart Requests"));
        harness.get_by_label_contains("Chart Cost");
        // The same node again, in another run.
        harness.get_by_label("Play this step again").click();
        steps(&mut harness, 4);
        until(&mut harness, |app| app.view().snapshot.is_some_and(|snapshot| snapshot.watched.is_some()));
        harness.get_by_label_contains("Chart CPU credits");
        harness.get_by_label("Close the walkthrough").click();
        steps(&mut harness, 20);
        harness.get_by_label("Search services");
    });
}

#[test]
fn a_walkthrough_of_ones_own_is_listed_and_its_problems_are_told_in_the_panel() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("mine.ron");
    let shipped = loadscape::file::walkthroughs().iter().find(|shipped| shipped.key == "ready").unwrap();
    let text = shipped.text.replacen("holds: \"news.boot.mean", "holds: \"gone.boot.mean", 1);
    std::fs::write(&path, text.replacen("chart: \"news.instances\"", "chart: \"news.speed\"", 1)).expect("writable");
    words::in_language(Language::English, || {
        let mut harness = harness();
        harness.get_by_label("Close the welcome card").click();
        steps(&mut harness, 3);
        harness.state_mut().apply(Action::Open(path.clone()));
        steps(&mut harness, 6);
        assert_eq!(which(&harness), (0, None), "the rest of it plays");
        let told = harness.query_all_by_label_contains("there is no node \"gone\"").count();
        assert_eq!(told, 2, "in the panel, and in the note that is read aloud");
        assert!(harness.query_all_by_label_contains("step 1: there is no chart \"news.speed\"").count() >= 1);
        harness.get_by_label("Next step").click();
        steps(&mut harness, 6);
        harness.get_by_label("Problems in other steps: 2");
        harness.get_by_label("Close the walkthrough").click();
        steps(&mut harness, 20);
        harness.get_by_label("Walkthroughs").click();
        steps(&mut harness, 4);
        harness.get_by_label("Open walkthrough mine").scroll_to_me();
        steps(&mut harness, 4);
        harness.get_by_label("Open walkthrough mine").click();
        steps(&mut harness, 6);
        assert_eq!(which(&harness), (1, None), "it goes on where it was");
    });
}

/// A story in a window that moves: harnesses stand still unless they are told otherwise.
fn opened_in_motion() -> Harness<'static, App> {
    let harness = opened();
    harness.ctx.all_styles_mut(|style| style.animation_time = 0.1);
    harness
}

/// Where the card of a node was painted, and where it stands.
fn on_its_way(harness: &Harness<'static, App>, node: &str) -> Option<(Point, Point)> {
    let stands = harness.state().view().design.nodes.get(&Id::new(node)?)?.at;
    Some((harness.state().painted_at(node)?, stands))
}

/// The very frame in which a step is open.
fn arrives(harness: &mut Harness<'static, App>, step: usize) {
    for _ in 0..10 {
        if which(harness).0 == step {
            return;
        }
        harness.step();
    }
    panic!("step {step} is not opened");
}

/// Goes to the third step, where the server moves and two others join it.
fn at_the_third_step(mut harness: Harness<'static, App>) -> Harness<'static, App> {
    harness.get_by_label("Scale up").click();
    steps(&mut harness, 60);
    harness.get_by_label("Scale out by hand").click();
    arrives(&mut harness, 2);
    harness
}

#[test]
fn what_stays_glides_what_is_new_comes_out_of_its_caller_and_the_camera_follows() {
    words::in_language(Language::English, || {
        let mut harness = at_the_third_step(opened_in_motion());
        let seen = |harness: &Harness<'static, App>| harness.get_by_label("node Visitors").rect().left();
        let (mut way, mut camera) = (Vec::new(), Vec::new());
        for _ in 0..50 {
            harness.step();
            let (painted, stands) = on_its_way(&harness, "web").expect("it stays");
            way.push(painted.distance(stands));
            camera.push(seen(&harness));
        }
        assert!(way[1] > 50.0 && way[49] == 0.0, "it glides to where it stands: {way:?}");
        assert!(way.windows(2).all(|pair| pair[1] <= pair[0]), "never back: {way:?}");
        assert!(way.iter().filter(|&&left| left > 0.0).count() > 20, "for half a second: {way:?}");
        assert!(camera.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 60.0), "the camera does not jump: {camera:?}");
        let canvas = harness.get_by_label("Canvas").rect();
        for node in ["node Visitors", "node Web", "node Web 2", "node Web 3"] {
            let card = harness.get_by_label(node).rect();
            assert!(canvas.contains_rect(card) && card.left() > 330.0, "{node} is in sight beside the panel: {card:?}");
        }
        // A step back: what goes leaves into its caller, and is gone in the end.
        harness.get_by_label("Back").click();
        arrives(&mut harness, 1);
        steps(&mut harness, 3);
        assert!(harness.state().painted_at("web-3").is_some(), "it is still leaving");
        steps(&mut harness, 50);
        assert!(harness.state().painted_at("web-3").is_none());
    });
}

#[test]
fn with_reduced_motion_a_step_is_there_at_once() {
    words::in_language(Language::English, || {
        let mut harness = opened_in_motion();
        harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
        steps(&mut harness, 3);
        harness.event(egui::Event::Text("reduced motion".to_owned()));
        steps(&mut harness, 3);
        harness.key_press(Key::Enter);
        steps(&mut harness, 6);
        let mut harness = at_the_third_step(harness);
        steps(&mut harness, 2);
        let seen = |harness: &Harness<'static, App>| harness.get_by_label("node Visitors").rect().left();
        let camera = seen(&harness);
        for node in ["web", "web-2", "web-3"] {
            let (painted, stands) = on_its_way(&harness, node).expect("it is there");
            assert_eq!(painted, stands, "{node}");
        }
        steps(&mut harness, 40);
        assert_eq!(seen(&harness), camera, "nor does the camera move later");
    });
}

#[test]
fn ticks_and_the_step_survive_a_restart() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("window.ron");
    let window = || {
        let file = file.clone();
        let mut harness = Harness::builder()
            .with_size([1_440.0, 900.0])
            .with_max_steps(40)
            .build_eframe(move |creation| App::for_test_with(&creation.egui_ctx, file));
        steps(&mut harness, 6);
        harness
    };
    words::in_language(Language::English, || {
        let mut harness = window();
        harness.get_by_label("Open walkthrough WhatsTheTime.com").click();
        steps(&mut harness, 4);
        until(&mut harness, |app| app.view().playing.is_some_and(|playing| playing.shown.is_some()));
        harness.state_mut().apply(Action::Advance(Span::from_secs(600)));
        until(&mut harness, |app| app.view().playing.unwrap().is_over());
        harness.get_by_label("One server, one fixed address, all claims held");
        harness.get_by_label("Scale up").click();
        steps(&mut harness, 6);
        eframe::App::on_exit(harness.state_mut(), None);
        drop(harness);
        let mut harness = window();
        harness.get_by_label("Open walkthrough WhatsTheTime.com").click();
        steps(&mut harness, 4);
        assert_eq!(which(&harness), (1, None), "it goes on where it was");
        harness.get_by_label("One server, one fixed address, all claims held");
        assert!(harness.query_by_label("Search services").is_none(), "the palette is put away again");
    });
}
