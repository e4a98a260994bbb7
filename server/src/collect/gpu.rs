//! Graphics processors of NVIDIA, by its library NVML, which is looked for when opsglass starts and is no part of it.

use nvml_wrapper::Nvml;
use nvml_wrapper::enum_wrappers::device::{Clock, TemperatureSensor};
use nvml_wrapper::{Device, error::NvmlError};

use super::readings::{Gpu, GpuClock};

/// Reads them again and again; none where there is no library, or no such processor.
#[derive(Debug, Default)]
pub(super) struct Gpus {
    library: Option<Nvml>,
}

impl Gpus {
    /// All there are; none when there never will be any.
    pub(super) fn read(&mut self) -> Option<Vec<Gpu>> {
        if self.library.is_none() {
            let found = Nvml::init().inspect_err(|error| tracing::debug!(%error, "no graphics processors"));
            self.library = Some(found.ok()?);
        }
        let library = self.library.as_ref()?;
        // What can't be told now may be told the next time.
        let count = library.device_count().map_or(Some(0), |count| (count > 0).then_some(count))?;
        Some((0..count).filter_map(|index| gpu(index, &library.device_by_index(index).ok()?)).collect())
    }
}

/// One of them: each has its own set of things that it can tell.
fn gpu(index: u32, device: &Device<'_>) -> Option<Gpu> {
    let share = |percent: u32| f64::from(percent) / 100.0;
    let utilization = device.utilization_rates().ok();
    let clock = |(name, clock)| Some(GpuClock { name, hertz: hertz(device.clock_info(clock)).ok()? });
    let fans = (0..device.num_fans().unwrap_or(0)).filter_map(|fan| device.fan_speed(fan).ok());
    Some(Gpu {
        index,
        name: device.name().unwrap_or_default(),
        uuid: device.uuid().ok()?,
        utilization: utilization.as_ref().map(|rates| share(rates.gpu)),
        memory_utilization: utilization.map(|rates| share(rates.memory)),
        memory: device.memory_info().ok().map(|memory| (memory.used, memory.total)),
        temperature: device.temperature(TemperatureSensor::Gpu).ok().map(f64::from),
        power: device.power_usage().ok().map(|milliwatts| f64::from(milliwatts) / 1_000.0),
        fans: fans.map(share).collect(),
        clocks: [("graphics", Clock::Graphics), ("sm", Clock::SM), ("memory", Clock::Memory)]
            .into_iter()
            .filter_map(clock)
            .collect(),
    })
}

fn hertz(megahertz: Result<u32, NvmlError>) -> Result<f64, NvmlError> {
    megahertz.map(|megahertz| f64::from(megahertz) * 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_the_library_there_are_none() {
        let mut gpus = Gpus::default();
        match gpus.read() {
            None => assert_eq!(gpus.read(), None),
            Some(list) => assert!(list.iter().all(|gpu| !gpu.uuid.is_empty()), "{list:?}"),
        }
    }
}
