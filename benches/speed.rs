//! Speed of what must be fast: the engine, the compiler and the display list. The engine beside loops written by hand is
//! in `yardsticks`.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use loadscape::compile::{Plan, compile};
use loadscape::edit::{self, Command};
use loadscape::file;
use loadscape::model::{Design, Id, Point};
use loadscape::scene::{self, Picture};
use loadscape::sim::engine::Engine;
use loadscape::units::{SimTime, Span};

/// Adds a node and gives its id.
fn add(design: &mut Design, service: &str, at: Point) -> Id {
    let diff = edit::apply(design, &Command::AddNode { service: service.to_owned(), at }).expect("it can be added");
    diff.created().remove(0)
}

fn link(design: &mut Design, from: &Id, to: &Id) {
    edit::apply(design, &Command::AddLink { from: from.clone(), to: to.clone() }).expect("they can be joined");
}

/// A drawing of this many nodes: shops side by side.
fn large(nodes: usize) -> Design {
    let mut design = Design::default();
    for shop in 0..nodes / 4 {
        let at = |column: u8| Point { x: 300.0 * f32::from(column), y: 150.0 * shop as f32 };
        let [users, alb, web, db] = [("users", 0), ("elb", 1), ("asg", 2), ("rds", 3)]
            .map(|(service, column)| add(&mut design, service, at(column)));
        link(&mut design, &users, &alb);
        link(&mut design, &alb, &web);
        link(&mut design, &web, &db);
    }
    design
}

fn plan(design: &Design) -> Plan {
    compile(design, &design.scenarios[0])
}

fn engine(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("engine");
    let samples = file::samples()
        .iter()
        .filter_map(|sample| Some((sample.key, file::parse(sample.text, sample.key).ok()?.design)));
    let yardsticks = [("M1", include_str!("m1.ron")), ("M2", include_str!("m2.ron"))];
    let yardsticks = yardsticks.map(|(name, text)| (name, file::parse(text, name).expect("it can be read").design));
    for (name, design) in yardsticks.into_iter().chain(samples) {
        let network = plan(&design).network;
        let until = SimTime::ZERO + Span::from_secs(60);
        let mut once = Engine::new(network.clone(), 1);
        once.run_until(until);
        group.throughput(Throughput::Elements(once.events()));
        let start = || Engine::new(network.clone(), 1);
        group.bench_function(name, |bench| {
            bench.iter_batched_ref(start, |engine| engine.run_until(until), BatchSize::LargeInput)
        });
    }
    group.finish();
}

fn drawing(criterion: &mut Criterion) {
    let design = large(1_000);
    criterion.bench_function("compile 1,000 nodes", |bench| bench.iter(|| plan(&design)));
    let plan = plan(&design);
    let mut engine = Engine::new(plan.network.clone(), 1);
    engine.run_until(SimTime::ZERO + Span::from_secs(2));
    let snapshot = engine.snapshot();
    let picture = || Picture { plan: Some(&plan), snapshot: Some(&snapshot), ..Picture::of(&design) };
    criterion.bench_function("draw 1,000 nodes", |bench| bench.iter(|| scene::drawing(&picture())));
    criterion.bench_function("snapshot of 1,000 nodes", |bench| bench.iter(|| engine.snapshot()));
}

criterion_group! { name = benches; config = Criterion::default().without_plots().sample_size(10); targets = engine, drawing }
criterion_main!(benches);
