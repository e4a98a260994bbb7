//! What is read of a file in whose place another is, or which is written anew.

use super::*;

#[test]
fn follows_a_rename_without_loss() {
    let mut scene = Scene::with("");
    scene.append("1\n");
    fs::rename(&scene.path, scene.other("app.log.1")).unwrap();
    let mut old = OpenOptions::new().append(true).open(scene.other("app.log.1")).unwrap();
    assert_eq!(scene.messages(), ["1"]);
    old.write_all(b"2\n").unwrap();
    assert_eq!(scene.messages(), ["2"]);
    // The new file is there, but the writer has not moved over yet.
    scene.append("");
    assert_eq!(scene.messages(), [""; 0]);
    old.write_all(b"3\n4 without an end").unwrap();
    scene.append("5\n");
    assert_eq!(scene.messages(), ["3", "5"]);
    // Nor has it yet.
    old.write_all(b", 4 ended\n6\n").unwrap();
    scene.append("7\n");
    let mut messages = scene.messages();
    messages.sort_unstable();
    assert_eq!(messages, ["4 without an end, 4 ended", "6", "7"]);
    old.write_all(b"8 without an end").unwrap();
    assert_eq!(scene.messages(), [""; 0]);
    assert_eq!(scene.messages_after(REPLACED_HELD), ["8 without an end"]);
    assert!(scene.follower.is_alone(), "the disk space of the old one can be given back");
}

#[test]
fn files_that_came_and_went_between_two_looks_are_read() {
    for (kept, expected) in [(9, vec!["2", "3", "4", "5"]), (1, vec!["2", "4", "5"])] {
        let mut scene = Scene::with("");
        scene.append("1\n");
        assert_eq!(scene.messages(), ["1"]);
        scene.append("2\n");
        for line in ["3\n", "4\n", "5\n"] {
            scene.rotate(kept);
            scene.append(line);
        }
        let mut messages = scene.messages();
        messages.sort_unstable();
        assert_eq!(messages, expected, "{kept} kept");
        scene.append("6\n");
        assert_eq!(scene.messages_after(REPLACED_HELD), ["6"]);
        scene.rotate(kept);
        scene.append("7\n");
        assert_eq!(scene.messages(), ["7"], "nothing is read again");
    }
}

#[test]
fn late_lines_of_a_file_that_was_let_go_do_not_make_it_new() {
    let mut scene = Scene::with("");
    scene.append("1\n");
    assert_eq!(scene.messages(), ["1"]);
    scene.rotate(9);
    scene.append("2\n");
    assert_eq!(scene.messages(), ["2"]);
    assert_eq!(scene.messages_after(REPLACED_HELD), [""; 0]);
    let mut late = OpenOptions::new().append(true).open(scene.other("app.log.1")).unwrap();
    late.write_all(b"late\n").unwrap();
    assert_eq!(scene.messages(), [""; 0]);
    scene.rotate(9);
    scene.append("3\n");
    let messages = scene.messages();
    assert!(messages.contains(&"3".to_owned()) && !messages.contains(&"1".to_owned()), "{messages:?}");
}

#[test]
fn a_copy_in_place_of_a_rename_is_not_read_again() {
    let mut scene = Scene::with("");
    scene.append("1\n");
    assert_eq!(scene.messages(), ["1"]);
    fs::copy(&scene.path, scene.other("app.log.1")).unwrap();
    fs::remove_file(&scene.path).unwrap();
    scene.append("2\n");
    assert_eq!(scene.messages(), ["2"]);
}

#[test]
fn a_file_that_is_emptied_and_soon_longer_is_read_from_its_start() {
    for with_copy in [true, false] {
        let mut scene = Scene::with("");
        scene.append("line one\nline two\n");
        assert_eq!(scene.messages(), ["line one", "line two"]);
        scene.append("last\n");
        if with_copy {
            fs::copy(&scene.path, scene.other("app.log.1")).unwrap();
        }
        OpenOptions::new().write(true).truncate(true).open(&scene.path).unwrap();
        scene.append("a new line, that is longer\nand another\n");
        let messages = scene.messages();
        if with_copy {
            assert_eq!(messages, ["last", "a new line, that is longer", "and another"]);
        } else {
            assert!(messages[0].ends_with("was emptied and written anew between two looks: lines may be missing"));
            assert_eq!(messages[1..], ["a new line, that is longer", "and another"]);
        }
        scene.restart(true);
        scene.append("next\n");
        assert_eq!(scene.messages(), ["next"]);
    }
}

#[test]
fn follows_a_rename_between_two_looks() {
    let mut scene = Scene::with("");
    scene.append("1\n2\n");
    fs::rename(&scene.path, scene.other("app.log.1")).unwrap();
    scene.append("3\n");
    assert_eq!(scene.messages(), ["1", "2", "3"]);
}

#[test]
fn a_new_file_that_stays_empty_is_moved_to() {
    let mut scene = Scene::with("");
    fs::rename(&scene.path, scene.other("app.log.1")).unwrap();
    scene.append("");
    assert_eq!(scene.messages(), [""; 0]);
    assert_eq!(scene.messages_after(REPLACED_HELD), [""; 0]);
    assert_eq!(scene.follower.open.as_ref().unwrap().replaced, None);
    scene.append("1\n");
    assert_eq!(scene.messages(), ["1"]);
}

#[test]
fn a_deleted_file_is_missed_after_a_while_and_read_again_from_its_start() {
    let mut scene = Scene::with("");
    scene.append("1\n");
    fs::remove_file(&scene.path).unwrap();
    assert_eq!(scene.messages(), ["1"]);
    let said = scene.messages_after(REPLACED_HELD);
    let path = scene.path.display().to_string();
    assert_eq!(said, [format!("cannot read log file {path}: it does not exist; trying again")]);
    assert!(scene.follower.open.is_none(), "the disk space of a deleted file is given back");
    scene.append("2\n");
    assert_eq!(scene.messages_after(RETRY), [format!("reading log file {path}"), "2".to_owned()]);
}

#[test]
fn reads_a_truncated_file_from_its_start() {
    let mut scene = Scene::with("before\n");
    scene.append("1\n2 begun");
    assert_eq!(scene.messages(), ["1"]);
    fs::write(&scene.path, "3\n").unwrap();
    assert_eq!(scene.messages(), ["2 begun", "3"]);
    scene.append("4\n");
    assert_eq!(scene.messages(), ["4"]);
}

#[test]
fn copytruncate_under_a_writer_that_keeps_its_place() {
    let mut scene = Scene::with("");
    let mut writer = OpenOptions::new().write(true).open(&scene.path).unwrap();
    writer.write_all(&b"1\n".repeat(50_000)).unwrap();
    assert_eq!(scene.messages().len(), 50_000);
    OpenOptions::new().write(true).truncate(true).open(&scene.path).unwrap();
    assert_eq!(scene.messages(), [""; 0]);
    // What is written now stands behind a hole of 100,000 bytes.
    writer.write_all(b"2\n").unwrap();
    assert_eq!(scene.messages(), ["2"]);
}

#[cfg(unix)]
#[test]
fn follows_a_symbolic_link_that_is_pointed_elsewhere() {
    let mut scene = Scene::without();
    fs::write(scene.other("a"), "before\n").unwrap();
    fs::write(scene.other("b"), "2\n").unwrap();
    std::os::unix::fs::symlink(scene.other("a"), &scene.path).unwrap();
    assert_eq!(scene.messages(), [""; 0]);
    scene.append("1\n");
    fs::remove_file(&scene.path).unwrap();
    std::os::unix::fs::symlink(scene.other("b"), &scene.path).unwrap();
    assert_eq!(scene.messages(), ["1", "2"]);
    // And back again, at once and later.
    for (name, time) in [("a", Duration::ZERO), ("b", REPLACED_HELD)] {
        fs::remove_file(&scene.path).unwrap();
        std::os::unix::fs::symlink(scene.other(name), &scene.path).unwrap();
        scene.append("more\n");
        assert_eq!(scene.messages_after(time), ["more"], "{name}");
    }
}

#[test]
fn a_file_whose_end_is_written_over_is_not_read_anew_each_time() {
    let mut scene = Scene::with("");
    let entries =
        |count: usize| (0..count).map(|n| format!("entry {n} of a list that is closed\n")).collect::<String>();
    scene.append(entries(20) + "]\n");
    assert_eq!(scene.messages().len(), 21);
    let mut read = Vec::new();
    for count in 21..30 {
        fs::write(scene.other("new"), entries(count) + "]\n").unwrap();
        // In place: it stays the same file, and is never shorter.
        let mut file = OpenOptions::new().write(true).open(&scene.path).unwrap();
        file.write_all(&fs::read(scene.other("new")).unwrap()).unwrap();
        read.push(scene.messages().len());
    }
    assert_eq!(read[0], 1 + 22, "once it may have been emptied, and that is said");
    assert!(read[1..].iter().all(|&lines| lines <= 2), "{read:?}");
}
