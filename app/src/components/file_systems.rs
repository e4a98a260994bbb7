//! The file systems: how full each is, as a bar and in figures.

use leptos::prelude::*;

use super::hint::hint;
use super::tiles::WAITING;
use crate::format::{self, fixed};
use crate::live::Live;
use crate::model::FileSystem;

/// Percent from which on it counts as full, where the bar has its tick: the level at which an alert fires.
const FULL: u8 = 90;
const GIB: f32 = 1_073_741_824.0;

/// The card of file systems.
#[component]
pub fn FileSystems(
    /// What the page knows.
    live: Live,
) -> impl IntoView {
    view! {
        <section class="card part-files">
            <div class="card-head">
                <h2 class="card-title">"File systems"</h2>
                <p class="card-note">"GiB used"</p>
            </div>
            <div class="scroll" tabindex="0" role="region" aria-label="File systems">
                <table class="files">
                    <thead class="files-head">
                        <tr>
                            <th scope="col">"Mounted at"</th>
                            <th scope="col" class="w-1/5">"Bar"</th>
                            <th scope="col" class="files-size w-[118px]">"Used of size, GiB"</th>
                            <th scope="col" class="w-[72px]">"Used"</th>
                        </tr>
                    </thead>
                    <tbody>
                        {move || live.metrics.with(|metrics| {
                            metrics.as_ref().map(|metrics| metrics.file_systems.iter().map(row).collect::<Vec<_>>()).into_any()
                        })}
                    </tbody>
                </table>
                {move || hint(why_empty(live))}
            </div>
        </section>
    }
    .into_any()
}

/// Why there are no rows.
fn why_empty(live: Live) -> Option<&'static str> {
    live.metrics.with(|metrics| match metrics {
        None => Some(WAITING),
        Some(metrics) => metrics.file_systems.is_empty().then_some("No file system that holds data is mounted."),
    })
}

fn row(files: &FileSystem) -> AnyView {
    let class = match files.percent {
        percent if percent >= f32::from(FULL) => "is-full",
        _ => "",
    };
    let about = format!(
        "{} on {}, {}{}",
        files.device,
        files.mount,
        files.kind,
        if files.read_only { ", read-only" } else { "" }
    );
    view! {
        <tr class=class>
            <th scope="row" title=about>
                {files.mount.clone()}
            </th>
            <td class="files-bar" inner_html=bar(files.percent)></td>
            <td class="files-size">{format!("{} of {}", used(files.used), size(files.total))}</td>
            <td class="files-percent">{format!("{} %", fixed(files.percent, 1))}</td>
        </tr>
    }
    .into_any()
}

/// The bar as markup: a number and fixed words.
fn bar(percent: f32) -> String {
    let percent = fixed(percent, 1);
    format!(
        "<svg viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"bar-track\" y=\"2\" width=\"100\" height=\"4\"/>\
         <rect class=\"bar-fill\" y=\"2\" width=\"{percent}\" height=\"4\"/>\
         <rect class=\"bar-tick\" x=\"{FULL}\" width=\"1.5\" height=\"8\"/></svg>"
    )
}

fn used(bytes: u64) -> String {
    match bytes as f32 / GIB {
        gib if gib < 1.0 => fixed(gib, 2),
        gib => format::decimal(gib),
    }
}

fn size(bytes: u64) -> String {
    match bytes as f32 / GIB {
        gib if gib < 1.0 => fixed(gib, 2),
        gib if gib < 100.0 => format::decimal(gib),
        gib => format::whole(gib),
    }
}
