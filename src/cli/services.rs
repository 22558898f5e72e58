//! `loadscape services`: the catalogue, with the source and date of every figure.

use super::table::{Align, columns};
use super::{Outcome, Trouble, Verdict, output};
use crate::catalog::{self, InstanceType, Param, Price, Quote, Service, Sheet};
use clap::Args;
use std::collections::BTreeMap;
use std::fmt::Write;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Service to show, such as rds, or link; without it all are listed
    name: Option<String>,
}

/// Prints the list or one service.
pub(super) fn services(options: &Options) -> Outcome {
    let text = match &options.name {
        None => list(),
        Some(name) => {
            let wanted = name.to_lowercase();
            if wanted == "link" {
                output::print(&details("link", catalog::link_sheet()))?;
                return Ok(Verdict::Fine);
            }
            let service = catalog::find(&wanted).ok_or_else(|| {
                let known: Vec<_> = catalog::ALL.iter().map(|service| service.key).collect();
                Trouble(format!("there is no service \"{name}\"; there are: {}", known.join(", ")))
            })?;
            details(service.key, service.sheet())
        }
    };
    output::print(&text)?;
    Ok(Verdict::Fine)
}

fn list() -> String {
    let row = |service: &&Service| {
        let sheet = service.sheet();
        vec![service.key.to_owned(), sheet.category.title().to_owned(), sheet.name.clone()]
    };
    columns(&catalog::ALL.iter().map(row).collect::<Vec<_>>(), &[Align::Left; 3])
}

fn details(key: &str, sheet: &Sheet) -> String {
    let mut text = format!("{} ({key})\n{}\n", sheet.name, sheet.help);
    text += "\nSettings\n";
    sheet.params.iter().for_each(|param| text += &setting(sheet, param));
    if !sheet.prices.is_empty() {
        text += "\nPrices, before tax\n";
        sheet.prices.iter().for_each(|price| text += &priced(sheet, price));
    }
    if !sheet.types.is_empty() {
        text += "\nTypes, a vCPU's speed relative to an m5.large, dollars an hour on demand\n";
        text += &types(&sheet.types);
        let sources: std::collections::BTreeSet<&String> = sheet
            .types
            .iter()
            .flat_map(|kind| kind.usd.values().map(|quote| &quote.source).chain([&kind.source]))
            .collect();
        text += "\nSources of the types\n";
        sources.into_iter().for_each(|source| text += &format!("  {}\n", sheet.cite(source)));
    }
    text
}

fn setting(sheet: &Sheet, param: &Param) -> String {
    let Param { key, label, help, kind, default, source, confidence, .. } = param;
    let (range, cited, trust) = (kind.range(), sheet.cite(source), confidence.words());
    format!("  {key} = {default}\n      {label}: {help}\n      takes {range}\n      default: {cited}, {trust}\n")
}

fn priced(sheet: &Sheet, price: &Price) -> String {
    let mut text = format!("  {}, per {}\n", price.item, price.unit);
    for (region, quote) in &price.usd {
        let Quote { usd, source, confidence } = quote;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "      {region} ${usd}: {}, {}", sheet.cite(source), confidence.words());
    }
    text
}

fn types(types: &[InstanceType]) -> String {
    let price = |usd: &BTreeMap<String, Quote>, region: &str| {
        usd.get(region).map_or_else(|| "no price".to_owned(), |quote| format!("${}", quote.usd))
    };
    let mut rows = vec![["", "vCPU", "memory", "speed"].map(str::to_owned).to_vec()];
    rows[0].extend(catalog::REGIONS.map(str::to_owned));
    rows.extend(types.iter().map(|kind| {
        let mut row = vec![kind.name.clone(), kind.vcpu.to_string(), kind.memory.clone(), kind.speed.to_string()];
        row.extend(catalog::REGIONS.map(|region| price(&kind.usd, region)));
        row
    }));
    let mut aligns = vec![Align::Left];
    aligns.resize(rows[0].len(), Align::Right);
    columns(&rows, &aligns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_is_listed_and_described() {
        let list = list();
        for service in catalog::ALL {
            assert!(list.contains(service.key));
            let text = details(service.key, service.sheet());
            for param in &service.sheet().params {
                assert!(text.contains(&format!("  {} = ", param.key)), "{}: {text}", service.key);
            }
        }
        assert!(details("elb", catalog::find("elb").unwrap().sheet()).contains("us-east-1 $0.008: "));
        assert!(details("link", catalog::link_sheet()).contains("  timeout = unlimited"));
    }

    #[test]
    fn an_unknown_service_names_the_known_ones() {
        let error = services(&Options { name: Some("ec3".to_owned()) }).unwrap_err();
        assert!(error.0.contains("ec2, asg"), "{}", error.0);
    }
}
