//! SNS: a topic that passes each message on to all queues that are joined to it. The kinds of requests of a link are its
//! filter. What a queue cannot take is delivered again until it can. Absent: subscribers that are no queues, FIFO topics.

use crate::words::t;
use crate::catalog::blueprint::{Blueprint, Op};
use crate::catalog::{Charge, Face, Meter, Settings};

super::service! { "sns",
    face: Face::Topic,
    calls: &[Face::Queue],
    lower: lower,
    charges: |_: &Settings<'_>| vec![Charge::new("sns", "API requests", Meter::Requests, 1e-6)],
    status: |s| t!("delivery {span}", span = s.work("publish").mean()),
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let program = vec![Op::Hold("publish", s.work("publish")), Op::Publish];
    Blueprint { program, redelivery: s.span("redelivery"), ..Blueprint::default() }
}
