use super::*;
use crate::model::Design;

fn told(design: &Design) -> String {
    let mut out = format!("{}\n", design.name);
    for (id, node) in &design.nodes {
        out +=
            &format!("{} {id} \"{}\" in {}\n", node.service, node.label, node.place.as_ref().map_or("-", Id::as_str));
    }
    for (id, place) in &design.places {
        let home = place.parent.as_ref().map_or("-", Id::as_str);
        out += &format!("{} {id} \"{}\" in {home}\n", place.kind.key(), place.label);
    }
    design.links.values().for_each(|link| out += &format!("{} -> {} {}\n", link.from, link.to, link.label));
    design.notes.values().for_each(|note| out += &format!("note: {}\n", note.text.replace('\n', " / ")));
    out
}

fn check(text: &str, wanted: expect_test::Expect) {
    let outcome = match read(text, "Untitled") {
        Ok(imported) => {
            let remarks: String = imported.not_understood.iter().map(|remark| format!("! {remark}\n")).collect();
            told(&imported.drawing) + &remarks
        }
        Err(error) => format!("{:?} {error}\n", error.at),
    };
    wanted.assert_eq(&outcome);
}

#[test]
fn a_flowchart_as_people_write_it() {
    let text = r#"---
title: "Web shop"
---
%% drawn by hand
flowchart LR
    user((Users)) -->|HTTPS| cdn[CloudFront] & lb
    subgraph vpc [VPC 10.0.0.0/16]
        direction TB
        lb{{Load balancer}} --> web1 & web2
        subgraph AZ1
            web1[Web server<br/>t3.micro]; web2["Web server #quot;2#quot;"]
        end
        subgraph Data tier
            db[(PostgreSQL)]
            cache[("Redis")]
        end
    end
    cdn --> bucket[S3 bucket]
    web1 -- on a miss --> db
    web1 & web2 --> cache
    db -.-> web2
    web2 ==> jobs>Job queue]
    jobs --> mainframe[Legacy thing]
    user ~~~ cdn
    classDef red fill:#f00
    style web1 fill:#fff,stroke:#000
    click web1 "https://example.org"
    this is no statement
    end
    subgraph open
"#;
    check(
        text,
        expect_test::expect![[r#"
        Web shop
        s3 bucket "S3 bucket" in -
        elasticache cache "Redis" in vpc
        cloudfront cdn "CloudFront" in -
        rds db "PostgreSQL" in vpc
        sqs jobs "Job queue" in -
        elb lb "Load balancer" in vpc
        users user "Users" in -
        ec2 web1 "Web server t3.micro" in vpc
        ec2 web2 "Web server "2"" in vpc
        az az1 "a" in vpc
        vpc vpc "VPC 10.0.0.0/16" in -
        cdn -> bucket 
        lb -> web1 
        lb -> web2 
        user -> cdn HTTPS
        user -> lb HTTPS
        web1 -> cache 
        web1 -> db on a miss
        web2 -> cache 
        web2 -> jobs 
        note: Legacy thing
        ! line 13: the subgraph "Data tier" has no meaning here; what stands in it is kept
        ! line 21: the link from "PostgreSQL" to "Web server "2"" is left out: RDS database cannot call EC2 instance: data services answer, they do not call
        ! line 23: the box "Legacy thing" tells no service; it is a note
        ! line 23: the line from "jobs" to "mainframe" is left out: a link joins two services
        ! line 28: "is no statement" is no line between boxes; the statement is left out
        ! line 29: this "end" ends nothing
        ! line 30: the subgraph "open" has no meaning here; what stands in it is kept
    "#]],
    );
}

#[test]
fn what_is_no_flowchart_says_so() {
    check(
        "sequenceDiagram\n A->>B: hi",
        expect_test::expect![[r#"
        Some((1, 1)) this is no flowchart: it begins with "sequenceDiagram". Only flowcharts can be imported ("flowchart LR")
    "#]],
    );
    check(
        "",
        expect_test::expect![[r#"
        None there is no diagram in this text. Choose another file
    "#]],
    );
    check(
        "---\ntitle: x\n",
        expect_test::expect![[r#"
        None there is no diagram in this text. Choose another file
    "#]],
    );
    check(
        "graph TD;",
        expect_test::expect![[r#"
        None nothing is drawn in this flowchart. Choose another file
    "#]],
    );
    check(
        "# Notes\n\n```mermaid\ngraph TD; a[EC2] --> b[RDS]\n```\n",
        expect_test::expect![[r#"
        Untitled
        ec2 a "EC2" in -
        rds b "RDS" in -
        a -> b 
    "#]],
    );
}

#[test]
fn large_and_odd_texts_are_bounded() {
    let mut text = "flowchart LR\n".to_owned();
    (0..5_000).for_each(|n| text += &format!("n{n}[Web server {n}] --> n{}\n", n + 1));
    let imported = read(&text, "x").unwrap();
    assert_eq!((imported.drawing.nodes.len(), imported.drawing.links.len()), (5_000, 4_999));
    let deep = format!("flowchart LR\n{}a[EC2]", "subgraph vpc\n".repeat(20_000));
    assert_eq!(read(&deep, "x").unwrap().drawing.nodes.len(), 1);
    let wide = format!("flowchart LR\n{} --> b[RDS]", vec!["a[EC2]"; 3_000].join(" & "));
    assert_eq!(read(&wide, "x").unwrap().drawing.links.len(), 1);
    for odd in [
        "flowchart LR\n[[[[",
        "flowchart LR\na[\"",
        "flowchart\na@{",
        "graph\na --|\n",
        "flowchart LR\n웹[웹 서버] --> é",
    ] {
        let _outcome = read(odd, "x");
    }
}

#[test]
fn what_has_no_tile_is_a_station_and_keeps_its_links() {
    check(
        "flowchart LR\n  api[API Gateway] --> checkout[Checkout Lambda]\n  checkout --> table[(DynamoDB)] & db[(Orders DB)]\n  \
         jobs[Jobs]:::kinesis --> checkout\n",
        expect_test::expect![[r#"
            Untitled
            station api "API Gateway" in -
            station checkout "Checkout Lambda" in -
            rds db "Orders DB" in -
            station jobs "Jobs" in -
            station table "DynamoDB" in -
            api -> checkout 
            checkout -> db 
            checkout -> table 
            jobs -> checkout 
            ! line 2: "API Gateway" is a station of your own: there is no tile for API Gateway yet
            ! line 2: "Checkout Lambda" is a station of your own: there is no tile for Lambda yet
            ! line 3: "DynamoDB" is a station of your own: there is no tile for DynamoDB yet
            ! line 4: "Jobs" is a station of your own: there is no tile for Kinesis yet
        "#]],
    );
}
