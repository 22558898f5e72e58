//! The format: its look, its round trip, and every way that a file can be wrong.

use super::*;
use crate::catalog::{Settings, Value};
use crate::edit::random;
use crate::model::{Id, Node, Side, When};
use expect_test::expect;

fn wrap(body: &str) -> String {
    format!("Loadscape(\nversion: 1,\n{body}\n)")
}

fn check(body: &str, warnings: &[&str]) -> Design {
    let opened = parse(&wrap(body), "t.ron").unwrap_or_else(|error| panic!("{error}"));
    let found: Vec<String> = opened.warnings.iter().map(Warning::to_string).collect();
    assert_eq!(found, warnings);
    let again = parse(&print(&opened.design), "t.ron").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(again.design, opened.design, "what is saved opens as it was");
    opened.design
}

fn fails(text: &str, wanted: &str) {
    let error = parse(text, "t.ron").unwrap_err().to_string();
    assert_eq!(error.trim_end_matches(". Correct that in a text editor; the file was not changed"), wanted);
}

#[test]
fn designs_read_back_as_they_were() {
    for seed in 0..60 {
        let mut design = random::design(seed, 150);
        let text = print(&design);
        let opened = parse(&text, "t.ron").unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(opened.warnings, [], "{text}");
        assert_eq!(print(&opened.design), text);
        // Ids that are gone are not part of a file.
        design.retired.clone_from(&opened.design.retired);
        let settings = |d: &Design| d.nodes.values().map(|node| node.settings.clone()).collect::<Vec<_>>();
        assert_eq!(settings(&opened.design), settings(&design));
        assert_eq!(opened.design, design);
    }
}

#[test]
fn a_file_is_made_to_be_read() {
    let body = r#"name: "Shop",
        places: [(id: "vpc", kind: "vpc", label: "VPC", at: (300, 60), size: (600, 420)), (id: "az-a", kind: "az", label: "a", at: (320.5, 90), size: (200, 200), in: "vpc")],
        nodes: [(id: "web", service: "asg", label: "Web", at: (640, 220), in: "vpc", set: {"max": 8, "min": 2, "type": "m5.xlarge", "target": "0.5"}),
                (id: "users", service: "users", label: "Visitors", at: (24, 240), set: {"rate": "24k/min"})],
        links: [(from: "users", to: "web", when: "30 %", label: "most")],
        notes: [(id: "note", at: (0, 0), size: (200, 60), text: "Try this:\n\"two\" of them")],
        scenarios: [(name: "steady", for: "60 min", warmup: " auto"), (name: "a day", for: "24 h", warmup: "300 s", targets: ["p99 < 200 ms"],
            traffic: {"users": Day(low: "100/s", peak: "900/s", peak_at: "20 h")},
            faults: [Crash(at: "1 h", lasts: "10 min", node: "web"), ZoneOutage(at: "2 h", lasts: "20 min", zone: "b")])]"#;
    let wanted = expect![[r#"
        Loadscape(
            version: 1,
            name: "Shop",
            region: "us-east-1",
            places: [
                (id: "az-a", kind: "az", label: "a", at: (320.5, 90), size: (200, 200), in: "vpc"),
                (id: "vpc", kind: "vpc", label: "VPC", at: (300, 60), size: (600, 420)),
            ],
            nodes: [
                (id: "users", service: "users", label: "Visitors", at: (24, 240), set: {"rate": "400/s"}),
                (id: "web", service: "asg", label: "Web", at: (640, 220), in: "vpc", set: {"max": 8, "min": 2, "target": "50 %", "type": "m5.xlarge"}),
            ],
            links: [
                (from: "users", to: "web", label: "most", when: "30 %"),
            ],
            notes: [
                (id: "note", at: (0, 0), size: (200, 60), text: "Try this:\n\"two\" of them"),
            ],
            scenarios: [
                (name: "steady", for: "1 h", warmup: "auto"),
                (
                    name: "a day",
                    for: "1 d",
                    warmup: "5 min",
                    traffic: {"users": Day(low: "100/s", peak: "900/s", peak_at: "20 h")},
                    faults: [
                        Crash(at: "1 h", lasts: "10 min", node: "web", count: 1),
                        ZoneOutage(at: "2 h", lasts: "20 min", zone: "b"),
                    ],
                    targets: ["p99 < 200 ms"],
                ),
            ],
        )
    "#]];
    wanted.assert_eq(&print(&check(body, &[])));
}

#[test]
fn what_is_not_known_is_kept() {
    let design = check(
        r#"nodes: [
        (id: "q", service: "quantum", label: "Q", at: (0, 0), set: {"qubits": 5, "cold": true, "kelvin": 0.01, "name": "x"}),
        (id: "web", service: "asg", label: "Web", at: (0, 0), set: {"colour": "red", "max": 5000, "target": "high"}),
        ], links: [(from: "q", to: "web")]"#,
        &[
            "line 4: the service \"quantum\" is not known; \"q\" is kept, but takes no part in runs",
            "line 5: Auto Scaling group has no setting \"colour\"; it is kept, but changes nothing",
            "line 5: Maximum: 5,000 is outside 0 to 1,000; 4 counts until it is corrected",
            "line 5: Target CPU: \"high\" is not a share; write it like \"60 %\" (0 % to 100 %); 60 % counts until it is corrected",
        ],
    );
    let q = &design.nodes[&Id::new("q").unwrap()];
    assert_eq!(q.settings["qubits"], Value::Count(5));
    assert_eq!(["cold", "kelvin", "name"].map(|key| q.settings[key].to_string()), ["true", "0.01", "x"]);
    let web = &design.nodes[&Id::new("web").unwrap()];
    assert_eq!(web.settings["target"], Value::Word("high".into()));
    let settings: Settings<'_> = web.settings().unwrap();
    assert_eq!((settings.count("max"), settings.share("target").to_string()), (4, "60 %".to_owned()));
    assert!(print(&design).contains(r#""cold": "true", "kelvin": "0.01", "name": "x", "qubits": 5"#));
}

#[test]
fn links_and_ids_that_do_not_hold_are_put_right() {
    let design = check(
        r#"nodes: [
        (id: "users", service: "users", at: (0, 0)),
        (id: "users", service: "ec2", at: (300, 0)),
        (id: "Web Server", service: "ec2", at: (600, 0)),
        ], links: [
        (from: "users", to: "Web Server"),
        (from: "users", to: "gone"),
        (from: "users", to: "users"),
        (from: "users", to: "Web Server", when: "always"),
        ], scenarios: [(name: "a", for: "1 h", faults: [Crash(at: "1 s", lasts: "1 s", node: "Web Server")]), (name: "a", for: "0 s")]"#,
        &[
            "line 5: the id \"users\" is in use already; it is now \"users-2\"",
            "line 6: the id \"Web Server\" is not spelled like an id; it is now \"web-server\"",
            "line 9: the link leads from or to \"gone\", which is not there; it is left out",
            "line 10: the link from \"users\" to \"users\" leads back to where it starts; it is left out",
            "line 11: the link from \"users\" to \"web-server\" is there twice; it is left out",
            "line 12: the scenario \"a\" is now called \"a 2\"",
            "line 12: the scenario \"a 2\" has to last longer than its warm-up; it lasts 1 h now",
        ],
    );
    let link = &design.links[&Id::new("users--web-server").unwrap()];
    assert_eq!(link.when, When::Auto);
    assert_eq!(design.scenarios[0].faults[0].harm.words(), "web-server loses an instance");
}

#[test]
fn places_and_positions_that_do_not_hold_are_put_right() {
    let design = check(
        r#"region: "mars-1", places: [
        (id: "a", kind: "az", label: "a", at: (0, 0), size: (-200, 100)),
        (id: "v", kind: "vpc", label: "V", at: (0, 0), size: (100, 100), in: "a"),
        (id: "p", kind: "planet", label: "P", at: (0, 0), size: (100, 100)),
        (id: "r", kind: "region", label: "R", at: (1e30, 0), size: (100, 100), in: "nowhere"),
        ], nodes: [
        (id: "x", service: "ec2", label: "X\u{7}Y", at: (NaN, 0), in: "p"),
        (id: "y", service: "ec2", label: "Y", at: (inf, 0)),
        (id: "z", service: "ec2", label: "Z"),
        ], notes: [(at: (0, 0), size: (1, 1), text: "a\u{1b}b")]"#,
        &[
            "there are no prices for the region \"mars-1\"; known are: us-east-1, ap-northeast-2",
            "line 4: its size is not positive; the amount is taken, at least 24",
            "line 6: places of the kind \"planet\" are not known, only region, vpc, az, public-subnet, private-subnet, security-group; it is left out",
            "line 7: its position or size is not on the canvas; it is now at the origin",
            "line 5: a VPC cannot stand in an Availability Zone; it stands alone now",
            "line 7: there is no place \"nowhere\" that \"r\" could stand in",
            "line 9: the label of \"x\" had control characters, outer blanks or too many letters; they are gone",
            "line 9: there is no place \"p\" that \"x\" could stand in",
            "line 9: the position of \"x\" is not on the canvas; it is put below the others",
            "line 10: the position of \"y\" is not on the canvas; it is put below the others",
            "line 12: the note \"note\" had control characters or is too long; they are gone",
        ],
    );
    let rects: Vec<_> = design.nodes.values().map(Node::rect).collect();
    assert!(!rects[0].touches(&rects[1]) && !rects[1].touches(&rects[2]));
}

#[test]
fn a_wrong_text_has_a_line_a_column_and_a_remedy() {
    fails("", "t.ron: the file is empty. Choose another file, or start a new design");
    fails("Loadscape(version: 1, nodes: [", "t.ron, line 1, column 31: expected opening `(` for struct `node`");
    fails(
        "Loadscape(\n  version: 1,\n  nodes: [(id: \"a\" service: \"ec2\")],\n)",
        "t.ron, line 3, column 20: expected comma",
    );
    fails(
        "Loadscape(\n  version: 1,\n  nodes: [(id: \"a\")],\n)",
        "t.ron, line 3, column 19: the field \"service\" is missing in this node",
    );
    fails(
        "Loadscape(version: 1, knodes: [])",
        "t.ron, line 1, column 29: there is no field \"knodes\" in a Loadscape; known are: version, name, region, free_tier, prices, routing, places, nodes, links, notes, classes, scenarios",
    );
    fails(
        "Loadscape(version: 7, hypergraph: [])",
        "t.ron: the file has version 7 of the format, and this program understands version 1. Open it with a newer Loadscape; the file was not changed",
    );
    fails(
        "Loadscape(version: 7)",
        "t.ron: the file has version 7 of the format, and this program understands version 1. Open it with a newer Loadscape; the file was not changed",
    );
    fails("Loadscape(name: \"x\")", "t.ron, line 1, column 20: the field \"version\" is missing in this Loadscape");
    fails(
        "Loadscape(version: 1, scenarios: [(name: \"a\",\n for: \"soon\")])",
        r#"t.ron, line 2, column 13: "soon" is not a time span; write it like "250 ms", "45 s", "5 min" or "1 h 30 min""#,
    );
    fails(
        "Loadscape(version: 1, links: [(from: \"a\", to: \"b\", when: \"later\")])",
        r#"t.ron, line 1, column 65: "later" is not "auto", "always", "on miss" or a share such as "30 %""#,
    );
    fails(
        "Loadscape(version: 1, nodes: [(id: \"a\", service: \"ec2\", set: {\"x\": [1]})])",
        "t.ron, line 1, column 69: expected a number, a text in quotes, true or false but found a sequence instead",
    );
}

#[test]
fn hostile_files_are_refused_or_open_without_harm() {
    let deep = format!("Loadscape(version: 1, nodes: {}", "[".repeat(100_000));
    assert!(parse(&deep, "t.ron").is_err());
    let deep = format!("Loadscape(version: 1, later: {}{})", "[".repeat(100_000), "]".repeat(100_000));
    assert!(parse(&deep, "t.ron").is_err());
    let comment = format!("{}Loadscape(version: 1)", "/*".repeat(100_000));
    assert!(parse(&comment, "t.ron").is_err());
    let long = "x".repeat(1 << 20);
    let body = format!(
        "nodes: [(id: \"{long}\", service: \"{long}\", label: \"{long}\", in: \"{long}\", set: {{\"{long}\": \"{long}\"}})]"
    );
    let opened = parse(&wrap(&body), "t.ron").unwrap();
    assert!(opened.design.nodes.values().all(|node| node.label.len() < 200));
    assert!(opened.warnings.iter().all(|warning| warning.text.len() < 600));
    let huge = wrap("nodes: [(id: \"a\", service: \"asg\", at: (0, 0), set: {\"max\": 99999999999999999999999999})]");
    assert!(parse(&huge, "t.ron").unwrap().warnings[0].text.contains("is not a whole number"));
}

#[test]
fn files_of_other_programs_are_told_from_broken_designs() {
    for text in ["{\"version\": 1}", "\0\0\0", "hello", "<svg/>"] {
        fails(
            text,
            "t.ron, line 1, column 1: this is no design: a design begins with \"Loadscape(\". Choose another file",
        );
    }
}

#[test]
fn many_records_of_one_name_open_at_once() {
    let body = "(id: \"n\", service: \"ec2\"),".repeat(20_000);
    let opened = parse(&format!("Loadscape(version: 1, nodes: [{body}])"), "x.ron").expect("it is a design");
    assert_eq!((opened.design.nodes.len(), opened.warnings.len()), (20_000, 101));
    assert!(opened.design.nodes.keys().any(|id| id.as_str() == "n-20000"));
}

#[test]
fn large_files_open() {
    let nodes: String = (0..20_000)
        .map(|n| format!("(id: \"n{n}\", service: \"asg\", label: \"Node {n}\", at: ({n}, 24), set: {{\"max\": 8, \"min\": 0.5}}),\n"))
        .collect();
    let opened = parse(&wrap(&format!("nodes: [{nodes}]")), "t.ron").unwrap();
    assert_eq!((opened.design.nodes.len(), opened.warnings.len()), (20_000, 101));
    assert_eq!(opened.warnings[100].text, "19900 more like these");
    assert_eq!(opened.warnings[7].line, Some(10));
}

#[test]
fn traffic_and_classes_read_back() {
    let body = r#"name: "Shop",
        nodes: [(id: "users", service: "users", at: (24, 240), set: {"traffic": "sessions", "length": 3, "batch": "2 geometric", "mix": "buy 1,browse 3"})],
        classes: [(name: "browse", share: "80 %"), (name: "buy", share: 20, write: true, priority: 1, work: 2.5, bytes: ("1 KiB", "80 KiB"), objects: 1000)],
        scenarios: [(name: "all", for: "1 h", traffic: {
            "users": Sum([Constant("5/s"), Step(from: "0/s", to: "60/min", at: "90 s"), Wave(mean: "9/s", amplitude: "4/s", period: "60 s")])}),
            (name: "week", for: "7 d", traffic: {"users": Week(low: "1/s", peak: "9/s", peak_at: "20 h", days: ("100 %", "100 %", "100 %", "100 %", "100 %", "60 %", "0.5"))}),
            (name: "seen", for: "1 h", traffic: {"users": Recorded(file: "day.csv", rows: "1 s", then: "repeat")}),
            (name: "own", for: "1 h", traffic: {"users": Recorded(steps: [("0 s", "1/s"), ("1 min", "2.5/s")], end: "2 min")})]"#;
    let wanted = expect![[r#"
        Loadscape(
            version: 1,
            name: "Shop",
            region: "us-east-1",
            nodes: [
                (id: "users", service: "users", at: (24, 240), set: {"batch": "2 geometric", "length": "3", "mix": "buy 1 %, browse 3 %", "traffic": "sessions"}),
            ],
            classes: [
                (name: "browse", share: 80),
                (name: "buy", share: 20, write: true, priority: 1, work: 2.5, bytes: ("1 KiB", "80 KiB"), objects: 1000, exponent: 0.8),
            ],
            scenarios: [
                (
                    name: "all",
                    for: "1 h",
                    traffic: {
                        "users": Sum([Constant("5/s"), Step(from: "0/s", to: "1/s", at: "1.5 min"), Wave(mean: "9/s", amplitude: "4/s", period: "1 min")]),
                    },
                ),
                (
                    name: "week",
                    for: "7 d",
                    traffic: {
                        "users": Week(low: "1/s", peak: "9/s", peak_at: "20 h", days: ("100 %", "100 %", "100 %", "100 %", "100 %", "60 %", "50 %")),
                    },
                ),
                (name: "seen", for: "1 h", traffic: {"users": Recorded(file: "day.csv", rows: "1 s", then: "repeat")}),
                (
                    name: "own",
                    for: "1 h",
                    traffic: {"users": Recorded(steps: [("0 s", "1/s"), ("1 min", "2.5/s")], end: "2 min")},
                ),
            ],
        )
    "#]];
    wanted.assert_eq(&print(&check(body, &[])));
}

#[test]
fn traffic_and_classes_that_cannot_be_are_left_out() {
    let deep = format!("{}Constant(\"1/s\"){}", "Sum([".repeat(9), "])".repeat(9));
    let traffic = |shape: &str| {
        format!(
            "nodes: [(id: \"users\", service: \"users\", at: (0, 0))],\nscenarios: [(name: \"s\", for: \"1 h\", traffic: {{\"users\": {shape}}})]"
        )
    };
    let left = |why: &str| format!("line 4: the traffic of \"users\" is left out: {why}");
    check(&traffic(&deep), &[&left("sums of traffic may stand 4 deep in each other, not deeper")]);
    let steps = "Recorded(steps: [(\"5 s\", \"1/s\"), (\"5 s\", \"2/s\")])";
    check(
        &traffic(steps),
        &[&left("the steps of a recording must stand in the order of time, each at a time of its own")],
    );
    check(&traffic("Recorded(file: \"a.csv\", then: \"stay\")"), &[&left("what comes then is hold, repeat or stop")]);
    let body = "classes: [(name: \"a\"), (name: \"a\"), (name: \"b, c\"), (name: \"d\", share: \"much\"), (name: \"e\", work: -1), (name: \"\"), (name: \"f\", share: 0)]";
    let out = |name: &str, why: &str| format!("line 3: the class \"{name}\" is left out: {why}");
    let warnings = [
        out("a", "There is already a class named \"a\""),
        out("b, c", "That class cannot be: a name has no comma, which parts the classes of a mix"),
        out("d", "a share is a number, such as 80 or \"80 %\""),
        out("e", "the factor on work is above 0, at most 1,000,000; 1 is the work that nodes state"),
        out("", "A name needs at least one letter or digit"),
        out("f", "a share is a number above 0; all shares together are 100 % of the requests"),
    ];
    let warnings: Vec<&str> = warnings.iter().map(String::as_str).collect();
    assert_eq!(check(body, &warnings).classes.len(), 1);
    let far = format!("{}Constant(\"1/s\"){}", "Sum([".repeat(5_000), "])".repeat(5_000));
    assert!(parse(&wrap(&traffic(&far)), "t.ron").is_err(), "no text makes the reader run out of stack");
}

#[test]
fn a_slow_spell_reads_back_and_its_factor_has_bounds() {
    let text = |factor: &str| {
        let fault = format!("Slow(at: \"1 min\", lasts: \"30 s\", node: \"db\", factor: {factor})");
        format!("Loadscape(version: 1, scenarios: [(name: \"a\", for: \"1 h\", faults: [{fault}])])")
    };
    let opened = parse(&text("2.5"), "t.ron").unwrap();
    let harm = crate::scenario::Harm::Slow { node: "db".to_owned(), factor: 2.5 };
    assert_eq!(opened.design.scenarios[0].faults[0].harm, harm);
    assert_eq!(harm.words(), "db takes 2.5 times as long");
    assert!(print(&opened.design).contains("node: \"db\", factor: 2.5)"));
    // One that cannot be does not make the file unreadable: the nearest counts, and the reader says so.
    for (bad, taken) in [("0", 0.001), ("-1", 0.001), ("1e9", 1_000.0), ("inf", 1_000.0), ("NaN", 1.0)] {
        let opened = parse(&text(bad), "t.ron").unwrap_or_else(|error| panic!("{bad}: {error}"));
        let harm = crate::scenario::Harm::Slow { node: "db".to_owned(), factor: taken };
        assert_eq!(opened.design.scenarios[0].faults[0].harm, harm);
        let told = &opened.warnings[0].text;
        assert!(told.ends_with(&format!("is not 0.001 to 1000; {taken} counts")), "{told}");
    }
}

#[test]
fn groups_levels_and_locks_are_read_back_and_groups_of_one_are_none() {
    let text = r#"Loadscape(version: 1,
    places: [(id: "p", kind: "private-subnet", label: "p", at: (0, 0), size: (300, 200), in: "p", locked: true)],
    nodes: [
        (id: "a", service: "ec2", at: (10, 40), in: "p", group: "Pair!", level: 2),
        (id: "b", service: "ec2", at: (400, 40), group: "Pair!"),
        (id: "c", service: "ec2", at: (800, 40), group: "alone"),
        (id: "d", service: "ec2", at: (10, 400), group: "shop/cart"),
        (id: "e", service: "ec2", at: (400, 400), group: "shop/cart/"),
        (id: "f", service: "ec2", at: (800, 400), group: "shop"),
        (id: "g", service: "ec2", at: (10, 800), group: "office/cart"),
        (id: "h", service: "ec2", at: (400, 800), group: "office/cart/deep/deeper"),
    ])"#;
    let opened = parse(text, "test").unwrap();
    let design = &opened.design;
    let id = |text: &str| crate::model::Id::new(text).unwrap();
    assert_eq!(design.groups_of(&id("a")), design.groups_of(&id("b")));
    assert_eq!((design.groups_of(&id("c")), design.level(&id("a"))), (&[][..], 2));
    let groups = |of: &str| design.groups_of(&id(of)).iter().map(ToString::to_string).collect::<Vec<_>>().join("/");
    assert_eq!(["d", "e", "f", "g", "h"].map(groups), ["shop/cart-2", "shop/cart-2", "shop", "office", "office"]);
    assert!(design.is_locked(&id("p")) && design.places[&id("p")].parent.is_none());
    assert!(opened.warnings[0].text.contains("cannot stand in"), "{:?}", opened.warnings);
    assert_eq!(parse(&print(design), "again").unwrap().design, *design);
}

#[test]
fn links_keep_the_sides_that_they_were_led_to() {
    let body = |leaves: &str| {
        format!(
            "nodes: [(id: \"a\", service: \"users\", at: (0, 0)), (id: \"b\", service: \"ec2\", at: (400, 0))],\n\
             links: [(from: \"a\", to: \"b\", leaves: \"{leaves}\", enters: \"bottom\")]"
        )
    };
    let sides = |design: &Design| design.links.values().next().map(|link| (link.sides.leaves, link.sides.enters));
    assert_eq!(sides(&check(&body("top"), &[])), Some((Some(Side::Top), Some(Side::Bottom))));
    let wrong = "line 4: a card has no side \"north\"; its sides are left, right, top, bottom";
    assert_eq!(sides(&check(&body("north"), &[wrong])), Some((None, Some(Side::Bottom))));
}
