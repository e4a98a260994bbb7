use proptest::prelude::*;

use super::*;

fn refused(text: &str) -> String {
    let error = parse(text).and_then(|condition| check(&condition)).unwrap_err();
    format!("{}: {}", error.at.start, error.message)
}

/// One reading of each metric, for every instance.
struct Fixed(Vec<(&'static str, f64)>);

impl Fixed {
    fn value(&self, selector: &Selector) -> Option<f64> {
        self.0.iter().find(|(name, _)| *name == selector.metric().name).map(|(_, value)| *value)
    }
}

impl Readings for Fixed {
    fn newest(&self, selector: &Selector, _: Option<&str>) -> Option<f64> {
        self.value(selector)
    }

    fn over(&self, function: Function, selector: &Selector, _: Duration, _: Option<&str>) -> Option<f64> {
        let value = self.value(selector)?;
        Some(if function == Function::Rate { value / 10.0 } else { value })
    }

    fn silence(&self, selector: &Selector) -> Silence {
        let is_read = self.value(selector).is_some();
        Silence { seconds: if is_read { 0.0 } else { 100.0 }, is_read }
    }
}

/// Whether it is entered and kept, with the value that decides.
fn told(text: &str, readings: &[(&'static str, f64)]) -> Option<(bool, bool, f32)> {
    let verdict = evaluate(&parse(text).unwrap(), &Fixed(readings.to_vec()), None, 1.0)?;
    Some((verdict.entered, verdict.kept, verdict.value))
}

#[test]
fn conditions_are_held_against_readings() {
    let readings = [("cpu", 90.0), ("memory", 50.0), ("load.five", 3.0), ("cores", 4.0)];
    for (text, expected) in [
        ("cpu > 85", Some((true, true, 90.0))),
        ("cpu > 90", Some((false, false, 90.0))),
        ("cpu >= 90", Some((true, true, 90.0))),
        ("cpu < 85", Some((false, false, 90.0))),
        ("cpu > 95 clear 80", Some((false, true, 90.0))),
        ("memory < 40 clear 60", Some((false, true, 50.0))),
        ("cpu == 90", Some((true, true, 90.0))),
        ("cpu != 90", Some((false, false, 90.0))),
        ("cpu > 85 and memory > 60", Some((false, false, 90.0))),
        ("memory > 60 or cpu > 85", Some((true, true, 90.0))),
        ("cpu > 99 or memory > 10 and load.five > 9", Some((false, false, 90.0))),
        ("(cpu > 99 or memory > 10) and load.five > 2", Some((true, true, 50.0))),
        ("load.five / cores > 0.7", Some((true, true, 0.75))),
        ("(cpu + memory) * 2 - 10 > 269", Some((true, true, 270.0))),
        ("-cpu < -85", Some((true, true, -90.0))),
        ("rate(cpu, 5m) > 8.5", Some((true, true, 9.0))),
        ("memory.used > 1Gi", None),
        ("memory.used > 1Gi or cpu > 1", Some((true, true, 90.0))),
        ("memory.used > 1Gi and cpu > 1", None),
        ("memory.used > 1Gi and cpu > 99", Some((false, false, 90.0))),
        ("absent(swap, 90s)", Some((true, true, 100.0))),
        ("absent(cpu, 90s)", Some((false, false, 0.0))),
        ("cpu / (memory - 50) > 1", None),
    ] {
        assert_eq!(told(text, &readings), expected, "{text}");
    }
}

#[test]
fn constants_are_taken_together() {
    for text in ["cpu / (1 - 1/2) > 0", "cpu * -(2 - 4) > 0", "cpu / (memory * 0 + 2/4) > 0"] {
        assert_eq!(told(text, &[("cpu", 8.0), ("memory", 1.0)]).map(|told| told.2), Some(16.0), "{text}");
    }
}

#[test]
fn numbers_and_times_have_their_sizes() {
    let level = |text: &str| parse(text).unwrap().single().unwrap().level.enter;
    for (text, number) in
        [("cpu > 1.5Ki", 1_536.0), ("cpu > 2M", 2e6), ("uptime < 5m", 300.0), ("cpu > -3", -3.0), ("cpu>.5", 0.5)]
    {
        assert_eq!(level(text), number, "{text}");
    }
}

#[test]
fn what_cannot_be_is_refused_with_its_place() {
    for (text, expected) in [
        ("", "0: expected a metric, a number or a function, got the end"),
        ("cpu", "3: expected a comparison like `> 85`, got the end"),
        ("cpu >", "5: expected a number, got the end"),
        ("cpu > 85 memory", "9: expected `and`, `or` or the end, got `memory`"),
        ("cpu > memory", "6: expected a number, got `memory`"),
        ("cup > 85", "0: expected a metric that is known (cpu, memory, filesystem ...), got `cup`"),
        ("memory.usd > 1", "0: expected a metric that is known (memory, memory.total, memory.used, "),
        ("cpu > 1 and load.five / 0 > 2", "24: expected anything but 0"),
        ("cpu / (1-1) > 1", "6: expected anything but 0"),
        ("cpu / (2*0) > 1", "6: expected anything but 0"),
        ("cpu / -(3 - 6/2) > 1", "6: expected anything but 0"),
        ("cpu / (memory * 0) > 1", "6: expected anything but 0"),
        ("cpu / (0 / memory - 0) > 1", "6: expected anything but 0"),
        ("cpu / 2 / (5m - 300) > 1", "10: expected anything but 0"),
        ("cpu * 1e300 * (1e300 * 1e300) > 1", "15: expected smaller numbers"),
        ("cpu > 85 clear 90", "0: clear: expected at most the level (85), got 90"),
        ("cpu < 10 clear 5", "0: clear: expected at least the level (10), got 5"),
        ("cpu == 10 clear 5", "0: expected no clear level"),
        ("1 > 0", "0: expected a metric on the left side"),
        ("avg(cpu) > 1", "7: expected `,`, got `)`"),
        ("avg(cpu, 5) > 1", "9: expected a time like `5m`, got `5`"),
        ("avg(cpu, 2days) > 1", "9: expected 1s to 1day, got 2days"),
        (
            "filesystem > 90 or absent(cpu, 1m)",
            "0: expected a metric of the whole machine beside absent(); filesystem is by mount: write two rules",
        ),
        (
            "mean(cpu, 5m) > 1",
            "0: expected one of the functions avg, min, max, rate, increase, predict, absent, got `mean`",
        ),
        ("cpu{core=\"1\"} > 1", "4: expected no label, as cpu is one value, got `core`"),
        ("filesystem{mnt=\"/\"} > 1", "11: expected one of the labels mount, device, kind, read_only, got `mnt`"),
        ("filesystem{mount=/} > 1", "17: expected a text in quotes, got `/`"),
        ("filesystem{mount=\"/} > 1", "17: expected \" at the end of the text"),
        ("filesystem > 1 and core > 1", "19: expected a metric by mount, as filesystem is, or of the whole machine"),
        ("cpu > 5x", "6: expected a number like 85 or 1.5Gi, or a time like 5m, got \"5x\""),
        ("cpu # 5", "4: expected a metric, a number or a sign, got '#'"),
        ("cpu > 1e999", "6: expected a number"),
    ] {
        let said = refused(text);
        assert!(said.starts_with(expected), "{text:?} gives {said}");
    }
    assert!(refused(&format!("{}cpu > 1{}", "(".repeat(100), ")".repeat(100))).contains("at most 32 parentheses"));
    assert!(refused(&"cpu > 1 and ".repeat(1_000)).contains("at most 4096 bytes"));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_within_it(text in prop_oneof![
        any::<String>(),
        "(cpu|memory|avg|absent|and|or|clear|[-+*/(){}<>=!,\"' ]|[0-9]{1,3}[smM]?|filesystem|mount){0,30}",
    ]) {
        match parse(&text) {
            Ok(condition) => { let _ = check(&condition); }
            Err(error) => prop_assert!(error.at.start <= text.len() && text.is_char_boundary(error.at.start)),
        }
    }

    #[test]
    fn over_a_level_it_is_entered_and_down_to_its_clear_it_is_kept(
        value in -100.0..100.0_f32, enter in -50..50_i8, gap in 0..20_i8,
    ) {
        let text = format!("cpu > {enter} clear {}", enter - gap);
        let told = told(&text, &[("cpu", f64::from(value))]);
        prop_assert_eq!(told, Some((value > f32::from(enter), value >= f32::from(enter - gap), value)));
    }
}
