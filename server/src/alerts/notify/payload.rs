//! What others read: the payload of Alertmanager's webhook, version 4, and the alerts of its API, version 2.

use std::collections::BTreeMap;

use app::model::{AlertChange, Timestamp};
use serde::Serialize;

/// What a moment that has not come is written as.
const NEVER: &str = "0001-01-01T00:00:00Z";

/// An alert with whether it fires.
pub(super) type Item<'a> = (&'a AlertChange, bool);

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Webhook<'a> {
    version: &'static str,
    group_key: String,
    truncated_alerts: u32,
    status: &'static str,
    receiver: &'a str,
    group_labels: BTreeMap<&'static str, &'a str>,
    common_labels: BTreeMap<String, String>,
    common_annotations: BTreeMap<String, String>,
    #[serde(rename = "externalURL")]
    external_url: &'a str,
    alerts: Vec<WebhookAlert>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct WebhookAlert {
    status: &'static str,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    starts_at: String,
    ends_at: String,
    #[serde(rename = "generatorURL")]
    generator_url: String,
    fingerprint: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Posted {
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    starts_at: String,
    ends_at: String,
}

/// The webhook's body for alerts of one rule.
pub(super) fn webhook(receiver: &str, host: &str, items: &[Item<'_>]) -> Vec<u8> {
    let rule = items.first().map_or("", |(alert, _)| alert.rule.name.as_str());
    let alerts: Vec<WebhookAlert> =
        items.iter().map(|(alert, is_firing)| WebhookAlert::new(alert, *is_firing, host)).collect();
    let webhook = Webhook {
        version: "4",
        group_key: format!("{{}}:{{alertname={rule:?}}}"),
        truncated_alerts: 0,
        status: status(items.iter().any(|(_, is_firing)| *is_firing)),
        receiver,
        group_labels: BTreeMap::from([("alertname", rule)]),
        common_labels: common(alerts.iter().map(|alert| &alert.labels)),
        common_annotations: common(alerts.iter().map(|alert| &alert.annotations)),
        external_url: "",
        alerts,
    };
    serde_json::to_vec(&webhook).unwrap_or_default()
}

/// The body of `POST /api/v2/alerts`. What fires ends at `until`, unless it is told again before.
pub(super) fn posted(host: &str, items: &[Item<'_>], until: Timestamp) -> Vec<u8> {
    let alerts = items.iter().map(|(alert, is_firing)| Posted {
        labels: labels(alert, host),
        annotations: annotations(alert),
        starts_at: starts_at(alert).to_string(),
        ends_at: if *is_firing { until } else { alert.at }.to_string(),
    });
    serde_json::to_vec(&alerts.collect::<Vec<_>>()).unwrap_or_default()
}

impl WebhookAlert {
    fn new(alert: &AlertChange, is_firing: bool, host: &str) -> Self {
        let labels = labels(alert, host);
        Self {
            status: status(is_firing),
            annotations: annotations(alert),
            starts_at: starts_at(alert).to_string(),
            ends_at: if is_firing { NEVER.to_owned() } else { alert.at.to_string() },
            generator_url: String::new(),
            fingerprint: fingerprint(&labels),
            labels,
        }
    }
}

fn status(is_firing: bool) -> &'static str {
    if is_firing { "firing" } else { "resolved" }
}

fn starts_at(alert: &AlertChange) -> Timestamp {
    alert.fired_at.unwrap_or(alert.alert.since)
}

/// The alert's, with the machine it is of.
fn labels(alert: &AlertChange, host: &str) -> BTreeMap<String, String> {
    let mut labels = alert.labels.clone();
    labels.entry("host".to_owned()).or_insert_with(|| host.to_owned());
    labels
}

fn annotations(alert: &AlertChange) -> BTreeMap<String, String> {
    let summary = alert.summary.clone().unwrap_or_else(|| alert.alert.name.clone());
    let description = alert.description.clone().unwrap_or_else(|| alert.alert.message.clone());
    BTreeMap::from([("summary".to_owned(), summary), ("description".to_owned(), description)])
}

/// What all have in common.
fn common<'a>(mut all: impl Iterator<Item = &'a BTreeMap<String, String>>) -> BTreeMap<String, String> {
    let mut common = all.next().cloned().unwrap_or_default();
    for other in all {
        common.retain(|key, value| other.get(key) == Some(value));
    }
    common
}

/// Prometheus' fingerprint of labels: FNV-1a, 64 bits, over names and values with 0xff after each.
fn fingerprint(labels: &BTreeMap<String, String>) -> String {
    let bytes = labels.iter().flat_map(|(name, value)| name.bytes().chain([0xff]).chain(value.bytes()).chain([0xff]));
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("{hash:016x}")
}
