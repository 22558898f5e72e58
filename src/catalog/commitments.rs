//! What a promise to pay for servers costs: reserved instances and savings plans, for a term, used or not.
//!
//! The rates stand in `assets/catalog/commitments.ron` with source, date and confidence. Absent: convertible reservations,
//! the market for used ones, and plans that follow an amount of dollars in place of a number of servers.

use super::sheet::{Confidence, Quote, Source};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The words of the setting `commitment` that mean a plan, in the order in which they are proposed.
pub const PLANS: [&str; 4] = ["reserved 1 year", "reserved 3 years", "savings plan 1 year", "savings plan 3 years"];

/// The words of the setting `payment`.
pub const PAYMENTS: [&str; 3] = ["no upfront", "partial upfront", "all upfront"];

/// A plan and how it is paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// One of [`PLANS`].
    pub plan: String,
    /// One of [`PAYMENTS`].
    pub payment: String,
}

impl Commitment {
    /// In words: `reserved 1 year, no upfront`.
    pub fn words(&self) -> String {
        format!("{}, {}", self.plan, self.payment)
    }

    /// Whether these are the words of one.
    pub(super) fn is_sold_as(words: &str) -> bool {
        words.split_once(", ").is_some_and(|(plan, payment)| PLANS.contains(&plan) && PAYMENTS.contains(&payment))
    }
}

/// The data sheet of all commitments.
#[derive(Debug, Deserialize)]
struct Rates {
    sources: BTreeMap<String, Source>,
    upfront: Vec<Upfront>,
    rates: Vec<Rate>,
}

/// What paying upfront saves.
#[derive(Debug, Deserialize)]
struct Upfront {
    service: String,
    plan: String,
    payment: String,
    share: f64,
    source: String,
    confidence: Confidence,
}

/// The hour of one server under one plan.
#[derive(Debug, Deserialize)]
struct Rate {
    service: String,
    of: String,
    plan: String,
    /// What is paid when; nothing upfront by default.
    #[serde(default = "nothing_upfront")]
    payment: String,
    usd: BTreeMap<String, Quote>,
}

fn nothing_upfront() -> String {
    PAYMENTS[0].to_owned()
}

static RATES: LazyLock<Rates> = LazyLock::new(|| {
    let text = include_str!("../../assets/catalog/commitments.ron");
    ron::from_str(text).unwrap_or_else(|error| panic!("assets/catalog/commitments.ron: {error}"))
});

/// The price of an hour of a committed server.
#[derive(Debug, Clone, PartialEq)]
pub struct CommittedPrice {
    /// Dollars an hour, what is paid upfront spread over the term.
    pub usd: f64,
    /// Where it comes from, with its confidence.
    pub source: String,
    /// Date of the source.
    pub date: String,
}

/// What an hour of a server of a service (`ec2`, `m5.large`) costs under a commitment in a region; `None` if no price is
/// known, which does not mean that AWS does not sell it.
pub fn committed_price(service: &str, of: &str, how: &Commitment, region: &str) -> Option<CommittedPrice> {
    let rates = &*RATES;
    let sold = |payment: &str| {
        let sold = |rate: &&Rate| {
            (&*rate.service, &*rate.of, &*rate.plan, &*rate.payment) == (service, of, &how.plan, payment)
        };
        let quote = rates.rates.iter().find(sold)?.usd.get(region)?;
        Some(CommittedPrice { usd: quote.usd, ..rates.cite(&quote.source, quote.confidence) })
    };
    if let Some(quoted) = sold(&how.payment) {
        return Some(quoted);
    }
    let base = sold(PAYMENTS[0])?;
    let paid = |up: &&Upfront| (&*up.service, &up.plan, &up.payment) == (service, &how.plan, &how.payment);
    let upfront = rates.upfront.iter().find(paid)?;
    let share = rates.cite(&upfront.source, upfront.confidence);
    let source = format!("{}; times {} for {}: {}", base.source, upfront.share, how.payment, share.source);
    Some(CommittedPrice { usd: base.usd * upfront.share, source, date: base.date })
}

impl Rates {
    /// A price of nothing with its source.
    fn cite(&self, source: &str, confidence: Confidence) -> CommittedPrice {
        let found = self.sources.get(source);
        let (text, date) = found.map_or((source, ""), |found| (found.text.as_str(), found.date.as_str()));
        CommittedPrice { usd: 0.0, source: format!("{text} ({})", confidence.words()), date: date.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{ALL, REGIONS};

    fn price(of: &str, plan: &str, payment: &str) -> Option<f64> {
        let how = Commitment { plan: plan.to_owned(), payment: payment.to_owned() };
        committed_price("ec2", of, &how, "us-east-1").map(|price| price.usd)
    }

    #[test]
    fn prices_are_those_of_the_sheet() {
        assert_eq!(price("m5.large", "reserved 1 year", "no upfront"), Some(0.06));
        assert_eq!(price("m5.large", "reserved 3 years", "all upfront"), Some(0.041 * 0.8704));
        assert_eq!(price("m5.large", "savings plan 1 year", "all upfront"), None, "no source says so");
        let database = |plan: &str, payment: &str| {
            let how = Commitment { plan: plan.to_owned(), payment: payment.to_owned() };
            committed_price("rds", "db.m5.large", &how, "us-east-1").map(|price| price.usd)
        };
        assert_eq!(database("reserved 1 year", "no upfront"), Some(0.1095));
        assert_eq!(database("reserved 3 years", "all upfront"), Some(0.06872), "quoted as such");
        assert_eq!(database("reserved 3 years", "no upfront"), None, "AWS does not sell it");
        assert_eq!(price("m99.large", "reserved 1 year", "no upfront"), None);
    }

    #[test]
    fn every_rate_is_of_a_type_of_the_catalogue_has_a_source_and_is_cheaper_than_on_demand() {
        for rate in &RATES.rates {
            let service = ALL.iter().find(|service| service.key == rate.service);
            let sheet = service.unwrap_or_else(|| panic!("no service {}", rate.service)).sheet();
            let kind = sheet.types.iter().find(|kind| kind.name == rate.of);
            let kind = kind.unwrap_or_else(|| panic!("{} is not a type of {}", rate.of, rate.service));
            assert!(PLANS.contains(&rate.plan.as_str()), "{}", rate.plan);
            for (region, quote) in &rate.usd {
                assert!(REGIONS.contains(&region.as_str()) && RATES.sources.contains_key(&quote.source), "{rate:?}");
                let on_demand = kind.usd.get(region).map_or(f64::MAX, |quote| quote.usd);
                assert!(quote.usd > 0.0 && quote.usd < on_demand, "{rate:?} against {on_demand}");
            }
        }
    }
}
