//! What is sold: an item in a region, with its tiers, what is free of it, and prices that were set by hand.
//!
//! Tiers and free allowances are by the month. A run is billed as its share of a month of such hours, so hour, run, month
//! and year are the same bill at different lengths.

use super::prices::Prices;
use crate::catalog::{self, Allowance, Charge, Confidence, Meter, Price, Pricing, Quote, Service, Sheet};
use crate::words::t;
use std::collections::BTreeMap;

/// Something that is sold.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Offer {
    /// What it is sold as, `ec2/m5.large`; nodes that use the same share its tiers.
    pub(super) key: String,
    pub(super) unit: String,
    /// Where it is sold.
    pub(super) region: String,
    /// By quantity of a month, cheapest quantity first; never empty.
    pub(super) bands: Vec<Band>,
}

/// A price from some quantity of a month on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Band {
    pub(super) item: String,
    /// Units of a month.
    pub(super) from: f64,
    /// Dollars per unit; `None` if there is no price.
    pub(super) usd: Option<f64>,
    pub(super) source: String,
    pub(super) date: String,
}

impl Offer {
    /// What a charge is for, at the prices of a region.
    pub(super) fn new(charge: &Charge, owner: &str, prices: &Prices<'_>) -> Self {
        match &charge.pricing {
            Pricing::Own(usd) => Self::own(charge, (owner, prices.region), *usd),
            Pricing::Committed(how) => Self::committed(charge, how, prices),
            Pricing::Spot(share) => Self::spot(charge, *share, prices),
            Pricing::Sheet => Self::of_sheet(charge, prices),
        }
    }

    fn own(charge: &Charge, (owner, region): (&str, &str), usd: f64) -> Self {
        let band = Band { usd: Some(usd), ..Band::new(&charge.item, t!("set by you on this node")) };
        let key = format!("{owner}/{}", charge.item);
        Self { key, unit: unit_of(charge.meter).to_owned(), region: region.to_owned(), bands: vec![band] }
    }

    fn committed(charge: &Charge, how: &catalog::Commitment, prices: &Prices<'_>) -> Self {
        let item = format!("{} {}", charge.item, how.words());
        let key = format!("{}/{item}", charge.sheet);
        let known = catalog::committed_price(charge.sheet, &charge.item, how, prices.region);
        let band = match known {
            Some(price) => {
                let catalog::CommittedPrice { usd, source, date } = price;
                Band { item, from: 0.0, usd: Some(usd), source, date }
            }
            None => Band::unknown(&item, prices.region),
        };
        let bands = vec![prices.replaced(charge.sheet, band)];
        Self { key, unit: "instance-hour".to_owned(), region: prices.region.to_owned(), bands }
    }

    fn spot(charge: &Charge, share: Option<f64>, prices: &Prices<'_>) -> Self {
        let (item, region) = (format!("{} spot", charge.item), prices.region);
        let sheet = catalog::find(charge.sheet).map(Service::sheet);
        let of_type = |sheet: &'static Sheet| Some((sheet, sheet.types.iter().find(|kind| kind.name == charge.item)?));
        let kind = sheet.and_then(of_type);
        let band = match (kind, share) {
            (None, _) => Band::unknown(&item, region),
            (Some((sheet, kind)), None) => Band::quoted(&item, sheet, &kind.spot, region),
            (Some((sheet, kind)), Some(share)) => {
                let full = Band::quoted(&item, sheet, &kind.usd, region);
                let told = t!("set on this node as a share of: {source}", source = full.source);
                Band { usd: full.usd.map(|usd| usd * share), source: told, ..full }
            }
        };
        let bands = vec![prices.replaced(charge.sheet, band)];
        let key = format!("{}/{item}", charge.sheet);
        Self { key, unit: "instance-hour".to_owned(), region: region.to_owned(), bands }
    }

    fn of_sheet(charge: &Charge, prices: &Prices<'_>) -> Self {
        let key = format!("{}/{}", charge.sheet, charge.item);
        let (unit, bands) = look_up(charge, prices).unwrap_or_else(|| {
            let why = t!("no price for {item} in the catalogue; left out of the total", item = charge.item);
            (unit_of(charge.meter).to_owned(), vec![Band::new(&charge.item, &why)])
        });
        let bands = bands.into_iter().map(|band| prices.replaced(charge.sheet, band)).collect();
        Self { key, unit, region: prices.region.to_owned(), bands }
    }

    /// Dollars for so many units in so many months, together for all who use them.
    pub(super) fn cost(&self, quantity: f64, months: f64) -> f64 {
        match &self.bands[..] {
            [only] => quantity * only.usd.unwrap_or(0.0),
            _ => self.split(quantity, months).map(|(band, part)| part * band.usd.unwrap_or(0.0)).sum(),
        }
    }

    /// The quantity by bands; those that it does not reach are left out, but for the first.
    pub(super) fn split(&self, quantity: f64, months: f64) -> impl Iterator<Item = (&Band, f64)> {
        let upper = move |at: usize| self.bands.get(at + 1).map_or(f64::INFINITY, |next| next.from * months);
        let part = move |(at, band)| {
            let band: &Band = band;
            let part = (quantity.min(upper(at)) - band.from * months).max(0.0);
            // What is taken off is taken off the first.
            let part = if quantity < 0.0 && at == 0 { quantity } else { part };
            (at == 0 || part > 0.0).then_some((band, part))
        };
        self.bands.iter().enumerate().filter_map(part)
    }
}

impl Band {
    /// Without a price, from the first unit on.
    fn new(item: &str, source: &str) -> Self {
        Self { item: item.to_owned(), from: 0.0, usd: None, source: source.to_owned(), date: String::new() }
    }

    fn unknown(item: &str, region: &str) -> Self {
        Self::new(item, &t!("no price for {region} in the catalogue; left out of the total", region = region))
    }

    fn quoted(item: &str, sheet: &Sheet, quotes: &BTreeMap<String, Quote>, region: &str) -> Self {
        let Some(quote) = quotes.get(region) else { return Self::unknown(item, region) };
        let (source, date) = cite(sheet, &quote.source, quote.confidence);
        Self { item: item.to_owned(), from: 0.0, usd: Some(quote.usd), source, date }
    }

    fn free(item: &str, sheet: &Sheet, free: &Allowance) -> Self {
        let (source, date) = cite(sheet, &free.source, free.confidence);
        Self { item: format!("{item}, free tier"), from: 0.0, usd: Some(0.0), source, date }
    }
}

/// Unit and bands of a charge, with the free allowance in front if it is asked for and the sheet has one.
fn look_up(charge: &Charge, prices: &Prices<'_>) -> Option<(String, Vec<Band>)> {
    let region = prices.region;
    let with_free = |free: Option<&Allowance>, sheet, bands, item: &str| match free {
        Some(free) if prices.free_tier => behind_free(sheet, free, bands, item),
        _ => bands,
    };
    let sheet = match charge.sheet {
        "network" => catalog::network_sheet(),
        key => catalog::find(key)?.sheet(),
    };
    if let Some(kind) = sheet.types.iter().find(|kind| kind.name == charge.item) {
        let item = format!("{} on demand", kind.name);
        let band = Band::quoted(&item, sheet, &kind.usd, region);
        return Some(("instance-hour".to_owned(), with_free(kind.free.as_ref(), sheet, vec![band], &item)));
    }
    let mut tiers: Vec<&Price> = sheet.prices.iter().filter(|price| price.of == charge.item).collect();
    if tiers.is_empty() {
        tiers.push(sheet.prices.iter().find(|price| price.item == charge.item)?);
    }
    tiers.sort_by(|a, b| a.above.total_cmp(&b.above));
    let band = |price: &&Price| Band { from: price.above, ..Band::quoted(&price.item, sheet, &price.usd, region) };
    let bands = tiers.iter().map(band).collect();
    Some((tiers[0].unit.clone(), with_free(tiers[0].free.as_ref(), sheet, bands, &charge.item)))
}

/// The bands with what is free in front of them.
fn behind_free(sheet: &Sheet, free: &Allowance, mut bands: Vec<Band>, item: &str) -> Vec<Band> {
    bands[0].from = free.units;
    bands.insert(0, Band::free(item, sheet, free));
    bands
}

fn cite(sheet: &Sheet, source: &str, confidence: Confidence) -> (String, String) {
    let found = sheet.sources.get(source);
    let (text, date) = found.map_or((source, ""), |found| (found.text.as_str(), found.date.as_str()));
    (format!("{text} ({})", confidence.words()), date.to_owned())
}

/// The unit where the catalogue names none.
pub(super) fn unit_of(meter: Meter) -> &'static str {
    match meter {
        Meter::Hours => "hour",
        Meter::PublicHours => "address-hour",
        Meter::ServerHours | Meter::ServerHoursAbove(_) => "instance-hour",
        Meter::Requests | Meter::RequestsFrom(_) | Meter::Reads | Meter::Writes => "request",
        Meter::SurplusHours => "vCPU-hour",
        Meter::SpotHours => "instance-hour",
        Meter::Queries => "query",
        Meter::Messages => "message",
        Meter::EmptyReceives => "empty receive",
        Meter::BytesOut | Meter::BytesOutTo(_) | Meter::BytesThrough | Meter::BytesAcross => "byte",
        Meter::BytesAbroad | Meter::BytesThroughGateway => "byte",
        Meter::UnitHours => "LCU-hour",
    }
}
