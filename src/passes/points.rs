//! How many points lie in each pixel. Shader: `points.comp`; twin: `reference::points`.

use super::{constants, folded, spirv, stage};
use crate::Result;
use crate::abi::points::{POINTS_SIDE, PointsPush, STEP_POINTS, STEP_POINTS_64, STEP_TILES};
use crate::gpu::{Commands, ComputePipeline, Device};
use crate::source::Dtype;

/// A pipeline for each type of coordinates, and one for tiles.
pub(crate) struct PointsPass {
    points: [ComputePipeline; 2],
    tiles: ComputePipeline,
}

impl PointsPass {
    pub(crate) fn new(device: &Device) -> Result<Self> {
        let step = |name, step| {
            let constants = constants(POINTS_SIDE, Dtype::I16, step);
            stage::<PointsPush>(device, name, spirv!("points.comp"), &constants, false)
        };
        Ok(Self {
            points: [
                step("points", STEP_POINTS)?,
                step("points in f64", STEP_POINTS_64)?,
            ],
            tiles: step("tiles of points", STEP_TILES)?,
        })
    }

    /// Points, whose coordinates are of so many words.
    pub(crate) fn points(&self, commands: &mut Commands, push: &PointsPush, words: usize) {
        record(commands, &self.points[usize::from(words > 1)], push);
    }

    pub(crate) fn tiles(&self, commands: &mut Commands, push: &PointsPush) {
        record(commands, &self.tiles, push);
    }
}

/// A group for each task.
fn record(commands: &mut Commands, pipeline: &ComputePipeline, push: &PointsPush) {
    if push.tasks_count > 0 {
        commands.dispatch(
            pipeline,
            bytemuck::bytes_of(push),
            folded(push.tasks_count.into(), 1),
        );
    }
}
