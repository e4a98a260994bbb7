use std::collections::BTreeSet;

use crate::collect::readings::{Gpu, PowerSupply, Quantity, Sensor};

use super::text::{Kind, Text};

/// Temperatures, fans, voltages.
pub(super) fn sensors(text: &mut Text, sensors: &[Sensor]) {
    type Get = fn(&Sensor) -> Option<f64>;
    const GAUGES: [(&str, &str, Quantity, Get); 5] = [
        ("temp_celsius", "Temperature.", Quantity::Temperature, |sensor| Some(sensor.value)),
        ("temp_max_celsius", "Temperature that is high.", Quantity::Temperature, |sensor| sensor.limits[0]),
        ("temp_crit_celsius", "Temperature that is a danger.", Quantity::Temperature, |sensor| sensor.limits[1]),
        ("fan_rpm", "Turns of a fan a minute.", Quantity::Fan, |sensor| Some(sensor.value)),
        ("in_volts", "Voltage.", Quantity::Voltage, |sensor| Some(sensor.value)),
    ];
    for (name, help, quantity, get) in GAUGES {
        let name = format!("node_hwmon_{name}");
        let mut metric = text.metric(&name, Kind::Gauge, help);
        for sensor in sensors.iter().filter(|sensor| sensor.quantity == quantity) {
            if let Some(value) = get(sensor) {
                metric.add(&[("chip", &sensor.chip), ("sensor", &sensor.name)], value);
            }
        }
    }
    let on_chips = || sensors.iter().filter(|sensor| sensor.quantity != Quantity::Zone);
    let mut metric = text.metric("node_hwmon_sensor_label", Kind::Gauge, "What the board calls a sensor; always 1.");
    for sensor in on_chips() {
        if let Some(label) = &sensor.label {
            metric.add(&[("chip", &sensor.chip), ("label", label), ("sensor", &sensor.name)], true);
        }
    }
    let chips: BTreeSet<_> = on_chips().map(|sensor| (&*sensor.chip, &*sensor.chip_name)).collect();
    let mut metric = text.metric("node_hwmon_chip_names", Kind::Gauge, "What a chip calls itself; always 1.");
    for (chip, name) in chips {
        metric.add(&[("chip", chip), ("chip_name", name)], true);
    }
    let mut metric = text.metric("node_thermal_zone_temp", Kind::Gauge, "Temperature of a zone, in Celsius.");
    for zone in sensors.iter().filter(|sensor| sensor.quantity == Quantity::Zone) {
        metric.add(&[("type", &zone.chip), ("zone", &zone.name)], zone.value);
    }
}

/// Batteries and mains.
pub(super) fn power(text: &mut Text, supplies: &[PowerSupply]) {
    type Get = fn(&PowerSupply) -> Option<u64>;
    const GAUGES: [(&str, &str, Get); 3] = [
        ("capacity", "Charge of a battery, in percent.", |supply| supply.capacity),
        ("online", "Whether it gives power.", |supply| supply.online.map(u64::from)),
        ("cyclecount", "Full cycles of a battery so far.", |supply| supply.cycles),
    ];
    for (name, help, get) in GAUGES {
        let name = format!("node_power_supply_{name}");
        let mut metric = text.metric(&name, Kind::Gauge, help);
        for supply in supplies {
            if let Some(value) = get(supply) {
                metric.add(&[("power_supply", &supply.name)], value);
            }
        }
    }
    let mut metric = text.metric("node_power_supply_info", Kind::Gauge, "What gives power; always 1.");
    for supply in supplies {
        let mut labels = vec![("power_supply", &*supply.name), ("type", &*supply.kind)];
        labels.extend(supply.status.as_deref().map(|status| ("status", status)));
        labels.extend(supply.technology.as_deref().map(|technology| ("technology", technology)));
        metric.add(&labels, true);
    }
}

/// Graphics processors.
pub(super) fn gpus(text: &mut Text, gpus: &[Gpu]) {
    type Get = fn(&Gpu) -> Option<f64>;
    const GAUGES: [(&str, &str, Get); 6] = [
        ("utilization_ratio", "Share of the time in which it worked.", |gpu| gpu.utilization),
        ("memory_busy_ratio", "Share of the time in which its memory was used.", |gpu| gpu.memory_utilization),
        ("memory_used_bytes", "Memory in use.", |gpu| gpu.memory.map(|memory| memory.0 as f64)),
        ("memory_bytes", "Memory in all.", |gpu| gpu.memory.map(|memory| memory.1 as f64)),
        ("temperature_celsius", "Temperature.", |gpu| gpu.temperature),
        ("power_watts", "Power that it draws.", |gpu| gpu.power),
    ];
    for (name, help, get) in GAUGES {
        let name = format!("opsglass_gpu_{name}");
        let mut metric = text.metric(&name, Kind::Gauge, help);
        for gpu in gpus {
            if let Some(value) = get(gpu) {
                metric.add(&[("gpu", &gpu.index.to_string())], value);
            }
        }
    }
    let mut metric = text.metric("opsglass_gpu_fan_ratio", Kind::Gauge, "Share of its full speed of each fan.");
    for gpu in gpus {
        for (fan, share) in gpu.fans.iter().enumerate() {
            metric.add(&[("gpu", &gpu.index.to_string()), ("fan", &fan.to_string())], *share);
        }
    }
    let mut metric = text.metric("opsglass_gpu_clock_hertz", Kind::Gauge, "Clocks.");
    for gpu in gpus {
        for clock in &gpu.clocks {
            metric.add(&[("gpu", &gpu.index.to_string()), ("clock", clock.name)], clock.hertz);
        }
    }
    let mut metric = text.metric("opsglass_gpu_info", Kind::Gauge, "What it is; always 1.");
    for gpu in gpus {
        metric.add(&[("gpu", &gpu.index.to_string()), ("name", &gpu.name), ("uuid", &gpu.uuid)], true);
    }
}
