//! A person's own prices, and the bill as a file.

use super::{Notice, Session};
use crate::cost::{Bill, PriceList};
use crate::export::ledger::Table;
use crate::file;
use crate::outcome;
use crate::words::t;
use std::path::Path;

impl Session {
    /// Uses the prices in a file.
    pub(super) fn load_prices(&mut self, path: &Path) {
        match file::read_prices(path) {
            Ok((list, troubles)) => {
                let text = t!("Prices from {name}: {counted}", name = list.name, counted = counted(list.len()));
                self.notices.push(Notice::done(text));
                if let Some(first) = troubles.first() {
                    let more = troubles.len() - 1;
                    let more = if more > 0 { t!("; {more} more lines like it", more = more) } else { String::new() };
                    self.notices.push(Notice::note(format!("{first}{more}")));
                }
                self.use_prices(list);
            }
            Err(error) => self.notices.push(Notice::error(error.to_string())),
        }
    }

    /// Uses these prices from now on; what was used before keeps its price.
    pub(super) fn use_prices(&mut self, list: PriceList) {
        self.run.set_prices(list);
        self.did = Some(t!("change of prices").to_owned());
        self.stale = true;
    }

    /// Writes the bill so far.
    pub(super) fn export_bill(&mut self, path: &Path) {
        let Some(state) = self.run.state() else {
            return self.notices.push(Notice::note(t!("There is no bill yet: run the design first")));
        };
        let bytes = written_as(path, &state.bill, state.good);
        let written = bytes.and_then(|bytes| file::write_bytes(path, &bytes).map_err(|error| error.to_string()));
        self.notices.push(match written {
            Ok(()) => Notice::done(t!("Wrote the bill to {path}", path = path.display())),
            Err(why) => Notice::error(why),
        });
    }
}

/// The bill in the format that the ending of a path names; CSV if it names none.
fn written_as(path: &Path, bill: &Bill, good: u64) -> Result<Vec<u8>, String> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    match ending.as_str() {
        "xlsx" => Table::from(bill).xlsx().map_err(|error| error.to_string()),
        "json" => serde_json::to_vec_pretty(&outcome::bill(bill, good)).map_err(|error| error.to_string()),
        _ => Ok(Table::from(bill).csv().into_bytes()),
    }
}

fn counted(prices: usize) -> String {
    if prices == 1 { t!("1 price").to_owned() } else { t!("{count} prices", count = prices) }
}
