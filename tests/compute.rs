//! What users keep, and servers that come and go: names, addresses, stickiness, carts, credits, groups.

use super::engine::run;
use super::stress::audit;
use loadscape::compile::{Plan, compile};
use loadscape::model::sketch;
use loadscape::scenario::{Fault, Harm, Scenario};
use loadscape::sim::engine::Engine;
use loadscape::sim::network::Reason;
use loadscape::units::Span;

fn at(secs: u64, lasts: u64, harm: Harm) -> Fault {
    Fault { at: Span::from_secs(secs), lasts: Span::from_secs(lasts), harm }
}

fn plan(text: &str, faults: Vec<Fault>) -> Plan {
    let plan = compile(&sketch(text).unwrap(), &Scenario { faults, ..Scenario::steady() });
    assert_eq!(plan.notes, [], "everything in a test runs");
    plan
}

/// Failures for a reason, and requests that ended, in each of `n` stretches of `secs` seconds.
fn stretches(plan: &Plan, reason: Reason, n: usize, secs: u64) -> Vec<(u64, u64)> {
    let mut engine = Engine::new(plan.network.clone(), 1);
    let (mut before, mut out) = ((0, 0), Vec::new());
    for _ in 0..n {
        engine.run_until(engine.now() + Span::from_secs(secs));
        audit(&engine, "compute");
        let report = engine.report();
        let ended = report.requests.good + report.requests.late + report.requests.failed;
        let now = (report.failures[reason as usize], ended);
        out.push((now.0 - before.0, now.1 - before.1));
        before = now;
    }
    out
}

fn share((failed, all): (u64, u64)) -> f64 {
    failed as f64 / all.max(1) as f64
}

const FOUR: &str = "names -> a:ec2; names -> b:ec2; names -> c:ec2; names -> d:ec2";

/// Of n addresses one is removed: its holders fail until their answers expire, at most one TTL later.
#[test]
fn an_address_that_is_gone_fails_its_holders_until_their_answers_expire() {
    let gone = || {
        vec![
            at(300, 900, Harm::Unlist { node: "names".into(), target: "d".into() }),
            at(300, 900, Harm::Terminate { node: "d".into(), count: 1 }),
        ]
    };
    for users in ["users(200/s)", "users(traffic=closed, users=1000, think=4 s exp)"] {
        let text = format!("{users} -> names:route53(ttl=2 min, resolvers=2000); {FOUR}");
        let shares: Vec<f64> =
            stretches(&plan(&text, gone()), Reason::AddressGone, 60, 10).into_iter().map(share).collect();
        assert_eq!(shares[..30], [0.0; 30], "{users}: nobody fails before");
        assert!((0.2..0.29).contains(&shares[30]), "{users}: about a quarter at first, {}", shares[30]);
        assert!(shares[40] < 0.15, "{users}: fewer and fewer, {}", shares[40]);
        assert_eq!(shares[42..], [0.0; 18], "{users}: nobody after one TTL");
    }
}

#[test]
fn an_elastic_ip_outlives_a_stop_and_another_address_does_not() {
    let stop = || vec![at(60, 90, Harm::Stop { node: "web".into() })];
    let run = |address: &str, follows: &str| {
        let text = format!(
            "users(traffic=closed, users=200, think=2 s exp) -> names:route53(ttl=1 min, follows={follows}) \
             -> web:ec2(address={address}, boot=30 s, stop=20 s)"
        );
        stretches(&plan(&text, stop()), Reason::AddressGone, 40, 10)
    };
    assert!(run("Elastic IP", "never").iter().all(|&(gone, _)| gone == 0), "the address stays");
    let for_ever = run("automatic", "never");
    assert_eq!((share(for_ever[5]), share(for_ever[39])), (0.0, 1.0), "nobody learns the new address");
    let learnt = run("automatic", "1 min");
    assert!(share(learnt[8]) > 0.99 && share(learnt[39]) == 0.0, "a minute, and a TTL: {learnt:?}");
    // Without a name service, users keep failing on the address that they know.
    let text = "users(20/s) -> web:ec2(boot=30 s, stop=20 s)";
    assert_eq!(share(stretches(&plan(text, stop()), Reason::AddressGone, 30, 10)[29]), 1.0);
    let text = "users(20/s) -> web:ec2(boot=30 s, stop=20 s, address=Elastic IP)";
    let fixed = stretches(&plan(text, stop()), Reason::ServerDown, 30, 10);
    // Stopped at 60 s, started at 150 s, in service 30 s later.
    let down: Vec<usize> = (0..30).filter(|&n| share(fixed[n]) == 1.0).collect();
    assert_eq!((down, fixed[18].0), ((6..18).collect(), 0));
}

#[test]
fn answers_follow_weights_health_and_order() {
    let served = |text: &str, faults: Vec<Fault>| {
        let mut design = sketch(text).unwrap();
        for (id, link) in &mut design.links {
            let weight = if id.as_str() == "names--a" { "3" } else { "1" };
            let kind = &loadscape::catalog::link_sheet().param("weight").unwrap().kind;
            link.settings.insert("weight".into(), kind.parse(weight).unwrap());
        }
        let plan = compile(&design, &Scenario { faults, ..Scenario::steady() });
        let report = run(&plan, 3, 0.0, 600.0);
        ["a", "b"].map(|id| report.sites[plan.sites[&loadscape::model::Id::new(id).unwrap()] as usize].arrived as f64)
    };
    let both = "names -> a:ec2(address=Elastic IP); names -> b:ec2(address=Elastic IP)";
    let of = |routing: &str, faults| {
        let users = "users(traffic=sessions, rate=20/s, length=3, think=5 s)";
        served(&format!("{users} -> names:route53({routing}); {both}"), faults)
    };
    let [a, b] = of("routing=weighted", vec![]);
    assert!((a / (a + b) - 0.75).abs() < 0.02, "{a} {b}");
    let [a, b] = of("routing=simple", vec![]);
    assert!((a / (a + b) - 0.5).abs() < 0.02, "{a} {b}");
    let [a, b] = of("routing=failover, ttl=1 min", vec![]);
    assert!(a > 30_000.0 && b == 0.0, "{a} {b}");
    // 300 s of 600: found out after three checks of 10 s, and held answers last a minute more.
    let stop = vec![at(300, 600, Harm::Stop { node: "a".into() })];
    let [a, b] = of("routing=failover, ttl=1 min, checks=on, check_interval=10 s", stop);
    assert!(b > 60.0 * (300.0 - 30.0 - 60.0) && b < 60.0 * (300.0 - 20.0), "{a} {b}");
}

#[test]
fn users_stay_on_the_address_that_they_know() {
    // The second instance is published at 300 s; only those who come later go there, half of them.
    let add = vec![at(0, 300, Harm::Unlist { node: "users".into(), target: "b".into() })];
    let text = "users(traffic=closed, users=300, think=1 s) -> a:ec2; users -> b:ec2";
    let plan = plan(text, add);
    let report = run(&plan, 1, 0.0, 600.0);
    let of = |id: &str| plan.sites[&loadscape::model::Id::new(id).unwrap()] as usize;
    assert_eq!(report.sites[of("b")].arrived, 0);
}
