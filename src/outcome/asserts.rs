//! Assertions about a run: `p99 < 200 ms`, `web.instances.max <= 6`. Figures are read from the result's JSON.
//!
//! A limit is a quantity, or another figure: `b.arrived < 50 % of a.arrived`. In a walkthrough it may also be what the
//! same figure was in another step: `p99 < 60 % of before`, `cost < step 2`. With `=` stands how far off it may be:
//! `carts_missed = 66.7 % +- 3 %`; beside another figure that is a share of it.

use super::figure::{Figure, Names, Unit, at_cost};
use super::quoted::plain;
use crate::units::{HOURS_PER_MONTH, Rate, Share, Span};
use serde_json::{Value, json};

/// A comparison of a measured figure with a limit.
#[derive(Debug, Clone, PartialEq)]
pub struct Assertion {
    /// As it was written.
    expr: String,
    figure: Figure,
    relation: Relation,
    limit: Limit,
}

/// What a figure is compared with.
#[derive(Debug, Clone, PartialEq)]
enum Limit {
    /// This much, in the unit of the figure.
    Fixed(f64),
    /// So many times what was measured for a figure.
    Times(f64, Figure, Against),
}

/// Whose figure is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// That of the same run.
    Same,
    /// That of the run before.
    Before,
    /// That of the run with this number, from 1.
    Step(usize),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Relation {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// Not further off than this, in the unit of the figure, or as a share of a measured limit.
    Within(f64),
}

/// What came of an assertion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// What was measured, in the unit of the figure; `None` if nothing was.
    pub value: Option<f64>,
    /// What it was compared with; `None` if that was not measured.
    pub limit: Option<f64>,
    /// Whether it holds. What was not measured does not.
    pub ok: bool,
}

impl Assertion {
    /// Reads an assertion about a design with these names.
    ///
    /// # Errors
    /// What is not understood, and what would be.
    pub fn parse(expr: &str, names: &Names) -> Result<Self, String> {
        let wrong = |why: String| format!("the assertion \"{}\" is not understood: {why}", plain(expr));
        let (left, relation, right) = split(expr).ok_or_else(|| {
            wrong("it compares nothing; write it like 'p99 < 200 ms', with <, <=, > or >=".to_owned())
        })?;
        let figure = Figure::parse(left, names).map_err(wrong)?;
        let (right, off) = match (relation, right.replace('±', "+-").split_once("+-")) {
            (Relation::Within(_), Some((middle, off))) => (middle.trim().to_owned(), Some(off.trim().to_owned())),
            (Relation::Within(_), None) => {
                return Err(wrong("behind = stands how far off it may be, as in 'errors = 25 % +- 3 %'".to_owned()));
            }
            _ => (right.to_owned(), None),
        };
        let (figure, limit) = limit(figure, &right, names).map_err(wrong)?;
        let relation = match (off, &limit) {
            (None, _) => relation,
            (Some(off), Limit::Times(..)) => Relation::Within(share(&off).map_err(wrong)?),
            (Some(off), Limit::Fixed(_)) => Relation::Within(quantity(&figure, &off).map_err(wrong)?.1),
        };
        Ok(Self { expr: expr.trim().to_owned(), figure, relation, limit })
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.expr
    }

    /// Whether what it is compared with is measured too.
    pub fn compares(&self) -> bool {
        matches!(self.limit, Limit::Times(..))
    }

    /// How far the figure may be off what it is compared with, as it was written; `None` where that is a limit.
    pub fn tolerance(&self) -> Option<&str> {
        let off = self.expr.split_once("+-").map(|(_, off)| off.trim());
        off.filter(|_| matches!(self.relation, Relation::Within(_)))
    }

    /// The run, besides its own, that it needs.
    pub fn against(&self) -> Against {
        match self.limit {
            Limit::Fixed(_) => Against::Same,
            Limit::Times(_, _, against) => against,
        }
    }

    /// The name of the figure that it needs of another run; the other's design has to have it.
    pub fn needs(&self) -> Option<&str> {
        match &self.limit {
            Limit::Times(_, figure, Against::Before | Against::Step(_)) => Some(&figure.path),
            _ => None,
        }
    }

    /// Unit of the value, as it stands in the JSON.
    pub fn unit(&self) -> &'static str {
        self.figure.unit()
    }

    /// Compares what was measured; `other` is the run that it is [against](Self::against).
    pub fn judge(&self, result: &Value, other: Option<&Value>) -> Judged {
        let value = self.figure.value(result);
        let limit = match &self.limit {
            Limit::Fixed(limit) => Some(*limit),
            Limit::Times(factor, figure, Against::Same) => figure.value(result).map(|value| value * factor),
            Limit::Times(factor, figure, _) => other.and_then(|run| figure.value(run)).map(|value| value * factor),
        };
        let ok = value.zip(limit).is_some_and(|(value, limit)| self.holds(value, limit));
        Judged { value, limit, ok }
    }

    fn holds(&self, value: f64, limit: f64) -> bool {
        match self.relation {
            Relation::Less => value < limit,
            Relation::LessOrEqual => value <= limit,
            Relation::Greater => value > limit,
            Relation::GreaterOrEqual => value >= limit,
            Relation::Within(off) if matches!(self.limit, Limit::Fixed(_)) => (value - limit).abs() <= off,
            Relation::Within(off) => (value - limit).abs() <= off * limit.abs(),
        }
    }

    /// The outcome, as it stands in the JSON.
    pub fn outcome(&self, result: &Value) -> Value {
        let Judged { value, ok, .. } = self.judge(result, None);
        json!({ "expr": self.expr, "value": value, "unit": self.unit(), "ok": ok })
    }
}

fn split(expr: &str) -> Option<(&str, Relation, &str)> {
    let signs = [
        ("<=", Relation::LessOrEqual),
        (">=", Relation::GreaterOrEqual),
        ("<", Relation::Less),
        (">", Relation::Greater),
        ("=", Relation::Within(0.0)),
    ];
    // A link has an arrow in its name.
    let bare = expr.replace("->", "  ");
    let (sign, relation, at) =
        signs.into_iter().find_map(|(sign, relation)| Some((sign, relation, bare.find(sign)?)))?;
    Some((expr[..at].trim(), relation, expr[at + sign.len()..].trim()))
}

/// Reads what a figure is compared with. A cost is per hour or per month as its limit says.
fn limit(figure: Figure, text: &str, names: &Names) -> Result<(Figure, Limit), String> {
    let (factor, of) = match text.split_once(" of ") {
        Some((factor, of)) => (share(factor)?, of.trim()),
        None => (1.0, text),
    };
    if let Some(against) = run(of) {
        return Ok((figure.clone(), Limit::Times(factor, figure, against)));
    }
    if factor != 1.0 || text.contains(" of ") {
        let (name, against) = of.rsplit_once(" in ").map_or((of, None), |(name, step)| (name.trim(), run(step.trim())));
        let other = Figure::parse(name, names)?;
        if other.unit != figure.unit {
            return Err(format!("{} and {} are not of one kind", plain(&figure.path), plain(name)));
        }
        return Ok((figure, Limit::Times(factor, other, against.unwrap_or(Against::Same))));
    }
    quantity(&figure, text).map(|(figure, limit)| (figure, Limit::Fixed(limit)))
}

/// Another run: `before`, or `step 2`.
fn run(text: &str) -> Option<Against> {
    match text {
        "before" => Some(Against::Before),
        _ => text.strip_prefix("step ")?.trim().parse().ok().map(Against::Step),
    }
}

/// "50 %", or "1.5 x".
fn share(text: &str) -> Result<f64, String> {
    let text = text.trim();
    if let Some(times) = text.strip_suffix('x') {
        return number(times).ok_or_else(|| format!("\"{}\" is not a factor; write it like 2 x", plain(text)));
    }
    let percent = text.strip_suffix('%').and_then(number).map(|percent| percent / 100.0);
    percent.ok_or_else(|| format!("\"{}\" is not a share; write it like 50 % or 2 x", plain(text)))
}

fn number(text: &str) -> Option<f64> {
    text.trim().replace(['_', ','], "").parse::<f64>().ok().filter(|value| value.is_finite())
}

/// Reads a quantity in the unit of a figure.
fn quantity(figure: &Figure, text: &str) -> Result<(Figure, f64), String> {
    let same = |limit: f64| (figure.clone(), limit);
    Ok(match figure.unit {
        Unit::Millis => same(text.parse::<Span>().map_err(|error| error.to_string())?.millis()),
        Unit::Seconds => same(text.parse::<Span>().map_err(|error| error.to_string())?.secs()),
        Unit::Hours => same(text.parse::<Span>().map_err(|error| error.to_string())?.hours()),
        Unit::Share => same(text.parse::<Share>().map_err(|error| error.to_string())?.0),
        Unit::PerSecond => same(text.parse::<Rate>().map_err(|error| error.to_string())?.0),
        Unit::Count => {
            same(number(text).ok_or_else(|| format!("\"{}\" is not a number; write it like 6", plain(text)))?)
        }
        Unit::Dollars => {
            let wrong =
                || format!("\"{}\" is not a cost; write it like 500 $/month, 0.5 $/h or 2 $ for the run", plain(text));
            let (amount, hours) =
                dollars(text).and_then(|(amount, hours)| Some((number(amount)?, hours))).ok_or_else(wrong)?;
            (Figure { what: at_cost(&figure.what, hours), ..figure.clone() }, amount)
        }
    })
}

/// The number, and the hours that it is a price of; zero for the run.
fn dollars(text: &str) -> Option<(&str, f64)> {
    let text = text.trim();
    let (amount, per) = text.split_once('/').unwrap_or((text, ""));
    let hours = match per.trim() {
        "" => 0.0,
        "h" | "hour" => 1.0,
        "month" | "mo" => HOURS_PER_MONTH,
        "year" => HOURS_PER_MONTH * 12.0,
        _ => return None,
    };
    let amount = amount.trim();
    Some((amount.strip_prefix('$').or_else(|| amount.strip_suffix('$'))?, hours))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(expr: &str) -> Result<(Option<f64>, bool), String> {
        let result = json!({
            "simulated_s": 110.0, "warmup_s": 10.0,
            "requests": { "good": 900, "late": 90, "failed": 10 }, "latency_ms": { "p99": 186.0, "p50": null },
            "availability": 0.99, "bill": { "run": 2.0, "per_hour": 0.5 },
            "nodes": { "web": { "served": 30, "failed": 10, "in_service": { "max": 6 }, "wait_ms": { "p95": 3.0 },
                "p_wait": 0.25, "in_system_mean": 2.5, "booted": { "count": 2, "mean_s": 45.0, "max_s": 60.0 },
                "use_by_server": { "least": 0.4, "mean": 0.5, "most": 0.6, "imbalance": 0.4 }, "failures": { "queue full": 7 }, "cache": { "hits": 3, "lookups": 4 },
                "classes": { "check out": { "latency_ms": { "p99": 80.0 } } } } },
            "classes": { "check out": { "requests": { "good": 90, "late": 0, "failed": 10 } } },
            "links": { "alb->web": { "calls": 40, "failed": 10, "latency_ms": { "p99": 7.0 } } },
            "failures": { "no target (503)": 3 }, "downtime_s": 2.5, "counters": {}, "knee_per_s": 41.5,
        });
        let before = json!({ "latency_ms": { "p99": 400.0 }, "bill": { "run": 2.4, "per_hour": 0.6 } });
        let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let names = Names { nodes: named(&["web"]), links: named(&["alb->web"]), classes: named(&["check out"]) };
        let outcome = Assertion::parse(expr, &names)?.judge(&result, Some(&before));
        Ok((outcome.value, outcome.ok))
    }

    #[test]
    fn figures_are_read_and_compared() {
        let cases = [
            ("p99 < 200 ms", 186.0, true),
            ("p99<0.1 s", 186.0, false),
            ("errors <= 1 %", 0.01, true),
            ("availability >= 99.9 %", 0.99, false),
            ("good > 8/s", 9.0, true),
            ("cost < 0.6 $/h", 0.5, true),
            ("cost < $300/month", 365.0, false),
            ("cost <= 2 $", 2.0, true),
            ("web.instances.max <= 6", 6.0, true),
            ("web.errors < 20 %", 0.25, false),
            ("web.wait.p95 < 5 ms", 3.0, true),
            ("web.p_wait < 30 %", 0.25, true),
            ("web.in_system >= 3", 2.5, false),
            ("web.hits > 70 %", 0.75, true),
            ("web.served > 0.2/s", 0.3, true),
            ("web.failures.queue full < 10", 7.0, true),
            ("web.failures.throttled <= 0", 0.0, true),
            ("web.classes.check out.p99 < 90 ms", 80.0, true),
            ("classes.check out.errors < 5 %", 0.1, false),
            ("links.alb->web.p99 < 10 ms", 7.0, true),
            ("links.alb->web.errors > 20 %", 0.25, true),
            ("failures.no target (503) < 3", 3.0, false),
            ("counters.carts_lost <= 0", 0.0, true),
            ("downtime < 5 s", 2.5, true),
            ("p99 < 50 % of before", 186.0, true),
            ("p99 = 180 ms +- 5 ms", 186.0, false),
            ("p99 = 180 ms ± 6 ms", 186.0, true),
            ("p99 = 50 % of before +- 10 %", 186.0, true),
            ("p99 > 0.5 x of step 2", 186.0, false),
            ("cost < before", 365.0, true),
            ("web.wait.p95 < 2 % of p99", 3.0, true),
            ("web.stale_reads <= 0", 0.0, true),
            ("knee > 40/s", 41.5, true),
            ("web.busiest < 60.1 %", 0.6, true),
            ("web.idlest >= 50 %", 0.4, false),
            ("web.imbalance > 0.3 x of web.busiest", 0.4, true),
            ("web.boot.mean = 45 s +- 1 s", 45.0, true),
            ("web.boot.max < 1 min", 60.0, false),
        ];
        for (expr, value, ok) in cases {
            assert_eq!(judge(expr), Ok((Some(value), ok)), "{expr}");
        }
        assert_eq!(judge("p50 < 1 s"), Ok((None, false)), "what was not measured does not hold");
        assert!(!judge("errors < before").unwrap().1, "nor what it would be compared with");
    }

    #[test]
    fn wrong_ones_say_what_would_be_right() {
        let cases = [
            ("p99", "compares nothing"),
            ("p99 < 200", "\"250 ms\""),
            ("p98 < 2 s", "known are"),
            ("p98 < 2 s", "did you mean p90?"),
            ("wbe.p99 < 2 s", "did you mean web?"),
            ("links.alb->db.p99 < 2 s", "there are: alb->web"),
            ("classes.chekc out.p99 < 2 s", "did you mean check out?"),
            ("links.alb->web.speed > 2", "known are"),
            ("db.p99 < 2 s", "nodes are: web"),
            ("web.speed > 2", "known are"),
            ("cost < 500", "500 $/month"),
            ("cost < 500 $/week", "500 $/month"),
            ("web.instances.max < many", "not a number"),
            ("p99 = 200 ms", "how far off"),
            ("p99 < half of before", "write it like 50 %"),
            ("p99 < 50 % of errors", "not of one kind"),
        ];
        for (expr, part) in cases {
            let error = judge(expr).unwrap_err();
            assert!(error.contains(part) && error.contains(expr), "{expr}: {error}");
        }
    }
}
