use crate::collect::readings::{Count, Field, Live, Unit};

use super::text::{Kind, Text};

/// Memory, paging and open files, by the kernel's own names.
pub(super) fn memory(text: &mut Text, live: &Live) {
    fields(text, "node_memory", "Memory, as the kernel counts it", &live.memory);
    counts(text, "node_vmstat", "Paging, as the kernel counts it", &live.paging);
    let files = live.files;
    text.gauge("node_filefd_allocated", "File handles in use.", files.map(|files| files.allocated));
    text.gauge("node_filefd_maximum", "File handles that there can be.", files.map(|files| files.maximum));
}

/// Gauges by the kernel's names.
pub(super) fn fields(text: &mut Text, prefix: &str, help: &str, fields: &[Field]) {
    for field in fields {
        let unit = match field.unit {
            Unit::Bytes => "_bytes",
            Unit::Number => "",
        };
        let name = format!("{prefix}_{}{unit}", field.name);
        text.gauge(&name, &format!("{help}: {}.", field.name), Some(field.value));
    }
}

/// Counters by the kernel's names, of which it alone knows which are none.
pub(super) fn counts(text: &mut Text, prefix: &str, help: &str, counts: &[Count]) {
    for count in counts {
        let help = format!("{help}: {}.", count.name);
        let name = format!("{prefix}_{}", count.name);
        text.metric(&name, Kind::Untyped, &help).add(&[], count.value);
    }
}
