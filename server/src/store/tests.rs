use std::fs::OpenOptions;

use super::*;

#[derive(Debug, Default, PartialEq)]
struct Sum(u64);

impl Saved for Sum {
    const NAME: &'static str = "sum";
    type Record = u64;

    fn apply(&mut self, record: u64) {
        self.0 += record;
    }

    fn records(&self) -> Vec<u64> {
        vec![self.0]
    }
}

#[cfg(target_os = "linux")]
#[test]
fn after_a_commit_that_failed_the_next_is_the_sum() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, mut saved) = Store::<Sum>::open(folder.path()).unwrap();
    saved.apply(7);
    store.file = OpenOptions::new().append(true).open("/dev/full").unwrap();
    assert!(store.commit(&[7], None, true).is_err() && store.wants_sum());
    store.commit(&[], Some(&saved), true).unwrap();
    assert!(!store.wants_sum());
    drop(store);
    assert_eq!(Store::<Sum>::open(folder.path()).unwrap().1, Sum(7));
}

#[tokio::test]
async fn where_it_is_told_to_be_it_must_be() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let folder = file.path().join("state");
    assert!(matches!(open::<Sum>(StateDir::Told(folder.clone())).await, Err(StateError::Io { .. })));
    assert!(open::<Sum>(StateDir::Usual(folder)).await.unwrap().0.is_none());
    assert!(open::<Sum>(StateDir::None).await.unwrap().0.is_none());
}

#[tokio::test]
async fn a_folder_is_for_one() {
    let folder = tempfile::tempdir().unwrap();
    let state = StateDir::Told(folder.path().join("state"));
    let held = hold(&state).await.unwrap();
    assert!(matches!(hold(&state).await, Err(StateError::InUse(_))));
    drop(held);
    assert!(hold(&state).await.unwrap().is_some());
}

#[test]
fn a_file_is_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    assert!(matches!(Store::<Sum>::open(&folder.path().join("file")), Err(StateError::Io { .. })));
}
