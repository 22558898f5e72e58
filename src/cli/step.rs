//! A step of a walkthrough in place of a design: by the name of a walkthrough or its file, and its number.

use super::Trouble;
use super::output::{message, plain};
use crate::file::{self, FileError, Told};
use crate::model::Design;
use crate::walkthrough::{Walkthrough, Which};
use std::path::Path;

/// Reads `--step`: 3, or 3.1 for its first variant.
pub(super) fn number(text: &str) -> Result<Which, String> {
    let position = |text: &str| text.parse::<usize>().ok()?.checked_sub(1);
    let (step, variant) = text.split_once('.').map_or((text, None), |(step, variant)| (step, Some(variant)));
    let found = position(step).zip(variant.map_or(Some(None), |variant| position(variant).map(Some)));
    let which = found.map(|(step, variant)| Which { step, variant });
    which.ok_or_else(|| "a step is a number from 1 on, such as 3, and 3.1 its first variant".to_owned())
}

/// The walkthrough of a name, where that is no file; the error is that of its text.
pub(super) fn shipped(name: &Path) -> Option<Result<Told, FileError>> {
    let shipped = file::walkthroughs().iter().find(|shipped| Path::new(shipped.key) == name)?;
    Some(file::read_walkthrough(shipped.text, shipped.key))
}

/// The walkthrough that a path means; `None` for any other file.
pub(super) fn meant(path: &Path) -> Option<Result<Told, FileError>> {
    if file::holds_walkthrough(path) {
        return Some(file::open_walkthrough(path));
    }
    if path.exists() { None } else { shipped(path) }
}

/// The design of a step with its scenario; without a number that of the first, and a word about it.
pub(super) fn design(told: Result<Told, FileError>, which: Option<Which>, path: &Path) -> Result<Design, Trouble> {
    let Told { walkthrough: story, problems } = told.map_err(|error| Trouble(error.to_string()))?;
    let name = plain(&path.display().to_string());
    problems.iter().for_each(|problem| message(&format!("{name}: {problem}")));
    if !problems.is_empty() {
        return Err(Trouble(format!("{name}: the walkthrough has problems, see above; correct them first")));
    }
    if which.is_none() {
        message(&format!(
            "{name} is a walkthrough of {} steps, and this is step 1: {}. --step N takes another one, and \
             \"loadscape walkthrough {name}\" plays them all and checks their claims",
            story.steps.len(),
            story.steps[0].title.en
        ));
    }
    let which = which.unwrap_or(Which::step(0));
    let trial = story.trial(which).ok_or_else(|| Trouble(missing(&story, which)))?;
    Ok(trial.design.clone())
}

/// That there is no such step, and which there are.
pub(super) fn missing(story: &Walkthrough, which: Which) -> String {
    let number = which.step + 1;
    match story.steps.get(which.step).map(|step| step.variants.len()) {
        None => format!("there is no step {number}; there are 1 to {}", story.steps.len()),
        Some(0) => format!("step {number} has no variants; say --step {number}"),
        Some(many) => format!("step {number} has no such variant; there are {number}.1 to {number}.{many}"),
    }
}

/// What to say where a design was given a step.
pub(super) fn none(path: &Path) -> Trouble {
    let name = plain(&path.display().to_string());
    Trouble(format!("--step names a step of a walkthrough, and {name} is a design; leave --step out"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_a_number_and_perhaps_one_of_its_variants() {
        assert_eq!(number("3"), Ok(Which::step(2)));
        assert_eq!(number("3.1"), Ok(Which { step: 2, variant: Some(0) }));
        for wrong in ["0", "3.0", "-1", "", "3.", "first", "1.1.1"] {
            assert!(number(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_step_that_there_is_not_names_those_that_there_are() {
        let ready = || shipped(Path::new("ready")).expect("it is shipped");
        let of = |text: &str| design(ready(), number(text).ok(), Path::new("ready")).map_err(|trouble| trouble.0);
        assert!(of("1").is_ok());
        assert!(of("99").unwrap_err().starts_with("there is no step 99; there are 1 to "));
        assert!(of("1.99").unwrap_err().starts_with("step 1 has no"));
    }
}
