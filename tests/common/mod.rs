//! What tests share: a device under validation, whose messages fail the test.

// Each test is a crate of its own and uses a part of this.
#![allow(dead_code)]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use galvani::gpu::{Choice, Commands, Device, DeviceOptions, Instance, InstanceOptions, choose};

pub(crate) mod cases;
pub(crate) mod clouds;
#[cfg(target_os = "linux")]
pub(crate) mod display;
pub(crate) mod figures;
pub(crate) mod flying;
pub(crate) mod heights;
pub(crate) mod host;
pub(crate) mod pictures;
pub(crate) mod random;
pub(crate) mod scenes;
pub(crate) mod scripted;
pub(crate) mod shaders;
pub(crate) mod squares;
pub(crate) mod stored;
pub(crate) mod truth;
pub(crate) mod twins;

/// A device under validation and synchronization validation. When it goes, any message fails the test.
pub(crate) struct Gpu {
    device: Option<Device>,
    pub(crate) instance: Arc<Instance>,
}

impl Gpu {
    pub(crate) fn device(&self) -> &Device {
        self.device.as_ref().expect("it goes in `drop` only")
    }
}

impl Drop for Gpu {
    fn drop(&mut self) {
        // The device's own end is under test as well.
        drop(self.device.take());
        let messages = self.instance.messages().take();
        if !std::thread::panicking() {
            assert!(messages.is_empty(), "validation: {messages:#?}");
        }
    }
}

/// How long a submission is waited for.
pub(crate) const WAIT: Duration = Duration::from_secs(20);

/// Submits and waits; the timeline's value.
pub(crate) fn finish(commands: Commands) -> u64 {
    let device = commands.device().clone();
    let value = commands.submit().expect("submit");
    device.wait(value, WAIT).expect("wait");
    value
}

/// The machine's best device, or the one that `GALVANI_DEVICE` names, masked as `GALVANI_MASK` says.
pub(crate) fn gpu() -> Gpu {
    gpu_with(&DeviceOptions {
        cache_dir: Some(scratch("pipelines")),
        ..DeviceOptions::default()
    })
}

/// The same, with features masked.
pub(crate) fn gpu_masked(mask: &str) -> Gpu {
    let cache_dir = Some(scratch("pipelines"));
    gpu_with(&DeviceOptions {
        mask: Some(mask.into()),
        cache_dir,
        ..DeviceOptions::default()
    })
}

pub(crate) fn gpu_with(options: &DeviceOptions) -> Gpu {
    let instance = instance();
    let adapters = instance.adapters().expect("adapters");
    let choice = match std::env::var("GALVANI_DEVICE") {
        Ok(text) => text.parse().expect("GALVANI_DEVICE"),
        Err(_) => Choice::Auto,
    };
    let index = choose(&adapters, &choice).expect("a usable device");
    let device = Device::new(&instance, &adapters[index], options).expect("a device");
    Gpu {
        device: Some(device),
        instance,
    }
}

/// An instance under validation.
pub(crate) fn instance() -> Arc<Instance> {
    Instance::new(&InstanceOptions {
        validation: true,
        window: None,
    })
    .expect("an instance with the validation layer")
}

/// A directory for a test's files, which may hold those of an earlier run.
pub(crate) fn scratch(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Says why a test is not done, which is a failure where everything must be.
pub(crate) fn skip(why: &str) {
    assert!(std::env::var_os("GALVANI_REQUIRE_ALL").is_none(), "{why}");
    eprintln!("skipped: {why}");
}
