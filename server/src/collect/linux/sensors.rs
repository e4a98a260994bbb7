//! Temperatures, fans and voltages from `/sys/class/hwmon`, and the firmware's zones from `/sys/class/thermal`.

use std::fs;
use std::path::Path;

use super::text::{entries, number, numbered, words};
use crate::collect::readings::{Quantity, Sensor};

/// What the sensors under `class` (`/sys/class`) say.
pub(super) fn sensors(class: &Path) -> Vec<Sensor> {
    let chips = entries(class.join("hwmon")).into_iter().flat_map(|(name, path)| chip(&name, &path));
    let zones = entries(class.join("thermal")).into_iter().filter_map(|(name, path)| zone(&name, &path));
    chips.chain(zones).collect()
}

fn chip(folder: &str, path: &Path) -> Vec<Sensor> {
    let chip_name = words(path.join("name")).unwrap_or_default();
    let chip = place(path).or_else(|| Some(clean(&chip_name)).filter(|name| !name.is_empty()));
    let chip = chip.unwrap_or_else(|| folder.to_owned());
    let read = |(file, _): (String, _)| {
        let name = file.strip_suffix("_input")?;
        let (quantity, scale) = if numbered(name, "temp").is_some() {
            (Quantity::Temperature, 0.001)
        } else if numbered(name, "fan").is_some() {
            (Quantity::Fan, 1.0)
        } else if numbered(name, "in").is_some() {
            (Quantity::Voltage, 0.001)
        } else {
            return None;
        };
        let value = |what: &str| number::<f64>(path.join(format!("{name}_{what}"))).map(|value| value * scale);
        Some(Sensor {
            chip: chip.clone(),
            chip_name: chip_name.clone(),
            label: words(path.join(format!("{name}_label"))),
            // A broken one can't be read; the others can.
            value: value("input")?,
            limits: [value("max"), value("crit")],
            name: name.to_owned(),
            quantity,
        })
    };
    entries(path).into_iter().filter_map(read).collect()
}

/// Where a chip is: the last two folders of its device, which stay the same, as node_exporter names it.
fn place(path: &Path) -> Option<String> {
    let device = fs::canonicalize(path.join("device")).ok()?;
    let name = |path: &Path| path.file_name().map(|name| clean(&name.to_string_lossy())).unwrap_or_default();
    let (bus, device) = (device.parent().map(name).unwrap_or_default(), name(&device));
    match (bus.is_empty(), device.is_empty()) {
        (false, false) => Some(format!("{bus}_{device}")),
        (true, false) => Some(device),
        _ => None,
    }
}

/// Fit for the value of a label that stands in rules: lower case, digits, and `_` for the rest.
fn clean(name: &str) -> String {
    let fit = |c: char| if c.is_ascii_lowercase() || c.is_ascii_digit() || c == ':' { c } else { '_' };
    let name: String = name.to_ascii_lowercase().chars().map(fit).collect();
    name.trim_matches('_').to_owned()
}

fn zone(folder: &str, path: &Path) -> Option<Sensor> {
    let number_of_zone = numbered(folder, "thermal_zone")?;
    Some(Sensor {
        chip: words(path.join("type")).unwrap_or_default(),
        chip_name: String::new(),
        name: number_of_zone.to_string(),
        label: None,
        quantity: Quantity::Zone,
        value: number::<f64>(path.join("temp"))? * 0.001,
        limits: [None, None],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::linux::text::tree;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_chip_a_fan_and_a_zone() {
        let class = tree(&[
            ("devices/platform/coretemp.0/hwmon/hwmon1/name", "coretemp\n"),
            ("devices/platform/coretemp.0/hwmon/hwmon1/temp1_input", "42500\n"),
            ("devices/platform/coretemp.0/hwmon/hwmon1/temp1_crit", "100000\n"),
            ("devices/platform/coretemp.0/hwmon/hwmon1/temp1_label", "Package id 0\n"),
            ("devices/platform/coretemp.0/hwmon/hwmon1/temp2_input", "no\n"),
            ("hwmon/hwmon2/name", "Fan Hub!\n"),
            ("hwmon/hwmon2/fan1_input", "1200\n"),
            ("hwmon/hwmon2/in0_input", "1250\n"),
            ("hwmon/hwmon2/intrusion0_input", "1\n"),
            ("thermal/thermal_zone3/type", "acpitz\n"),
            ("thermal/thermal_zone3/temp", "-5000\n"),
            ("thermal/cooling_device0/temp", "1\n"),
        ]);
        let root = class.path();
        let hwmon = root.join("devices/platform/coretemp.0/hwmon/hwmon1");
        symlink(root.join("devices/platform/coretemp.0"), hwmon.join("device")).unwrap();
        symlink(&hwmon, root.join("hwmon/hwmon1")).unwrap();

        let sensors = sensors(root);
        let values: Vec<_> =
            sensors.iter().map(|sensor| (sensor.chip.as_str(), sensor.name.as_str(), sensor.value)).collect();
        let expected = [
            ("platform_coretemp_0", "temp1", 42.5),
            ("fan_hub", "fan1", 1_200.0),
            ("fan_hub", "in0", 1.25),
            ("acpitz", "3", -5.0),
        ];
        assert_eq!(values, expected);
        assert_eq!(sensors[0].limits, [None, Some(100.0)]);
        assert_eq!(sensors[0].label.as_deref(), Some("Package id 0"));
        assert_eq!(sensors[1].chip_name, "Fan Hub!");
    }
}
