//! What a name on a box means: a service of the catalogue, or a kind of place.

use crate::catalog::{self, Service};
use crate::model::PlaceKind;

/// What a name on a box tells.
#[derive(Debug, Clone, Copy)]
pub enum Told {
    /// A service of the catalogue.
    Service(&'static Service),
    /// A service of AWS that has no tile, which a station stands for.
    Untiled(&'static Untiled),
}

/// A service of AWS that runs code or keeps data and has no tile yet.
#[derive(Debug)]
pub struct Untiled {
    /// The key that its tile will have.
    pub key: &'static str,
    /// As AWS calls it.
    pub name: &'static str,
    /// Words by which a box tells it.
    words: &'static [&'static str],
}

/// What a station stands for as long as the catalogue has no tile of its own for it.
static UNTILED: [Untiled; 5] = [
    Untiled { key: "lambda", name: "Lambda", words: &["lambda"] },
    Untiled { key: "dynamodb", name: "DynamoDB", words: &["dynamodb", "dynamo"] },
    Untiled { key: "kinesis", name: "Kinesis", words: &["kinesis"] },
    Untiled { key: "apigateway", name: "API Gateway", words: &["api gateway", "apigateway", "api gw"] },
    Untiled { key: "fargate", name: "containers", words: &["fargate", "ecs", "eks", "elastic container service"] },
];

/// The key of what stands in for a service without a tile.
pub const STATION: &str = "station";

/// What is said where a station stands in for a service of AWS.
pub fn stands_in(label: &str, service: &str) -> String {
    format!("\"{}\" is a station of your own: there is no tile for {service} yet", crate::edit::line(label))
}

/// What a key stands for, of which the catalogue need not know.
pub fn keyed(key: &str) -> Option<Told> {
    let untiled = || UNTILED.iter().find(|untiled| untiled.key == key).map(Told::Untiled);
    catalog::find(key).map(Told::Service).or_else(untiled)
}

/// What a name stands for. The catalogue's own words decide: the most telling one that is part of the name as whole words
/// counts, and among equals the one that its service lists first. `None` where nothing is recognised.
pub fn told(name: &str) -> Option<Told> {
    let name = plain(name);
    let service = |service: &&'static Service| told_by(service, &name).map(|rank| (rank, Told::Service(service)));
    let untiled = |untiled: &'static Untiled| {
        let found = untiled.words.iter().filter(|word| holds(&name, &plain(word)));
        // Its own name says more than any word of the same length.
        found.map(|word| word.len()).max().map(|length| ((length, usize::MAX), Told::Untiled(untiled)))
    };
    let missing = UNTILED.iter().filter(|untiled| catalog::find(untiled.key).is_none());
    // The first of equals wins, in the order of the palette.
    let ranked = catalog::ALL.iter().rev().filter_map(service).chain(missing.filter_map(untiled));
    ranked.max_by_key(|(rank, _)| *rank).map(|(_, told)| told)
}

/// How well a name tells a service: by the length of the word, then by how early the service lists it.
fn told_by(service: &Service, name: &str) -> Option<(usize, usize)> {
    let sheet = service.sheet();
    let own = [service.key, &sheet.name, &sheet.short];
    // "Source", "load" and their like say nothing about a box by themselves.
    let words = sheet.words.iter().map(String::as_str).filter(|word| !VAGUE.contains(word));
    let all = own.into_iter().chain(words).enumerate();
    let found = all.filter(|(_, word)| holds(name, &plain(word)));
    found.map(|(at, word)| (word.len(), usize::MAX - at)).max()
}

/// Words of the catalogue that are too common to tell a service by.
const VAGUE: [&str; 14] = [
    "load",
    "source",
    "own",
    "name",
    "memory",
    "files",
    "static",
    "edge",
    "custom",
    "service",
    "external",
    "third party",
    "buffer",
    "traffic",
];

/// The kind of place that a name stands for.
pub fn place(name: &str) -> Option<PlaceKind> {
    let name = plain(name);
    let kinds = [
        (PlaceKind::PublicSubnet, &["public subnet", "public"][..]),
        (PlaceKind::PrivateSubnet, &["private subnet", "subnet", "private", "isolated subnet"]),
        (PlaceKind::SecurityGroup, &["security group", "sg"]),
        (PlaceKind::Zone, &["availability zone", "az", "zone", "az1", "az2", "az3"]),
        (PlaceKind::Vpc, &["vpc", "virtual private cloud"]),
        (PlaceKind::Region, &["region"]),
    ];
    let by_word = kinds.into_iter().find(|(_, words)| words.iter().any(|word| holds(&name, word)));
    let zone = |word: &str| {
        let letter = word.strip_suffix(|c: char| c.is_ascii_lowercase());
        letter.is_some_and(is_region)
    };
    let by_code = || {
        let words: Vec<String> = name.split(' ').map(str::to_owned).collect();
        let joined = words.join("-");
        match (zone(&joined), is_region(&joined)) {
            (true, _) => Some(PlaceKind::Zone),
            (_, true) => Some(PlaceKind::Region),
            _ => None,
        }
    };
    by_word.map(|(kind, _)| kind).or_else(by_code)
}

/// The letter of a zone from its name: "us-east-1b" and "Zone B" are b, "AZ 2" is b too.
pub fn zone_letter(name: &str) -> Option<String> {
    let name = plain(name);
    let last = name.split(' ').next_back()?;
    let end = last.chars().next_back()?;
    let lone =
        last.len() == 1 || last.trim_start_matches(|c: char| c.is_ascii_digit()).len() == 1 || last.starts_with("az");
    match end {
        'a'..='z' if lone => Some(end.to_string()),
        '1'..='9' if lone => char::from_u32('a' as u32 + end as u32 - '1' as u32).map(String::from),
        _ => None,
    }
}

/// The region in a text, as AWS writes it.
pub fn region(text: &str) -> Option<String> {
    let apart = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
    text.to_lowercase().split(apart).find(|word| is_region(word)).map(str::to_owned)
}

fn is_region(code: &str) -> bool {
    let parts: Vec<&str> = code.split('-').collect();
    matches!(parts[..], [area, side, number] if area.len() == 2 && side.len() > 3
        && area.chars().chain(side.chars()).all(|c| c.is_ascii_lowercase())
        && number.len() == 1 && number.chars().all(|c| c.is_ascii_digit()))
}

/// Lower-case words in the singular, parted by single blanks.
fn plain(text: &str) -> String {
    let words = text.to_lowercase();
    let words = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let singular = |word: &str| word.strip_suffix('s').filter(|rest| rest.len() >= 3).unwrap_or(word).to_owned();
    words.map(singular).collect::<Vec<_>>().join(" ")
}

/// Whether a name has a word or phrase in it, as whole words.
fn holds(name: &str, word: &str) -> bool {
    let whole = |at: usize| {
        let rest = &name[at + word.len()..];
        (at == 0 || name[..at].ends_with(' ')) && (rest.is_empty() || rest.starts_with(' '))
    };
    !word.is_empty() && name.match_indices(word).any(|(at, _)| whole(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_people_use_are_recognised() {
        let key = |name: &str| match told(name) {
            Some(Told::Service(service)) => service.key,
            Some(Told::Untiled(untiled)) => untiled.name,
            None => "-",
        };
        let cases = [
            ("EC2", "ec2"),
            ("Amazon EC2 Auto Scaling", "asg"),
            ("Web server 1", "ec2"),
            ("Orders database", "rds"),
            ("PostgreSQL (primary)", "rds"),
            ("Redis", "elasticache"),
            ("Cache", "elasticache"),
            ("CDN", "cloudfront"),
            ("Application Load Balancer", "elb"),
            ("ALB", "elb"),
            ("Job queue", "sqs"),
            ("Images bucket", "s3"),
            ("Users", "users"),
            ("Client", "users"),
            ("DNS", "route53"),
            ("Route 53", "route53"),
            ("Orders DB", "rds"),
            ("Checkout Lambda", "Lambda"),
            ("DynamoDB table", "DynamoDB"),
            ("Amazon API Gateway", "API Gateway"),
            ("Kinesis Data Streams", "Kinesis"),
            ("ECS service", "containers"),
            ("Legacy mainframe", "-"),
            ("Source code", "-"),
            ("", "-"),
        ];
        let wrong: Vec<_> =
            cases.iter().filter(|(name, wanted)| key(name) != *wanted).map(|(name, _)| (name, key(name))).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn places_are_recognised_by_their_names() {
        let cases = [
            ("VPC 10.0.0.0/16", Some(PlaceKind::Vpc)),
            ("Public subnet 10.0.1.0/24", Some(PlaceKind::PublicSubnet)),
            ("Subnet B (private)", Some(PlaceKind::PrivateSubnet)),
            ("Availability Zone 1", Some(PlaceKind::Zone)),
            ("us-east-1a", Some(PlaceKind::Zone)),
            ("ap-northeast-2", Some(PlaceKind::Region)),
            ("Backend", None),
        ];
        for (name, wanted) in cases {
            assert_eq!(place(name), wanted, "{name}");
        }
        let letters = ["us-east-1b", "Availability Zone A", "AZ 2", "az3", "Zone", "Left"].map(zone_letter);
        assert_eq!(letters.map(Option::unwrap_or_default), ["b", "a", "b", "c", "", ""]);
    }
}
