//! What the server draws of a page, in each of its states.
#![cfg(feature = "ssr")]

mod fixture;

use app::components::chart::Timeline;
use app::components::overview::Hanging;
use app::components::{self, Theme};
use app::live::{Live, Lost, Status};
use app::model::{AlertLevel, AlertState, LogLevel, Snapshot};
use app::pages::Start;
use app::place::Place;
use app::range::Range;
use app::shell::{Page, shell};
use fixture::{
    alert, drawn, drawn_silenced, drawn_with, files, line, now, process, render, render_drawn, render_live, snapshot,
    user,
};
use leptos::config::LeptosOptions;

/// The text of a piece of HTML, a line an element that holds any.
fn text(html: &str) -> String {
    let mut lines = Vec::new();
    for piece in html.replace("<!>", "").split('<') {
        let words = piece.split_once('>').map_or(piece, |(_, words)| words).trim();
        if !words.is_empty() {
            lines.push(words.to_owned());
        }
    }
    lines.join("\n")
}

fn document(page: Page, theme: Option<Theme>) -> String {
    let options = LeptosOptions::builder().output_name("opsglass").build();
    render(|| shell(options, page, theme))
}

fn start(snapshot: Snapshot, range: Range) -> Start {
    Start::new(Place::Overview, drawn(snapshot), range)
}

fn overview(snapshot: Snapshot) -> String {
    document(Page::Live(start(snapshot, Range::FifteenMinutes)), None)
}

fn with_alerts() -> Snapshot {
    let mut snapshot = snapshot();
    snapshot.alerts = vec![
        alert("load", "Load above 12", AlertLevel::Info, AlertState::Resolved, 6_000),
        alert("swap", "Swap in use", AlertLevel::Warning, AlertState::Pending, 252),
        alert("filesystem:/var", "/var nearly full", AlertLevel::Warning, AlertState::Firing, 720),
        alert("cpu", "CPU saturated", AlertLevel::Critical, AlertState::Firing, 78),
    ];
    snapshot
}

/// No sample yet: the first second.
fn first_second() -> Snapshot {
    let mut snapshot = snapshot();
    snapshot.metrics = None;
    snapshot
}

/// A host that can't tell much.
fn poor_host() -> Snapshot {
    let mut snapshot = snapshot();
    if let Some(metrics) = &mut snapshot.metrics {
        metrics.active_users = None;
        metrics.users.clear();
        metrics.load = None;
        metrics.network.received = None;
        metrics.disk.read = None;
        metrics.file_systems.clear();
        metrics.processes = None;
    }
    snapshot
}

/// The page without the comments by which the browser's half finds its place.
fn unmarked(html: &str) -> String {
    html.replace("<!>", "")
}

#[test]
fn hooks_hold_the_bare_values() {
    let html = overview(snapshot());
    for (id, value) in [("cpu-usage", "30.0%"), ("memory-usage", "62.0%"), ("active-users", "3")] {
        let from = html.find(&format!("id=\"{id}\"")).unwrap();
        let element = &html[from..from + html[from..].find("</span>").unwrap()];
        assert_eq!(unmarked(element.split_once('>').unwrap().1), value);
    }
}

#[test]
fn tiles() {
    insta::assert_snapshot!("tiles", text(&render_live(snapshot(), |live| components::tiles(Timeline::new(live)))));
    insta::assert_snapshot!(
        "tiles_first_second",
        text(&render_live(first_second(), |live| components::tiles(Timeline::new(live))))
    );
    insta::assert_snapshot!(
        "tiles_poor_host",
        text(&render_live(poor_host(), |live| components::tiles(Timeline::new(live))))
    );
    let html = render_live(with_alerts(), |live| components::tiles(Timeline::new(live)));
    assert_eq!(html.matches("Critical").count(), 1);
}

#[test]
fn health() {
    let health = |snapshot, status: Status| {
        let html = render_live(snapshot, move |live| {
            live.show_status(status);
            components::health_line(live)
        });
        text(&html)
    };
    let offline = Status::Offline { reason: "server closed the stream".to_owned() };
    let live = Status::Live { lag_ms: None };
    insta::assert_snapshot!("health_normal", health(snapshot(), live.clone()));
    insta::assert_snapshot!("health_alerts", health(with_alerts(), live.clone()));
    insta::assert_snapshot!("health_first_second", health(first_second(), live));
    insta::assert_snapshot!("health_stale", health(snapshot(), Status::Stale { age_seconds: 12 }));
    insta::assert_snapshot!("health_offline", health(with_alerts(), offline));
}

#[test]
fn alerts() {
    let html = render_live(with_alerts(), components::alerts);
    insta::assert_snapshot!("alerts", text(&html));
    let rows = |class: &str| html.matches(&format!("class=\"{class}")).count();
    assert_eq!(
        (rows("alert alert-critical is-firing"), rows("alert alert-warning is-firing"), rows("alert alert-warning\"")),
        (1, 1, 1)
    );
    assert_eq!((rows("alert-resolved"), rows("alert ")), (1, 3));
    for alert in with_alerts().alerts {
        let list = if alert.state == AlertState::Resolved { "show=resolved&amp;" } else { "" };
        let id = alert.id.replace(':', "%3A").replace('/', "%2F");
        let link = format!("<a href=\"/alerts?{list}alert={id}\">{}</a>", alert.name);
        assert!(unmarked(&html).contains(&link), "{link}");
    }
    insta::assert_snapshot!("alerts_none", text(&render_live(snapshot(), components::alerts)));
}

#[test]
fn what_is_silenced_does_not_shout() {
    let some = || drawn_silenced(with_alerts(), &["cpu"]);
    let all = || drawn_silenced(with_alerts(), &["cpu", "filesystem:/var"]);
    let page = |snapshot| document(Page::Live(start(snapshot, Range::FifteenMinutes)), None);
    assert!(page(some()).contains("<title>(1) "), "the title counts what needs somebody");
    assert!(page(all()).contains("<title>fra1"), "and nothing where there is nothing");
    assert!(page(all()).contains("/favicon.svg") && !page(all()).contains("class=\"badge"));
    let health = |snapshot| text(&render_drawn(snapshot, components::health_line));
    assert!(health(some()).contains("1 warning firing"), "{}", health(some()));
    assert!(health(all()).contains("2 silenced, nothing else firing"), "{}", health(all()));
    let html = unmarked(&render_drawn(some(), components::alerts));
    assert!(html.contains("1 firing") && html.contains(", 1 silenced"), "{html}");
    assert!(html.find("/var nearly full") < html.find("CPU saturated"), "it is the last");
    assert!(html.contains("class=\"alert alert-critical\""), "its row is plain");
}

#[test]
fn the_badge_says_how_bad_it_is() {
    let badges = |snapshot, class| {
        let html = render_drawn(snapshot, components::tab_bar);
        html.matches(&format!("class=\"{class}\"")).count()
    };
    assert_eq!(badges(drawn(with_alerts()), "badge is-critical"), 1);
    assert_eq!(badges(drawn_silenced(with_alerts(), &["cpu"]), "badge"), 1);
}

#[test]
fn log_lines_and_the_lost_ones_stand_in_order() {
    let mut snapshot = snapshot();
    snapshot.logs =
        vec![line(1, 30, LogLevel::Error, "app", "it failed"), line(2, 1, LogLevel::Info, "nginx", "GET / 200")];
    let html = render_live(snapshot, |live| {
        let lost = Lost { count: 81, last: 1, from: now().minus(29_000), to: now().minus(2_000) };
        live.logs.update(|logs| logs.lost = Some(lost));
        components::log_tail(live)
    });
    insta::assert_snapshot!("log", text(&html));
    let entry = "<div class=\"log-entry log-error\"><span class=\"timestamp\">10:03:50</span>\
                 <span class=\"level\">error</span><span class=\"source\">app</span>\
                 <span class=\"message\">it failed</span></div>";
    assert!(unmarked(&html).contains(entry), "{html}");
}

#[test]
fn lists() {
    insta::assert_snapshot!("processes", text(&render_live(snapshot(), components::processes)));
    insta::assert_snapshot!("files", text(&render_live(snapshot(), components::file_systems)));
    insta::assert_snapshot!("users", text(&render_live(snapshot(), components::users)));
    let vitals = render_live(snapshot(), components::vitals);
    assert!(
        vitals.contains("is-high") && text(&vitals).ends_with("Package 0, coretemp\n61 °C\nKernel\n6.1.0, kvm"),
        "{vitals}"
    );
    insta::assert_snapshot!("users_poor_host", text(&render_live(poor_host(), components::users)));
}

#[test]
fn a_file_system_that_hangs_has_a_row_among_the_others() {
    let hanging = [Hanging { mount: "/mnt", device: "far:/data", kind: "nfs4" }];
    let files = |snapshot| {
        let live = |snapshot| Live::new(Place::Overview, drawn_with(snapshot, &hanging), Range::FifteenMinutes);
        text(&render(|| components::file_systems(live(snapshot))))
    };
    insta::assert_snapshot!("files_hanging", files(snapshot()));
    assert!(files(poor_host()).ends_with("/mnt\ndoes not answer"), "it may be the only one");
}

#[test]
fn what_else_is_normal_is_said_while_it_is_known() {
    let mut snapshot = with_alerts();
    snapshot.alerts.truncate(3);
    let html = render_live(snapshot, components::health_line);
    assert!(unmarked(&html).contains("<span class=\"if-fresh\"> Everything else is normal.</span>"), "{html}");
}

#[test]
fn bars() {
    let mut demo = snapshot();
    demo.host.demo = true;
    insta::assert_snapshot!("top_bar", text(&render_live(demo, components::top_bar)));
    let bar = render_live(snapshot(), components::key_bar);
    insta::assert_snapshot!("key_bar", text(&bar));
    let pill = render_live(snapshot(), |live| {
        live.show_status(Status::Reconnecting { in_seconds: 4, attempt: 2, of: 10 });
        components::pill(live)
    });
    assert!(pill.contains("class=\"pill pill-warn\""), "{pill}");
}

#[test]
fn the_palette_finds_the_pages_in_their_links() {
    let html = overview(snapshot());
    assert!(html.contains("<script type=\"module\" src=\"/palette.js\">"), "{html}");
    for place in Place::ALL {
        let link = format!("<a href=\"{}\" data-key=\"{}\" data-icon=\"#icon-", place.path(), place.key());
        assert_eq!(html.matches(&link).count(), 1, "{link}");
    }
}

#[test]
fn live_regions_stand_empty_at_first() {
    let html = render_live(with_alerts(), components::announcements);
    assert_eq!((html.matches("role=\"status\"").count(), html.matches("role=\"alert\"").count()), (1, 1));
    assert_eq!(text(&html), "");
}

#[test]
fn the_document_carries_theme_title_and_icon() {
    let calm = overview(snapshot());
    assert!(calm.contains("<title>fra1-web-03 · opsglass</title>"));
    assert!(unmarked(&calm).contains("<html lang=\"en\"><head>"), "follows the system");
    assert_eq!(calm.matches("<h1").count(), 1);
    let start = start(with_alerts(), Range::Hour);
    let alarmed = document(Page::Live(start), Some(Theme::Light));
    assert!(alarmed.contains("<title>(2) fra1-web-03 · opsglass</title>"));
    assert!(alarmed.contains("href=\"/favicon-alert.svg?firing=2\""));
    assert!(alarmed.contains("<html lang=\"en\" data-theme=\"light\">"));
}

#[test]
fn an_unknown_address_is_named_as_text() {
    let html = document(Page::NotFound { path: "/<b>x</b>".to_owned() }, None);
    assert!(unmarked(&html).contains("<code>/&lt;b&gt;x&lt;/b&gt;</code>"), "{html}");
    assert!(!html.contains("<script"), "nothing on it is alive");
}

#[test]
fn hostile_text_stays_text() {
    const HOSTILE: &str = "<img src=x onerror=alert(1)>";
    let mut snapshot = with_alerts();
    // It stands in the title too, where text ends at the first end tag.
    snapshot.host.name = format!("</title>{HOSTILE}");
    snapshot.host.os = Some(HOSTILE.to_owned());
    snapshot.logs = vec![line(1, 1, LogLevel::Info, HOSTILE, HOSTILE)];
    snapshot.alerts[3].name = HOSTILE.to_owned();
    snapshot.alerts[3].message = HOSTILE.to_owned();
    if let Some(metrics) = &mut snapshot.metrics {
        metrics.file_systems.push(files(HOSTILE, 1.0, 2.0, 50.0));
        metrics.users.push(user(HOSTILE, 1, 0.0));
        metrics.processes.as_mut().unwrap().top.push(process(1, HOSTILE, 0.0, 0.1));
    }
    let html = overview(snapshot);
    assert!(!html.contains("<img"));
    assert!(html.matches("&lt;img src=x onerror=alert(1)&gt;").count() >= 8);
}
