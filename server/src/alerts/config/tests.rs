use proptest::prelude::*;

use super::*;

fn rules(toml: &str) -> Result<Vec<Rule>, ConfigError> {
    let mut rules = toml::from_str::<Config>(toml).unwrap().rules()?;
    // The others can't be set.
    rules.retain(|rule| ["cpu", "memory", "swap", "load", "filesystem"].contains(&rule.name.as_str()));
    Ok(rules)
}

fn cpu(settings: &str) -> Result<Rule, String> {
    let rules = rules(&format!("[cpu]\n{settings}")).map_err(|error| error.to_string())?;
    Ok(rules.into_iter().find(|rule| rule.name == "cpu").unwrap())
}

fn levels(rule: &Rule) -> [f32; 4] {
    let Levels { warning, critical } = rule.levels().unwrap();
    let critical = critical.unwrap();
    [warning.enter, warning.clear, critical.enter, critical.clear]
}

#[test]
fn nothing_set_is_the_defaults() {
    let defaults = [Rule::cpu(), Rule::memory(), Rule::swap(), Rule::load(), Rule::filesystem()];
    assert_eq!(rules("").unwrap(), defaults);
    assert_eq!(rules("[cpu]\n[load]\nenabled = true").unwrap(), defaults);
}

#[test]
fn all_can_be_set() {
    let rule = cpu("warning = 50\nwarning_clear = 40.5\ncritical = 60\ncritical_clear = 55\nhold = '1m 30s'").unwrap();
    assert_eq!(levels(&rule), [50.0, 40.5, 60.0, 55.0]);
    assert_eq!(rule.hold, Duration::from_secs(90));
    assert_eq!(cpu("hold = '0s'").unwrap().hold, Duration::ZERO);
    let ids = |rules: Vec<Rule>| rules.into_iter().map(|rule| rule.name).collect::<Vec<_>>();
    assert_eq!(ids(rules("cpu.enabled = false\nswap.enabled = false").unwrap()), ["memory", "load", "filesystem"]);
}

#[test]
fn one_level_can_be_set_alone() {
    for (settings, expected) in [
        ("warning = 40", [40.0, 30.0, 95.0, 85.0]),
        ("warning = 5", [5.0, 2.5, 95.0, 85.0]),
        ("warning = 97", [97.0, 87.0, 97.0, 87.0]),
        ("critical = 100", [85.0, 75.0, 100.0, 90.0]),
        ("critical = 85", [85.0, 75.0, 85.0, 75.0]),
        ("warning_clear = 85", [85.0, 85.0, 95.0, 85.0]),
    ] {
        assert_eq!(cpu(settings).map(|rule| levels(&rule)), Ok(expected), "{settings}");
    }
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    for (settings, expected) in [
        ("warning_clear = 90", "alerts.cpu.warning_clear: expected at most warning (85), got 90"),
        ("critical_clear = 96.5", "alerts.cpu.critical_clear: expected at most critical (95), got 96.5"),
        ("critical_clear = 70", "alerts.cpu.critical_clear: expected at least warning_clear (75), got 70"),
        ("critical = 80", "alerts.cpu.critical: expected at least warning (85), got 80"),
        ("warning = 100.5", "alerts.cpu.warning: expected more than 0 and at most 100, got 100.5"),
        ("warning = 0", "alerts.cpu.warning: expected more than 0 and at most 100, got 0"),
        ("critical = inf", "alerts.cpu.critical: expected more than 0 and at most 100, got inf"),
        ("warning_clear = nan", "alerts.cpu.warning_clear: expected more than 0 and at most 100, got NaN"),
        ("hold = '25h'", "alerts.cpu.hold: expected at most 24h, got 1day 1h"),
        ("enabled = false\nwarning = -1", "alerts.cpu.warning: expected more than 0 and at most 100, got -1"),
    ] {
        assert_eq!(cpu(settings), Err(expected.to_owned()), "{settings}");
    }
    let error = rules("load.warning = 1001").unwrap_err();
    assert_eq!(error.key(), "alerts.load.warning");
}

#[test]
fn what_cannot_be_read_is_refused_with_its_line() {
    for (toml, expected) in [
        ("[cpu]\nhold = 'soon'", "a span of time like \"2m\""),
        ("[cpu]\nhold = 5", "expected a span of time"),
        ("[cpu]\nwarn = 5", "unknown field `warn`"),
        ("[disk]\nwarning = 5", "unknown field `disk`"),
    ] {
        let error = toml::from_str::<Config>(toml).unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains("line "), "{error}");
    }
}

proptest! {
    #[test]
    fn what_is_accepted_is_in_order(
        warning: Option<f32>, warning_clear: Option<f32>, critical: Option<f32>, critical_clear: Option<f32>,
    ) {
        let percent = |level: Option<f32>| level.map(|level| level % 110.0);
        let threshold = Threshold {
            warning: percent(warning),
            warning_clear: percent(warning_clear),
            critical: percent(critical),
            critical_clear: percent(critical_clear),
            ..Threshold::default()
        };
        if let Ok(rules) = (Config { cpu: threshold, ..Config::default() }).rules() {
            let [enter, clear, critical, critical_clear] = levels(&rules[0]);
            prop_assert!(0.0 < clear && clear <= enter && enter <= critical && critical <= 100.0);
            prop_assert!(clear <= critical_clear && critical_clear <= critical);
        }
    }
}

#[test]
fn any_default_can_be_switched_off_by_name() {
    let all = Config::default().rules().unwrap();
    let off = toml::from_str::<Config>("off = ['no-data', 'cpu']").unwrap().rules().unwrap();
    assert_eq!(off.len(), all.len() - 2);
    assert!(!off.iter().any(|rule| rule.name == "no-data" || rule.name == "cpu"));
    let error = rules("off = ['disk']").unwrap_err();
    assert_eq!(error.key(), "alerts.off");
    assert!(error.to_string().contains("filesystem-fills") && error.to_string().contains("disk"), "{error}");
}
