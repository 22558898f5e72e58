//! What EC2 instances and Auto Scaling groups share: image, key, port, and what they take for granted.

use super::super::stack::Part;
use super::super::template::Template;
use super::super::yaml::{Yaml, choose, refer};

/// Where web servers listen.
pub const PORT: u16 = 80;

/// The image of an instance type: a parameter for each processor family.
pub fn image(kind: &str, template: &mut Template) -> Yaml {
    let (name, family) = if is_arm(kind) { ("ArmImageId", "arm64") } else { ("ImageId", "x86_64") };
    let default = format!("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{family}");
    let about = format!("Machine image for {family} instances, by its SSM parameter");
    template.parameter(name, "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", &about, Some(default.into()));
    template.assume(format!(
        "Images start what is to run, answer on port {PORT} and pass health checks at /; the default is plain Amazon Linux"
    ));
    refer(name)
}

/// The key pair to log in with, if there is one.
pub fn key(template: &mut Template) -> Yaml {
    template.optional("KeyName", "HasKey", "Name of the key pair to log in with; empty for none");
    choose("HasKey", refer("KeyName"), refer("AWS::NoValue"))
}

/// What an instance of a T family does without credits, where the drawing says it.
pub fn credits(part: &Part<'_>) -> Option<&'static str> {
    let burstable = part.set().word("type").starts_with('t');
    let known = ["standard", "unlimited"].into_iter();
    known.filter(|_| burstable).find(|credits| part.says("credits", credits))
}

/// Instance types of Graviton have a "g" behind their generation: m6g, t4g, c7gn.
fn is_arm(kind: &str) -> bool {
    let family = kind.split('.').next().unwrap_or_default();
    family.trim_start_matches(|c: char| c.is_ascii_alphabetic()).contains('g')
}

/// What their callers connect to.
pub fn ports(_: &Part<'_>) -> Vec<u16> {
    vec![PORT]
}

#[cfg(test)]
mod tests {
    #[test]
    fn graviton_is_told_by_its_name() {
        for (kind, arm) in [("m6g.large", true), ("t4g.micro", true), ("m5.large", false), ("g4dn.xlarge", false)] {
            assert_eq!(super::is_arm(kind), arm, "{kind}");
        }
    }
}
