use std::collections::BTreeMap;

use app::element::{Reader, elements};
use app::model::{Alert, AlertRule, AlertSample, AlertState, LogEntry, LogLevel, NumberedLog, Process};
use proptest::prelude::*;

use super::*;
use crate::alerts::file::{self, Entries, Rules};
use crate::alerts::{Ack, LabelMatcher, Silence, Told};

const HOSTILE: &str = "\"><img src=x onerror=alert(1)>";
const NOW: Timestamp = Timestamp::from_ms(1_800_000_600_000);

fn change(rule: &str, instance: Option<&str>, phase: AlertPhase, number: u64) -> AlertChange {
    let (state, level) = match phase {
        AlertPhase::Pending => (AlertState::Pending, AlertLevel::Warning),
        AlertPhase::Firing | AlertPhase::Recovering => (AlertState::Firing, AlertLevel::Critical),
        AlertPhase::Resolved | AlertPhase::Withdrawn => (AlertState::Resolved, AlertLevel::Info),
    };
    let id = instance.map_or_else(|| rule.to_owned(), |instance| format!("{rule}:{instance}"));
    let labels = [("alertname", rule), ("severity", "critical")];
    let mut labels: BTreeMap<_, _> = labels.map(|(label, value)| (label.to_owned(), value.to_owned())).into();
    labels.extend(instance.map(|instance| ("instance".to_owned(), instance.to_owned())));
    let at = NOW.minus(100_000);
    let samples = (0..50).map(|n| AlertSample { at: at.minus(120_000).plus(n * 4_000), value: 60.0 + n as f32 });
    AlertChange {
        alert: Alert {
            name: instance.unwrap_or(rule).to_owned(),
            id,
            level,
            state,
            message: format!("{rule} is 96 %"),
            value: 96.0,
            threshold: 95.0,
            unit: "%".to_owned(),
            hold: 120,
            since: at,
        },
        change: number,
        at,
        phase,
        instance: instance.map(str::to_owned),
        labels,
        rule: AlertRule { name: rule.to_owned(), when: "cpu > 85 clear 75".to_owned(), edition: 1, keep_firing_for: 0 },
        fired_at: (phase != AlertPhase::Pending).then_some(at),
        summary: None,
        description: None,
        samples: samples.collect(),
        untold: 0,
    }
}

fn standing(change: AlertChange) -> Standing {
    let rule = file::defaults().into_iter().find(|rule| rule.name == "cpu").unwrap();
    Standing {
        value: 97.5,
        levels: rule.levels(),
        samples: change.samples.clone(),
        acknowledged: None,
        silenced_by: Vec::new(),
        told: Vec::new(),
        change,
    }
}

fn page(open: Vec<Standing>) -> Page {
    Page { now: NOW, open, past: Vec::new(), silences: Vec::new(), receivers: Vec::new() }
}

fn asked(query: &[(&str, &str)]) -> Asked {
    let query: Vec<_> = query.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
    Asked::new(&query, true, false)
}

fn rules() -> Vec<Arc<Rule>> {
    file::defaults().into_iter().map(Arc::new).collect()
}

fn html_of(page: &Page, rules: &[Arc<Rule>], asked: &Asked, around: &Surroundings) -> String {
    let words = draw(&Scene { page, rules, asked, around });
    let mut html = String::new();
    let reader = Reader { client: "", offset_min: 0, now: NOW };
    elements(&words, reader).iter().for_each(|element| element.write(&mut html));
    html
}

fn html(page: &Page, query: &[(&str, &str)]) -> String {
    html_of(page, &rules(), &asked(query), &Surroundings::default())
}

/// The text of it, a line an element that holds any.
fn text(html: &str) -> String {
    let pieces = html.split('<').filter_map(|piece| piece.split_once('>').map(|(_, words)| words.trim()));
    pieces.filter(|words| !words.is_empty()).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_worst_comes_first_and_what_is_pending_last() {
    let page = page(vec![
        standing(change("cpu", Some("c"), AlertPhase::Pending, 1)),
        standing(change("cpu", Some("b"), AlertPhase::Firing, 2)),
    ]);
    let html = html(&page, &[]);
    let said = text(&html);
    assert!(html.find("alert=cpu%3Ab").unwrap() < html.find("alert=cpu%3Ac").unwrap(), "{html}");
    for words in
        ["Critical\nfiring\nb\nabove 95 % for 2 min\n97.5 %", "1:40\nnobody yet", "pending\nc", "fires in 0:20"]
    {
        assert!(said.contains(words), "{words:?} in {said}");
    }
    assert!(said.starts_with("Alerts\nOpen\n2\nResolved\n0\nSilenced\n0\nRules\n"), "{said}");
}

#[test]
fn what_is_silenced_is_below_all_that_is_not() {
    let silenced =
        Standing { silenced_by: vec!["1".into()], ..standing(change("cpu", Some("b"), AlertPhase::Firing, 2)) };
    let page = page(vec![silenced, standing(change("cpu", Some("c"), AlertPhase::Pending, 1))]);
    let html = html(&page, &[]);
    assert!(html.find("alert=cpu%3Ac").unwrap() < html.find("alert=cpu%3Ab").unwrap(), "{html}");
    assert!(!html.contains("count text-crit"), "its level is not that of the list");
}

#[test]
fn an_opened_alert_shows_what_is_known_of_it() {
    let mut fired = standing(change("cpu", None, AlertPhase::Firing, 2));
    fired.acknowledged = Some(Ack { at: NOW.minus(50_000), by: "mira".into(), reason: "a build".into() });
    fired.told = vec![
        Told { receiver: "pager".into(), at: NOW.minus(99_000), waits: true, given_up: None },
        Told { receiver: "chat".into(), at: NOW.minus(99_000), waits: false, given_up: None },
        Told { receiver: "desk".into(), at: NOW.minus(99_000), waits: false, given_up: Some("answered 422".into()) },
    ];
    let mut page = page(vec![fired]);
    page.past = vec![change("cpu", None, AlertPhase::Pending, 1), change("cpu", None, AlertPhase::Firing, 2)];
    page.receivers = vec![ReceiverStatus {
        name: "pager".into(),
        kind: "webhook",
        waiting: 14,
        delivered: 0,
        failed: 3,
        dropped: 0,
        last_delivered: None,
        not_delivered_since: Some(NOW.minus(99_000)),
        last_error: Some("answered 500".into()),
    }];
    let process = Process {
        pid: 1,
        started: 0,
        name: "ffmpeg".into(),
        command: None,
        user: None,
        cpu: 52.8,
        memory: 3_242_000_000,
    };
    let entry = LogEntry {
        timestamp: NOW.minus(101_000),
        level: LogLevel::Warn,
        message: "late".into(),
        source: "app".into(),
        unit: None,
        fields: BTreeMap::new(),
    };
    let around = Surroundings {
        before: vec![AlertSample { at: NOW.minus(400_000), value: 10.0 }],
        processes: vec![process],
        lines: vec![NumberedLog { seq: 7, entry }],
    };
    let html = html_of(&page, &rules(), &asked(&[("alert", "cpu")]), &around);
    let said = text(&html);
    for words in [
        "pager: not delivered, answered 500",
        "chat: delivered",
        "desk: given up, answered 422",
        "pager\nnot delivered since\n08:08\n, 14 waiting: answered 500",
        "critical 95 %",
        "clears below 75 %",
        "pending",
        "firing",
        "ffmpeg\n52.8 %\n3.0 GiB",
        "Log around\n08:08:20",
        "08:08:19\nwarn\napp\nlate",
        "comes with opsglass",
        "when = &quot;cpu &gt; 85 clear 75&quot;",
        "Pending: cpu is 96 %",
        "Critical, firing: cpu is 96 %",
        "Acknowledged by mira: a build",
        "pager: not delivered, answered 500",
        "Is over when under 75 %",
        "Take back",
        "Silence",
    ] {
        assert!(said.contains(words), "{words:?} in {said}");
    }
    assert!(html.contains("href=\"/logs?at=2027-01-15T08:08:20.000Z\""), "{html}");
    assert!(html.contains("value=\"alertname=cpu\""), "{html}");
    assert!(html.contains("action=\"/api/alerts/cpu/unack\""), "{html}");
    let line = html.split("evidence-line\" d=\"").nth(1).unwrap();
    assert!(line.starts_with("M0.0 180.0L"), "it begins with what was before: {}", &line[..80]);
}

#[test]
fn who_only_looks_gets_no_forms() {
    let page = page(vec![standing(change("cpu", None, AlertPhase::Firing, 2))]);
    let viewer = Asked { operates: false, ..asked(&[("alert", "cpu")]) };
    let html = html_of(&page, &rules(), &viewer, &Surroundings::default());
    assert!(text(&html).contains("Needs the operator role."));
    assert!(!html.contains("method=\"post\""), "{html}");
}

#[test]
fn what_is_over_stays_to_be_looked_at() {
    let mut page = page(Vec::new());
    page.past = vec![change("cpu", None, AlertPhase::Firing, 1), change("cpu", None, AlertPhase::Resolved, 2)];
    let said = text(&html(&page, &[]));
    assert!(
        said.contains("Nothing is firing") && said.contains("Resolved lately\n1, newest first\nShow all"),
        "{said}"
    );
    assert!(said.contains("peak 109.0 %"), "{said}");
    let opened = html(&page, &[("show", "resolved"), ("alert", "cpu"), ("change", "2")]);
    assert!(opened.contains("evidence-line") && !opened.contains("Take it"), "{opened}");
    assert!(!html(&page, &[("show", "resolved"), ("alert", "cpu"), ("change", "3")]).contains("evidence-line"));
}

#[test]
fn of_several_that_are_over_one_is_opened() {
    let mut page = page(vec![standing(change("cpu", None, AlertPhase::Firing, 9))]);
    page.past = vec![change("cpu", None, AlertPhase::Resolved, 2), change("cpu", None, AlertPhase::Resolved, 4)];
    let opened = |page: &Page, query: &[(&str, &str)]| {
        let html = html(page, query);
        (html.matches("case-detail").count(), html.contains("value=\"/alerts?alert=cpu\""), html)
    };
    let (count, is_open, html) = opened(&page, &[("alert", "cpu")]);
    assert_eq!((count, is_open), (1, true), "the one that fires, and a link to it: {html}");
    let (count, is_open, html) = opened(&page, &[("show", "resolved"), ("alert", "cpu"), ("change", "2")]);
    assert_eq!((count, is_open), (1, false));
    assert!(html.contains("value=\"/alerts?show=resolved&amp;alert=cpu&amp;change=2\""), "{html}");
    page.open.clear();
    let (count, _, html) = opened(&page, &[("show", "resolved"), ("alert", "cpu")]);
    assert_eq!(count, 1, "the last of them: {html}");
    assert!(html.contains("change=4\""), "{html}");
}

#[test]
fn rules_are_shown_as_they_are_written() {
    let text_of_file = "# mine\n[[rule]]\nname = \"mine\"\nwhen = \"cpu > 1\" # <b>\n";
    let entries: Entries = toml::from_str(text_of_file).unwrap();
    let mut mine = Rules::of(file::defaults());
    mine.add(entries.rule, Some("/etc/opsglass/rules.toml"), text_of_file).unwrap();
    let rules: Vec<Arc<Rule>> = mine.into_vec().into_iter().map(Arc::new).collect();
    let asked = asked(&[("show", "rules"), ("alert", "mine"), ("q", "MINE")]);
    let said = text(&html_of(&page(Vec::new()), &rules, &asked, &Surroundings::default()));
    assert!(said.contains("rules.toml, line 2\n[[rule]]\nname = &quot;mine&quot;"), "{said}");
    assert!(!said.contains("filesystem"), "only what is looked for: {said}");
}

#[test]
fn silences_can_be_ended() {
    let mut silenced = standing(change("cpu", None, AlertPhase::Firing, 2));
    silenced.silenced_by = vec!["00ff".into()];
    let mut page = page(vec![silenced]);
    page.silences = vec![Silence {
        id: "00ff".into(),
        matchers: vec![LabelMatcher { label: "alertname".into(), value: "c u".into(), equal: false }],
        reason: "known".into(),
        by: "mira".into(),
        from: NOW.minus(1_000),
        until: NOW.plus(120_000),
    }];
    let html = html(&page, &[("show", "silenced")]);
    let said = text(&html);
    assert!(said.contains("alertname!=&quot;c u&quot;\nKeeps quiet: cpu"), "{said}");
    assert!(said.contains("Silenced by mira until\n08:12\n, 2:00 left: known\nUnsilence"), "{said}");
    assert!(html.contains("action=\"/api/silences/00ff/end\""), "{html}");
}

#[test]
fn a_long_list_is_cut_and_says_so() {
    let open = (0..250).map(|n| standing(change("cpu", Some(&n.to_string()), AlertPhase::Firing, n))).collect();
    let page = page(open);
    let drawn = html(&page, &[]);
    assert_eq!(drawn.matches("class=\"case-row\"").count(), ROWS);
    assert!(text(&drawn).contains("150 more: filter by name or rule to see them."));
    assert!(drawn.len() < 120_000, "{} bytes", drawn.len());
    assert_eq!(html(&page, &[("q", "249")]).matches("class=\"case-row\"").count(), 1);
}

#[test]
fn hostile_names_are_text() {
    let mut hostile = standing(change(HOSTILE, Some(HOSTILE), AlertPhase::Firing, 1));
    hostile.change.alert.message = HOSTILE.into();
    hostile.change.summary = Some(HOSTILE.into());
    hostile.change.labels.insert("instance".into(), HOSTILE.into());
    hostile.acknowledged = Some(Ack { at: NOW, by: HOSTILE.into(), reason: HOSTILE.into() });
    let id = hostile.change.alert.id.clone();
    let notice = Some(HOSTILE.to_owned());
    let asked = Asked { notice, ..asked(&[("alert", &id), ("q", HOSTILE)]) };
    let html = html_of(&page(vec![hostile]), &rules(), &asked, &Surroundings::default());
    assert!(!html.contains("<img"), "{html}");
    assert!(html.contains("&lt;img"));
}

proptest! {
    #[test]
    fn any_values_can_be_drawn(values in prop::collection::vec((any::<u32>(), any::<f32>()), 0..80), at: u32, clear: f32, enter: f32) {
        let mut any = change("load", None, AlertPhase::Firing, 1);
        any.samples = values.iter().map(|&(at, value)| AlertSample { at: Timestamp::from_ms(at.into()), value }).collect();
        any.samples.sort_by_key(|sample| sample.at);
        any.fired_at = Some(Timestamp::from_ms(at.into()));
        let mut standing = standing(any);
        if let Some(levels) = &mut standing.levels {
            levels.warning.clear = clear;
            levels.warning.enter = enter;
        }
        standing.samples = standing.change.samples.clone();
        let html = html(&page(vec![standing]), &[("alert", "load")]);
        prop_assert!(!html.contains("NaN") && !html.contains("inf "), "{}", html);
    }
}

#[test]
fn a_name_is_one_part_of_a_path() {
    assert_eq!(actions::in_path("fs:/var /x"), "fs%3A%2Fvar%20%2Fx");
}
