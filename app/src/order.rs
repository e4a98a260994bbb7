//! The order of a short list.

use std::cmp::Ordering;

/// `items` in the order that `compare` says; equals stay as they were.
///
/// By insertion: for the few dozen rows of a page as quick as any, and a tenth of what the library's sort adds to the
/// browser's module for each type that it sorts.
pub(crate) fn ordered<T>(items: impl Iterator<Item = T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let mut ordered: Vec<T> = Vec::new();
    for item in items {
        let place = ordered.iter().position(|before| compare(before, &item).is_gt()).unwrap_or(ordered.len());
        ordered.insert(place, item);
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn orders_as_the_library_does(items: Vec<(u8, u8)>) {
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            prop_assert_eq!(ordered(items.into_iter(), |a, b| a.0.cmp(&b.0)), expected);
        }
    }
}
