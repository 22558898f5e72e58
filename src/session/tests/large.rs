//! Large drawings: compiled, checked and kept on a thread that follows every edit.

use super::*;

/// Rows of users, a balancer and a group, as the text of a file.
fn rows(count: usize) -> String {
    let node = |n: usize| {
        let service = ["users", "elb", "asg"][n % 3];
        // Few requests: what is tested here is the drawing.
        let set = if service == "users" { ", set: {\"rate\": \"5/s\"}" } else { "" };
        format!(
            "(id: \"n{n}\", service: \"{service}\", label: \"N {n}\", at: ({}, {}){set}),",
            n % 3 * 240,
            n / 3 * 120
        )
    };
    let link = |n: usize| format!("(from: \"n{}\", to: \"n{n}\"),", n - 1);
    let nodes: String = (0..3 * count).map(node).collect();
    let links: String = (0..3 * count).filter(|n| n % 3 > 0).map(link).collect();
    format!("Loadscape(version: 1, nodes: [{nodes}], links: [{links}])")
}

/// A session with a drawing that is compiled on a thread.
fn with_rows(folders: Folders) -> (Driven, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("rows.ron");
    std::fs::write(&path, rows(300)).expect("writable");
    let mut driven = Driven::new(folders);
    driven.session.apply(Action::Open(path));
    driven.session.poll();
    (driven, folder)
}

/// What is compiled is what the drawing as it is now comes to.
fn assert_up_to_date(driven: &mut Driven) {
    driven.until(|view| !view.compiling);
    let view = driven.session.view();
    let fresh = crate::compile::compile(view.design, &view.design.scenarios[0]);
    assert_eq!(view.plan.sites.keys().collect::<Vec<_>>(), fresh.sites.keys().collect::<Vec<_>>());
    assert_eq!(view.plan.links.keys().collect::<Vec<_>>(), fresh.links.keys().collect::<Vec<_>>());
    assert_eq!(view.findings.len(), crate::analysis::check(view.design).len());
}

#[test]
fn a_large_drawing_is_compiled_on_a_thread_that_follows_every_edit() {
    let (mut driven, _folder) = with_rows(Folders::default());
    assert!(driven.session.view().compiling, "nobody waits for it");
    assert_up_to_date(&mut driven);
    let web = driven.add("ec2");
    driven.session.poll();
    driven.link(&Id::new("n1").unwrap(), &web);
    driven.session.poll();
    assert_up_to_date(&mut driven);
    assert!(driven.session.view().plan.sites.contains_key(&web));
    driven.session.apply(Action::BeginGesture);
    driven.session.apply(Action::Edit(Command::Remove { ids: vec![Id::new("n2").unwrap(), web.clone()] }));
    driven.session.poll();
    driven.session.apply(Action::CancelGesture);
    assert_up_to_date(&mut driven);
    driven.session.apply(Action::Edit(Command::Remove { ids: vec![Id::new("n2").unwrap()] }));
    driven.session.poll();
    driven.session.apply(Action::Undo);
    driven.session.apply(Action::Undo);
    assert_up_to_date(&mut driven);
    driven.session.apply(Action::Redo);
    assert_up_to_date(&mut driven);
    assert!(driven.session.view().design.links.values().any(|link| link.to == web));
}

#[test]
fn a_run_of_a_large_drawing_begins_with_what_is_drawn_and_goes_on_with_what_is_changed() {
    let (mut driven, _folder) = with_rows(Folders::default());
    let web = driven.add("ec2");
    driven.link(&Id::new("n1").unwrap(), &web);
    driven.session.apply(Action::Advance(Span::from_secs(2)));
    assert!(driven.session.view().snapshot.is_none(), "it waits for what was just drawn");
    driven.until(|view| view.snapshot.is_some_and(|snapshot| snapshot.now >= SimTime::ZERO + Span::from_secs(2)));
    let arrived = |driven: &Driven| {
        let view = driven.session.view();
        view.snapshot.expect("it runs").sites[view.plan.sites[&web] as usize].last.arrived
    };
    assert!(arrived(&driven) > 0.0);
    driven.set(&Id::new("n0").unwrap(), "rate", rate(0.0));
    driven.session.poll();
    driven.until(|view| !view.compiling);
    let goal = driven.now() + Span::from_secs(20);
    driven.session.apply(Action::Advance(Span::from_secs(20)));
    driven.until(|view| view.snapshot.is_some_and(|snapshot| snapshot.now >= goal));
    assert!(arrived(&driven) < 1.0, "its users are gone");
    driven.session.apply(Action::Restart);
    driven.until(|view| !view.compiling && view.snapshot.is_none_or(|snapshot| snapshot.now == SimTime::ZERO));
}

#[test]
fn a_copy_of_a_large_drawing_is_kept_by_its_thread_and_settled_when_it_is_saved() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let folders = Folders { data: Some(data.path().to_owned()), ..Folders::default() };
    let (mut driven, folder) = with_rows(folders);
    driven.until(|view| !view.compiling);
    driven.add("ec2");
    driven.session.poll();
    let copy = data.path().join("unsaved-0/unsaved.ron");
    driven.session.poll_at(clock::now() + Duration::from_secs(30));
    // What is asked for after the copy is answered after it.
    driven.add("rds");
    driven.session.poll();
    driven.until(|view| !view.compiling);
    let kept = std::fs::read_to_string(&copy).expect("it was kept");
    assert!(kept.starts_with("// Unsaved changes of ") && kept.contains("\"ec2\""));
    driven.session.apply(Action::SaveAs(folder.path().join("saved.ron")));
    driven.until(|view| !view.saving);
    assert!(!copy.exists());
}

#[test]
fn a_large_drawing_is_saved_as_it_was_when_that_was_asked_for_while_it_is_drawn_on() {
    let (mut driven, folder) = with_rows(Folders::default());
    let path = folder.path().join("saved.ron");
    let web = driven.add("ec2");
    driven.session.apply(Action::SaveAs(path.clone()));
    assert!(driven.session.view().saving, "nobody waits for it");
    let later = driven.add("rds");
    driven.until(|view| !view.saving);
    let view = driven.session.view();
    assert!(view.dirty && view.path == Some(path.as_path()), "what came later is not in the file");
    let saved = file::read(&path).expect("it is a file").design;
    assert!(saved.nodes.contains_key(&web) && !saved.nodes.contains_key(&later));
    driven.session.apply(Action::Undo);
    assert!(!driven.session.view().dirty);
    driven.session.apply(Action::Redo);
    driven.session.apply(Action::Save);
    driven.session.finish_saving();
    assert!(!driven.session.view().dirty);
    assert!(file::read(&path).expect("it is a file").design.nodes.contains_key(&later));
    driven.notices();
    driven.session.apply(Action::SaveAs(folder.path().join("no such folder/saved.ron")));
    driven.session.finish_saving();
    assert!(driven.notices()[0].contains("no such folder"), "what failed is told");
    assert_eq!(driven.session.view().path, Some(path.as_path()));
}

/// Buckets in rows, more than a window lays out by itself.
fn buckets(count: usize) -> String {
    let node = |n: usize| format!("(id: \"b{n}\", service: \"s3\", at: ({}, {})),", n % 140 * 240, n / 140 * 120);
    let nodes: String = (0..count).map(node).collect();
    format!("Loadscape(version: 1, nodes: [{nodes}])")
}

#[test]
fn what_changes_much_of_a_very_large_drawing_is_laid_out_by_its_double() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("buckets.ron");
    std::fs::write(&path, buckets(20_100)).expect("writable");
    let mut driven = Driven::new(Folders::default());
    driven.session.apply(Action::Open(path));
    driven.until(|view| view.opening.is_none() && !view.design.is_empty());
    assert!(driven.session.take_arrived().is_some());
    let ids: Vec<Id> = driven.session.view().design.nodes.keys().cloned().collect();
    let shift = |ids: &[Id]| Action::Edit(Command::Move { ids: ids.to_vec(), by: Point::new(24.0, 0.0) });
    driven.session.apply(shift(&ids[..1]));
    assert!(!driven.session.view().laying_out, "a window follows that by itself");
    let stands = |driven: &mut Driven| {
        assert!(driven.session.view().laying_out, "nobody waits for it");
        assert!(driven.session.take_layout().is_none());
        driven.until(|view| !view.laying_out);
        let layout = driven.session.take_layout().expect("it is known now");
        let drawn = driven.session.view().design.nodes.iter();
        assert!(layout.cards().iter().map(|card| (&card.id, card.rect)).eq(drawn.map(|(id, node)| (id, node.rect()))));
    };
    driven.session.apply(shift(&ids));
    stands(&mut driven);
    driven.session.apply(Action::Undo);
    driven.add("ec2");
    stands(&mut driven);
    assert_eq!(driven.session.view().design.nodes.len(), ids.len() + 1);
    assert!(driven.session.take_layout().is_none(), "one that was overtaken is not made");
}
