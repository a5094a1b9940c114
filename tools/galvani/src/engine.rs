//! Vulkan, as the command line asks for it, and what the validation layer has to say in the end.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use galvani::gpu::{Caps, Choice, Device, DeviceOptions, Instance, InstanceOptions, Messages, choose};
use galvani::renderer::{Rasteriser, Renderer};
use galvani::store::{Budget, Builder, OpenOptions};
use galvani::units::MIB;
use serde_json::{Value, json};
use winit::raw_window_handle::RawDisplayHandle;

use crate::cli::Global;

/// Raw samples that a frame of a window, and of the benchmark's path, may load; the rest comes with the next ones.
pub(crate) const FRAME_BYTES: u64 = 2 * MIB;

/// What the validation layer says of a whole run, the end of every object included.
#[derive(Default)]
pub(crate) struct Watch(RefCell<Vec<Messages>>);

impl Watch {
    /// Listens to an instance, beyond its end.
    pub(crate) fn listen(&self, instance: &Instance) {
        self.0.borrow_mut().push(instance.messages().clone());
    }

    /// An error if there was any message.
    pub(crate) fn verdict(&self) -> Result<()> {
        let messages: Vec<String> = self.0.borrow().iter().flat_map(Messages::take).collect();
        if messages.is_empty() {
            return Ok(());
        }
        bail!("the validation layer says\n{}", messages.join("\n"))
    }
}

/// Whether the validation layer is asked for.
fn validation(global: &Global) -> bool {
    global.validation || std::env::var("GALVANI_VALIDATION").is_ok_and(|value| !matches!(&*value, "" | "0"))
}

/// Which device is asked for.
pub(crate) fn choice(global: &Global) -> Result<Choice> {
    let variable = std::env::var("GALVANI_DEVICE")
        .ok()
        .filter(|text| !text.is_empty());
    match global.device.clone().or(variable) {
        Some(text) => Ok(text.parse()?),
        None => Ok(Choice::Auto),
    }
}

/// An instance, for a window's display or for none.
pub(crate) fn instance(
    global: &Global,
    watch: &Watch,
    window: Option<RawDisplayHandle>,
) -> Result<Arc<Instance>> {
    let instance = Instance::new(&InstanceOptions {
        validation: validation(global),
        window,
    })?;
    watch.listen(&instance);
    Ok(instance)
}

/// The device that is asked for.
pub(crate) fn device(instance: &Arc<Instance>, global: &Global, present: bool) -> Result<Device> {
    let adapters = instance.adapters()?;
    let index = choose(&adapters, &choice(global)?)?;
    let options = DeviceOptions {
        present,
        ..DeviceOptions::default()
    };
    Device::new(instance, &adapters[index], &options)
        .with_context(|| format!("cannot use {}", adapters[index].name))
}

/// A renderer for pictures without a window, and the seconds that it took to make.
pub(crate) fn renderer(global: &Global, watch: &Watch) -> Result<(Renderer, f64)> {
    let clock = Instant::now();
    let instance = instance(global, watch, None)?;
    let device = device(&instance, global, false)?;
    let renderer = Renderer::new(&device, global.rasteriser.into())?;
    Ok((renderer, clock.elapsed().as_secs_f64()))
}

/// How recordings are opened.
pub(crate) fn open_options(global: &Global) -> OpenOptions<'static> {
    OpenOptions {
        builder: global.builder.into(),
        budget_device: global.budget_device.map(|bytes| bytes.0),
        budget_host: global.budget_host.map(|bytes| bytes.0),
        ..OpenOptions::default()
    }
}

/// The same for one of several recordings: it may take the `part`-th part of the budgets.
pub(crate) fn part_of_budgets(device: &Device, global: &Global, part: u64) -> OpenOptions<'static> {
    let all = open_options(global);
    if part < 2 {
        return all;
    }
    let [device, host] = Budget::usual(device);
    OpenOptions {
        budget_device: Some(all.budget_device.unwrap_or(device) / part),
        budget_host: Some(all.budget_host.unwrap_or(host) / part),
        ..all
    }
}

/// What drew, for machines.
pub(crate) fn facts(caps: &Caps) -> Value {
    json!({ "device": caps.name, "driver": caps.driver })
}

/// The word for a rasteriser.
pub(crate) fn rasteriser_word(rasteriser: Rasteriser) -> &'static str {
    match rasteriser {
        Rasteriser::Auto => "auto",
        Rasteriser::Draw => "draw",
        Rasteriser::Compute => "compute",
        Rasteriser::Host => "host",
    }
}

/// The word for a builder.
pub(crate) fn builder_word(builder: Builder) -> &'static str {
    match builder {
        Builder::Auto => "auto",
        Builder::Device => "device",
        Builder::Host => "host",
    }
}
