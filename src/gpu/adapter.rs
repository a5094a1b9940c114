//! The devices of a machine, why some cannot be used, and which one to take.

use std::str::FromStr;

use ash::vk;

use super::caps::Features;
use super::{During, Instance, version};
use crate::{Error, Result};

/// What sort of device it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AdapterKind {
    /// A GPU with memory of its own.
    Discrete,
    /// A GPU that shares the host's memory.
    Integrated,
    /// A GPU that a virtual machine is lent.
    Virtual,
    /// The CPU.
    Software,
    /// None of these.
    Other,
}

impl AdapterKind {
    pub(super) fn of(kind: vk::PhysicalDeviceType) -> Self {
        match kind {
            vk::PhysicalDeviceType::DISCRETE_GPU => Self::Discrete,
            vk::PhysicalDeviceType::INTEGRATED_GPU => Self::Integrated,
            vk::PhysicalDeviceType::VIRTUAL_GPU => Self::Virtual,
            vk::PhysicalDeviceType::CPU => Self::Software,
            _ => Self::Other,
        }
    }

    /// Lower is taken first.
    fn rank(self) -> u32 {
        match self {
            Self::Discrete => 0,
            Self::Integrated => 1,
            Self::Virtual => 2,
            Self::Other => 3,
            Self::Software => 4,
        }
    }
}

/// A device that the machine offers.
#[derive(Clone, Debug)]
pub struct Adapter {
    /// The device's name.
    pub name: String,
    /// What sort it is.
    pub kind: AdapterKind,
    /// The driver's name and version, in its own words.
    pub driver: String,
    /// Vulkan's version, `(major, minor)`.
    pub api_version: (u32, u32),
    /// Why it cannot be used; `None` where it can.
    pub unusable: Option<String>,
    pub(super) raw: vk::PhysicalDevice,
    /// A family of queues that draws and computes, where there is one.
    pub(super) family: Option<u32>,
}

impl Instance {
    /// All devices of the machine, in the loader's order, those that cannot be used among them.
    ///
    /// # Errors
    /// [`Error::NoDevice`] where no driver is installed; [`Error::Vulkan`].
    pub fn adapters(&self) -> Result<Vec<Adapter>> {
        // SAFETY: a query without preconditions.
        let found = unsafe { self.raw.enumerate_physical_devices() };
        match found {
            Ok(list) => Ok(list.into_iter().map(|raw| describe(&self.raw, raw)).collect()),
            // The loader says so where no driver is installed.
            Err(vk::Result::ERROR_INITIALIZATION_FAILED) => Ok(Vec::new()),
            Err(result) => Err(result).during("listing Vulkan devices"),
        }
    }
}

fn describe(instance: &ash::Instance, raw: vk::PhysicalDevice) -> Adapter {
    // SAFETY: the device is one of this instance's.
    let properties = unsafe { instance.get_physical_device_properties(raw) };
    let mut adapter = Adapter {
        name: string(properties.device_name_as_c_str().ok()),
        kind: AdapterKind::of(properties.device_type),
        driver: String::new(),
        api_version: version(properties.api_version),
        unusable: None,
        raw,
        family: family(instance, raw),
    };
    if adapter.api_version < (1, 3) {
        let (major, minor) = adapter.api_version;
        adapter.unusable = Some(format!("offers Vulkan {major}.{minor}, 1.3 is needed"));
        return adapter;
    }
    adapter.driver = driver(instance, raw);
    let missing = Features::query(instance, raw).missing();
    if !missing.is_empty() {
        adapter.unusable = Some(format!("lacks {}", missing.join(", ")));
    } else if adapter.family.is_none() {
        adapter.unusable = Some("has no queue that both draws and computes".into());
    }
    adapter
}

/// The driver's own words, of a device of Vulkan 1.2 or later.
pub(super) fn driver(instance: &ash::Instance, raw: vk::PhysicalDevice) -> String {
    let mut driver = vk::PhysicalDeviceDriverProperties::default();
    let mut properties = vk::PhysicalDeviceProperties2::default().push_next(&mut driver);
    // SAFETY: the device is this instance's and knows the structure, which is of Vulkan 1.2.
    unsafe { instance.get_physical_device_properties2(raw, &mut properties) };
    let (name, info) = (
        string(driver.driver_name_as_c_str().ok()),
        string(driver.driver_info_as_c_str().ok()),
    );
    format!("{name} {info}").trim().to_owned()
}

pub(super) fn string(text: Option<&std::ffi::CStr>) -> String {
    text.map(|text| text.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn family(instance: &ash::Instance, raw: vk::PhysicalDevice) -> Option<u32> {
    let needed = vk::QueueFlags::GRAPHICS | vk::QueueFlags::COMPUTE;
    // SAFETY: the device is one of this instance's.
    let families = unsafe { instance.get_physical_device_queue_family_properties(raw) };
    families
        .iter()
        .position(|family| family.queue_flags.contains(needed))
        .map(|index| index as u32)
}

/// Which device to take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// The first of the best kind: discrete, integrated, virtual, software.
    #[default]
    Auto,
    /// The first discrete GPU.
    Discrete,
    /// The first integrated GPU.
    Integrated,
    /// The first software device.
    Software,
    /// By its place in the list, from zero.
    Index(usize),
    /// The first whose name holds this, in either case.
    Name(String),
}

impl FromStr for Choice {
    type Err = Error;

    /// `auto`, `discrete`, `integrated`, `software`, a number, else a part of the name.
    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        Ok(match text.to_lowercase().as_str() {
            "" => {
                let problem = "is empty; say auto, discrete, integrated, software, a number or a name".into();
                return Err(Error::Invalid {
                    what: "device",
                    problem,
                });
            }
            "auto" => Self::Auto,
            "discrete" => Self::Discrete,
            "integrated" => Self::Integrated,
            "software" => Self::Software,
            lower => lower
                .parse()
                .map_or_else(|_| Self::Name(text.to_owned()), Self::Index),
        })
    }
}

/// The place in `adapters` of the one to take.
///
/// # Errors
/// [`Error::NoDevice`] where none that can be used fits, listing what was found and why each was passed over.
pub fn choose(adapters: &[Adapter], choice: &Choice) -> Result<usize> {
    let fits = |index: usize, adapter: &Adapter| match choice {
        Choice::Auto => true,
        Choice::Discrete => adapter.kind == AdapterKind::Discrete,
        Choice::Integrated => adapter.kind == AdapterKind::Integrated,
        Choice::Software => adapter.kind == AdapterKind::Software,
        Choice::Index(wanted) => index == *wanted,
        Choice::Name(part) => adapter.name.to_lowercase().contains(&part.to_lowercase()),
    };
    let usable = |(index, adapter): &(usize, &Adapter)| adapter.unusable.is_none() && fits(*index, adapter);
    let best = adapters
        .iter()
        .enumerate()
        .filter(usable)
        .min_by_key(|(_, adapter)| adapter.kind.rank());
    best.map(|(index, _)| index)
        .ok_or_else(|| Error::NoDevice(found(adapters, choice)))
}

fn found(adapters: &[Adapter], choice: &Choice) -> String {
    if adapters.is_empty() {
        return "No driver is installed".into();
    }
    let line = |(index, adapter): (usize, &Adapter)| {
        let why = adapter
            .unusable
            .as_deref()
            .unwrap_or("can be used, but is not what was asked for");
        format!("{index}: {} ({:?}) {why}", adapter.name, adapter.kind)
    };
    let lines: Vec<_> = adapters.iter().enumerate().map(line).collect();
    format!("Asked for {choice:?}, found {}", lines.join("; "))
}
