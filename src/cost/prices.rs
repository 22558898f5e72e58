//! Prices that take the place of the catalogue's: a person's own list in a file, and those set in a design.
//!
//! The list is CSV with a heading: `service,item,region,usd` and, if wished, `currency` (only USD: AWS quotes its prices in
//! dollars everywhere but in China). An empty region means all. What it names is what stands on the bill: service
//! `ec2`, item `m5.large on demand`. Design before list before catalogue.

use super::offer::Band;
use crate::catalog::{self, Service};
use crate::model::{Design, Pricing};
use crate::words::t;
use std::collections::BTreeMap;

/// Most rows of a list.
const MOST_ROWS: usize = 100_000;

/// A person's own list of prices.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PriceList {
    /// What the bill calls it: the name of its file.
    pub name: String,
    /// By service, item and region (empty for all): dollars per unit.
    prices: BTreeMap<(String, String, String), f64>,
}

/// Prices by hand that hold for one design.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prices<'a> {
    pub(super) region: &'a str,
    pub(super) free_tier: bool,
    design: &'a Pricing,
    list: &'a PriceList,
}

impl<'a> Prices<'a> {
    /// Those of a design in a region.
    pub(super) fn new(design: &'a Design, list: &'a PriceList, region: &'a str) -> Self {
        Self { region, free_tier: design.pricing.free_tier, design: &design.pricing, list }
    }

    /// The band at the price that was set by hand, if one was.
    pub(super) fn replaced(&self, sheet: &str, band: Band) -> Band {
        let own = self.design.prices.get(&format!("{sheet}/{}", band.item));
        let own = own.map(|&usd| (usd, t!("set in this design").to_owned()));
        let listed =
            || self.list.find(sheet, &band.item, self.region).map(|usd| (usd, format!("from {}", self.list.name)));
        match own.or_else(listed) {
            Some((usd, source)) => Band { usd: Some(usd), source, date: String::new(), ..band },
            None => band,
        }
    }
}

impl PriceList {
    fn find(&self, service: &str, item: &str, region: &str) -> Option<f64> {
        let get = |region: &str| self.prices.get(&(service.to_owned(), item.to_owned(), region.to_owned())).copied();
        get(region).or_else(|| get(""))
    }

    /// How many prices it has.
    pub fn len(&self) -> usize {
        self.prices.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.prices.is_empty()
    }

    /// Reads a list. What cannot be used is left out and told, the rest holds.
    ///
    /// # Errors
    /// The heading lacks a column, or it has more rows than anyone has prices.
    pub fn parse(name: &str, text: &str) -> Result<(Self, Vec<String>), String> {
        let mut lines = csv_rows(text);
        let heading = lines.next().map(|(_, cells)| cells).unwrap_or_default();
        let columns = Columns::new(&heading).map_err(|missing| {
            t!(
                "{name}, line 1: there is no column \"{missing}\"; the heading has to be service,item,region,usd",
                name = name,
                missing = missing
            )
        })?;
        let mut list = Self { name: name.to_owned(), prices: BTreeMap::new() };
        let mut troubles = Vec::new();
        for (line, cells) in lines {
            if list.prices.len() == MOST_ROWS {
                return Err(t!(
                    "{name}, line {line}: a list has at most {most_rows} prices",
                    name = name,
                    line = line,
                    most_rows = MOST_ROWS
                ));
            }
            match columns.row(&cells) {
                Ok((key, usd)) => {
                    list.prices.insert(key, usd);
                }
                Err(why) => troubles.push(t!(
                    "{name}, line {line}: {why}; this line is left out",
                    name = name,
                    line = line,
                    why = why
                )),
            }
        }
        Ok((list, troubles))
    }
}

/// Where the columns stand.
struct Columns {
    service: usize,
    item: usize,
    region: Option<usize>,
    usd: usize,
    currency: Option<usize>,
    /// How many there are.
    count: usize,
}

impl Columns {
    fn new(heading: &[String]) -> Result<Self, &'static str> {
        let find = |name: &str| heading.iter().position(|cell| cell.trim().eq_ignore_ascii_case(name));
        let need = |name: &'static str| find(name).ok_or(name);
        Ok(Self {
            service: need("service")?,
            item: need("item")?,
            region: find("region"),
            usd: need("usd")?,
            currency: find("currency"),
            count: heading.len(),
        })
    }

    fn row(&self, cells: &[String]) -> Result<((String, String, String), f64), String> {
        let cell = |at: usize| cells.get(at).map_or("", |cell| cell.trim());
        let service = known_service(cell(self.service))?;
        let region = self.region.map_or("", cell);
        if !region.is_empty() && !catalog::REGIONS.contains(&region) {
            return Err(t!(
                "the region \"{region}\" is not known; known are: {join}",
                region = region,
                join = catalog::REGIONS.join(", ")
            ));
        }
        let currency = self.currency.map_or("USD", cell);
        if !currency.eq_ignore_ascii_case("USD") && !currency.is_empty() {
            return Err(t!("the currency \"{currency}\" is not known here; prices are in USD", currency = currency));
        }
        let item = cell(self.item);
        if item.is_empty() {
            return Err(t!("it names no item").to_owned());
        }
        let Some(sheet) = sold_by(service, item) else {
            return Err(t!(
                "nothing that {service} is charged for is called \"{item}\"",
                service = service,
                item = item
            ));
        };
        if cells.len() > self.count {
            return Err(
                t!("it has more cells than the heading; a comma inside a cell needs quotes around it").to_owned()
            );
        }
        let usd = cell(self.usd);
        let usd =
            usd.parse().map_err(|_| t!("\"{usd}\" is not a price; it has to be a number of dollars", usd = usd))?;
        check_price(usd)?;
        Ok(((sheet.to_owned(), item.to_owned(), region.to_owned()), usd))
    }
}

/// Which sheet sells what stands on the bill of a service: its own, that of instances, or that of the network.
fn sold_by<'a>(service: &'a str, item: &str) -> Option<&'a str> {
    [service, "ec2", "network"].into_iter().find(|sheet| catalog::sells(sheet, item))
}

fn known_service(name: &str) -> Result<&str, String> {
    if name == "network" || catalog::find(name).is_some() {
        return Ok(name);
    }
    let known: Vec<&str> = catalog::ALL.iter().map(|service: &&Service| service.key).collect();
    Err(t!("the service \"{name}\" is not known; known are: network, {join}", name = name, join = known.join(", ")))
}

/// Whether a price by hand can be one.
///
/// # Errors
/// Why not.
pub fn check_price(usd: f64) -> Result<(), String> {
    if Pricing::admits(usd) {
        return Ok(());
    }
    Err(t!("{usd} is not a price; it has to be $0 to $1,000,000 per unit", usd = usd))
}

/// Rows of a CSV text with their line numbers; empty lines are left out. Quotes may stand around a cell, doubled inside.
fn csv_rows(text: &str) -> impl Iterator<Item = (usize, Vec<String>)> {
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).comment(Some(b'#')).from_reader(text.as_bytes());
    reader
        .into_records()
        .filter_map(Result::ok)
        .map(|record| {
            let line = record.position().map_or(0, |position| position.line() as usize);
            (line, record.iter().map(str::to_owned).collect())
        })
        .collect::<Vec<_>>()
        .into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<(PriceList, Vec<String>), String> {
        PriceList::parse("our.csv", text)
    }

    #[test]
    fn a_list_is_read_and_looked_up_by_region() {
        let text = "service,item,region,usd\nec2,m5.large on demand,us-east-1,0.08\n\nnetwork,\"data out to the internet, first 10 TB\",,0.05\n";
        let (list, troubles) = parse(text).unwrap();
        assert_eq!((list.len(), troubles.len()), (2, 0), "{troubles:?}");
        assert_eq!(list.find("ec2", "m5.large on demand", "us-east-1"), Some(0.08));
        assert_eq!(list.find("ec2", "m5.large on demand", "ap-northeast-2"), None);
        assert_eq!(list.find("network", "data out to the internet, first 10 TB", "ap-northeast-2"), Some(0.05));
    }

    #[test]
    fn bad_rows_are_told_and_the_rest_holds() {
        let text = "usd,service,item,region,currency\n-1,elb,LCU,,\nmuch,elb,LCU,,\n1,ec3,x,,\n1,elb,LCU,mars-1,\n1,elb,LCU,,EUR\n1e30,elb,LCU,,\nNaN,elb,LCU,,\n1,ec2,,,\n1,ec2,m5.large on-demand,,\n1,000,elb,LCU,,\n0.5,elb,LCU,,usd\n";
        let (list, troubles) = parse(text).unwrap();
        assert_eq!(list.len(), 1);
        let words = [
            "line 2: -1 is not a price",
            "line 3: \"much\" is not a price",
            "line 4: the service \"ec3\" is not known",
            "line 5: the region \"mars-1\" is not known",
            "line 6: the currency \"EUR\" is not known",
            "line 7: 1000000000000000000000000000000 is not a price",
            "line 8: NaN is not a price",
            "line 9: it names no item",
            "line 10: nothing that ec2 is charged for is called \"m5.large on-demand\"",
            "line 11: the service \"000\" is not known",
        ];
        assert_eq!(troubles.len(), words.len(), "{troubles:#?}");
        for (trouble, words) in troubles.iter().zip(words) {
            assert!(trouble.contains(words), "{trouble}: {words}");
        }
    }

    #[test]
    fn a_list_may_name_what_the_bill_names() {
        let rows = "asg,m5.large on demand,0.08\nelb,public IPv4 address,0.004\nelb,\"data out to the internet, first 10 TB\",0.05\nelb,LCU,0,008\n";
        let (list, troubles) = parse(&format!("service,item,usd\n{rows}")).unwrap();
        assert_eq!(list.find("ec2", "m5.large on demand", "us-east-1"), Some(0.08));
        assert_eq!(list.find("ec2", "public IPv4 address", "us-east-1"), Some(0.004));
        assert_eq!(list.find("network", "data out to the internet, first 10 TB", "us-east-1"), Some(0.05));
        assert!(troubles.len() == 1 && troubles[0].contains("line 5: it has more cells"), "{troubles:?}");
    }

    #[test]
    fn a_list_without_its_columns_is_refused() {
        assert!(parse("service,item,price\nec2,x,1\n").unwrap_err().contains("no column \"usd\""));
        assert!(parse("").unwrap_err().contains("line 1"));
    }
}
