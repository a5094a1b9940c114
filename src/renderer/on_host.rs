//! A frame by the host's own cores.

use std::time::{Duration, Instant};

use ash::vk;
use bytemuck::cast_slice;

use super::prepare::{Laid, samples_after, share, tint_colors, word};
use super::{Canvas, HostTimes, Renderer, Report};
use crate::Result;
use crate::abi;
use crate::gpu::{Buffer, Commands, ImageRef, ImageUse, Memory, ReadView, WriteView};
use crate::host::figure::Counts;
use crate::host::{self, Frame, Heat, Level, Pages, Scratch, Tinted};
use crate::store::{Recording, Resident};

/// What frames of the host reuse.
#[derive(Default)]
pub(super) struct OnHost {
    scratch: Scratch,
    /// What figures reuse, each its own.
    pub(super) counts: Vec<Counts>,
    /// Finished pixels, and the submissions that copy from them, of targets that the host cannot write.
    pub(super) uploads: Vec<(Buffer, u64)>,
}

impl Renderer {
    /// Draws the whole picture into memory that is read, or else into an upload, whose copy to the target it records.
    pub(super) fn record_on_host(
        &mut self,
        commands: &mut Commands,
        recording: &Recording<'_>,
        mut laid: Laid,
        target: &ImageRef,
        (from, to): (ImageUse, ImageUse),
        canvas: Canvas<'_>,
    ) -> Result<Report> {
        let resident = recording.resident(&laid.plan)?;
        let views = views(&resident);
        let colors = laid.tints.as_ref().map(tint_colors);
        let tints = laid.tints.as_ref().zip(colors.as_ref());
        let levels = laid.heat.as_ref().map(|heat| heat.colors.map(word));
        let heat = laid.heat.as_ref().zip(levels.as_ref());
        let frame = Frame {
            bgra: target.format == vk::Format::B8G8R8A8_UNORM,
            tints: tints.map(|(tints, palette)| Tinted {
                palette,
                of: &tints.of,
            }),
            heat: heat.map(|(heat, colors)| Heat {
                share: share(heat),
                rows: &heat.rows,
                colors,
            }),
            overlay: Some(&laid.overlay),
            ..frame(recording, &resident, &views, &laid, target.extent)
        };
        let times = match canvas {
            Canvas::Read(pixels) => paint(&frame, &mut self.on_host.scratch, pixels),
            _ => {
                let bytes = u64::from(target.extent[0]) * u64::from(target.extent[1]) * 4;
                let index = self.upload(bytes)?;
                let OnHost { scratch, uploads, .. } = &mut self.on_host;
                let (pixels, busy) = &mut uploads[index];
                *busy = self.device.next_value();
                let times = paint(&frame, scratch, pixels.view(0..bytes)?);
                commands.image_barrier(target, from, ImageUse::CopyTarget);
                commands.pass("upload", |commands| {
                    commands.copy_buffer_to_image(pixels, 4, target)
                });
                commands.image_barrier(target, ImageUse::CopyTarget, to);
                times
            }
        };
        laid.report.host = Some(times);
        Ok(laid.report)
    }

    /// A buffer of pixels that no frame in flight copies from.
    pub(super) fn upload(&mut self, bytes: u64) -> Result<usize> {
        let completed = self.device.completed();
        let uploads = &mut self.on_host.uploads;
        uploads.retain(|(pixels, busy)| pixels.size() >= bytes || *busy > completed);
        let free = |(pixels, busy): &(Buffer, u64)| *busy <= completed && pixels.size() >= bytes;
        if let Some(index) = uploads.iter().position(free) {
            return Ok(index);
        }
        uploads.push((Buffer::new(&self.device, "pixels", bytes, Memory::Upload)?, 0));
        Ok(uploads.len() - 1)
    }
}

/// A frame's pixels.
fn paint(frame: &Frame<'_>, scratch: &mut Scratch, mut pixels: WriteView<'_>) -> HostTimes {
    let clock = Instant::now();
    host::resolve(frame, scratch);
    let resolved = clock.elapsed();
    host::draw(frame, scratch, pixels.uninit());
    let ms = |duration: Duration| duration.as_secs_f64() * 1e3;
    HostTimes {
        resolve_ms: ms(resolved),
        draw_ms: ms(clock.elapsed() - resolved),
    }
}

/// The blocks of a level and of the one above, and the pages; `None` where absent.
pub(super) type Views<'a> = ([Vec<Option<&'a [u32]>>; 2], Vec<Option<&'a [u8]>>);

pub(super) fn views<'a>(resident: &'a Resident<'_>) -> Views<'a> {
    let words = |view: &'a Option<ReadView<'_>>| view.as_deref().map(cast_slice::<u8, u32>);
    let [fine, coarse] = [0, 1].map(|i| resident.blocks[i].iter().map(words).collect());
    (
        [fine, coarse],
        resident.pages.iter().map(Option::as_deref).collect(),
    )
}

pub(super) fn frame<'a>(
    recording: &Recording<'_>,
    resident: &'a Resident<'_>,
    (blocks, pages): &'a Views<'a>,
    laid: &'a Laid,
    target: [u32; 2],
) -> Frame<'a> {
    let (plan, geometry) = (&laid.plan, recording.geometry());
    let [fine, coarse] = [0, 1].map(|i| {
        let level = &resident.tables[i].level;
        Level {
            blocks: &blocks[i],
            shift: geometry.block_shift(),
            first: level.first,
            stride: level.stride as usize,
            count: level.count,
        }
    });
    Frame {
        plan,
        lanes: &laid.lanes,
        dtype: geometry.dtype,
        plot: laid.report.plot,
        target,
        bgra: false,
        background: word(laid.background),
        tints: None,
        heat: None,
        overlay: None,
        polyline: laid.polyline,
        row_shift: abi::row_shift(target[1]),
        fine,
        coarse,
        pages: Pages {
            of: pages.as_slice(),
            any: pages.iter().any(Option::is_some),
            shift: geometry.page_shift,
            stride: recording.page_stride() as usize,
            runs: recording.page_runs() as usize,
            samples: samples_after(geometry, plan),
        },
    }
}
