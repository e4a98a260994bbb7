//! `/api/logs`: lines handed in and looked for, on a real server.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at the first surprise")]

mod support;

use serde_json::{Value, json};
use support::tail::Tail;
use support::{NO_ALERTS, Server, Stream, ask, eventually};
use tokio::task::JoinSet;

async fn start(more: &str) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("opsglass.toml");
    std::fs::write(&file, format!("{more}\n{NO_ALERTS}")).unwrap();
    Server::start(&["--config", file.to_str().unwrap()]).await
}

async fn hand_in(server: &Server, body: &str) -> (u16, Value) {
    let answer = server.post("/api/logs", "application/json", body.as_bytes()).await;
    (answer.status, answer.json())
}

/// What `/api/logs` answers once it knows of `count` lines of the source `web`.
async fn once_there(server: &Server, count: usize) {
    eventually(async || {
        let page = find(server, "source=web&limit=10000").await;
        (messages(&page).len() >= count).then_some(())
    })
    .await;
}

async fn find(server: &Server, query: &str) -> Value {
    let answer = server.get(&format!("/api/logs?{query}")).await;
    assert_eq!(answer.status, 200, "{query}");
    answer.json()
}

fn messages(page: &Value) -> Vec<&str> {
    page["lines"].as_array().unwrap().iter().map(|line| line["entry"]["message"].as_str().unwrap()).collect()
}

fn numbered(count: usize) -> String {
    let line = |n| json!({ "message": format!("line {n}"), "source": "web", "fields": { "n": n } }).to_string();
    (0..count).map(line).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn lines_that_are_handed_in_are_told_and_found() {
    let server = start("").await;
    let mut stream = Stream::open(server.address, "/api/dashboard-stream", b"").await;
    let line = json!({ "message": "out of <b>paper</b>", "level": "warn", "source": "web", "fields": { "tray": 2 } });
    assert_eq!(hand_in(&server, &line.to_string()).await, (202, json!({ "accepted": 1 })));
    let told = loop {
        let event = stream.until("log").await;
        if event.json()["source"] == "web" {
            break event;
        }
    };
    assert_eq!(told.json()["message"], "out of <b>paper</b>");
    once_there(&server, 1).await;
    let page = find(&server, "q=PAPER+tray%3D2&level=warn").await;
    assert_eq!(messages(&page), ["out of <b>paper</b>"]);
    let seq = page["lines"][0]["seq"].as_u64().unwrap();
    assert!(told.last_event_id.ends_with(&format!(".{seq}")));
    assert_eq!(find(&server, "q=paper&level=error").await["lines"], json!([]));
}

#[tokio::test]
async fn a_batch_is_taken_whole_or_not_at_all() {
    let server = start("").await;
    let broken = format!("{}\n{{]\n", numbered(3));
    let (status, body) = hand_in(&server, &broken).await;
    assert_eq!((status, body["error"].as_str()), (400, Some("bad_parameter")));
    assert!(body["message"].as_str().unwrap().starts_with("body: line 4: expected JSON"), "{body}");
    let (status, body) = hand_in(&server, &format!("{}\n{{\"message\":7}}\n", numbered(3))).await;
    assert_eq!((status, body["error"].as_str()), (422, Some("bad_body")));
    assert!(body["message"].as_str().unwrap().starts_with("body: line 4: invalid type"), "{body}");
    assert_eq!(hand_in(&server, &numbered(3)).await, (202, json!({ "accepted": 3 })));
    once_there(&server, 3).await;
    assert_eq!(messages(&find(&server, "source=web").await), ["line 0", "line 1", "line 2"]);
}

#[tokio::test]
async fn the_type_and_the_size_of_a_body_are_checked() {
    let server = start("[logs]\nmax_body = 2048").await;
    let plain = server.post("/api/logs", "text/plain", b"{\"message\":\"\"}").await;
    assert_eq!(plain.status, 415);
    let large = json!({ "message": "x".repeat(3_000) }).to_string();
    assert_eq!(hand_in(&server, &large).await.0, 413);
    let ndjson = server.post("/api/logs", "application/x-ndjson; charset=utf-8", numbered(2).as_bytes()).await;
    assert_eq!((ndjson.status, ndjson.json()), (202, json!({ "accepted": 2 })));
}

#[tokio::test]
async fn pages_join_and_a_stream_goes_on_after_them() {
    let server = start("").await;
    hand_in(&server, &numbered(25)).await;
    once_there(&server, 25).await;
    let newest = find(&server, "source=web&limit=10").await;
    assert_eq!((newest["more"].as_bool(), messages(&newest)[9]), (Some(true), "line 24"));
    let epoch = newest["cursor"].as_str().unwrap().split('.').next().unwrap().to_owned();
    let before = format!("source=web&limit=10&until={epoch}.{}", newest["lines"][0]["seq"]);
    let before = find(&server, &before).await;
    assert_eq!((messages(&before)[0], messages(&before)[9]), ("line 5", "line 14"));
    let around = find(&server, &format!("limit=3&around={epoch}.{}", before["lines"][4]["seq"])).await;
    assert_eq!(messages(&around), ["line 8", "line 9", "line 10"]);
    let since = find(&server, &format!("source=web&since={epoch}.{}", newest["lines"][7]["seq"])).await;
    assert_eq!((messages(&since), since["complete"].as_bool()), (vec!["line 23", "line 24"], Some(true)));
    let elsewhere = find(&server, "since=00000000.3&limit=1").await;
    assert_eq!(elsewhere["complete"], false);

    let head = format!("last-event-id: {}\r\n", newest["cursor"].as_str().unwrap());
    let mut stream = Stream::open(server.address, "/api/dashboard-stream", head.as_bytes()).await;
    hand_in(&server, &json!({ "message": "one more", "source": "web" }).to_string()).await;
    assert_eq!(stream.until("log").await.json()["message"], "one more");
}

#[tokio::test]
async fn no_more_is_kept_than_is_said() {
    let server = start("[logs]\nkept_lines = 200").await;
    hand_in(&server, &numbered(300)).await;
    eventually(async || (messages(&find(&server, "limit=1").await) == ["line 299"]).then_some(())).await;
    let page = find(&server, "limit=10000&since=1970-01-01T00:00:00Z").await;
    assert_eq!((page["kept"].as_u64(), page["complete"].as_bool()), (Some(200), Some(false)));
    assert_eq!(messages(&page)[0], "line 100");
    assert!(page["oldest"].as_str().unwrap().ends_with(&format!(".{}", page["lines"][0]["seq"])));
}

#[tokio::test]
async fn a_question_that_takes_too_long_is_given_up() {
    let server = start("[logs]\nlook_time = \"10ms\"\nmax_body = 16777216\nkept_bytes = 67108864").await;
    let line = |n| json!({ "message": format!("{n} {}", "x".repeat(8_000)), "source": "web" }).to_string();
    hand_in(&server, &(0..1_500).map(line).collect::<Vec<_>>().join("\n")).await;
    let words: String = (0..500).map(|n| format!("-absent{n}+")).collect();
    let given_up =
        async || Some(server.get(&format!("/api/logs?q={words}")).await).filter(|answer| answer.status != 200);
    let answer = eventually(given_up).await;
    assert_eq!(answer.status, 400);
    assert!(answer.json()["message"].as_str().unwrap().starts_with("q: looking for that takes longer"));
}

/// As the readers of a page do when a line comes.
#[tokio::test]
async fn who_asks_in_the_same_moment_as_others_waits_for_them() {
    let server = start("[logs]\nlook_time = \"60s\"").await;
    assert_eq!(hand_in(&server, &numbered(5_000)).await.0, 202);
    once_there(&server, 5_000).await;
    let mut asking = JoinSet::new();
    for _ in 0..100 {
        let address = server.address;
        asking.spawn(async move { ask(address, "GET", "/api/logs/view?q=line+4999", "", b"").await });
    }
    for answer in asking.join_all().await {
        assert_eq!((answer.status, answer.json()["found"].clone()), (200, json!(1)));
    }
}

#[tokio::test]
async fn a_refusal_names_the_parameter() {
    let server = start("").await;
    for (query, expected) in [
        ("since=yesterday", "since: expected a time like 2026-01-31T23:59:59.000Z, or a cursor"),
        ("until=7", "until: expected a time"),
        ("around=1970-01-01T00:00:00Z", "around: expected <epoch>.<seq>"),
        ("level=loud", "level: expected trace, debug, info, warn or error, got \"loud\""),
        ("limit=0", "limit: expected 1 to 10000"),
        ("limit=10001", "limit: expected 1 to 10000"),
        ("regex=true&q=a(b", "q: expected a regular expression: error: unclosed group"),
        ("regex=perhaps", "regex: expected true or false"),
        ("limt=1", "query: expected since, until, around, level, levels, source, q, regex, limit, got \"limt\""),
        ("limit=1&limit=2", "limit: expected one value, got several"),
        ("q=a&levels=info&levels=warn&q=b", "q: expected one value, got several"),
    ] {
        let answer = server.get(&format!("/api/logs?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(message.starts_with(expected), "{query}: {message}");
    }
    assert_eq!(messages(&find(&server, "regex=true&q=%5Enothing%24").await), [""; 0]);
}

#[tokio::test]
async fn a_time_to_come_is_the_one_at_which_a_line_came() {
    let server = start("").await;
    let line = json!({ "message": "far", "source": "web", "timestamp": "9999-12-31T23:59:59Z" });
    assert_eq!(hand_in(&server, &line.to_string()).await.0, 202);
    once_there(&server, 1).await;
    let page = find(&server, "source=web").await;
    assert!(page["lines"][0]["entry"]["timestamp"].as_str().unwrap() < "9999", "{page}");
    assert_eq!(messages(&find(&server, "source=web&since=9000-01-01T00:00:00Z").await), [""; 0]);
}

#[tokio::test]
async fn the_page_says_what_is_wrong_with_its_address() {
    let server = start("").await;
    hand_in(&server, &numbered(3)).await;
    once_there(&server, 3).await;
    for (query, said) in [
        ("levels=zzz", "levels: expected trace, debug, info, warn or error, got"),
        ("line=garbage", "line: expected &lt;epoch&gt;.&lt;seq&gt;"),
        ("at=garbage", "at: expected a time"),
        ("levels=zzz&at=garbage", "levels: expected"),
        ("line=00000001.1", "the line that this link names is no longer kept"),
    ] {
        let page = server.get(&format!("/logs?{query}")).await.text().to_owned();
        assert!(page.contains(said), "{query}: {page}");
        assert!(page.contains(">line 2<"), "{query}: the lines are there");
    }
    let page = server.get("/logs?q=(&regex=true").await.text().to_owned();
    assert!(page.contains("expected a regular expression") && page.contains("0 of "), "{page}");
}

#[tokio::test]
async fn a_source_that_floods_is_held_and_the_others_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flood.log");
    let server = start(&format!("[logs]\nrate = 100\nfiles = [{path:?}]")).await.ready().await;
    let (status, body) = hand_in(&server, &numbered(201)).await;
    assert_eq!((status, body["error"].as_str()), (422, Some("bad_body")), "{body}");
    assert_eq!(hand_in(&server, &numbered(200)).await.0, 202);
    let (status, body) = hand_in(&server, &numbered(100)).await;
    assert_eq!((status, body["error"].as_str()), (429, Some("too_many")), "{body}");
    // Once it is missed it is read from its beginning.
    let missed = async || !messages(&find(&server, "source=opsglass&q=cannot+read").await).is_empty();
    eventually(async || missed().await.then_some(())).await;
    std::fs::write(&path, numbered(1_000) + "\n").unwrap();
    // Each line is shown or counted.
    let dropped = eventually(async || {
        let notices = find(&server, "source=opsglass&q=dropped").await;
        let dropped: u64 = messages(&notices)
            .iter()
            .map(|told| told.strip_suffix(" lines of flood.log were dropped: more than 100 came in a second").unwrap())
            .map(|count| count.parse::<u64>().unwrap())
            .sum();
        let shown = messages(&find(&server, "source=flood.log&limit=10000").await).len() as u64;
        (dropped + shown == 1_000).then_some(dropped)
    })
    .await;
    assert!(dropped >= 500, "{dropped}");
}

#[tokio::test]
async fn the_same_in_a_terminal() {
    let server = start("").await;
    hand_in(&server, &numbered(25)).await;
    once_there(&server, 25).await;
    let url = format!("http://{}", server.address);
    let found = async |args: &[&str]| Tail::run("logs", &[&[url.as_str()], args].concat()).await;
    let newest = found(&["--source", "web", "--limit", "2"]).await;
    let shown: Vec<&str> = newest.shown.lines().map(|line| &line[9..]).collect();
    assert_eq!((newest.code, shown), (Some(0), vec!["info  web  line 23", "info  web  line 24"]));
    let (_, cursor) = newest.said.split_once("there are more: --until ").unwrap();
    let cursor = cursor.split(' ').next().unwrap();
    let before = found(&["--source", "web", "--limit", "1", "--until", cursor, "--json"]).await;
    let before: Value = serde_json::from_str(&before.shown).unwrap();
    assert_eq!((&before["event"], &before["data"]["message"]), (&"log".into(), &"line 22".into()));
    let none = found(&["-q", "line -line", "--since", "1h"]).await;
    assert_eq!((none.code, none.shown.as_str(), none.said.as_str()), (Some(0), "", ""));
    let refused = found(&["-q", "a(b", "--regex"]).await;
    assert_eq!(refused.code, Some(1));
    assert!(refused.said.contains("400 Bad Request: q: expected a regular expression"), "{}", refused.said);
    assert_eq!(found(&["--limit", "0"]).await.code, Some(2));
}

#[tokio::test]
async fn the_page_is_given_what_it_shows() {
    let server = start("").await;
    assert_eq!(hand_in(&server, &numbered(30)).await.0, 202);
    once_there(&server, 30).await;
    let view = async |query: &str| {
        let answer = server.get(&format!("/api/logs/view?source=web&{query}")).await;
        assert_eq!(answer.status, 200, "{query}");
        answer.json()
    };
    let newest = view("q=LINE&limit=2&summary=true").await;
    assert_eq!((newest["found"].as_u64(), newest["more"].as_bool()), (Some(30), Some(true)));
    assert_eq!(newest["lines"][1]["message"], "line 29");
    assert_eq!(newest["lines"][1]["marks"], json!([0, 4]));
    let sources = newest["summary"]["sources"].as_array().unwrap();
    assert!(sources.contains(&json!(["web", 30])), "{sources:?}");
    // What came since the first of those, counted only; and what comes after all that was looked at.
    let epoch = newest["cursor"].as_str().unwrap().split_once('.').unwrap().0.to_owned();
    let first = format!("{epoch}.{}", newest["lines"][0]["seq"]);
    let since = view(&format!("since={first}&limit=0")).await;
    assert_eq!((since["found"].as_u64(), since["lines"].as_array().map(Vec::len)), (Some(1), Some(0)));
    let after = view(&format!("since={}&limit=0", newest["cursor"].as_str().unwrap())).await;
    assert_eq!((after["found"].as_u64(), after["complete"].as_bool()), (Some(0), Some(true)));
    // What is typed is no error of the page's.
    let wrong = view("q=(&regex=true").await;
    assert!(wrong["problem"].as_str().unwrap().contains("regular expression"), "{wrong}");
    assert_eq!(server.get("/api/logs/view?levels=loud").await.status, 400);
    let fields = server.get(&format!("/api/logs/fields?id={first}")).await;
    assert!(fields.json().as_array().unwrap().contains(&json!(["n", "28"])), "{}", fields.json());
    assert_eq!(server.get(&format!("/api/logs/fields?id={epoch}.999999")).await.status, 404);
    let page = server.get(&format!("/logs?line={first}")).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.text().matches("is-target").count(), 1);
}

/// The turn of each second has a moment of its own; what comes between two of them is a word of new lines.
#[tokio::test]
async fn the_page_of_the_log_is_told_of_new_lines_between_its_turns() {
    let server = start("").await;
    let mut stream = Stream::open(server.address, "/api/stream/logs", b"").await;
    let mut before = stream.until("drawn").await.json();
    loop {
        hand_in(&server, r#"{"message":"one more"}"#).await;
        let drawn = stream.until("drawn").await.json();
        if drawn["at"] == before["at"] {
            assert_ne!(drawn["parts"][1], before["parts"][1]);
            assert_eq!(drawn["point"], before["point"], "of the same second");
            break;
        }
        before = drawn;
    }
}
