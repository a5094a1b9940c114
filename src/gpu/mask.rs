//! Optional features that are to count as absent, so that every fallback can be tested on any machine.

use crate::{Error, Result};

/// Optional features of Vulkan, as a mask names them. An embedder lists those that it has enabled.
pub const FEATURES: [&str; 10] = [
    "drawIndirectCount",
    "multiDrawIndirect",
    "drawIndirectFirstInstance",
    "pipelineStatistics",
    "int64",
    "int16",
    "int8",
    "storageImageWriteWithoutFormat",
    "memoryBudget",
    "debugUtils",
];

/// Properties that a device has or lacks without anything to enable, as a mask names them.
pub const PROPERTIES: [&str; 5] = [
    "hostVisibleDeviceLocal",
    "timestamps",
    "subgroupArithmetic",
    "texels",
    "pipelineCache",
];

/// The environment variable that is read where no mask is given.
const VARIABLE: &str = "GALVANI_MASK";

/// The names that count as absent.
#[derive(Clone, Debug, Default)]
pub(super) struct Mask(Vec<&'static str>);

impl Mask {
    /// The mask that was given, else that of the environment, else none.
    pub(super) fn new(given: Option<&str>) -> Result<Self> {
        match given {
            Some(list) => Self::parse(list),
            None => Self::parse(&std::env::var(VARIABLE).unwrap_or_default()),
        }
    }

    /// Comma-separated names; spaces and empty names are skipped.
    fn parse(list: &str) -> Result<Self> {
        let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
        names.map(known).collect::<Result<_>>().map(Self)
    }

    /// Hides every feature that `enabled` does not list.
    pub(super) fn keep_only(mut self, enabled: &[&str]) -> Result<Self> {
        let enabled = enabled
            .iter()
            .map(|name| known(name))
            .collect::<Result<Vec<_>>>()?;
        self.0
            .extend(FEATURES.iter().filter(|name| !enabled.contains(name)));
        Ok(self)
    }

    /// Whether a feature or property may be used.
    pub(super) fn allows(&self, name: &str) -> bool {
        debug_assert!(known(name).is_ok(), "{name}");
        !self.0.contains(&name)
    }
}

fn known(name: &str) -> Result<&'static str> {
    let mut all = FEATURES.iter().chain(&PROPERTIES);
    all.find(|known| **known == name)
        .copied()
        .ok_or_else(|| Error::Invalid {
            what: VARIABLE,
            problem: format!(
                "{name} is not known; known are {}, {}",
                FEATURES.join(", "),
                PROPERTIES.join(", ")
            ),
        })
}
