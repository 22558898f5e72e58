//! Speed of the canvas: layout, hits, display lists, and whole frames of the window without its painter - interface code,
//! scene and tessellation, as a person pans, drags and watches a run.

use criterion::{Criterion, criterion_group, criterion_main};
use egui::{Event, Modifiers, PointerButton, Pos2, RawInput, Vec2, pos2, vec2};
use loadscape::app::{App, thread_time};
use loadscape::compile::compile;
use loadscape::file;
use loadscape::model::{CARD, Design, Id, Link, Node, Point, Rect};
use loadscape::scene::{self, Layout, Picture};
use loadscape::session::Action;
use loadscape::sim::engine::Engine;
use loadscape::units::{SimTime, Span};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Cards in rows of shops: users, balancer, group, database; one in five databases belongs to another row as well.
fn shops(nodes: usize) -> Design {
    let mut design = Design::default();
    let rows = (nodes as f32 / 8.0).sqrt().ceil() as usize;
    let id = |n: usize| Id::new(&format!("n-{n:06}")).expect("a legal id");
    for n in 0..nodes {
        let (shop, part) = (n / 4, n % 4);
        let (column, row) = (shop / rows.max(1), shop % rows.max(1));
        let at = Point::new((column * 4 + part) as f32 * 240.0 + column as f32 * 96.0, row as f32 * 144.0);
        let service = ["users", "elb", "asg", "rds"][part].to_owned();
        let node = Node { service, label: format!("Part {n}"), at, place: None, settings: Default::default() };
        design.nodes.insert(id(n), node);
        let mut join = |from: usize, to: usize| {
            let link = Link::new(id(from), id(to));
            design.links.insert(Id::new(&format!("l-{from:06}-{to:06}")).expect("a legal id"), link);
        };
        if part > 0 {
            join(n - 1, n);
        }
        if part == 3 && shop % 5 == 1 && n > 8 {
            join(n - 5, n);
        }
    }
    design
}

fn parts(criterion: &mut Criterion) {
    for nodes in [40, 1_000, 10_000] {
        let design = shops(nodes);
        criterion.bench_function(&format!("lay out {nodes} nodes"), |bench| bench.iter(|| Layout::new(&design)));
        let mut layout = Layout::new(&design);
        let at = |n: usize| Point::new((n * 97 % 5_000) as f32, (n * 31 % 3_000) as f32);
        let mut n = 0;
        criterion.bench_function(&format!("hit among {nodes} nodes"), |bench| {
            bench.iter(|| {
                n += 1;
                black_box(layout.hit(&design, at(n), 5.0))
            });
        });
        let mut moved = design.clone();
        let mid = design.nodes.keys().nth(nodes / 2).expect("a node").clone();
        criterion.bench_function(&format!("move one of {nodes} nodes"), |bench| {
            bench.iter(|| {
                n += 1;
                if let Some(node) = moved.nodes.get_mut(&mid) {
                    node.at = node.at + Point::new(if n % 2 == 0 { 12.0 } else { -12.0 }, 0.0);
                }
                layout.update(&moved);
            });
        });
    }
    let design = shops(1_000);
    let plan = compile(&design, &design.scenarios[0]);
    let mut engine = Engine::new(plan.network.clone(), 1);
    engine.run_until(SimTime::ZERO + Span::from_secs(2));
    let snapshot = engine.snapshot();
    let layout = Layout::new(&design);
    let all = Picture { plan: Some(&plan), snapshot: Some(&snapshot), ..Picture::of(&design) };
    criterion.bench_function("display list of 1,000 live nodes", |bench| {
        bench.iter(|| scene::drawing_of(&all, &layout));
    });
    let visible = Some(Rect::new(Point::default(), CARD).grown(900.0, 600.0));
    criterion.bench_function("display list of what is seen of 1,000", |bench| {
        bench.iter(|| scene::drawing_of(&Picture { visible, ..all }, &layout));
    });
}

/// A window without a painter.
struct Window {
    ctx: egui::Context,
    app: App,
    size: Vec2,
    frame: u32,
}

impl Window {
    fn open(design: &Design, size: Vec2) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("large.ron");
        std::fs::write(&path, file::print(design)).expect("writable");
        let ctx = egui::Context::default();
        let mut app = App::for_test(&ctx);
        let (begun, worked) = (now(), thread_time());
        app.apply(Action::Open(path));
        app.show_all();
        let mut window = Self { ctx, app, size, frame: 0 };
        window.frame(Vec::new());
        // A large file gets ready on a thread; the window draws on meanwhile.
        while window.app.view().opening.is_some() {
            std::thread::sleep(Duration::from_millis(1));
            window.frame(Vec::new());
        }
        window.frame(Vec::new());
        let worked = (thread_time() - worked).as_secs_f64() * 1e3;
        let clock = begun.elapsed().as_secs_f64() * 1e3;
        let nodes = design.nodes.len();
        eprintln!("{nodes} nodes: first picture after {clock:.0} ms, of which {worked:.0} ms of processor time");
        for _ in 0..12 {
            window.frame(Vec::new());
        }
        window
    }

    /// One frame: milliseconds of processor time for interface code and scene, and for tessellation.
    fn frame(&mut self, events: Vec<Event>) -> [f64; 2] {
        self.frame += 1;
        let input = RawInput {
            screen_rect: Some(egui::Rect::from_min_size(Pos2::ZERO, self.size)),
            time: Some(f64::from(self.frame) / 30.0),
            events,
            ..RawInput::default()
        };
        let millis = |begun: Duration| (thread_time() - begun).as_secs_f64() * 1e3;
        let begun = thread_time();
        let app = &mut self.app;
        let output = self.ctx.run_ui(input, |ui| app.frame_for_test(ui));
        let ours = millis(begun);
        let begun = thread_time();
        let meshes = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        black_box(&meshes);
        [ours, millis(begun)]
    }

    /// Frames with what happens in each: tells median and 95 % of both parts and of their sum.
    fn measure(&mut self, name: &str, events: impl Fn(u32) -> Vec<Event>) {
        let mut times: Vec<[f64; 3]> = Vec::new();
        for n in 0..90 {
            let [ours, tessellation] = self.frame(events(n));
            times.push([ours, tessellation, ours + tessellation]);
            std::thread::sleep(Duration::from_millis(12));
        }
        let at = |part: usize, share: f64| {
            let mut sorted: Vec<f64> = times.iter().map(|time| time[part]).collect();
            sorted.sort_by(f64::total_cmp);
            sorted[(sorted.len() as f64 * share) as usize]
        };
        eprintln!(
            "{name}: median {:.2} ms (interface and scene {:.2}, tessellation {:.2}), 95 % {:.2} ms",
            at(2, 0.5),
            at(0, 0.5),
            at(1, 0.5),
            at(2, 0.95)
        );
    }
}

#[expect(clippy::disallowed_methods, reason = "this measures")]
fn now() -> Instant {
    Instant::now()
}

const USUAL: Vec2 = vec2(1_440.0, 900.0);

fn still(_: u32) -> Vec<Event> {
    Vec::new()
}

/// The pointer drags what lies at a point of the screen to and fro.
fn drag(at: Pos2) -> impl Fn(u32) -> Vec<Event> {
    move |n| {
        let pos = at + vec2(if n < 45 { n as f32 } else { 90.0 - n as f32 } * 3.0, 0.0);
        let mut events = vec![Event::PointerMoved(pos)];
        if n == 1 || n == 89 {
            let modifiers = Modifiers::NONE;
            events.push(Event::PointerButton { pos, button: PointerButton::Primary, pressed: n == 1, modifiers });
        }
        events
    }
}

fn wheel(unit: egui::MouseWheelUnit, delta: Vec2) -> Vec<Event> {
    let (phase, modifiers) = (egui::TouchPhase::Move, Modifiers::NONE);
    let source = egui::MouseWheelSource::Unknown;
    vec![Event::PointerMoved(pos2(700.0, 300.0)), Event::MouseWheel { unit, delta, phase, modifiers, source }]
}

fn pan(n: u32) -> Vec<Event> {
    wheel(egui::MouseWheelUnit::Point, vec2(if n < 45 { 7.0 } else { -7.0 }, 3.0))
}

fn frames(_: &mut Criterion) {
    let mut window = Window::open(&Design::default(), USUAL);
    window.measure("nothing drawn", still);
    for nodes in [1_000, 5_000, 10_000] {
        let mut window = Window::open(&shops(nodes), USUAL);
        window.measure(&format!("{nodes} nodes, all in view, at rest"), still);
        window.measure(&format!("{nodes} nodes, all in view, panned"), pan);
        window.app.apply(Action::Run);
        window.measure(&format!("{nodes} nodes, all in view, live"), still);
        window.measure(&format!("{nodes} nodes, all in view, live and panned"), pan);
        window.app.apply(Action::Pause);
        window.app.look(Point::new(2_000.0, 1_200.0), 0.8);
        window.measure(&format!("some of {nodes} nodes in view, at rest"), still);
        window.measure(&format!("some of {nodes} nodes in view, panned"), pan);
        window.app.look(Point::new(2_000.0, 1_200.0), 0.8);
        window.frame(Vec::new());
        let card = window.app.card_on_screen().unwrap_or(pos2(700.0, 300.0));
        window.measure(&format!("one of {nodes} nodes dragged"), drag(card));
        window.app.apply(Action::Run);
        window.measure(&format!("some of {nodes} nodes in view, live"), still);
    }
    // As many cards as can be read at once, on a very large screen.
    let mut window = Window::open(&shops(1_000), vec2(7_680.0, 4_320.0));
    window.app.look(Point::new(3_500.0, 2_000.0), 0.45);
    for _ in 0..12 {
        window.frame(Vec::new());
    }
    window.measure("1,000 nodes with their words, at rest", still);
    window.app.apply(Action::Run);
    window.measure("1,000 nodes with their words, live", still);
}

criterion_group! {
    name = benches;
    config = Criterion::default().without_plots().sample_size(20);
    targets = frames, parts
}
criterion_main!(benches);
