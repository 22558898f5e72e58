use super::*;
use crate::model::{Design, Routing, Side, Sides};

const HEAD: &str =
    "<mxfile>\n<diagram name=\"Page\">\n<mxGraphModel>\n<root>\n<mxCell id=\"0\"/>\n<mxCell id=\"1\" parent=\"0\"/>\n";
const TAIL: &str = "</root></mxGraphModel></diagram></mxfile>";

/// A box: id, label, style, parent, and x, y, width and height.
fn cell(id: &str, label: &str, style: &str, parent: &str, [x, y, w, h]: [i32; 4]) -> String {
    format!(
        "<mxCell id=\"{id}\" value=\"{label}\" style=\"{style}\" vertex=\"1\" parent=\"{parent}\">\
         <mxGeometry x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" as=\"geometry\"/></mxCell>\n"
    )
}

fn icon(id: &str, label: &str, shape: &str, parent: &str, [x, y]: [i32; 2]) -> String {
    let style = format!("sketch=0;html=1;shape=mxgraph.aws4.resourceIcon;resIcon=mxgraph.aws4.{shape};");
    cell(id, label, &style, parent, [x, y, 78, 78])
}

fn line(id: &str, style: &str, from: &str, to: &str) -> String {
    format!(
        "<mxCell id=\"{id}\" style=\"{style}\" edge=\"1\" parent=\"1\" source=\"{from}\" target=\"{to}\">\
         <mxGeometry relative=\"1\" as=\"geometry\"/></mxCell>\n"
    )
}

fn read_cells(cells: &[String]) -> Imported {
    read(&format!("{HEAD}{}{TAIL}", cells.concat()), "Drawing").unwrap_or_else(|error| panic!("{error}"))
}

/// A drawing in words, one record a line.
fn told(design: &Design) -> String {
    let mut out = String::new();
    for (id, node) in &design.nodes {
        let home = node.place.as_ref().map_or("-", Id::as_str);
        out += &format!("{} {id} \"{}\" in {home}\n", node.service, node.label);
    }
    for (id, place) in &design.places {
        let home = place.parent.as_ref().map_or("-", Id::as_str);
        out += &format!("{} {id} \"{}\" in {home}\n", place.kind.key(), place.label);
    }
    design.links.values().for_each(|link| out += &format!("{} -> {} {}\n", link.from, link.to, link.label));
    design.notes.values().for_each(|note| out += &format!("note: {}\n", note.text.replace('\n', " / ")));
    out
}

fn remarks(imported: &Imported) -> String {
    imported.not_understood.iter().map(|remark| format!("{remark}\n")).collect()
}

#[test]
fn shapes_frames_names_and_lines_find_their_meaning() {
    let group = |icon: &str, more: &str| {
        format!("shape=mxgraph.aws4.group;grIcon=mxgraph.aws4.{icon};{more}container=1;html=1;")
    };
    let subnet = group("group_security_group", "grStroke=0;strokeColor=#7AA116;fillColor=#F2F6E8;");
    let imported = read_cells(&[
        cell("r", "Region&lt;br&gt;us-east-1", &group("group_region", ""), "1", [200, 0, 1000, 700]),
        cell("v", "VPC", &group("group_vpc2", ""), "r", [20, 40, 960, 640]),
        cell("z", "us-east-1b", "fillColor=none;strokeColor=#147EBA;dashed=1;html=1;", "v", [20, 40, 900, 580]),
        cell("s", "10.0.1.0/24", &subnet, "v", [40, 80, 860, 500]),
        icon("u", "&lt;b&gt;Shoppers&lt;/b&gt;", "users", "1", [0, 300]),
        icon("lb", "ALB", "application_load_balancer", "s", [20, 200]),
        cell("g", "Web fleet", &group("group_auto_scaling_group", ""), "s", [240, 100, 300, 300]),
        cell("i", "", "shape=mxgraph.aws4.instance2;html=1;", "g", [20, 100, 48, 48]),
        icon("db", "Orders&lt;br&gt;(MySQL)", "rds", "s", [700, 200]),
        cell("old", "Files", "shape=mxgraph.aws3.s3;html=1", "1", [1300, 40, 60, 80]),
        icon("fn", "Thumbnails", "step_functions", "1", [1300, 300]),
        cell("c", "Redis", "rounded=1;html=1;", "1", [1300, 500, 120, 60]),
        cell("t", "To do: &lt;i&gt;ask Kim&lt;/i&gt;", "text;html=1;", "1", [0, 800, 200, 30]),
        line("e1", "endArrow=classic;html=1;", "u", "lb"),
        line("e2", "", "lb", "i"),
        line("e3", "startArrow=classic;endArrow=none;", "db", "g"),
        cell("e3l", "SQL", "edgeLabel;html=1;", "e3", [0, 0, 0, 0]),
        line("e4", "endArrow=none;", "old", "g"),
        line("e5", "", "db", "u"),
        line("e6", "", "g", "t"),
    ]);
    expect_test::expect![[r#"
        elb alb "ALB" in 10-0-1-0-24
        s3 files "Files" in -
        rds orders-mysql "Orders (MySQL)" in 10-0-1-0-24
        elasticache redis "Redis" in -
        users shoppers "Shoppers" in -
        asg web-fleet "Web fleet" in 10-0-1-0-24
        public-subnet 10-0-1-0-24 "10.0.1.0/24" in az
        az az "b" in vpc
        region region-us-east-1 "Region us-east-1" in -
        vpc vpc "VPC" in region-us-east-1
        alb -> web-fleet 
        shoppers -> alb 
        web-fleet -> files 
        web-fleet -> orders-mysql SQL
        note: Thumbnails
        note: To do: ask Kim
    "#]]
    .assert_eq(&told(&imported.drawing));
    expect_test::expect![[r#"
        line 17: the shape mxgraph.aws4.step_functions of "Thumbnails" stands for nothing here; it is a note
        line 25: the link from "Orders (MySQL)" to "Shoppers" is left out: RDS database cannot call Users: users only send requests, nothing calls them
        line 26: the line from "Web fleet" to "To do: ask Kim" is left out: a link joins two services
    "#]]
    .assert_eq(&remarks(&imported));
}

#[test]
fn circles_of_parents_and_odd_numbers_do_no_harm() {
    let imported = read_cells(&[
        icon("a", "Web", "ec2", "b", [10, 10]),
        cell("b", "B", "", "c", [0, 0, 10, 10]),
        cell("c", "C", "", "b", [0, 0, 10, 10]),
        icon("self", "Db", "rds", "self", [300, 0]),
        icon("lost", "Cache", "elasticache", "nowhere", [600, 0]),
        cell("nan", "Queue", "", "1", [i32::MAX, i32::MIN, -5, 0]),
        line("e", "", "self", "missing"),
    ]);
    let told = remarks(&imported);
    assert_eq!(told.matches("is part of itself").count(), 4, "{told}");
    assert!(told.contains("the line from \"Db\" to nothing is left out"), "{told}");
    assert_eq!(imported.drawing.nodes.len(), 4);
}

#[test]
fn five_thousand_boxes_are_a_drawing_and_a_hundred_thousand_are_cut() {
    let many = |count: i32| -> Vec<String> {
        let boxes =
            (0..count).map(|n| icon(&format!("n{n}"), &format!("Web {n}"), "ec2", "1", [n % 100 * 90, n / 100 * 90]));
        let lines = (1..count).map(|n| line(&format!("e{n}"), "", &format!("n{}", n - 1), &format!("n{n}")));
        boxes.chain(lines).collect()
    };
    let imported = read_cells(&many(5_000));
    assert_eq!((imported.drawing.nodes.len(), imported.drawing.links.len()), (5_000, 4_999));
    assert!(imported.not_understood.is_empty());
    let imported = read_cells(&many(30_000));
    assert_eq!(imported.drawing.nodes.len(), super::super::draft::MOST);
}

#[test]
fn what_is_no_drawing_says_so_with_its_place() {
    let cases = [
        ("", "not well-formed"),
        ("<svg/>", "no draw.io file"),
        ("<mxfile/>", "nothing is drawn"),
        ("<mxfile><diagram>   </diagram></mxfile>", "nothing is drawn"),
        (
            "<mxfile>\n<diagram>\n<mxGraphModel><root>\n<mxCell></root></mxGraphModel></diagram></mxfile>",
            "not well-formed",
        ),
    ];
    for (text, wanted) in cases {
        let error = read(text, "x").unwrap_err();
        assert!(error.what.contains(wanted), "{text}: {error:?}");
    }
    assert_eq!(read(cases[4].0, "x").unwrap_err().at.map(|at| at.0), Some(4));
}

#[test]
fn labels_stand_where_they_stood_on_their_lines() {
    let geometry = |x: &str, y: &str| {
        format!(
            "<mxGeometry x=\"{x}\" relative=\"1\" as=\"geometry\"><mxPoint x=\"12\" y=\"{y}\" as=\"offset\"/></mxGeometry>"
        )
    };
    let said = |id: &str, style: &str, ends: [&str; 2], geometry: &str| {
        let plain = "<mxGeometry relative=\"1\" as=\"geometry\"/>";
        line(id, style, ends[0], ends[1]).replace(plain, geometry).replace("<mxCell ", "<mxCell value=\"orders\" ")
    };
    let lines = [
        said("l", "html=1;", ["a", "b"], &geometry("-0.5", "-20")),
        said("m", "html=1;startArrow=classic;endArrow=none;", ["c", "a"], &geometry("-0.5", "20")),
        said("n", "html=1;", ["a", "d"], &geometry("far", "9e9")),
    ];
    let imported = read_cells(&[&web_and_its_data()[..], &lines[..]].concat());
    let at = |to: &str| {
        let link = imported.drawing.links.values().find(|link| link.to.as_str() == to).expect("it is joined");
        link.label_at.map(|at| (at.along, at.by.x, at.by.y))
    };
    assert_eq!(at("db"), Some((0.25, 12.0, -20.0)));
    assert_eq!(at("cache"), Some((0.75, 12.0, 20.0)), "drawn the other way round");
    assert_eq!(at("files"), None, "what cannot be is left out");
}

/// A server with its database, its cache and its files.
fn web_and_its_data() -> [String; 4] {
    [
        icon("a", "Web", "ec2", "1", [0, 0]),
        icon("b", "Db", "rds", "1", [600, 0]),
        icon("c", "Cache", "elasticache", "1", [600, 400]),
        icon("d", "Files", "s3", "1", [600, 800]),
    ]
}

#[test]
fn lines_run_where_they_ran_and_as_they_did() {
    let bent = |id: &str, style: &str, ends: [&str; 2]| {
        let points = "<Array as=\"points\"><mxPoint x=\"204\" y=\"190\"/><mxPoint x=\"300\"/></Array></mxGeometry>";
        let geometry = "<mxGeometry relative=\"1\" as=\"geometry\">";
        line(id, style, ends[0], ends[1])
            .replace("<mxGeometry relative=\"1\" as=\"geometry\"/>", &format!("{geometry}{points}"))
    };
    let lines = [
        bent("l", "edgeStyle=orthogonalEdgeStyle;html=1;", ["a", "b"]),
        bent("m", "html=1;startArrow=classic;endArrow=none;", ["c", "a"]),
        line("n", "edgeStyle=orthogonalEdgeStyle;", "a", "d"),
    ];
    let imported = read_cells(&[&web_and_its_data()[..], &lines[..]].concat());
    assert_eq!(imported.not_understood, []);
    let drawing = imported.drawing;
    assert_eq!(drawing.routing, Routing::Orthogonal, "as most lines");
    let link = |to: &str| drawing.links.values().find(|link| link.to.as_str() == to).expect("it is joined");
    let given = [Point::new(204.0, 190.0), Point::new(300.0, 0.0)];
    assert_eq!((link("db").via.as_slice(), link("db").routing), (&given[..], None));
    let turned: Vec<Point> = given.into_iter().rev().collect();
    assert_eq!((&link("cache").via, link("cache").routing), (&turned, Some(Routing::Straight)));
    assert_eq!(link("files").via, []);
}

#[test]
fn lines_that_are_fixed_to_a_side_stay_there_and_others_find_theirs() {
    let style = |ends: &str| format!("edgeStyle=orthogonalEdgeStyle;html=1;{ends}");
    let lines = [
        line("l", &style("exitX=0.5;exitY=0;entryX=0;entryY=0.5;"), "a", "b"),
        line("m", &style("startArrow=classic;endArrow=none;exitX=0.25;exitY=1;"), "c", "a"),
        line("n", &style("exitX=far;exitY=1;"), "a", "d"),
    ];
    let drawing = read_cells(&[&web_and_its_data()[..], &lines[..]].concat()).drawing;
    let sides = |to: &str| drawing.links.values().find(|link| link.to.as_str() == to).expect("it is joined").sides;
    assert_eq!(sides("db"), Sides { leaves: Some(Side::Top), enters: None }, "it would enter at the left by itself");
    assert_eq!(sides("cache"), Sides { leaves: None, enters: Some(Side::Bottom) }, "drawn the other way round");
    assert_eq!(sides("files"), Sides::default(), "what cannot be is left out");
    for said in [Side::Left, Side::Right, Side::Bottom] {
        let mut own = drawing.clone();
        let link = own.links.values_mut().next().expect("it is joined");
        link.sides = Sides { leaves: Some(said), enters: Some(Side::Top) };
        let text = crate::export::Exchange::Drawio.write(&own).expect("it is written");
        assert_eq!(read(&text, "x").expect("it is read").drawing.links, own.links, "{said:?}");
    }
}

#[test]
fn what_has_no_tile_is_a_station_and_keeps_its_links() {
    let imported = read_cells(&[
        icon("api", "", "api_gateway", "1", [0, 0]),
        icon("fn", "Checkout", "lambda_function", "1", [300, 0]),
        cell("db", "Orders DB", "shape=cylinder3;html=1;", "1", [600, 0, 60, 80]),
        cell("t", "Carts (DynamoDB)", "rounded=1;html=1;", "1", [600, 200, 120, 60]),
        line("a", "", "api", "fn"),
        line("b", "", "fn", "db"),
        line("c", "", "fn", "t"),
    ]);
    expect_test::expect![[r#"
        station api-gateway "API Gateway" in -
        station carts-dynamodb "Carts (DynamoDB)" in -
        station checkout "Checkout" in -
        rds orders-db "Orders DB" in -
        api-gateway -> checkout 
        checkout -> carts-dynamodb 
        checkout -> orders-db 
        line 7: "API Gateway" is a station of your own: there is no tile for API Gateway yet
        line 8: "Checkout" is a station of your own: there is no tile for Lambda yet
        line 10: "Carts (DynamoDB)" is a station of your own: there is no tile for DynamoDB yet
    "#]]
    .assert_eq(&(told(&imported.drawing) + &remarks(&imported)));
}
