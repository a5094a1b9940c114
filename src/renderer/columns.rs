//! A picture's columns rather than its pixels, for whoever draws them: an export, a test.

use std::time::Duration;

use super::on_host::{frame, views};
use super::prepare::{layout, share};
use super::{Picture, Renderer, Report};
use crate::abi::{self, Column, Lane, TILE};
use crate::host;
use crate::plan::Plan;
use crate::scene::marks::{Tints, tints};
use crate::scene::{Heat, Overlay, Rgba8};
use crate::source::{Owned, Samples as Read};
use crate::store::{Recording, is_mapped};
use crate::target::Offscreen;
use crate::view::Position;
use crate::{Error, Result};

/// The columns of a picture, and all that stands around them.
#[derive(Debug, Clone)]
pub struct Columns {
    /// Where they lie in time.
    pub plan: Plan,
    /// The lanes, in the order of drawing.
    pub lanes: Vec<Lane>,
    /// `[lanes, tiles · TILE]`, from the plan's first tile on. Those of tiles without data ([`Plan::data`]) mean nothing.
    pub columns: Vec<Column>,
    /// The samples to connect, where the picture is drawn as polylines.
    pub samples: Option<Samples>,
    /// log2 of the parts of a pixel that rows are rounded to; see [`abi::rows_word`].
    pub row_shift: u32,
    /// Behind everything.
    pub background: Rgba8,
    /// Their colours, where some are not their trace's; of as many columns.
    pub tints: Option<Tints>,
    /// The lanes as rows of colour, where they are.
    pub heat: Option<Heat>,
    /// Over everything.
    pub overlay: Overlay,
}

impl Columns {
    /// How much of rows of colour covers the lines, in 1/32.
    pub(crate) fn heat_share(&self) -> u32 {
        self.heat.as_ref().map_or(0, share)
    }

    /// The tints of a lane's columns in the plot, from the left; nothing where all have the trace's colour.
    pub(crate) fn tints_of(&self, lane: usize, plot_columns: u32) -> Option<(&[Rgba8], &[u8])> {
        let tints = self.tints.as_ref()?;
        let of = &tints.of[lane * tints.columns + self.plan.skip as usize..][..plot_columns as usize];
        of.iter().any(|&tint| tint != 0).then_some((&tints.palette, of))
    }

    /// The rows that a lane's columns touch, as [`abi::rows_word`] counts them: the plot's columns, from the left.
    pub fn rows(&self, lane: usize, plot_columns: u32) -> impl Iterator<Item = u32> + '_ {
        let each = (self.plan.tiles * TILE) as usize;
        let data = self.plan.data.start * TILE..self.plan.data.end * TILE;
        let columns = &self.columns[lane * each..][..each];
        (self.plan.skip..self.plan.skip + plot_columns).map(move |c| {
            let column = columns[c as usize];
            match data.contains(&c) {
                true => abi::rows_word(&self.lanes[lane], column.lo, column.hi, self.row_shift),
                false => 0,
            }
        })
    }
}

/// Samples of all lanes, and where they stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Samples {
    /// Where the first one stands, in pixels from the plot's left edge.
    pub first_px: f64,
    /// From one to the next.
    pub px_per_sample: f64,
    /// Of each lane.
    pub count: usize,
    /// `[lanes, count]` stored values, of which NaN is a gap.
    pub values: Vec<f32>,
}

/// What a way of resolving comes to.
struct Resolved {
    report: Report,
    plan: Plan,
    lanes: Vec<Lane>,
    columns: Vec<Column>,
    polyline: bool,
}

impl Renderer {
    /// Resolves the columns of a picture of `[width, height]` pixels. Its samples are loaded first, as far as the picture
    /// says.
    ///
    /// On the host where the device's memory is mapped; else a frame is drawn and its columns are read back. Returns 12
    /// bytes for each column of each lane.
    ///
    /// # Errors
    /// Those of [`Renderer::render`]; [`Error::Invalid`] for a size of 0 or beyond the device's.
    pub fn columns(
        &mut self,
        recording: &mut Recording<'_>,
        picture: &Picture<'_>,
        size: [u32; 2],
    ) -> Result<(Report, Columns)> {
        let most = self.device.caps().max_image;
        if !size.iter().all(|side| (1..=most).contains(side)) {
            return Err(Error::Invalid {
                what: "the size of a picture",
                problem: format!("{size:?} pixels; from 1 to {most} a side can be had"),
            });
        }
        let resolved = match is_mapped(&self.device) {
            true => self.columns_on_host(recording, picture, size)?,
            false => self.columns_on_device(recording, picture, size)?,
        };
        let Resolved {
            report,
            plan,
            lanes,
            columns,
            polyline,
        } = resolved;
        let samples = match polyline {
            true => Some(samples(recording, picture, &report, &lanes)?),
            false => None,
        };
        let layout = layout(recording, picture, size);
        let tiled = (plan.skip as usize, (plan.tiles * TILE) as usize);
        let tints = tints(picture.scene, &layout, picture.view, tiled);
        let overlay = self.overlay(recording, picture, &layout, &report.missing);
        let columns = Columns {
            plan,
            lanes,
            columns,
            samples,
            row_shift: abi::row_shift(size[1]),
            background: picture.scene.style.background,
            tints,
            heat: Heat::new(&layout, picture.scene.style.background),
            overlay,
        };
        Ok((report, columns))
    }

    fn columns_on_host(
        &mut self,
        recording: &mut Recording<'_>,
        picture: &Picture<'_>,
        size: [u32; 2],
    ) -> Result<Resolved> {
        let mut loaded_bytes = 0;
        loop {
            // Nothing is recorded, since mapped memory is written as it is.
            let mut commands = self.device.commands("columns")?;
            let laid = self.lay_out(&mut commands, recording, picture, size, true);
            recording.recorded();
            let mut laid = laid?;
            loaded_bytes += laid.report.loaded_bytes;
            laid.report.loaded_bytes = loaded_bytes;
            if laid.report.waits(picture.loading) {
                recording.wait(Duration::from_millis(100));
                continue;
            }
            let resident = recording.resident(&laid.plan)?;
            let columns = host::columns(&frame(recording, &resident, &views(&resident), &laid, size));
            return Ok(Resolved {
                report: laid.report,
                plan: laid.plan,
                lanes: laid.lanes,
                columns,
                polyline: laid.polyline,
            });
        }
    }

    fn columns_on_device(
        &mut self,
        recording: &mut Recording<'_>,
        picture: &Picture<'_>,
        size: [u32; 2],
    ) -> Result<Resolved> {
        let mut target = Offscreen::new(&self.device, size)?;
        let (report, _) = self.render(recording, picture, &mut target)?;
        let seen = self.inspect()?;
        let each = seen.plan.tiles * TILE;
        let lanes = 0..seen.lanes.len() as u32;
        let columns = lanes.flat_map(|lane| (0..each).map(move |c| (lane, c)));
        Ok(Resolved {
            report,
            columns: columns.map(|(lane, c)| seen.column(lane, c)).collect(),
            polyline: seen.pushes.bin.polyline != 0,
            plan: seen.plan,
            lanes: seen.lanes,
        })
    }
}

/// Reads the samples that a picture's polylines go through: the view's, one more on either side, and those that only the
/// width of lines reaches.
fn samples(
    recording: &Recording<'_>,
    picture: &Picture<'_>,
    report: &Report,
    lanes: &[Lane],
) -> Result<Samples> {
    // What is drawn starts on the grid of columns.
    let view = picture.view.snapped();
    let reach = lanes.iter().fold(0.0, |most, lane| lane.half_width_px.max(most));
    let reach = f64::from(reach) + 1.0;
    let open = recording.span();
    let (first, end) = (open.start as i64, open.end as i64);
    let left = view.sample_from_px(-reach).sample().clamp(first, end);
    let right = view.sample_from_px(f64::from(report.plot.w) + reach).sample();
    let right = right.saturating_add(2).clamp(left, end);
    let read = Owned::read(recording.source(), left as u64..right as u64)?;
    let count = (right - left) as usize;
    let mut values = Vec::with_capacity(lanes.len() * count);
    for lane in lanes {
        let channel = lane.channel as usize;
        match read.samples() {
            Read::I16(block) => values.extend((0..count).map(|t| f32::from(block.at(channel, t)))),
            Read::F32(block) => values.extend((0..count).map(|t| block.at(channel, t))),
        }
    }
    Ok(Samples {
        first_px: view.px_from_sample(Position::new(left, 0.0)),
        px_per_sample: 1.0 / view.samples_per_px(),
        count,
        values,
    })
}
