/// What doesn't change while opsglass runs: the machine, and how it is watched.
#[derive(Debug, Clone, PartialEq, miniserde::Deserialize)]
#[cfg_attr(any(feature = "ssr", test), derive(serde::Serialize))]
pub struct Host {
    /// The machine's host name.
    pub name: String,
    /// The operating system with its version, for example `Debian 12`.
    pub os: Option<String>,
    /// The kernel's release.
    pub kernel: Option<String>,
    /// The processor's architecture, for example `x86_64`.
    pub arch: String,
    /// Logical processors.
    pub cores: u32,
    /// Physical memory in bytes.
    pub memory: u64,
    /// Milliseconds between two samples.
    #[serde(rename = "intervalMs")]
    pub interval_ms: u64,
    /// The version of opsglass.
    pub version: String,
    /// The values are made up (`--demo`).
    pub demo: bool,
}
