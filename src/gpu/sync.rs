//! Barriers in words: what memory and images are used for.

use ash::vk;
use vk::{AccessFlags2 as Access, ImageLayout as Layout, PipelineStageFlags2 as Stage};

/// A use of buffers, on one side of a barrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// The host writes mapped memory. Needed only for writes *after* submission; a submission sees all earlier ones.
    HostWrite,
    /// The host reads mapped memory, once it has waited for the submission.
    HostRead,
    /// Copies, and blits, read.
    TransferRead,
    /// Copies, fills, clears and blits write.
    TransferWrite,
    /// A compute shader reads.
    ComputeRead,
    /// A compute shader writes.
    ComputeWrite,
    /// The arguments of an indirect draw or dispatch are read.
    IndirectRead,
    /// A vertex shader reads.
    VertexRead,
    /// A fragment shader reads.
    FragmentRead,
    /// Rendering writes its target, and blends with it.
    ColorWrite,
}

impl Use {
    /// The stages and accesses of all uses together.
    pub(super) fn scope(uses: &[Self]) -> (Stage, Access) {
        let join = |(stage, access), use_: &Self| {
            let (s, a) = use_.stage_and_access();
            (stage | s, access | a)
        };
        uses.iter().fold((Stage::NONE, Access::NONE), join)
    }

    fn stage_and_access(self) -> (Stage, Access) {
        match self {
            Self::HostWrite => (Stage::HOST, Access::HOST_WRITE),
            Self::HostRead => (Stage::HOST, Access::HOST_READ),
            Self::TransferRead => (Stage::ALL_TRANSFER, Access::TRANSFER_READ),
            Self::TransferWrite => (Stage::ALL_TRANSFER, Access::TRANSFER_WRITE),
            Self::ComputeRead => (Stage::COMPUTE_SHADER, Access::SHADER_READ),
            Self::ComputeWrite => (Stage::COMPUTE_SHADER, Access::SHADER_WRITE),
            Self::IndirectRead => (Stage::DRAW_INDIRECT, Access::INDIRECT_COMMAND_READ),
            Self::VertexRead => (Stage::VERTEX_SHADER, Access::SHADER_READ),
            Self::FragmentRead => (Stage::FRAGMENT_SHADER, Access::SHADER_READ),
            Self::ColorWrite => (
                Stage::COLOR_ATTACHMENT_OUTPUT,
                Access::COLOR_ATTACHMENT_READ | Access::COLOR_ATTACHMENT_WRITE,
            ),
        }
    }
}

/// A use of an image: its layout, and who touches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageUse {
    /// What it held is forgotten. On the left of a transition only; waits for all that came before.
    Undefined,
    /// A compute shader reads and writes it as a storage image.
    Storage,
    /// Rendered to.
    Color,
    /// Rendered to by its depths.
    Depth,
    /// Copied or blitted from.
    CopySource,
    /// Copied, blitted or cleared to.
    CopyTarget,
    /// Shown in a window.
    Present,
    /// A fragment shader samples it; for embedders.
    Sampled,
    /// Anything at all; for embedders.
    General,
}

impl ImageUse {
    /// The layout in which the image is used.
    pub fn layout(self) -> Layout {
        match self {
            Self::Undefined => Layout::UNDEFINED,
            Self::Storage | Self::General => Layout::GENERAL,
            Self::Color => Layout::COLOR_ATTACHMENT_OPTIMAL,
            Self::Depth => Layout::DEPTH_ATTACHMENT_OPTIMAL,
            Self::CopySource => Layout::TRANSFER_SRC_OPTIMAL,
            Self::CopyTarget => Layout::TRANSFER_DST_OPTIMAL,
            Self::Present => Layout::PRESENT_SRC_KHR,
            Self::Sampled => Layout::SHADER_READ_ONLY_OPTIMAL,
        }
    }

    pub(super) fn scope(self) -> (Stage, Access) {
        match self {
            // Every stage, so that the wait for an acquired image is chained whatever its stage.
            Self::Undefined | Self::Present => (Stage::ALL_COMMANDS, Access::NONE),
            Self::Storage => (Stage::COMPUTE_SHADER, Access::SHADER_READ | Access::SHADER_WRITE),
            Self::Color => Use::ColorWrite.stage_and_access(),
            Self::Depth => (
                Stage::EARLY_FRAGMENT_TESTS | Stage::LATE_FRAGMENT_TESTS,
                Access::DEPTH_STENCIL_ATTACHMENT_READ | Access::DEPTH_STENCIL_ATTACHMENT_WRITE,
            ),
            Self::CopySource => Use::TransferRead.stage_and_access(),
            Self::CopyTarget => Use::TransferWrite.stage_and_access(),
            Self::Sampled => Use::FragmentRead.stage_and_access(),
            Self::General => (Stage::ALL_COMMANDS, Access::MEMORY_READ | Access::MEMORY_WRITE),
        }
    }
}
