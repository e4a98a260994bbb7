//! What is soldered: clocks, sensors, batteries, graphics processors.

/// The clock of one processor, in hertz.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Frequency {
    /// Its number.
    pub cpu: u32,
    /// The core and the package that it is in, where the clock is known from `/proc/cpuinfo` only.
    pub place: Option<[String; 2]>,
    /// Now.
    pub now: Option<f64>,
    /// What it is allowed: from, to.
    pub allowed: [Option<f64>; 2],
    /// What it can: from, to.
    pub able: [Option<f64>; 2],
}

/// What a [`Sensor`] measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantity {
    /// Degrees Celsius.
    Temperature,
    /// Turns of a fan a minute.
    Fan,
    /// Volts.
    Voltage,
    /// Degrees Celsius of a zone that the firmware looks after.
    Zone,
}

/// One sensor.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensor {
    /// The chip, by where it is; of a [`Quantity::Zone`] its kind.
    pub chip: String,
    /// What the chip calls itself.
    pub chip_name: String,
    /// The sensor on the chip, like `temp1`; of a zone its number.
    pub name: String,
    /// What the board calls it.
    pub label: Option<String>,
    /// What it measures.
    pub quantity: Quantity,
    /// What it says.
    pub value: f64,
    /// Above this is high, and above this the hardware is at risk.
    pub limits: [Option<f64>; 2],
}

/// A battery, or mains.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PowerSupply {
    /// Its name, like `BAT0`.
    pub name: String,
    /// `Battery`, `Mains`, `UPS`, ...
    pub kind: String,
    /// `Charging`, `Discharging`, `Full`, ...
    pub status: Option<String>,
    /// What it is made of.
    pub technology: Option<String>,
    /// Percent.
    pub capacity: Option<u64>,
    /// Whether it gives power now.
    pub online: Option<bool>,
    /// Full cycles so far.
    pub cycles: Option<u64>,
}

/// One graphics processor.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Gpu {
    /// Its number.
    pub index: u32,
    /// What it is.
    pub name: String,
    /// What it is called for ever.
    pub uuid: String,
    /// Share of the time in which it worked, 0–1.
    pub utilization: Option<f64>,
    /// Share of the time in which its memory was read or written, 0–1.
    pub memory_utilization: Option<f64>,
    /// Bytes used, and in all.
    pub memory: Option<(u64, u64)>,
    /// Degrees Celsius.
    pub temperature: Option<f64>,
    /// Watts.
    pub power: Option<f64>,
    /// Share of its full speed of each fan, 0–1.
    pub fans: Vec<f64>,
    /// Its clocks.
    pub clocks: Vec<GpuClock>,
}

/// One clock of a graphics processor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GpuClock {
    /// What it drives.
    pub name: &'static str,
    /// Hertz.
    pub hertz: f64,
}
