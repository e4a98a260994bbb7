//! The overview: the machine at a glance.

use leptos::html::Dialog;
use leptos::prelude::*;

use crate::components::{
    Alerts, Announcements, CpuByCore, CpuByMode, DiskChart, FileSystems, HealthLine, Help, KeyBar, LogView,
    MemoryChart, NetworkChart, Processes, RangePicker, TabBar, Tiles, TopBar, Users, follow_title, provide_timeline,
};
use crate::live::Live;
use crate::model::Snapshot;
use crate::range::Range;

/// The level at which the alert on processor use becomes critical, percent: drawn into its chart.
const CPU_CRITICAL: Option<f32> = Some(95.0);

/// What the page starts from.
#[derive(Debug, Clone)]
pub struct Start {
    /// The machine as of one cursor.
    pub snapshot: Snapshot,
    /// How far back the charts look.
    pub range: Range,
}

impl Start {
    /// What the document around the page provides.
    #[cfg(feature = "ssr")]
    fn take() -> Self {
        expect_context()
    }

    /// What the document around the page carries in its body's attributes.
    #[cfg(not(feature = "ssr"))]
    fn take() -> Self {
        let body = document().body();
        let attribute = |name| body.as_ref().and_then(|body| body.get_attribute(name));
        let snapshot = attribute("data-snapshot").and_then(|json| Snapshot::from_json(&json));
        let range = attribute("data-range").and_then(|range| range.parse().ok()).unwrap_or_default();
        let Some(snapshot) = snapshot else { wasm_bindgen::throw_str("the page carries no snapshot") };
        Self { snapshot, range }
    }
}

/// The whole page body. An island: the snapshot it is drawn from travels in the page, and the stream goes on from there.
#[island]
pub fn Overview() -> impl IntoView {
    let Start { snapshot, range } = Start::take();
    let live = Live::new(snapshot, range);
    let help = NodeRef::<Dialog>::new();
    provide_timeline(live);
    follow_title(live);
    Effect::new(move |_| live.start());
    view! {
        <div class="page" class:is-stale=move || live.is_stale()>
            <TopBar live/>
            <main id="main" tabindex="-1">
                <HealthLine live/>
                <div class="board">
                    <Tiles live/>
                    <div class="rail">
                        <Alerts live/>
                        <FileSystems live/>
                        <Users live/>
                    </div>
                    <RangePicker live class="range needs-js on-phone"/>
                    <div class="charts" id="part-charts">
                        <CpuByMode live critical=CPU_CRITICAL/>
                        <CpuByCore live/>
                        <MemoryChart live/>
                        <NetworkChart live/>
                        <DiskChart live/>
                    </div>
                    <div class="lists">
                        <Processes live/>
                        <LogView live/>
                    </div>
                </div>
            </main>
            <KeyBar live help/>
            <TabBar live/>
            <Help node_ref=help/>
            <Announcements live/>
        </div>
    }
}
