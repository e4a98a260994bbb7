//! The overview: the machine at a glance.

#![expect(missing_docs, reason = "the macro writes an entry point for the island")]

use leptos::html::Dialog;
use leptos::prelude::*;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::components::{
    Alerts, Announcements, CpuByCore, CpuByMode, DiskChart, FileSystems, HealthLine, Help, KeyBar, LogView,
    MemoryChart, NetworkChart, Processes, RangePicker, TabBar, Tiles, TopBar, Users, follow_title, provide_timeline,
};
use crate::live::Live;
use crate::model::Snapshot;
use crate::range::Range;

/// The level at which the alert on processor use becomes critical, percent: drawn into its chart.
const CPU_CRITICAL: Option<f32> = Some(95.0);

/// What the island starts from: on its way a text with the snapshot's JSON in it, which the browser reads by itself.
#[derive(Debug, Clone)]
pub struct Start(pub Snapshot);

impl Serialize for Start {
    #[cfg(feature = "ssr")]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_json())
    }

    /// Leptos lets the browser, too, load the code that writes it.
    #[cfg(not(feature = "ssr"))]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl<'de> Deserialize<'de> for Start {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = String::deserialize(deserializer)?;
        Snapshot::from_json(&json).map(Self).ok_or_else(|| de::Error::custom("expected a snapshot"))
    }
}

/// The whole page body. An island: the snapshot it is drawn from travels in the page, and the stream goes on from there.
#[island]
pub fn Overview(
    /// The machine as of one cursor.
    start: Start,
    /// How far back the charts look.
    range: Range,
) -> impl IntoView {
    let live = Live::new(start.0, range);
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
