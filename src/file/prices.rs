//! A person's own list of prices, read from the disk.

use super::FileError;
use crate::cost::PriceList;
use crate::words::t;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Longest list, in bytes: more than all prices of AWS for one region.
const LONGEST: u64 = 16 << 20;

/// Reads a list of prices, and what in it could not be used.
///
/// # Errors
/// It cannot be read, is no UTF-8 text, or is no list of prices.
pub fn read_prices(path: &Path) -> Result<(PriceList, Vec<String>), FileError> {
    let name = path.display().to_string();
    let error =
        |what: String| FileError::new(&name, what, t!("Name a CSV file with the heading service,item,region,usd"));
    let mut text = String::new();
    let opened = File::open(path).map_err(|found| error(found.to_string()))?;
    opened.take(LONGEST + 1).read_to_string(&mut text).map_err(|found| error(found.to_string()))?;
    if text.len() as u64 > LONGEST {
        return Err(error(t!("it is longer than any list of prices").to_owned()));
    }
    let short = path.file_name().map_or_else(|| name.clone(), |name| name.to_string_lossy().into_owned());
    PriceList::parse(&short, text.trim_start_matches('\u{feff}')).map_err(error)
}
