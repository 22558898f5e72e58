//! Processors that may only work a share of the time: credits are earned all the time and spent by work.
//!
//! Everything is piecewise linear, so that a balance is worked out when something changes, never second by second. A credit
//! is a minute of one processor; here all amounts are nanoseconds of one processor. Source of the rules: EC2 user guide,
//! burstable performance instances (2023-06-15). Two things are simpler than in life: a processor without credits
//! falls to its baseline at once, not over a quarter of an hour, and goes back to full speed when it has saved up
//! [`BREATH`], not a credit.

use super::network::{CreditRules, Surplus};

/// Work that a slowed processor must have saved up until it runs at full speed again, nanoseconds.
const BREATH: f64 = 1e8;

/// Nanoseconds of one processor in a credit.
pub(super) const CREDIT: f64 = 60e9;

/// The credits of one server.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Credits {
    pub(super) rules: CreditRules,
    /// Processors of the server, slowed or not.
    pub(super) cores: f64,
    /// What it was given at its launch and has not spent. It is spent first.
    launch: f64,
    /// What it has earned and not spent.
    earned: f64,
    /// What it has spent beyond what it had, and may still earn back.
    surplus: f64,
    /// What it has spent beyond that, which is charged.
    charged: f64,
    /// Out of credits: it runs at its baseline.
    pub(super) slowed: bool,
}

impl Credits {
    /// Those of a server that has just been launched.
    pub(super) fn new(rules: CreditRules, cores: f64) -> Self {
        let launch = if rules.surplus == Surplus::Refused { rules.launch } else { 0.0 };
        let mut credits = Self { rules, cores, launch, earned: 0.0, surplus: 0.0, charged: 0.0, slowed: false };
        if let Some(start) = rules.start {
            (credits.launch, credits.earned) = (0.0, start.min(rules.most));
        }
        credits
    }

    /// Processors that may work.
    pub(super) fn open(&self) -> f64 {
        if self.slowed { self.cores.min(self.rules.earns) } else { self.cores }
    }

    /// So many nanoseconds pass, in which so many processors work.
    pub(super) fn pass(&mut self, nanos: f64, used: f64) {
        // What was given at the launch goes first, and what is earned meanwhile is saved.
        let first = if used > 0.0 { (self.launch / used).min(nanos) } else { 0.0 };
        if first > 0.0 {
            self.launch = (self.launch - first * used).max(0.0);
            self.save(first * self.rules.earns);
        }
        let rest = (nanos - first) * (self.rules.earns - used);
        if rest >= 0.0 {
            self.save(rest)
        } else {
            self.spend(-rest)
        }
        if self.slowed && self.balance() >= BREATH {
            self.slowed = false;
        }
    }

    /// Pays back what was spent too much, then saves up to the most that can be saved.
    fn save(&mut self, more: f64) {
        let back = more.min(self.surplus);
        self.surplus -= back;
        self.earned = (self.earned + more - back).min(self.rules.most.max(self.earned));
    }

    fn spend(&mut self, nanos: f64) {
        let own = nanos.min(self.earned);
        self.earned -= own;
        if self.rules.surplus == Surplus::Charged {
            self.surplus += nanos - own;
            let over = (self.surplus - self.rules.most).max(0.0);
            self.surplus -= over;
            self.charged += over;
        }
    }

    /// In how many nanoseconds it has nothing left, if so many processors go on working; `None` for never.
    pub(super) fn lasts(&self, used: f64) -> Option<f64> {
        if self.slowed || self.rules.surplus == Surplus::Charged || used <= self.rules.earns {
            return None;
        }
        let first = self.launch / used;
        let earned = (self.earned + first * self.rules.earns).min(self.rules.most.max(self.earned));
        Some(first + earned / (used - self.rules.earns))
    }

    /// Slows the processor down if there is nothing left.
    pub(super) fn settle(&mut self) {
        if self.rules.surplus == Surplus::Refused && self.balance() < 1.0 {
            (self.launch, self.earned, self.slowed) = (0.0, 0.0, true);
        }
    }

    /// What there is to spend.
    pub(super) fn balance(&self) -> f64 {
        self.launch + self.earned
    }

    /// What would be charged if the server ended now.
    pub(super) fn owed(&self) -> f64 {
        self.surplus + self.charged
    }

    /// Goes on by other rules.
    pub(super) fn follow(&mut self, rules: CreditRules) {
        if rules != self.rules {
            self.rules = rules;
            self.earned = self.earned.min(rules.most);
            self.slowed &= rules.surplus == Surplus::Refused;
        }
    }

    /// The server starts again after a stop: some kinds keep what they had, the others are as after a launch.
    pub(super) fn restart(&mut self) {
        if !self.rules.kept {
            let charged = self.owed();
            *self = Self { charged, ..Self::new(CreditRules { start: None, ..self.rules }, self.cores) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: f64 = 3_600e9;

    /// 10 % of one processor: 6 credits an hour, 144 in a day, 30 at the launch.
    fn micro(surplus: Surplus) -> Credits {
        let rules =
            CreditRules { earns: 0.1, most: 144.0 * CREDIT, launch: 30.0 * CREDIT, kept: false, surplus, start: None };
        Credits::new(rules, 1.0)
    }

    fn balance(credits: &Credits) -> f64 {
        credits.balance() / CREDIT
    }

    #[test]
    fn a_day_of_rest_earns_what_is_published() {
        let mut credits = micro(Surplus::Refused);
        assert_eq!(balance(&credits), 30.0);
        for hour in 1..=24 {
            credits.pass(HOUR, 0.0);
            assert!((balance(&credits) - (30.0 + 6.0 * f64::from(hour))).abs() < 1e-9, "{}", balance(&credits));
        }
        credits.pass(HOUR, 0.0);
        assert!((balance(&credits) - 174.0).abs() < 1e-9, "the launch credits are above the most that is earned");
        // Half an hour at full load spends 30 credits, those of the launch first; earned ones are full meanwhile.
        credits.pass(HOUR / 2.0, 1.0);
        assert!((balance(&credits) - 144.0).abs() < 1e-9);
        credits.pass(HOUR, 0.6);
        assert!((balance(&credits) - (144.0 - 36.0 + 6.0)).abs() < 1e-9);
    }

    #[test]
    fn full_load_lasts_until_the_balance_is_gone_however_it_is_cut_up() {
        let mut whole = micro(Surplus::Refused);
        // 30 minutes on what the launch gave, which earn 3 credits, and these last 3.33 minutes more.
        let lasts = whole.lasts(1.0).unwrap();
        assert!((lasts - (30.0 + 3.0 / 0.9) * CREDIT).abs() < 1.0, "{lasts}");
        let mut pieces = whole.clone();
        whole.pass(lasts, 1.0);
        (0..1_000).for_each(|_| pieces.pass(lasts / 1_000.0, 1.0));
        for mut credits in [whole, pieces] {
            credits.earned = credits.earned.round();
            credits.settle();
            assert_eq!((credits.slowed, credits.open(), credits.lasts(0.1)), (true, 0.1, None));
            credits.pass(HOUR, 0.1);
            assert!(credits.slowed, "at its baseline it earns what it spends");
            credits.pass(2e9, 0.0);
            assert_eq!(credits.open(), 1.0, "what it has saved it may spend");
        }
    }

    #[test]
    fn what_is_spent_without_limit_is_charged_beyond_a_day_of_earnings() {
        let mut credits = micro(Surplus::Charged);
        assert_eq!((balance(&credits), credits.lasts(1.0)), (0.0, None));
        credits.pass(HOUR, 1.0);
        assert!((credits.owed() / CREDIT - 54.0).abs() < 1e-9 && credits.charged == 0.0);
        credits.pass(HOUR, 0.0);
        assert!((credits.owed() / CREDIT - 48.0).abs() < 1e-9, "an hour of rest pays 6 back");
        credits.pass(10.0 * HOUR, 1.0);
        assert!((credits.charged / CREDIT - (48.0 + 540.0 - 144.0)).abs() < 1e-6);
        credits.pass(48.0 * HOUR, 0.0);
        assert!((credits.owed() - credits.charged).abs() < 1.0, "what is charged stays charged");
    }
}
