//! Templates to drawings in a few lines of text, and what broken and hostile texts come to.

use super::read;
use crate::catalog;
use crate::export::cloudformation;
use crate::file;
use crate::import::{ImportError, Imported};
use crate::model::{Design, Id, Node};
use expect_test::{Expect, expect};
use std::fmt::Write;

/// A drawing in lines: nodes with places and settings, links, and what was not understood.
fn told(imported: &Imported) -> String {
    let design = &imported.drawing;
    let mut out = format!("{} ({})\n", design.name, design.region);
    for (id, node) in &design.nodes {
        let around: Vec<&str> = design.around(node.place.as_ref()).map(|place| place.label.as_str()).collect();
        let around = if around.is_empty() { String::new() } else { format!(" in {}", around.join(" < ")) };
        let settings: Vec<String> = node.settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let _ = writeln!(out, "{id} \"{}\" {}{around} {}", node.label, node.service, settings.join(" "));
    }
    for link in design.links.values() {
        let _ = writeln!(out, "{} -> {}", link.from, link.to);
    }
    for remark in &imported.not_understood {
        let _ = writeln!(out, "? {remark}");
    }
    out.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn check(text: &str, expected: Expect) {
    let imported = read(text, "test").unwrap_or_else(|error| panic!("{error}"));
    sound(&imported.drawing);
    expected.assert_eq(&told(&imported));
}

/// What holds for every drawing: it is written and read back without a warning, and cards do not lie on each other.
fn sound(design: &Design) {
    let again = file::parse(&file::print(design), "again").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(again.warnings, []);
    let cards: Vec<_> = design.nodes.values().map(Node::rect).collect();
    for (n, card) in cards.iter().enumerate().take(500) {
        assert!(cards[..n].iter().all(|other| !other.touches(card)), "cards lie on each other");
    }
}

fn refused(text: &str) -> ImportError {
    read(text, "test").expect_err("it is refused")
}

#[test]
fn a_blog_is_drawn() {
    check(
        include_str!("templates/lamp.yaml"),
        expect![[r#"
            Blog on LAMP (us-east-1)
            database "Database" rds in stack network storage=50 GB
            public-load-balancer "Public Load Balancer" elb in stack network drain=1 min healthy=3 interval=15 s unhealthy=4
            users "Users" users
            web-server-group "Web Server Group" asg in stack network max=8 min=2 target=55 % type=t3.small warmup=3 min zones=2
            public-load-balancer -> web-server-group
            users -> public-load-balancer
            web-server-group -> database
            ? line 152: "DebugBox" is left out: with the defaults of the parameters its condition is false
            ? line 156: AWS::Logs::LogGroup has no counterpart here: WebLogs
            ? line 159: AWS::CloudWatch::Alarm has no counterpart here: CpuAlarm
        "#]],
    );
}

#[test]
fn a_pipeline_in_json_is_drawn() {
    let imported = read(include_str!("templates/thumbnails.json"), "test").unwrap();
    sound(&imported.drawing);
    let told = told(&imported);
    // What has no tile of its own yet is a station; the links will be the same once it has one.
    for line in [
        "Thumbnails (us-east-1)",
        "audit-worker \"Audit Worker\" ec2 type=t4g.small",
        "pictures-example-com \"pictures.example.com\" route53",
        "audit-queue -> audit-worker",
        "cdn -> picture-bucket",
        "pictures-example-com -> cdn",
        "resize-function -> index",
        "resize-function -> picture-bucket",
        "resize-queue -> resize-function",
        "upload-bucket -> uploaded",
        "uploaded -> audit-queue",
        "uploaded -> resize-queue",
        "users -> pictures-example-com",
        "? AWS::Events::Rule has no counterpart here: Bus",
    ] {
        assert!(told.lines().any(|found| found == line), "{line} is not in:\n{told}");
    }
    assert!(!told.contains("failed-resizes"), "a queue for what is set aside is no node:\n{told}");
}

#[test]
fn zones_and_subnets_become_places() {
    check(
        include_str!("templates/zones.yaml"),
        expect![[r#"
            Two zones with NAT (ap-northeast-2)
            app-server-a "App server a" ec2 in App a < a < Production
            app-server-c "App server c" ec2 in App c < c < Production
            balancer "Balancer" elb in Production
            bastion "Bastion" ec2 in Public a < a < Production type=t3.micro
            db "Db" rds in Production class=db.r5.large engine=PostgreSQL multi_az=on storage=200 GB
            sessions "Sessions" elasticache in Production node=cache.r6g.large replicas=1
            users "Users" users
            app-server-a -> db
            app-server-a -> sessions
            app-server-c -> db
            app-server-c -> sessions
            balancer -> app-server-a
            balancer -> app-server-c
            users -> balancer
        "#]],
    );
}

#[test]
fn exported_designs_come_back() {
    for sample in file::samples() {
        let design = file::parse(sample.text, sample.key).unwrap().design;
        let text = cloudformation::write(&design).unwrap();
        let imported = read(&text, sample.key).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(services(&imported.drawing), services(&design), "{}", sample.key);
        assert_eq!(links(&imported.drawing), links(&design), "{}", sample.key);
        assert_eq!(settings(&imported.drawing), settings(&design), "{}", sample.key);
        assert_eq!((&imported.drawing.name, &imported.drawing.region), (&design.name, &design.region));
        assert_eq!(imported.not_understood, [], "{}", sample.key);
        sound(&imported.drawing);
    }
}

/// Templates have no users.
fn is_expressed(design: &Design, id: &Id) -> bool {
    design.nodes[id].service != "users"
}

fn label<'a>(design: &'a Design, id: &Id) -> &'a str {
    &design.nodes[id].label
}

fn services(design: &Design) -> Vec<(&str, &str)> {
    let nodes = design.nodes.iter().filter(|(id, _)| is_expressed(design, id));
    let mut all: Vec<_> = nodes.map(|(_, node)| (node.label.as_str(), node.service.as_str())).collect();
    all.sort_unstable();
    all
}

/// Links, those of users by who they come to.
fn links(design: &Design) -> Vec<(&str, &str)> {
    let from = |id| if is_expressed(design, id) { label(design, id) } else { "users" };
    let mut all: Vec<_> = design.links.values().map(|link| (from(&link.from), label(design, &link.to))).collect();
    all.sort_unstable();
    all
}

/// Settings that a template has: those of the load and of times are none.
fn settings(design: &Design) -> Vec<String> {
    let carried = [
        "type",
        "min",
        "max",
        "zones",
        "policy",
        "target",
        "backlog",
        "warmup",
        "interval",
        "healthy",
        "unhealthy",
        "drain",
        "algorithm",
        "class",
        "engine",
        "storage",
        "node",
        "nodes",
        "visibility",
        "receives",
        "price_class",
    ];
    let mut all = Vec::new();
    for (id, node) in design.nodes.iter().filter(|(id, _)| is_expressed(design, id)) {
        let known = catalog::find(&node.service).expect("the catalogue has it").sheet();
        let set = node.settings().expect("the catalogue has it");
        let keys = carried.into_iter().filter(|key| known.param(key).is_some());
        all.extend(keys.map(|key| format!("{} {key}={}", label(design, id), set.value(key))));
    }
    all.sort();
    all
}

#[test]
fn parameters_mappings_and_conditions_are_worked_out() {
    check(
        r#"
Parameters:
  Env: {Type: String, Default: dev}
  Types: {Type: CommaDelimitedList, Default: "t3.micro, m5.large"}
  NoDefault: {Type: String}
Mappings:
  Size: {dev: {max: 3}, prod: {max: 30}}
Conditions:
  Prod: !Equals [!Ref Env, prod]
  Both: !And [!Condition Prod, !Equals [a, a]]
  Either: {"Fn::Or": [{Condition: Prod}, !Not [!Equals [!Ref NoDefault, x]]]}
  Round: !Not [!Condition Trip]
  Trip: !Not [!Condition Round]
Resources:
  One: {Type: "AWS::EC2::Instance", Properties: {InstanceType: !If [Both, r5.large, !Select [1, !Ref Types]]}}
  Two: {Type: "AWS::EC2::Instance", Condition: Both}
  Three: {Type: "AWS::EC2::Instance", Condition: Either, Properties: {InstanceType: !Sub "t3.${S}", Tags: [{Key: Name, Value: !Join ["-", [three, !Ref Env]]}]}}
  Four: {Type: "AWS::EC2::Instance", Condition: Round, Properties: {InstanceType: !Select [0, !Split ["|", "c5.large|x"]]}}
  Five: {Type: "AWS::AutoScaling::AutoScalingGroup", Properties: {MinSize: !If [Prod, 4, !Ref "AWS::NoValue"], MaxSize: !FindInMap [Size, !Ref Env, max]}}
"#,
        expect![[r#"
            test (us-east-1)
            five "Five" asg max=3 policy=none
            four "Four" ec2 type=c5.large
            one "One" ec2
            three-dev "three-dev" ec2
            ? nothing in the template is open to the internet, so no users were added
            ? line 12: the conditions "Round" and "Trip" depend on each other in a circle; what has them is drawn as if they held
            ? line 16: "Two" is left out: with the defaults of the parameters its condition is false
            ? line 17: "S" is neither a parameter nor a resource; what refers to it is read without it
        "#]],
    );
}

#[test]
fn what_is_not_understood_is_listed_with_its_line() {
    check(
        r#"Transform: [AWS::Serverless-2016-10-31, Own]
Resources:
  Rule: {Type: "AWS::Events::Rule"}
  Table:
    Type: AWS::DynamoDB::Table
  Odd: {Properties: {}}
  Loop: {"Fn::ForEach::X": [a, [b], {}], Type: "AWS::Events::Rule"}
  Box:
    Type: AWS::EC2::Instance
    Properties:
      InstanceType: !Lookup {of: types}
      Other: [!Lookup x, {"Fn::Mystery": 1}]
  Jobs: {Type: "AWS::SQS::Queue", Properties: {VisibilityTimeout: 99999999}}
"#,
        expect![[r#"
            test (us-east-1)
            box "Box" ec2
            jobs "Jobs" sqs
            table "Table" station
            ? nothing in the template is open to the internet, so no users were added
            ? line 1: the macro "Own" is not carried out
            ? line 3: AWS::Events::Rule has no counterpart here: Rule, Loop
            ? line 4: "Table" is a station of your own: there is no tile for DynamoDB Table yet
            ? line 6: "Odd" has no type, so it is left out
            ? line 11: the function "Lookup" is not understood (2 times); what it stands for is left out
            ? line 12: the function "Mystery" is not understood; what it stands for is left out
            ? line 13: Visibility timeout of "Jobs": 99999999 s is outside 0 s to 12 h; it stays 30 s
        "#]],
    );
}

#[test]
fn broken_texts_are_refused_with_their_place() {
    for (text, at, what) in [
        ("Resources:\n  A: [1, 2\n  B: 3\n", Some((3, 4)), "broken YAML"),
        ("{\"Resources\": {\n  \"A\": }}", Some((2, 8)), "broken JSON"),
        ("Resources: {}\n", None, "no CloudFormation template"),
        ("", None, "no CloudFormation template"),
        ("just text", None, "no CloudFormation template"),
        ("{}", None, "no CloudFormation template"),
        ("A: &a [*a]\n", Some((1, 8)), "has no end"),
        ("A: *nowhere\n", None, "broken YAML"),
    ] {
        let error = refused(text);
        assert!(error.to_string().contains(what), "{text}: {error}");
        assert!(at.is_none() || error.at.is_some_and(|found| found.0 == at.unwrap().0), "{text}: {:?}", error.at);
    }
}

#[test]
fn bombs_are_refused() {
    let mut aliases = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for n in 1..12 {
        let list = vec![format!("*a{}", n - 1); 10].join(", ");
        let _ = writeln!(aliases, "a{n}: &a{n} [{list}]");
    }
    aliases.push_str("Resources: {A: {Type: \"AWS::SQS::Queue\", Properties: *a11}}\n");
    assert!(refused(&aliases).to_string().contains("aliases counted"));
    let deep = format!("Resources: {}1{}", "[".repeat(50_000), "]".repeat(50_000));
    assert!(refused(&deep).to_string().contains("deeper than 100"), "{}", refused(&deep));
    let deep = format!("{{\"Resources\": {}1{}}}", "[".repeat(50_000), "]".repeat(50_000));
    assert!(refused(&deep).to_string().contains("deeper than 100"), "{}", refused(&deep));
}

#[test]
fn functions_of_functions_come_to_an_end() {
    let mut text =
        String::from("Parameters: {P: {Type: String, Default: xxxxxxxxxxxxxxxx}}\nConditions:\n  C0: !Equals [a, a]\n");
    for n in 1..60 {
        let all = vec![format!("!Condition C{}", n - 1); 9].join(", ");
        let _ = writeln!(text, "  C{n}: !And [{all}]");
    }
    text.push_str(
        "Resources:\n  A:\n    Type: AWS::EC2::Instance\n    Condition: C59\n    Properties:\n      InstanceType: ",
    );
    let mut sub = "!Ref P".to_owned();
    for _ in 0..20 {
        sub = format!("!Sub [\"{}\", {{X: {sub}}}]", "${X}".repeat(20));
    }
    text.push_str(&sub);
    let imported = read(&text, "test").unwrap();
    assert_eq!(imported.drawing.nodes.len(), 1);
}

#[test]
fn five_thousand_resources_are_drawn() {
    let mut text = String::from("Resources:\n");
    for n in 0..1_250 {
        let next = (n + 1) % 1_250;
        let _ = writeln!(
            text,
            "  Q{n}: {{Type: 'AWS::SQS::Queue'}}\n  G{n}: {{Type: 'AWS::EC2::SecurityGroup', Properties: {{SecurityGroupIngress: \
             [{{SourceSecurityGroupId: !Ref G{next}}}]}}}}\n  I{n}: {{Type: 'AWS::EC2::Instance', Properties: {{SecurityGroupIds: \
             [!Ref G{n}], UserData: !Sub '${{Q{n}}}'}}}}\n  X{n}: {{Type: 'Custom::Thing{n}'}}"
        );
    }
    let imported = read(&text, "test").unwrap();
    assert_eq!((imported.drawing.nodes.len(), imported.drawing.links.len()), (2_500, 2_500));
    sound(&imported.drawing);
}

#[test]
fn shared_security_groups_do_not_make_millions_of_links() {
    let mut text = String::from("Resources:\n");
    for (group, from) in [("G", "G"), ("H", "G")] {
        let _ = writeln!(
            text,
            "  {group}: {{Type: 'AWS::EC2::SecurityGroup', Properties: {{SecurityGroupIngress: [{{SourceSecurityGroupId: !Ref {from}}}]}}}}"
        );
        for n in 0..500 {
            let _ = writeln!(
                text,
                "  {group}{n}: {{Type: 'AWS::EC2::Instance', Properties: {{SecurityGroupIds: [!Ref {group}]}}}}"
            );
        }
    }
    let imported = read(&text, "test").unwrap();
    assert!(imported.drawing.links.len() <= 20_000);
}

#[test]
fn circles_of_references_are_fine() {
    check(
        "Resources:\n  A: {Type: 'AWS::IAM::Role', Properties: {X: !Ref B}}\n  B: {Type: 'AWS::IAM::InstanceProfile', Properties: {Roles: [!Ref A]}}\n  \
         C: {Type: 'AWS::EC2::Instance', Properties: {IamInstanceProfile: !Ref B, UserData: !Sub '${D.PrivateIp} ${C}'}}\n  \
         D: {Type: 'AWS::EC2::Instance', Properties: {UserData: !Sub '${C.PrivateIp}'}}\n",
        expect![[r#"
            test (us-east-1)
            c "C" ec2
            d "D" ec2
            c -> d
            ? nothing in the template is open to the internet, so no users were added
            ? line 2: "A" and "B" wait for each other, so no stack could be made of them; they are read all the same
            ? line 4: "C" and "D" wait for each other, so no stack could be made of them; they are read all the same
        "#]],
    );
}

#[test]
fn what_is_odd_is_read_and_listed() {
    check(
        r#"Parameters: {Size: {Type: String, Default: t3.micro}}
Conditions:
  Here: !Not [!Condition There]
  There: !And [!Condition Here, !Equals [!Ref Sise, big]]
  Alone: {Condition: Alone}
Resources:
  Box:
    Type: AWS::EC2::Instance
    Condition: Here
    DependsOn: [Jobs]
    Properties: {InstanceType: !Ref Sise, UserData: !Sub "${Nowhere.Arn} ${AWS::Region} ${!Shell} ${Size}"}
  Jobs:
    Type: AWS::SQS::Queue
    DependsOn: Box
    Properties: {VisibilityTimeout: 40}
    Properties: {VisibilityTimeout: 50, Tags: [{Key: Name, Value: !GetAtt [Jobs, Arn]}]}
  Box2: {Type: "AWS::SNS::Topic"}
---
Resources: {Other: {Type: "AWS::SQS::Queue"}}
"#,
        expect![[r#"
            test (us-east-1)
            box "Box" ec2
            box2 "Box2" sns
            jobs "Jobs" sqs visibility=50 s
            ? nothing in the template is open to the internet, so no users were added
            ? line 3: the conditions "Here" and "There" depend on each other in a circle; what has them is drawn as if they held
            ? line 4: "Sise" is neither a parameter nor a resource; what refers to it (2 times) is read without it
            ? line 5: the condition "Alone" depends on itself; what has it is drawn as if it held
            ? line 7: "Box" and "Jobs" wait for each other, so no stack could be made of them; they are read all the same
            ? line 11: "Nowhere" is neither a parameter nor a resource; what refers to it is read without it
            ? line 15: the key "Properties" stands again in line 16, in the same mapping; the later one counts
            ? line 18: another document begins here; only the first one is read
        "#]],
    );
    // Neither the end of a document nor an empty one is another one.
    let alone = read("Resources: {A: {Type: 'AWS::S3::Bucket'}}\n...\n---\n# the end\n", "test").unwrap();
    assert!(alone.not_understood.iter().all(|remark| !remark.text.contains("document")), "{:?}", alone.not_understood);
}

#[test]
fn topics_volumes_and_file_systems_come_back() {
    check(
        include_str!("../../../tests/golden/photos.yaml"),
        expect![[r#"
        Photos by topics, queues and volumes (us-east-1)
        app "App" asg in VPC
        audit "Audit" sqs
        ebs-volumes "EBS volumes" ebs kind=gp2 storage=94 GiB
        ebs-volumes-2 "EBS volumes" ebs iops=6000 storage=200 GiB
        failed "Failed" sqs
        front "Front" elb in VPC
        ledger "Ledger" ec2 in Private subnet a < a < VPC
        logs "Logs" ebs kind=gp2 storage=94 GiB
        ordered "Ordered" sns
        orders "Orders" sqs kind=FIFO limit=3000/s
        raw "Raw" sqs
        resize "Resize" asg in VPC
        shared "Shared" efs in VPC mode=elastic
        thumbnails "Thumbnails" sqs delay=10 s retention=2 d
        uploaded "Uploaded" sns
        uploads "Uploads" s3
        users "Users" users
        app -> ebs-volumes
        app -> ebs-volumes-2
        app -> ordered
        app -> shared
        app -> uploads
        front -> app
        ledger -> logs
        ordered -> orders
        orders -> ledger
        resize -> shared
        thumbnails -> failed
        thumbnails -> resize
        uploaded -> audit
        uploaded -> thumbnails
        uploads -> raw
        uploads -> uploaded
        users -> front
        ? line 617: the filter of "UploadedToThumbnails" is left out: its queue gets every message
    "#]],
    );
}
