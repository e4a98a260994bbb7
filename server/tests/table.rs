//! The table of the hard cases names tests that there are.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

use std::path::Path;

/// All text of the files with this ending in a folder, and in its folders.
fn text(folder: &Path, ending: &str) -> String {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let parts = entries.map(|path| match path.extension() {
        _ if path.is_dir() => text(&path, ending),
        Some(extension) if extension == ending => std::fs::read_to_string(&path).unwrap(),
        _ => String::new(),
    });
    parts.collect()
}

/// What stands between two marks, each time.
fn between(text: &str, mark: char) -> impl Iterator<Item = &str> {
    text.lines().flat_map(move |line| line.split(mark).skip(1).step_by(2))
}

#[test]
fn every_name_in_the_table_is_a_test() {
    let server = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = server.parent().unwrap();
    let table = std::fs::read_to_string(server.join("tests/README.md")).unwrap();
    let rust: String =
        ["server/src", "server/tests", "app/src"].iter().map(|folder| text(&root.join(folder), "rs")).collect();
    let browser = text(&root.join("end2end/tests"), "ts");
    let mut named = 0;
    for name in between(&table, '`').filter_map(|name| name.rsplit_once("::")).map(|(_, name)| name) {
        assert!(rust.contains(&format!("fn {name}(")), "no test is called {name}");
        named += 1;
    }
    for name in between(&table, '"') {
        assert!(browser.contains(name.trim_end_matches("...")), "no browser test is called {name}");
        named += 1;
    }
    assert!(named > 80, "{named}");
}
