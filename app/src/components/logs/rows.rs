//! A line as the server draws it. The page's script draws others the same.

use crate::element::{El, el};
use crate::format;
use crate::model::LogRow;

/// The line; `target` is the one to which a link has led.
pub(super) fn line(line: &LogRow, target: Option<u64>) -> El {
    let is_target = if target == Some(line.seq) { " is-current is-target" } else { "" };
    let part = |class: &'static str, text: String| el("span").class(class).text(text);
    let time = format!("{}.{:03}", format::clock(line.at, 0), line.at.ms() % 1_000);
    el("div").class(format!("log-entry log-{}{is_target}", line.level.as_str())).of([
        part("timestamp", time),
        part("level", line.level.as_str().to_owned()),
        part("source", line.source.clone()),
        message(line),
    ])
}

/// The message, with what was looked for marked.
fn message(line: &LogRow) -> El {
    let text: Vec<u16> = line.message.encode_utf16().collect();
    let piece = |from: u32, to: u32| String::from_utf16_lossy(text.get(from as usize..to as usize).unwrap_or_default());
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let (mut parts, mut done) = (Vec::new(), 0);
    for &[from, to] in line.marks.as_chunks().0 {
        parts.push(el("span").text(piece(done, from)));
        parts.push(el("mark").text(piece(from, to)));
        done = to;
    }
    parts.push(el("span").text(piece(done, end)));
    el("span").class("message").of(parts)
}
