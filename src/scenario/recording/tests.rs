//! Recordings: what is read how, and every way that a file can be wrong.

use super::*;

fn good(text: &str) -> Recorded {
    read(text.as_bytes(), None).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

/// Steps as "0 s 5, 1 min 7", and the end.
fn steps(text: &str) -> String {
    let recorded = good(text);
    let steps: Vec<String> = recorded.curve.steps().map(|(at, rate)| format!("{at} {}", rate.0)).collect();
    format!("{}; {}", steps.join(", "), recorded.curve.end())
}

fn bad(text: &str, wanted: &str) {
    match read(text.as_bytes(), None) {
        Ok(recorded) => panic!("{text:?} was read as {recorded}"),
        Err(error) => assert!(error.to_string().starts_with(wanted), "{text:?}: {error}"),
    }
}

#[test]
fn two_columns_are_a_time_and_a_rate() {
    let wanted = "0 s 5, 10 s 7.5; 20 s";
    for text in [
        "0,5\n10,7.5\n",
        "time,rate\n0,5\n10,7.5",
        "\u{feff}time;rate\r\n0;5\r\n10;7,5\r\n\r\n",
        "t\trequests per second\n0\t5\n10\t7.5\n",
        "0 5\n10 7.5\n",
        "\"time\",\"rate\"\n\"0\",\"5\"\n\"10\",\"7.5\"\n",
        "timestamp,rps\n2026-11-20T10:00:00Z,5\n2026-11-20T10:00:10Z,7.5\n",
        "timestamp,rps\n2026-11-20 23:59:55,5\n2026-11-21 00:00:05,7.5\n",
        "clock,rate\n09:00:00,5\n09:00:10,7.5\n",
        "1795152600,5\n1795152610,7.5\n",
        "1795152600000,5\n1795152610000,7.5\n",
        "rate,time\n5,0\n7.5,10\n",
        "host,time,rate,note\na,0,5,x\nb,10,7.5,\n",
        "time,requests per minute\n0,300\n10,450\n",
        "timestamp,RequestCount\n0,50\n10,75\n",
        "time (ms),rate\n0,5\n10000,7.5\n",
    ] {
        assert_eq!(steps(text), wanted, "{text:?}");
    }
    assert_eq!(steps("minute,rate\n0,5\n10,7.5"), "0 s 5, 10 min 7.5; 20 min");
    assert_eq!(steps("5,2"), "5 s 2; 65 s");
    assert_eq!(steps("time,hits\n0,\"1,200\"\n60,600"), "0 s 20, 1 min 10; 2 min");
}

#[test]
fn one_column_is_a_count_per_row() {
    assert_eq!(steps("120\n60\n60\n0\n"), "0 s 2, 1 min 1, 3 min 0; 4 min");
    assert_eq!(steps("requests per second\n3\n4"), "0 s 3, 1 s 4; 2 s");
    assert_eq!(steps("rps\n3\n4"), "0 s 3, 1 s 4; 2 s");
    assert_eq!(steps("count per minute\n60\n120"), "0 s 1, 1 min 2; 2 min");
    let each = read("3\n4".as_bytes(), Some(Span::from_secs(2))).unwrap();
    assert_eq!(each.curve.steps().map(|(_, rate)| rate.0).collect::<Vec<_>>(), [1.5, 2.0]);
}

#[test]
fn small_faults_are_put_right_and_said() {
    let holes = good("time,rate\n0,5\n10,\n20,NaN\n30,8\n");
    assert_eq!(holes.notes, ["rows without a value: 2; the rate before them goes on there"]);
    assert_eq!(steps("time,rate\n0,5\n10,\n20,NaN\n30,8\n"), "0 s 5, 30 s 8; 40 s");
    assert_eq!(steps("time,count\n0,50\n10,\n20,80\n"), "0 s 5, 20 s 8; 30 s");
    assert_eq!(steps("60\n\n120\n\n\n"), "0 s 1, 2 min 2; 3 min");
    let twice = good("0,5\n10,6\n10,7\n20,5");
    assert_eq!(twice.notes, ["rows at the time of the row above: 1; the later one counts"]);
    assert_eq!(steps("0,5\n10,6\n10,7\n20,5"), "0 s 5, 10 s 7, 20 s 5; 30 s");
    let night = good("23:59,5\n00:00,6\n00:01,7");
    assert_eq!(night.notes, ["passages of the clock through midnight: 1; the next day begins there"]);
    assert_eq!(night.curve.end(), Span::from_secs(180));
    let mut long: String = (0..20).map(|n| format!("{n},5\n")).collect();
    long += "9000,5\n";
    assert_eq!(good(&long).notes, ["the longest gap, 8981 s before line 21, keeps the rate before it"]);
}

#[test]
fn what_cannot_be_put_right_is_named_with_its_line() {
    bad("", "it has no row with a number. Write rows such as");
    bad("\n\n \n", "it has no row");
    bad("time,rate\n", "it has no row");
    bad("time,rate\n0,\n10,-\n", "it has no row");
    bad("0,5\n10,abc\n", "line 2: \"abc\" is no number of requests. Correct that line");
    bad("0,5\n10,-3\n", "line 2: -3 is below zero");
    bad("0,5\n10,1e300\n", "line 2: that is more than 10000000 requests per second");
    bad("time,count\n0,99999999999\n10,1\n", "line 3: the row above counts more than");
    bad("0,5\n10,6\n5,7\n", "line 3: its time, 5 s after the start, comes before that of the row above, 10 s. Sort");
    bad("0,5\nsoon,6\n", "line 2: \"soon\" is no time: seconds, a clock");
    bad("0,5\n10:30,6\n", "line 2: the time \"10:30\" is written otherwise");
    bad("-5,5\n0,6\n", "line 1: the time \"-5\" is before the start");
    bad("0,1\n99999999999,2\n", "line 2: the time \"99999999999\" is more than a hundred years");
    bad("\u{0}\u{1}\u{2}", "line 1: this is no plain text. Save it as CSV");
    bad(&"9".repeat(100_000), "line 1: the line is longer than 64 KiB");
    bad("2026-11-20T10:00:00Z,5\n2026-11-20T09:00:00Z,6\n", "line 2: the time");
    bad("just\nsome\nwords\n", "line 2: \"some\" is no number of requests");
}

#[test]
fn random_bytes_never_panic() {
    let mut state = 7u64;
    for round in 0..3_000 {
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize
        };
        const PIECES: [&str; 18] = [
            "0",
            "1",
            ",",
            ";",
            "\t",
            "\n",
            "time",
            "rate",
            "-",
            "e9",
            ":",
            "\"",
            "2026-11-20T10:00:00Z",
            " ",
            "99",
            "é",
            "\r",
            ".",
        ];
        let text: String = (0..next() % 40).map(|_| PIECES[next() % PIECES.len()]).collect();
        let mut bytes = text.into_bytes();
        if round % 3 == 0 {
            bytes.push((next() % 256) as u8);
        }
        if let Ok(recorded) = read(bytes.as_slice(), None) {
            assert!(recorded.curve.sum() >= 0.0 && recorded.curve.end() > Span::ZERO, "{bytes:?}");
        }
    }
}

/// Rows that are made while they are read.
struct Rows {
    left: u64,
    next: u64,
    line: Vec<u8>,
    at: usize,
}

impl std::io::Read for Rows {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.line.len() {
            if self.left == 0 {
                return Ok(0);
            }
            self.line = format!("{},{}\n", self.next, self.next % 7).into_bytes();
            (self.at, self.left, self.next) = (0, self.left - 1, self.next + 1);
        }
        let count = buffer.len().min(self.line.len() - self.at);
        buffer[..count].copy_from_slice(&self.line[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

#[test]
fn millions_of_rows_are_averaged_and_keep_their_sum() {
    let rows = 3_000_000;
    let input = std::io::BufReader::new(Rows { left: rows, next: 0, line: Vec::new(), at: 0 });
    let recorded = read(input, None).unwrap();
    let sum: u64 = (0..rows).map(|n| n % 7).sum();
    assert!(recorded.curve.len() <= MOST_STEPS && recorded.rows == rows);
    assert!((recorded.curve.sum() / sum as f64 - 1.0).abs() < 1e-9, "{} {sum}", recorded.curve.sum());
    assert_eq!(recorded.notes, ["4 neighbouring rows at a time were averaged"]);
    assert_eq!(recorded.curve.end(), Span::from_secs(rows));
}
