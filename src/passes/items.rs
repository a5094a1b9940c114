//! Which items of a custom visual are seen. Shader: `items.comp`; twin: `reference::items`.

use super::list::ListPass;
use super::spirv;
use crate::Result;
use crate::abi::custom::ItemsPush;
use crate::gpu::{Commands, Device};

/// Counts, scans and lists.
pub(crate) struct ItemsPass(ListPass);

impl ItemsPass {
    pub(crate) fn new(device: &Device) -> Result<Self> {
        let names = ["items count", "items scan", "items list"];
        ListPass::new::<ItemsPush>(device, names, spirv!("items.comp")).map(Self)
    }

    pub(crate) fn record(&self, commands: &mut Commands, push: &ItemsPush) {
        self.0.record(commands, bytemuck::bytes_of(push), push.chunks);
    }
}
