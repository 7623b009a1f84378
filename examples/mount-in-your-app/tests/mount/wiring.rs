//! What a reader copies.

#[test]
fn the_wiring_has_at_most_15_lines() {
    let source = include_str!("../../src/portal.rs");
    let (_, from) = source.split_once("// The wiring begins.\n").unwrap();
    let (wiring, _) = from.split_once("// The wiring ends.").unwrap();
    let lines = wiring.trim().lines().count();
    assert!((1..=15).contains(&lines), "{lines} lines");
    assert!(wiring.contains("mount(\"/portal\""));
}
