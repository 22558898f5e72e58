//! The settings of one node or link: what was set, and the defaults for the rest.

use super::commitments::Commitment;
use super::mix;
use super::service::Service;
use super::sheet::{InstanceType, Param, Sheet, link_sheet};
use super::value::{Kind, Value};
use crate::sim::dist::Dist;
use crate::sim::traffic::Tally;
use crate::units::{Bytes, Money, Rate, Share, Span};
use std::collections::BTreeMap;

/// A view of the settings of a node or a link with the catalogue's defaults behind it.
///
/// The typed getters take keys of the own data sheet of the service or the link. A key that is not there, or of another
/// kind, is a bug in the service's file, and panics; `every_service_lowers` runs each service through all of its getters.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a> {
    /// Key of the service, for the message about a bug.
    name: &'static str,
    sheet: &'static Sheet,
    set: &'a BTreeMap<String, Value>,
}

impl<'a> Settings<'a> {
    /// The settings of a node of `service` on which `set` was set.
    pub fn new(service: &'static Service, set: &'a BTreeMap<String, Value>) -> Self {
        Self { name: service.key, sheet: service.sheet(), set }
    }

    /// The settings of a link on which `set` was set.
    pub fn of_link(set: &'a BTreeMap<String, Value>) -> Self {
        Self { name: "link", sheet: link_sheet(), set }
    }

    /// The settings of a place of a kind on which `set` was set.
    pub fn of_place(sheet: &'static Sheet, set: &'a BTreeMap<String, Value>) -> Self {
        Self { name: "place", sheet, set }
    }

    /// The value of a setting: set, else default. What was set but is not of the setting's kind counts as not set.
    pub fn value(&self, key: &str) -> Value {
        let param = self.sheet.param(key);
        let param = param.unwrap_or_else(|| panic!("{} has no parameter {key}", self.name));
        match self.set.get(key) {
            Some(value) if param.kind.admits(value) => value.clone(),
            _ => param.default_value(),
        }
    }

    /// Whether there is a setting with this key.
    pub fn has(&self, key: &str) -> bool {
        self.sheet.param(key).is_some()
    }

    /// A whole number.
    pub fn count(&self, key: &str) -> u64 {
        match self.value(key) {
            Value::Count(count) => count,
            other => self.wrong(key, &other),
        }
    }

    /// What is committed to, by the settings that services with servers share: plan, payment, and how many servers.
    pub fn commitment(&self) -> Option<(Commitment, u32)> {
        let plan = self.word("commitment");
        let how = Commitment { plan, payment: self.word("payment") };
        (how.plan != "none").then(|| (how, u32::try_from(self.count("committed")).unwrap_or(u32::MAX)))
    }

    /// Known words with their weights, which need not add up to 100.
    pub fn shares(&self, key: &str) -> Vec<(String, f64)> {
        let kind = self.sheet.param(key).map(|param| &param.kind);
        match (self.value(key), kind) {
            (Value::Word(text), Some(Kind::Shares(words))) => mix::among(&text, words).unwrap_or_default(),
            (other, _) => self.wrong(key, &other),
        }
    }

    /// A whole number; `None` is unlimited.
    pub fn limit(&self, key: &str) -> Option<u64> {
        match self.value(key) {
            Value::Count(count) => Some(count),
            Value::Unlimited => None,
            other => self.wrong(key, &other),
        }
    }

    /// A span of time.
    pub fn span(&self, key: &str) -> Span {
        match self.value(key) {
            Value::Span(span) => span,
            other => self.wrong(key, &other),
        }
    }

    /// A rate.
    pub fn rate(&self, key: &str) -> Rate {
        match self.value(key) {
            Value::Rate(rate) => rate,
            other => self.wrong(key, &other),
        }
    }

    /// A size.
    pub fn bytes(&self, key: &str) -> Bytes {
        match self.value(key) {
            Value::Bytes(bytes) => bytes,
            other => self.wrong(key, &other),
        }
    }

    /// A part of a whole.
    pub fn share(&self, key: &str) -> Share {
        match self.value(key) {
            Value::Share(share) => share,
            other => self.wrong(key, &other),
        }
    }

    /// A time with a shape.
    pub fn work(&self, key: &str) -> Dist {
        match self.value(key) {
            Value::Work(dist) => dist,
            other => self.wrong(key, &other),
        }
    }

    /// Dollars per hour.
    pub fn money(&self, key: &str) -> Money {
        match self.value(key) {
            Value::Money(money) => money,
            other => self.wrong(key, &other),
        }
    }

    /// A number of requests.
    pub fn tally(&self, key: &str) -> Tally {
        match self.value(key) {
            Value::Tally(tally) => tally,
            other => self.wrong(key, &other),
        }
    }

    /// Whether a setting means anything with the others as they are.
    pub fn matters(&self, param: &Param) -> bool {
        // One that takes a word or a figure may have the figure.
        let holds = |(key, words): &(String, Vec<String>)| matches!(self.value(key), Value::Word(word) if words.contains(&word));
        param.needs.iter().all(holds)
    }

    /// A word.
    pub fn word(&self, key: &str) -> String {
        match self.value(key) {
            Value::Word(word) => word,
            other => self.wrong(key, &other),
        }
    }

    /// The instance type that a setting names.
    pub fn instance_type(&self, key: &str) -> &'static InstanceType {
        &self.types(key)[self.type_number(key) as usize]
    }

    /// The place of the instance type that a setting names among those on offer.
    pub fn type_number(&self, key: &str) -> u32 {
        let name = self.word(key);
        self.types(key).iter().position(|kind| kind.name == name).unwrap_or_default() as u32
    }

    fn types(&self, key: &str) -> &'static [InstanceType] {
        match &self.sheet.param(key).expect("a setting that names a type").kind {
            Kind::Type(sheet) => super::sheet::types(sheet),
            _ => self.wrong(key, &Value::Word(self.word(key))),
        }
    }

    /// A value, or `None` for the word that stands for none.
    fn perhaps(&self, key: &str) -> Option<Value> {
        let none = match &self.sheet.param(key)?.kind {
            Kind::Or(word, _) => Value::Word(word.clone()),
            _ => return Some(self.value(key)),
        };
        Some(self.value(key)).filter(|value| *value != none)
    }

    /// A time with a shape, if there is one.
    pub fn maybe_work(&self, key: &str) -> Option<Dist> {
        self.perhaps(key).map(|value| match value {
            Value::Work(dist) => dist,
            other => self.wrong(key, &other),
        })
    }

    /// A size, if there is one.
    pub fn maybe_bytes(&self, key: &str) -> Option<Bytes> {
        self.perhaps(key).map(|value| match value {
            Value::Bytes(bytes) => bytes,
            other => self.wrong(key, &other),
        })
    }

    /// A span of time, if there is one.
    pub fn maybe_span(&self, key: &str) -> Option<Span> {
        self.perhaps(key).map(|value| match value {
            Value::Span(span) => span,
            other => self.wrong(key, &other),
        })
    }

    /// A part of a whole, if there is one.
    pub fn maybe_share(&self, key: &str) -> Option<Share> {
        self.perhaps(key).map(|value| match value {
            Value::Share(share) => share,
            other => self.wrong(key, &other),
        })
    }

    /// A rate, if there is one.
    pub fn maybe_rate(&self, key: &str) -> Option<Rate> {
        self.perhaps(key).map(|value| match value {
            Value::Rate(rate) => rate,
            other => self.wrong(key, &other),
        })
    }

    /// A whole number, if there is one.
    pub fn maybe_count(&self, key: &str) -> Option<u64> {
        self.perhaps(key).map(|value| match value {
            Value::Count(count) => count,
            other => self.wrong(key, &other),
        })
    }

    fn wrong(&self, key: &str, value: &Value) -> ! {
        panic!("{}.{key} is {value}, of another kind", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values that a kind takes: its words, and a figure where it takes one.
    fn values(kind: &Kind) -> Vec<Value> {
        let words: Vec<&str> = match kind {
            Kind::Choice(words) => words.iter().map(String::as_str).collect(),
            Kind::Or(word, inner) => return [Value::Word(word.clone())].into_iter().chain(values(inner)).collect(),
            _ => vec!["1", "50 %", "10 s", "2/s", "4 KiB", "1 USD", "4", "10 ms"],
        };
        words.into_iter().filter_map(|word| kind.parse(word).ok()).collect()
    }

    #[test]
    fn whether_a_setting_matters_is_known_whatever_the_others_are() {
        for service in crate::catalog::ALL {
            let sheet = service.sheet();
            for param in &sheet.params {
                for value in values(&param.kind) {
                    let set = BTreeMap::from([(param.key.clone(), value)]);
                    let settings = Settings::new(service, &set);
                    // Each is asked for; one that needs a word where a figure stands does not matter.
                    let known = sheet.params.iter().filter(|param| settings.matters(param)).count();
                    assert!(known > 0, "{}.{}", sheet.name, param.key);
                }
            }
        }
    }
}
