//! SQS: messages that wait until a worker takes them. Absent: FIFO queues, polling, retention.

use crate::catalog::blueprint::{Blueprint, BufferPlan, Op};
use crate::catalog::{Charge, Face, Meter, Settings};

super::service! { "sqs",
    face: Face::Queue,
    calls: &[Face::Server],
    lower: lower,
    charges: charges,
    status: |s| format!("visibility {}", s.span("visibility")),
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let buffer = BufferPlan { visibility: s.span("visibility"), receives: s.count("receives") as u32 };
    let program = vec![Op::Hold("send", s.work("send")), Op::Store];
    Blueprint { program, buffer: Some(buffer), ..Blueprint::default() }
}

/// A message costs three requests: send, receive, delete.
fn charges(_: &Settings<'_>) -> Vec<Charge> {
    vec![Charge::new("sqs", "requests", Meter::Messages, 3e-6)]
}
