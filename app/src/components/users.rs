//! Who is on the machine, and what they use.

use leptos::prelude::*;

use super::tiles::{ABSENT, WAITING};
use crate::format;
use crate::live::Live;
use crate::model::UserUsage;

/// The card of users.
#[component]
pub fn Users(
    /// What the page knows.
    live: Live,
) -> impl IntoView {
    view! {
        <section class="card part-users">
            <div class="card-head">
                <h2 class="card-title">"Users"</h2>
                <p class="card-note">"CPU in % of one core"</p>
            </div>
            <div class="scroll" tabindex="0" role="region" aria-label="Users">
                <table class="grid-table users">
                    <thead>
                        <tr>
                            <th scope="col">"Account"</th>
                            <th scope="col" class="w-[78px]">"Processes"</th>
                            <th scope="col" class="w-[52px]">"CPU %"</th>
                            <th scope="col" class="w-[82px]">"Memory"</th>
                        </tr>
                    </thead>
                    <tbody>
                        {move || live.metrics.with(|metrics| {
                            metrics.as_ref().map(|metrics| metrics.users.iter().map(row).collect::<Vec<_>>())
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
        Some(metrics) if metrics.active_users.is_none() => Some(ABSENT),
        Some(metrics) => metrics.users.is_empty().then_some("Nobody is on this machine."),
    })
}

fn row(user: &UserUsage) -> impl IntoView + use<> {
    let memory = format::bytes(user.memory);
    view! {
        <tr>
            <th scope="row" title=user.name.clone()>
                {user.name.clone()}
            </th>
            <td>{format::count(u64::from(user.processes))}</td>
            <td class="strong">{format::decimal(user.cpu)}</td>
            <td>{format!("{} {}", memory.value, memory.unit)}</td>
        </tr>
    }
}
