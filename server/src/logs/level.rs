//! How loud a line says it is.

use app::model::LogLevel;

/// How many characters of a line are looked at. A level stands near the beginning; what comes later is prose.
const LOOKED_AT: usize = 100;

/// Keys whose value is a level, in small letters.
pub(super) const KEYS: [&str; 6] = ["level", "lvl", "loglevel", "log_level", "log.level", "severity"];

/// The level that `message` states, or [`LogLevel::Info`] where it states none.
///
/// Known are, in this order: syslog's `<3>`; what Rust and Java write of a thread that has failed; `level=warn`,
/// `"level":"error"` and their like, with pino's numbers too; the first letter of glog (`E0102 15:04:05`); and a level's
/// name as a whole word, where it stands as a label and not in a sentence: in capitals, in brackets, before a colon, at the
/// beginning, or right after the time; also after a name, as in Apache's `[core:error]` and Monolog's `app.ERROR:`.
pub fn stated(message: &str) -> LogLevel {
    let end = message.char_indices().nth(LOOKED_AT).map_or(message.len(), |(at, _)| at);
    let head = &message[..end];
    let said = syslog(head).or_else(|| crash(head)).or_else(|| by_key(head)).or_else(|| glog(head));
    said.or_else(|| by_word(head)).unwrap_or(LogLevel::Info)
}

/// Whether `text` is the first line of what Rust writes when a thread panics.
pub(super) fn is_rust_panic(text: &str) -> bool {
    text.starts_with("thread '") && text.contains(" panicked at ")
}

fn crash(head: &str) -> Option<LogLevel> {
    (is_rust_panic(head) || head.starts_with("Exception in thread \"")).then_some(LogLevel::Error)
}

/// The level of a syslog severity: 0 (emergency) to 7 (debug).
pub fn of_severity(severity: u8) -> LogLevel {
    match severity {
        0..=3 => LogLevel::Error,
        4 => LogLevel::Warn,
        5 | 6 => LogLevel::Info,
        _ => LogLevel::Debug,
    }
}

/// The level that `word` is a common name for.
pub fn named(word: &str) -> Option<LogLevel> {
    Some(match word.to_ascii_lowercase().as_str() {
        "trace" => LogLevel::Trace,
        "debug" | "dbg" => LogLevel::Debug,
        "info" | "information" | "notice" => LogLevel::Info,
        "warn" | "warning" => LogLevel::Warn,
        "error" | "err" | "critical" | "crit" | "alert" | "fatal" | "emerg" | "emergency" | "panic" => LogLevel::Error,
        _ => return None,
    })
}

/// The `<N>` with which a message of syslog begins, and what comes after it. The lowest three bits are the severity, the
/// others the facility.
pub fn priority(text: &str) -> Option<(u8, &str)> {
    let (number, rest) = text.strip_prefix('<')?.split_once('>')?;
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    number.parse().ok().filter(|&number: &u8| is_number && number < 192).map(|number| (number, rest))
}

fn syslog(head: &str) -> Option<LogLevel> {
    priority(head).map(|(priority, _)| of_severity(priority & 7))
}

fn glog(head: &str) -> Option<LogLevel> {
    let bytes = head.as_bytes();
    if bytes.len() < 6 || !bytes[1..5].iter().all(u8::is_ascii_digit) || bytes[5] != b' ' {
        return None;
    }
    match bytes[0] {
        b'I' => Some(LogLevel::Info),
        b'W' => Some(LogLevel::Warn),
        b'E' | b'F' => Some(LogLevel::Error),
        _ => None,
    }
}

fn by_key(head: &str) -> Option<LogLevel> {
    words(head).find_map(|(key, _, after)| {
        if !KEYS.iter().any(|known| key.eq_ignore_ascii_case(known)) {
            return None;
        }
        let value = after.strip_prefix('"').unwrap_or(after).trim_start().strip_prefix(['=', ':'])?;
        let value = value.trim_start().trim_start_matches(['"', '\'']);
        let value = &value[..value.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(value.len())];
        valued(value)
    })
}

/// The level that `value` names where a level is expected: a common name, or pino's number.
pub(super) fn valued(value: &str) -> Option<LogLevel> {
    named(value).or_else(|| pino(value))
}

fn pino(number: &str) -> Option<LogLevel> {
    match number.parse::<u8>().ok()? {
        10 => Some(LogLevel::Trace),
        20 => Some(LogLevel::Debug),
        30 => Some(LogLevel::Info),
        40 => Some(LogLevel::Warn),
        50 | 60 => Some(LogLevel::Error),
        _ => None,
    }
}

fn by_word(head: &str) -> Option<LogLevel> {
    words(head).find_map(|(word, before, after)| {
        monolog(word, before, after)
            .or_else(|| apache(word, before, after))
            .or_else(|| named(word).filter(|_| is_label(word, before, after)))
    })
}

/// As `[2026-01-02 03:04:05] app.ERROR: `.
fn monolog(word: &str, before: &str, after: &str) -> Option<LogLevel> {
    let (_, name) = word.rsplit_once('.').filter(|_| before.trim_end().ends_with(']') && after.starts_with(": "))?;
    named(name).filter(|_| is_in_capitals(name))
}

/// As `[core:error]`; Apache knows `trace1` to `trace8`.
fn apache(word: &str, before: &str, after: &str) -> Option<LogLevel> {
    let (_, module) = before.strip_suffix(':').filter(|_| after.starts_with(']'))?.rsplit_once('[')?;
    let is_module = !module.is_empty() && module.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    named(word.trim_end_matches(|c: char| c.is_ascii_digit())).filter(|_| is_module)
}

fn is_in_capitals(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_uppercase())
}

fn is_label(word: &str, before: &str, after: &str) -> bool {
    // A key, as in `error=none` and `{"error":null}`, or a quotation.
    if after.starts_with(['=', '"', '\'']) {
        return false;
    }
    let brackets = [('[', ']'), ('(', ')'), ('<', '>'), ('|', '|')];
    let in_brackets = brackets.iter().any(|&(open, close)| before.ends_with(open) && after.starts_with(close));
    // An alert is an everyday thing as well.
    if word.eq_ignore_ascii_case("alert") {
        return in_brackets;
    }
    in_brackets || is_in_capitals(word) || after.starts_with(':') || is_time(before)
}

/// Whether `before` is a time, or signs only: then what follows stands at the beginning. A time has letters only as in `T`
/// and `Z`.
fn is_time(before: &str) -> bool {
    let has_lone_letters = before.split(|c: char| !c.is_alphabetic()).all(|run| run.len() <= 1);
    !before.contains(char::is_alphanumeric) || (before.contains(':') && has_lone_letters)
}

/// The words of `head`, each with what stands before and after it. A word is more than letters: `-`, `.`, `/` and the like
/// bind within, so that the names of files, modules and headers (`error.log`, `x-error`) are words of their own.
fn words(head: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let begin = from + head[from..].find(is_word)?;
        let end = begin + head[begin..].find(|c| !is_word(c)).unwrap_or(head.len() - begin);
        from = end;
        let word = head[begin..end].trim_end_matches(['.', '-', '/']);
        Some((word, &head[..begin], &head[begin + word.len()..]))
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use LogLevel::{Debug, Error, Info, Trace, Warn};
    use proptest::prelude::*;

    #[test]
    fn knows_the_common_forms() {
        let cases = [
            ("ERROR cannot bind", Error),
            ("error cannot bind", Error),
            ("Error: cannot bind", Error),
            ("[warn] low on disk", Warn),
            ("2026-01-02 03:04:05,678 [main] WARN  c.e.App - slow", Warn),
            ("2026-01-02T03:04:05.678Z  WARN app: slow", Warn),
            ("2026-01-02T03:04:05Z debug slow", Debug),
            ("2026/01/02 03:04:05 [error] 12#12: *1 open() failed", Error),
            ("[Fri Jan 02 03:04:05.678 2026] [core:error] [pid 1] AH00126", Error),
            ("[Fri Jan 02 03:04:05.678 2026] [proxy_http:trace3] [pid 1] x", Trace),
            ("[Fri Jan 02 03:04:05.678 2026] [mpm_event:notice] [pid 1:tid 2] error or not", Info),
            ("[2026-01-02T03:04:05.678901+00:00] app.CRITICAL: no {\"a\":1} []", Error),
            ("[2026-01-02 03:04:05] local.ERROR: no", Error),
            ("[2026-01-02 03:04:05] production.WARNING: slow", Warn),
            ("[2026-01-02 03:04:05] app.ALERT: no", Error),
            ("2026/01/02 03:04:05 [alert] 12#12: no", Error),
            ("thread 'main' panicked at src/main.rs:2:5:", Error),
            ("Exception in thread \"main\" java.lang.Error: no", Error),
            ("Jan  2 03:04:05 host app[1]: warning: slow", Warn),
            ("2026-01-02 03:04:05.678 UTC [1] FATAL:  password authentication failed", Error),
            ("time=2026-01-02T03:04:05Z level=info msg=\"ERROR in a text\"", Info),
            ("ts=1 lvl=warn msg=x", Warn),
            (r#"{"time":"2026-01-02","level":"error","msg":"x"}"#, Error),
            (r#"{"severity": "WARNING", "message":"x"}"#, Warn),
            (r#"{"level":50,"time":1,"msg":"x"}"#, Error),
            ("<3>disk failed", Error),
            ("<30>started", Info),
            ("<28>slow", Warn),
            ("<15>step", Debug),
            ("E0102 03:04:05.678 1 main.go:1] failed", Error),
            ("W0102 03:04:05.678 1 main.go:1] slow", Warn),
            ("TRACE enter", Trace),
            ("|CRITICAL| stop", Error),
            ("(notice) hello", Info),
            ("job done with ERROR.", Error),
        ];
        for (line, level) in cases {
            assert_eq!(stated(line), level, "{line}");
        }
    }

    #[test]
    fn prose_is_no_level() {
        let far = format!("{} ERROR", "x ".repeat(60));
        let lines = [
            "",
            "0 errors, 0 warnings",
            "12 error pages were served",
            "more information: see the manual",
            "there was no error",
            "errors: 0",
            "GET /error.html 200",
            "reading /var/log/error.log",
            "[12] reading app.error: it is a file",
            "[a] read app.ERROR, all of it",
            "see app.ERROR: it is a file",
            "[see http://x:error]",
            "[1:2] is a pair",
            "RED ALERT",
            "alert: dinner",
            "the thread 'main' panicked at noon",
            "an Exception in thread \"main\" was caught",
            "ERROR_COUNT is 0",
            "x-error: none",
            "<b>error</b>",
            "<999>x",
            "<x>y",
            "level=",
            "level 3 reached",
            r#"{"error":null,"msg":"done"}"#,
            "err=nil took=3ms",
            &far,
        ];
        for line in lines {
            assert_eq!(stated(line), Info, "{line}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(line in "(<|level=|\"|E0102|ERROR|:|é|[ -~]|\\PC){0,60}") {
            let _ = stated(&line);
        }
    }
}
