//! The file systems: how full each is, as a bar and in figures.

use leptos::prelude::*;

use super::tiles::WAITING;
use crate::format;
use crate::live::Live;
use crate::model::FileSystem;

/// Where the bar has its tick, percent: the level at which an alert fires.
const TICK: f32 = 90.0;
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
                            metrics.as_ref().map(|metrics| metrics.file_systems.iter().map(row).collect::<Vec<_>>())
                        })}
                    </tbody>
                </table>
                {move || hint(live).map(|why| view! { <p class="hint">{why}</p> })}
            </div>
        </section>
    }
    .into_any()
}

/// Why there are no rows.
fn hint(live: Live) -> Option<&'static str> {
    live.metrics.with(|metrics| match metrics {
        None => Some(WAITING),
        Some(metrics) => metrics.file_systems.is_empty().then_some("No file system that holds data is mounted."),
    })
}

fn row(files: &FileSystem) -> impl IntoView + use<> {
    let class = match files.percent {
        percent if percent >= TICK => "is-full",
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
            <td class="files-bar">
                <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="bar-track" y="2" width="100" height="4"></rect>
                    <rect class="bar-fill" y="2" width=format!("{:.1}", files.percent) height="4"></rect>
                    <rect class="bar-tick" x=TICK.to_string() width="1.5" height="8"></rect>
                </svg>
            </td>
            <td class="files-size">{format!("{} of {}", used(files.used), size(files.total))}</td>
            <td class="files-percent">{format!("{:.1} %", files.percent)}</td>
        </tr>
    }
}

fn used(bytes: u64) -> String {
    match bytes as f32 / GIB {
        gib if gib < 1.0 => format!("{gib:.2}"),
        gib => format::decimal(gib),
    }
}

fn size(bytes: u64) -> String {
    match bytes as f32 / GIB {
        gib if gib < 1.0 => format!("{gib:.2}"),
        gib if gib < 100.0 => format::decimal(gib),
        gib => format::whole(gib),
    }
}
