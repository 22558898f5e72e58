//! Templates of drawings in one line, and of what a drawing can do to a template.

use super::write;
use crate::export::ExportError;
use crate::model::{CARD, Design, Id, Place, PlaceKind, Point, Rect, Size, sketch};
use expect_test::{Expect, expect};

fn template(text: &str) -> String {
    write(&sketch(text).unwrap()).unwrap()
}

/// One line for each resource: its name and type.
fn resources(text: &str) -> String {
    let body = text.split_once("\nResources:\n").expect("there are resources").1;
    let body = body.split("\nOutputs:\n").next().unwrap_or_default();
    let mut lines = String::new();
    for line in body.lines() {
        if let Some(name) = line.strip_prefix("  ").filter(|name| !name.starts_with(' ')) {
            lines.push_str(name);
        } else if let Some(kind) = line.strip_prefix("    Type: AWS::") {
            lines.push_str(&format!(" {kind}\n"));
        }
    }
    lines
}

/// A resource as it is written, moved to the margin.
fn resource(text: &str, name: &str) -> String {
    let start = text.find(&format!("\n  {name}:\n")).unwrap_or_else(|| panic!("no {name} in {text}")) + 1;
    let rest = &text[start..];
    let own = rest.split("\n\n").next().unwrap_or(rest);
    own.lines().map(|line| format!("{}\n", line.get(2..).unwrap_or_default())).collect()
}

fn check(text: &str, name: &str, expected: Expect) {
    expected.assert_eq(&resource(&template(text), name));
}

fn place(design: &mut Design, (id, kind, parent): (&str, PlaceKind, Option<&str>)) {
    let rect = Rect::new(Point::default(), Size { w: 900.0, h: 600.0 });
    let label = id.rsplit('-').next().unwrap_or(id).to_owned();
    let parent = parent.and_then(Id::new);
    design.places.insert(Id::new(id).unwrap(), Place { kind, label, rect, parent, settings: Default::default() });
}

fn stand(design: &mut Design, node: &str, place: &str) {
    design.nodes.get_mut(&Id::new(node).unwrap()).unwrap().place = Id::new(place);
}

#[test]
fn an_instance_that_users_reach_has_an_address_and_a_public_subnet() {
    let text = template("users -> web:ec2(t4g.micro)");
    expect![[r#"
        Vpc: EC2::VPC
        PublicSubnetA: EC2::Subnet
        InternetGateway: EC2::InternetGateway
        InternetGatewayAttachment: EC2::VPCGatewayAttachment
        PublicRoutes: EC2::RouteTable
        PublicRoute: EC2::Route
        PublicSubnetARoutes: EC2::SubnetRouteTableAssociation
        WebSecurityGroup: EC2::SecurityGroup
        Web: EC2::Instance
    "#]]
    .assert_eq(&resources(&text));
    assert!(text.contains("ImageId: !Ref ArmImageId"), "{text}");
}

#[test]
fn a_group_scales_by_the_queue_that_it_takes_from() {
    check(
        "users -> elb -> up:asg -> jobs:sqs -> work:asg(policy=backlog per instance, backlog=50, max=8)",
        "WorkScaling",
        expect![[r#"
              WorkScaling:
                Type: AWS::AutoScaling::ScalingPolicy
                Properties:
                  AutoScalingGroupName: !Ref Work
                  PolicyType: TargetTrackingScaling
                  TargetTrackingConfiguration:
                    CustomizedMetricSpecification:
                      Metrics:
                        - Id: waiting
                          MetricStat:
                            Metric:
                              Namespace: AWS/SQS
                              MetricName: ApproximateNumberOfMessagesVisible
                              Dimensions:
                                - Name: QueueName
                                  Value: !GetAtt Jobs.QueueName
                            Stat: Sum
                          ReturnData: false
                        - Id: running
                          MetricStat:
                            Metric:
                              Namespace: AWS/AutoScaling
                              MetricName: GroupInServiceInstances
                              Dimensions:
                                - Name: AutoScalingGroupName
                                  Value: !Ref Work
                            Stat: Average
                          ReturnData: false
                        - Id: backlog
                          Expression: waiting / running
                    TargetValue: 50
        "#]],
    );
}

#[test]
fn servers_that_call_each_other_have_rules_of_their_own() {
    let text = template("users -> a:ec2 -> b:ec2 -> a");
    expect![[r#"
          AFromB:
            Type: AWS::EC2::SecurityGroupIngress
            Properties:
              GroupId: !Ref ASecurityGroup
              IpProtocol: tcp
              FromPort: 80
              ToPort: 80
              SourceSecurityGroupId: !Ref BSecurityGroup
    "#]]
    .assert_eq(&resource(&text, "AFromB"));
    assert!(text.contains("\n  BFromA:\n"), "{text}");
}

#[test]
fn names_that_meet_are_told_apart() {
    let text = template("users -> web:elb -> web-targets:ec2; users -> image-id:elb -> web-targets; d:route53 -> web");
    let names: Vec<String> = resources(&text).lines().map(str::to_owned).collect();
    let mut unique: Vec<&str> = names.iter().map(|line| line.split(':').next().unwrap_or_default()).collect();
    let all = unique.len();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), all, "{names:?}");
    assert!(names.contains(&"ImageId2: ElasticLoadBalancingV2::LoadBalancer".to_owned()), "{names:?}");
}

#[test]
fn drawn_zones_and_subnets_are_used() {
    let mut design = sketch("users -> elb -> web:ec2 -> db:rds; elb -> app:asg -> db").unwrap();
    place(&mut design, ("net", PlaceKind::Vpc, None));
    place(&mut design, ("az-b", PlaceKind::Zone, Some("net")));
    place(&mut design, ("az-c", PlaceKind::Zone, Some("net")));
    place(&mut design, ("front-b", PlaceKind::PrivateSubnet, Some("az-b")));
    stand(&mut design, "web", "front-b");
    stand(&mut design, "db", "az-c");
    stand(&mut design, "elb", "net");
    stand(&mut design, "app", "net");
    let text = write(&design).unwrap();
    expect![[r#"
        Net: EC2::VPC
        PublicSubnetB: EC2::Subnet
        PublicSubnetC: EC2::Subnet
        FrontB: EC2::Subnet
        PrivateSubnetC: EC2::Subnet
        InternetGateway: EC2::InternetGateway
        InternetGatewayAttachment: EC2::VPCGatewayAttachment
        PublicRoutes: EC2::RouteTable
        PublicRoute: EC2::Route
        PublicSubnetBRoutes: EC2::SubnetRouteTableAssociation
        PublicSubnetCRoutes: EC2::SubnetRouteTableAssociation
        NatAddressB: EC2::EIP
        NatGatewayB: EC2::NatGateway
        PrivateRoutesB: EC2::RouteTable
        PrivateRouteB: EC2::Route
        FrontBRoutes: EC2::SubnetRouteTableAssociation
        NatAddressC: EC2::EIP
        NatGatewayC: EC2::NatGateway
        PrivateRoutesC: EC2::RouteTable
        PrivateRouteC: EC2::Route
        PrivateSubnetCRoutes: EC2::SubnetRouteTableAssociation
        DbSecurityGroup: EC2::SecurityGroup
        WebSecurityGroup: EC2::SecurityGroup
        AppSecurityGroup: EC2::SecurityGroup
        ElbSecurityGroup: EC2::SecurityGroup
        DbSubnets: RDS::DBSubnetGroup
        Db: RDS::DBInstance
        WebRole: IAM::Role
        WebProfile: IAM::InstanceProfile
        Web: EC2::Instance
        AppRole: IAM::Role
        AppProfile: IAM::InstanceProfile
        AppLaunchTemplate: EC2::LaunchTemplate
        App: AutoScaling::AutoScalingGroup
        AppScaling: AutoScaling::ScalingPolicy
        ElbTargets: ElasticLoadBalancingV2::TargetGroup
        Elb: ElasticLoadBalancingV2::LoadBalancer
        ElbHttp: ElasticLoadBalancingV2::Listener
        ElbHttps: ElasticLoadBalancingV2::Listener
    "#]]
    .assert_eq(&resources(&text));
    assert!(resource(&text, "Web").contains("SubnetId: !Ref FrontB"), "{text}");
    assert!(resource(&text, "Db").contains("AvailabilityZone: !Select [2, !GetAZs \"\"]"), "{text}");
    assert!(resource(&text, "App").contains("- !Ref FrontB\n      - !Ref PrivateSubnetC\n"), "{text}");
}

#[test]
fn links_between_networks_are_told() {
    let mut design = sketch("users -> web:ec2 -> db:rds").unwrap();
    place(&mut design, ("one", PlaceKind::Vpc, None));
    place(&mut design, ("two", PlaceKind::Vpc, None));
    stand(&mut design, "web", "one");
    stand(&mut design, "db", "two");
    let text = write(&design).unwrap();
    assert!(text.contains("# - Links between VPCs, which need peering: web -> db\n"), "{text}");
    assert!(text.contains("\n  TwoPrivateSubnetA:\n") && text.contains("CidrBlock: \"10.1.0.0/16\""), "{text}");
}

#[test]
fn what_has_no_counterpart_is_named() {
    let mut design = sketch("Shop\u{200b}pers:users -> elb -> ec2 -> Legacy:station").unwrap();
    let text = write(&design).unwrap();
    assert!(text.contains("# - Your own services and machines: Legacy\n"), "{text}");
    design.nodes.retain(|_, node| matches!(node.service.as_str(), "users" | "station"));
    design.links.clear();
    assert_eq!(write(&design), Err(ExportError::NoResources));
    assert_eq!(write(&Design::default()), Err(ExportError::NoResources));
}

#[test]
fn thousands_of_nodes_are_written_in_no_time() {
    let mut design = Design::default();
    let node = sketch("ec2").unwrap().nodes.into_values().next().unwrap();
    for number in 0..3_000_u32 {
        let id = Id::new(&format!("n-{number}")).unwrap();
        let at = Point::new(number as f32 * CARD.w, 0.0);
        design.nodes.insert(id.clone(), crate::model::Node { at, ..node.clone() });
        let (from, to) = (Id::new(&format!("n-{}", number / 2)).unwrap(), id);
        design.links.insert(Id::between(&from, &to), crate::model::Link::new(from, to));
    }
    let text = write(&design).unwrap();
    assert!(text.contains("# - A stack takes at most 500 resources and this one has"), "{}", &text[..800]);
}
