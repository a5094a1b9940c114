//! One stage each: its pipelines, and how it is recorded. The shader of stage `x` is `shaders/x.comp`, its meaning
//! `reference::x`.

mod bin;
mod cull;
mod custom;
mod draw;
mod frame;
mod heat;
mod items;
mod list;
mod overlay;
mod points;
mod pyramid;
mod raster;
mod resolve;
mod solids;
mod strokes;

pub(crate) use bin::BinPass;
pub(crate) use cull::CullPass;
pub(crate) use custom::{CustomPass, Draws};
pub(crate) use draw::DrawPass;
pub(crate) use frame::{Arena, Arrays, FrameSlots, Shape};
pub(crate) use heat::HeatPass;
pub(crate) use items::ItemsPass;
pub(crate) use list::chunks;
pub(crate) use overlay::OverlayPass;
pub(crate) use points::PointsPass;
pub(crate) use pyramid::{PyramidPass, Rows};
pub(crate) use raster::RasterPass;
pub(crate) use resolve::ResolvePass;
pub(crate) use solids::{SolidsKind, SolidsPass};
pub(crate) use strokes::StrokesPass;

use crate::Result;
use crate::abi::{CONSTANT_F32, CONSTANT_GROUP, CONSTANT_STEP, FOLD};
use crate::gpu::{Caps, ComputePipeline, Device};
use crate::source::Dtype;

/// The words of a compiled shader.
macro_rules! spirv {
    ($name:literal) => {{
        #[repr(C, align(4))]
        struct Aligned<T: ?Sized>(T);
        static CODE: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!("../../shaders/spv/", $name, ".spv")));
        bytemuck::cast_slice::<u8, u32>(&CODE.0)
    }};
}
pub(crate) use spirv;

/// Invocations of a group for the stages whose invocations share nothing: a few subgroups on a software device, whose
/// groups go to threads whole (measured: 8 to 15 % faster than one); 64 on a GPU.
pub(crate) fn group_size(caps: &Caps) -> u32 {
    if caps.software {
        (4 * caps.subgroup_size).clamp(1, 64)
    } else {
        64
    }
}

/// The specialization constants of every stage.
fn constants(group: u32, dtype: Dtype, step: u32) -> [(u32, u32); 3] {
    [
        (CONSTANT_GROUP, group),
        (CONSTANT_F32, u32::from(dtype == Dtype::F32)),
        (CONSTANT_STEP, step),
    ]
}

/// A stage whose push constants are a `P`.
fn stage<P>(
    device: &Device,
    name: &str,
    code: &[u32],
    constants: &[(u32, u32)],
    image: bool,
) -> Result<ComputePipeline> {
    ComputePipeline::new(device, name, code, constants, size_of::<P>() as u32, image)
}

/// Groups along x and y for so many invocations.
fn folded(invocations: u64, group: u32) -> [u32; 3] {
    let groups = invocations.div_ceil(group.into());
    [
        groups.min(FOLD.into()) as u32,
        groups.div_ceil(FOLD.into()) as u32,
        1,
    ]
}

/// A pipeline for each type of samples and each of a stage's two modes.
struct PerKind([ComputePipeline; 4]);

impl PerKind {
    fn new(make: impl Fn(Dtype, u32) -> Result<ComputePipeline>) -> Result<Self> {
        let [i16, f32] = [Dtype::I16, Dtype::F32];
        Ok(Self([make(i16, 0)?, make(i16, 1)?, make(f32, 0)?, make(f32, 1)?]))
    }

    fn get(&self, (dtype, mode): (Dtype, u32)) -> &ComputePipeline {
        &self.0[2 * usize::from(dtype == Dtype::F32) + usize::from(mode != 0)]
    }
}
