//! `/proc/net/sockstat`: how many sockets there are, for the price of a short file.

use super::text::text;
use crate::collect::readings::{Field, Unit};

/// Sockets by kind, and the memory that they hold.
pub(super) fn sockets() -> Vec<Field> {
    let page = procfs::page_size();
    let read = |file| parse(&text(file).unwrap_or_default(), page);
    [read("/proc/net/sockstat"), read("/proc/net/sockstat6")].concat()
}

/// `TCP: inuse 2 orphan 0 tw 150 alloc 2 mem 3`; `mem` is in pages.
fn parse(text: &str, page: u64) -> Vec<Field> {
    let mut fields = Vec::new();
    for line in text.lines() {
        let Some((kind, rest)) = line.split_once(": ") else { continue };
        let mut words = rest.split_ascii_whitespace();
        while let (Some(name), Some(value)) = (words.next(), words.next()) {
            let Ok(value) = value.parse::<u64>() else { continue };
            let name = format!("{kind}_{name}");
            if name.ends_with("_mem") {
                let value = value.saturating_mul(page);
                fields.push(Field { name: name.clone(), value, unit: Unit::Bytes });
            }
            fields.push(Field { name, value, unit: Unit::Number });
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_memory() {
        let fields = parse("sockets: used 18\nTCP: inuse 2 mem 3\nFRAG: inuse 0 memory x\nodd\n", 4_096);
        let named: Vec<_> = fields.iter().map(|field| (field.name.as_str(), field.value, field.unit)).collect();
        let expected = [
            ("sockets_used", 18, Unit::Number),
            ("TCP_inuse", 2, Unit::Number),
            ("TCP_mem", 12_288, Unit::Bytes),
            ("TCP_mem", 3, Unit::Number),
            ("FRAG_inuse", 0, Unit::Number),
        ];
        assert_eq!(named, expected);
    }
}
