//! A person's own prices, and the bill as a file.

use super::{Notice, Session};
use crate::cost::PriceList;
use crate::export::ledger::Table;
use crate::file;
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
        self.run.retune(&self.design, &self.plan, t!("change of prices"));
    }

    /// Writes the bill so far.
    pub(super) fn export_bill(&mut self, path: &Path) {
        let Some(state) = self.run.state() else {
            return self.notices.push(Notice::note(t!("There is no bill yet: run the design first")));
        };
        let table = Table::from(&*state.bill);
        let is_workbook = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
        let bytes =
            if is_workbook { table.xlsx().map_err(|error| error.to_string()) } else { Ok(table.csv().into_bytes()) };
        let written = bytes.and_then(|bytes| file::write_bytes(path, &bytes).map_err(|error| error.to_string()));
        self.notices.push(match written {
            Ok(()) => Notice::done(t!("Wrote the bill to {path}", path = path.display())),
            Err(why) => Notice::error(why),
        });
    }
}

fn counted(prices: usize) -> String {
    if prices == 1 { t!("1 price").to_owned() } else { t!("{count} prices", count = prices) }
}
