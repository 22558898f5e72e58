//! Every step and variant of every walkthrough that comes with the program is run, and every claim has to hold, under more
//! than one seed. And what is wrong with a walkthrough's file is said with its line and step.

use loadscape::file::{self, Told, read_walkthrough};
use loadscape::model::{Node, Rect};
use loadscape::outcome::Against;
use loadscape::units::Span;
use loadscape::walkthrough::{Measured, Trial, Walkthrough, Which, compare, judge, measure};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

fn shipped() -> Vec<Walkthrough> {
    let read = |it: &file::Shipped| {
        let Told { walkthrough, problems } =
            read_walkthrough(it.text, it.key).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(problems, [], "{}", it.key);
        walkthrough
    };
    file::walkthroughs().iter().map(read).collect()
}

/// The seeds that a walkthrough is held to: more where its longest run is of forty minutes at most.
fn seeds(story: &Walkthrough) -> RangeInclusive<u64> {
    let longest = story.runs().into_iter().map(|which| story.trial(which).unwrap().scenario().duration).max();
    if longest <= Some(Span::from_secs(2400)) { 1..=6 } else { 1..=2 }
}

fn measured(story: &Walkthrough, which: Which, seed: u64) -> Measured {
    let trial = story.trial(which).unwrap();
    measure(trial, &story.windows(which), (seed, 1), &|| true).expect("nobody stops it")
}

#[test]
fn every_claim_of_every_walkthrough_holds_under_several_seeds() {
    let stories = shipped();
    let all_of = |at: usize| {
        let seeds = seeds(&stories[at]);
        stories[at].runs().into_iter().flat_map(move |which| seeds.clone().map(move |seed| (at, which, seed)))
    };
    let tasks: Vec<(usize, Which, u64)> = (0..stories.len()).flat_map(all_of).collect();
    let runs: BTreeMap<(usize, Which, u64), Measured> =
        tasks.par_iter().map(|&(at, which, seed)| ((at, which, seed), measured(&stories[at], which, seed))).collect();
    let mut wrong = Vec::new();
    for &(at, which, seed) in &tasks {
        for (claim, verdict) in stories[at].verdicts(which, |which| runs.get(&(at, which, seed))) {
            if !verdict.as_ref().is_some_and(|verdict| verdict.judged.ok) {
                let key = &stories[at].key;
                wrong.push(format!("{key} {which:?}, seed {seed}: {} ({verdict:?})", claim.holds.text()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a run measures when nothing goes wrong in it and nothing is done on purpose.
fn undisturbed(story: &Walkthrough, which: Which) -> Measured {
    let mut calm: Trial = story.trial(which).unwrap().clone();
    calm.design.scenarios[0].faults.clear();
    measure(&calm, &story.windows(which), (1, 1), &|| true).expect("nobody stops it")
}

/// Whether a run has faults or planned actions that are not just those of the step that it is a variant of.
fn is_disturbed(story: &Walkthrough, which: Which) -> bool {
    let faults = |which: Which| &story.trial(which).unwrap().scenario().faults;
    let inherited = which.variant.is_some() && faults(which) == faults(Which::step(which.step));
    !faults(which).is_empty() && !inherited
}

/// Whether all that is claimed about a run alone holds, no other run in sight.
fn holds_alone(story: &Walkthrough, which: Which, run: &Measured) -> bool {
    let verdicts = story.verdicts(which, |other| (other == which).then_some(run));
    let own = verdicts.iter().filter(|(claim, _)| claim.holds.against() == Against::Same);
    own.map(|(_, verdict)| verdict.as_ref()).all(|verdict| verdict.is_some_and(|verdict| verdict.judged.ok))
}

#[test]
fn a_step_fails_when_what_it_is_about_does_not_happen() {
    let stories = shipped();
    let disturbed = |story| move |which: &Which| is_disturbed(story, *which);
    let runs = stories.iter().flat_map(|it| it.runs().into_iter().filter(disturbed(it)).map(move |which| (it, which)));
    let runs: Vec<(&Walkthrough, Which)> = runs.collect();
    assert!(runs.len() > 20, "only {} runs have faults or planned actions", runs.len());
    let passes = |&&(story, which): &&(&Walkthrough, Which)| holds_alone(story, which, &undisturbed(story, which));
    let wrong: Vec<String> =
        runs.par_iter().filter(passes).map(|(story, which)| format!("{} {which:?}", story.key)).collect();
    assert!(wrong.is_empty(), "all claims hold without any fault or planned action: {}", wrong.join(", "));
}

#[test]
fn walkthroughs_are_laid_out_with_room() {
    for story in shipped() {
        for which in story.runs() {
            let design = &story.trial(which).unwrap().design;
            let boxes: Vec<Rect> = design.nodes.values().map(Node::rect).collect();
            let apart = |n: usize| boxes[..n].iter().all(|other| !other.expand(23.0).touches(&boxes[n]));
            assert!((0..boxes.len()).all(apart), "{} {which:?}: cards overlap", story.key);
        }
    }
}

#[test]
fn walkthroughs_speak_both_languages_and_stay_playable() {
    let korean = |text: &str| text.chars().any(|c| ('가'..='힣').contains(&c));
    for story in shipped() {
        assert!(korean(&story.text.ko) && !korean(&story.text.en), "{}", story.key);
        for step in &story.steps {
            assert!(korean(&step.title.ko) || step.title.ko.is_ascii(), "{}: {}", story.key, step.title.en);
            assert!(korean(&step.text.ko) && !korean(&step.text.en), "{}: {}", story.key, step.title.en);
            assert!(step.text.en.chars().count() < 480, "{}: {} is too long to be read", story.key, step.title.en);
            assert!(!step.focus.nodes.is_empty() && step.focus.chart.is_some(), "{}: {}", story.key, step.title.en);
            for variant in &step.variants {
                assert!(
                    korean(&variant.title.ko) || variant.title.ko.is_ascii(),
                    "{}: {}",
                    story.key,
                    variant.title.en
                );
                assert!(!korean(&variant.title.en) && !korean(&variant.text.en), "{}: {}", story.key, variant.title.en);
                let silent = variant.text.en.is_empty() && variant.text.ko.is_empty();
                assert!(silent || korean(&variant.text.ko), "{}: {}", story.key, variant.title.en);
            }
            let trials = std::iter::once(&step.trial).chain(step.variants.iter().map(|variant| &variant.trial));
            for claim in trials.flat_map(|trial| &trial.claims) {
                assert!(korean(&claim.says.ko) && !korean(&claim.says.en), "{}: {}", story.key, claim.says.en);
                assert!(claim.says.en.chars().count() < 110, "{}: {} is too long", story.key, claim.says.en);
            }
            assert!(!step.variants.is_empty(), "{}: {} has nothing to try", story.key, step.title.en);
            let speed = step.trial.scenario().duration.secs() / step.plays.secs();
            assert!(step.plays <= Span::from_secs(40) && speed > 1.0, "{}: {}", story.key, step.title.en);
        }
    }
}

const TWO: &str = r#"Walkthrough(
    version: 1,
    title: (en: "Two", ko: "둘"),
    text: (en: "A test.", ko: "시험."),
    for: "1 min",
    traffic: {"users": Constant("50/s")},
    steps: [
        (
            title: (en: "One", ko: "하나"), text: (en: "One.", ko: "하나."),
            design: (version: 1, nodes: [
                (id: "users", service: "users", at: (0, 0)), (id: "a", service: "ec2", at: (240, 0), set: {"work": "1 ms"}),
            ], links: [(from: "users", to: "a")]),
            claims: [(en: "x", ko: "ㄱ", holds: "p99 < 1 s")],
        ),
        (
            title: (en: "Two", ko: "둘"), text: (en: "Two.", ko: "둘."),
            change: [Set("a", {"work": "10 ms"})],
            faults: [Crash(at: "30 s", lasts: "10 s", node: "a")],
            claims: [(en: "x", ko: "ㄱ", holds: "p99 > before", during: ("0 s", "30 s"))],
            try: [(title: (en: "T", ko: "ㅌ"), change: [Set("a", {"work": "1 ms"})],
                   claims: [(en: "x", ko: "ㄱ", holds: "p50 < 90 % of before", during: ("5 s", "25 s"))])],
        ),
    ],
)"#;

fn problems(text: &str) -> Vec<String> {
    let told = read_walkthrough(text, "two").unwrap_or_else(|error| panic!("{error}"));
    told.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn claims_are_judged_against_the_step_before_and_while_the_run_goes_on() {
    let story = read_walkthrough(TWO, "two").unwrap().walkthrough;
    let runs: BTreeMap<Which, Measured> = story
        .runs()
        .into_iter()
        .map(|which| (which, measure(story.trial(which).unwrap(), &story.windows(which), (7, 10), &|| true).unwrap()))
        .collect();
    let second = Which::step(1);
    let claim = &story.trial(second).unwrap().claims[0];
    assert_eq!(claim.holds.against(), Against::Before);
    let at = |secs: u64| judge(claim, second, |which| runs.get(&which), Span::from_secs(secs));
    assert!(at(2).is_none() && at(9).is_some() && at(60).unwrap().judged.ok);
    let variant = story.verdicts(Which { step: 1, variant: Some(0) }, |which| runs.get(&which));
    assert!(variant[0].1.as_ref().unwrap().judged.ok, "{variant:?}");
    let whole = |which: Which| runs[&which].of(story.trial(which).unwrap().whole()).unwrap();
    let rows = compare(Some(whole(Which::step(0))), whole(second));
    let errors = rows.iter().find(|(_, row)| row.name == "errors").unwrap();
    assert!(errors.0.as_ref().unwrap().value == Some(0.0) && errors.1.value > Some(0.1), "{errors:?}");
    assert!(rows.iter().all(|(_, row)| row.name != "carts lost"), "nothing keeps carts here");
}

#[test]
fn what_is_wrong_is_said_with_its_line_and_step_and_the_rest_plays() {
    assert_eq!(problems(TWO), [""; 0]);
    for (from, to, line, step, part) in [
        ("ko: \"ㄱ\", holds: \"p99 < 1 s\"", "holds: \"p99 < 1 s\"", 13, 1, "no Korean"),
        ("\"p99 < 1 s\"", "\"db.p99 < 1 s\"", 13, 1, "there is no node \"db\""),
        ("\"p99 < 1 s\"", "\"p99 < before\"", 13, 1, "needs a step that comes before"),
        ("Set(\"a\", {\"work\": \"10 ms\"})", "Set(\"b\", {\"work\": \"10 ms\"})", 17, 2, "there is no \"b\""),
        ("Set(\"a\", {\"work\": \"10 ms\"})", "Remove([\"c\"])", 17, 2, "there is no \"c\""),
        ("Set(\"a\", {\"work\": \"10 ms\"})", "Link(from: \"a\", to: \"d\")", 17, 2, "which is not there"),
        ("node: \"a\")]", "node: \"z\")]", 18, 2, "\"z\""),
        ("at: \"30 s\"", "at: \"30 min\"", 18, 2, "it never happens"),
        ("{\"users\": Con", "{\"usrs\": Con", 8, 1, "there is no node \"usrs\" whose traffic"),
        ("\"p99 < 1 s\"", "\"failures.adress gone <= 0\"", 13, 1, "did you mean address gone?"),
        ("\"p99 < 1 s\"", "\"a.failures.queue ful <= 0\"", 13, 1, "did you mean queue full?"),
        ("\"p99 < 1 s\"", "\"counters.cart_lost <= 0\"", 13, 1, "did you mean carts_lost?"),
        ("\"p99 < 1 s\"", "\"findings.elastic-ip-qota <= 0\"", 13, 1, "did you mean elastic-ip-quota?"),
        ("during: (\"0 s\", \"30 s\")", "during: (\"0 s\", \"2 h\")", 19, 2, "the run lasts 1 min"),
        ("\"p50 < 90 % of before\"", "\"p50 < fast\"", 21, 2, "\"250 ms\""),
        ("design: (", "chart: \"a.speed\", design: (", 8, 1, "charts are: latency, requests, use"),
        ("design: (", "chart: \"z.use\", design: (", 8, 1, "there is no node \"z\" whose chart"),
        (
            "title: (en: \"T\", ko: \"ㅌ\")",
            "focus: [\"z\"], title: (en: \"T\", ko: \"ㅌ\")",
            20,
            2,
            "no node \"z\" to look at",
        ),
        ("ko: \"ㅌ\"", "", 20, 2, "no Korean"),
    ] {
        let text = TWO.replacen(from, to, 1);
        assert_ne!(text, TWO, "{from}");
        let found = problems(&text);
        let place = format!("line {line}, step {step}: ");
        assert!(found.iter().any(|it| it.starts_with(&place) && it.contains(part)), "{to}: {found:?}");
    }
    let silent = TWO.replacen(
        "claims: [(en: \"x\", ko: \"ㄱ\", holds: \"p50 < 90 % of before\", during: (\"5 s\", \"25 s\"))]",
        "claims: []",
        1,
    );
    assert!(problems(&silent)[0].starts_with("line 20, step 2: the variant claims nothing"), "{:?}", problems(&silent));
}

#[test]
fn of_two_hundred_steps_the_first_forty_play() {
    let many = TWO.replacen("        ),\n    ],\n)", &format!("        ),\n{}    ],\n)", "(title: (en: \"n\", ko: \"ㄴ\"), text: (en: \"n\", ko: \"ㄴ\"), claims: [(en: \"x\", ko: \"ㄱ\", holds: \"p99 < 1 s\")]),\n".repeat(198)), 1);
    let told = read_walkthrough(&many, "two").unwrap();
    assert_eq!(told.walkthrough.steps.len(), 40);
    let [problem] = &told.problems[..] else { panic!("{:?}", told.problems) };
    assert_eq!((problem.line, problem.step), (Some(61), Some(41)));
    assert!(problem.text.contains("at most 40 steps, and this one has 200"), "{problem}");
}

#[test]
fn the_guide_for_teachers_has_an_example_that_holds() {
    let guide = include_str!("../designs/walkthroughs.md");
    let text = guide.split("```ron\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    assert_eq!(problems(text), [""; 0]);
    let story = read_walkthrough(text, "guide").unwrap().walkthrough;
    for seed in 1..=3 {
        let runs: BTreeMap<Which, Measured> =
            story.runs().into_iter().map(|which| (which, measured(&story, which, seed))).collect();
        for which in story.runs() {
            for (claim, verdict) in story.verdicts(which, |which| runs.get(&which)) {
                assert!(
                    verdict.as_ref().is_some_and(|it| it.judged.ok),
                    "{which:?}: {} {verdict:?}",
                    claim.holds.text()
                );
            }
        }
    }
    assert_eq!(story.beside(Which::step(1)), Some(Which::step(0)), "both steps have the same load");
}

#[test]
fn what_cannot_be_read_names_line_and_step() {
    let error = |text: &str| read_walkthrough(text, "two").unwrap_err().to_string();
    let typo = error(&TWO.replacen("change:", "chagne:", 1));
    assert!(
        typo.starts_with("two, line 17, column ") && typo.contains("step 2: there is no field \"chagne\""),
        "{typo}"
    );
    let none = error("Walkthrough(version: 1, title: (), text: (), steps: [])");
    assert!(none.contains("has no step"), "{none}");
    assert!(error("Walkthrough(version: 9, title: (), text: (), steps: [])").contains("version 9"));
    assert!(file::is_walkthrough("// mine\n\nWalkthrough(") && !file::is_walkthrough("Loadscape("));
}
