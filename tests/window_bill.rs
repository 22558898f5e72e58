//! The bill in the window.

use super::window::steps;
use super::window_dock::{ran, until};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use loadscape::app::App;
use loadscape::session::Action;

/// A sample that has run for some minutes, with its bill in sight.
fn billed() -> Harness<'static, App> {
    let mut harness = ran("myclothes", 300);
    until(&mut harness, |app| app.view().bill.is_some_and(|bill| bill.hours > 0.08));
    harness.get_by_label("Bill").click();
    steps(&mut harness, 4);
    harness
}

#[test]
fn the_bill_is_added_up_as_wished() {
    let mut harness = billed();
    assert!(harness.query_all_by_label_contains("A month of 730 h").next().is_some());
    harness.get_by_label("service").click();
    steps(&mut harness, 3);
    let header = harness.query_all_by_label_contains("Load balancer (ELB)").next();
    assert!(header.is_some(), "services have their names");
    harness.get_by_label("line").click();
    steps(&mut harness, 3);
}

#[test]
fn the_free_tier_is_one_step_to_undo() {
    let mut harness = billed();
    harness.get_by_label("Prices of the bill").click();
    steps(&mut harness, 3);
    harness.get_by_label("Free tier").click();
    steps(&mut harness, 3);
    assert!(harness.state().view().design.pricing.free_tier);
    harness.state_mut().apply(Action::Undo);
    assert!(!harness.state().view().design.pricing.free_tier);
}

#[test]
fn a_commitment_is_applied_by_a_click() {
    let mut harness = billed();
    // The first that is shown: the best for the first node that has one.
    let view = harness.state().view();
    let of = |id: &loadscape::model::Id| view.proposals.iter().find(|proposal| proposal.node == *id);
    let proposal = view.design.nodes.keys().find_map(of).cloned().expect("a group that always runs something");
    let node = harness.state().view().design.nodes[&proposal.node].label.clone();
    let name = format!("Commit {node} to {}", proposal.commitment.words());
    let header = harness.query_all_by_label_contains("Commitments, a month: save").next().expect("the sum of the best");
    header.click();
    steps(&mut harness, 3);
    harness.get_by_label(&name).click();
    steps(&mut harness, 3);
    let view = harness.state().view();
    let set = view.design.nodes[&proposal.node].settings().and_then(|settings| settings.commitment());
    assert_eq!(set, Some((proposal.commitment, proposal.servers)));
}
