//! SQS: messages that wait until a worker takes them. Absent: batches of sends and deletes, the limit on messages in flight.
//!
//! With long polling consumers take messages the moment that they have a free worker; with short polling they ask at
//! intervals. A link to another queue is the redrive policy: dead letters move there.

use crate::words::t;
use crate::catalog::blueprint::{Blueprint, BucketPlan, BufferPlan, Op};
use crate::catalog::{Charge, Face, Meter, Settings};
use crate::units::Share;

super::service! { "sqs",
    face: Face::Queue,
    calls: &[Face::Server, Face::Queue],
    lower: lower,
    charges: charges,
    status: status,
}

fn is_fifo(s: &Settings<'_>) -> bool {
    s.word("kind") == "FIFO"
}

fn status(s: &Settings<'_>) -> String {
    let kind = if is_fifo(s) { "FIFO · " } else { "" };
    t!("{kind}visibility {span}", kind = kind, span = s.span("visibility"))
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let fifo = is_fifo(s);
    let buffer = BufferPlan {
        wait: s.span("wait"),
        pause: s.span("pause"),
        // The machines that keep a FIFO queue agree on what is in it.
        seen: if fifo { Share(1.0) } else { s.share("seen") },
        visibility: s.span("visibility"),
        receives: s.count("receives") as u32,
        retention: s.span("retention"),
        delay: s.span("delay"),
        groups: if fifo { s.count("groups") as u32 } else { 0 },
    };
    let mut program = vec![Op::Hold("send", s.work("send")), Op::Store];
    if fifo {
        program.insert(0, Op::Throttle);
    }
    let bucket = fifo.then(|| BucketPlan::per_second(s.rate("limit")));
    Blueprint { program, bucket, buffer: Some(buffer), ..Blueprint::default() }
}

/// A message costs three requests: send, receive, delete. A receive that finds none is one as well.
fn charges(s: &Settings<'_>) -> Vec<Charge> {
    let item = if is_fifo(s) { "FIFO requests" } else { "requests" };
    vec![
        Charge::new("sqs", item, Meter::Messages, 3e-6),
        Charge::new("sqs", item, Meter::EmptyReceives, 1e-6),
    ]
}
