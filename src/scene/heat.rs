//! Lanes as rows of colour: when they are, and in which colours.
//!
//! A lane that is too thin for a line is a row of colour: in each column, by how far the signal's highest value lies above its
//! lowest. Where several lanes share a row of pixels, the strongest of them is seen, so that no spike is lost.
//!
//! The colours are [`Colormap::Viridis`].

use std::ops::Range;

use super::colormap::Colormap;
use super::style::Rgba8;
use super::{Layout, PxRect};

/// How lanes are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Form {
    /// As lines where lanes are at least [`LINES_PX`] high, as rows of colour where they are at most [`HEAT_PX`]; in between
    /// as both, the less of either the nearer the other is.
    #[default]
    Auto,
    /// As lines, and as the areas that they fill where samples are dense.
    Lines,
    /// As rows of colour.
    Heatmap,
}

/// From this height on lanes are lines alone, in pixels before scaling to the display.
pub const LINES_PX: f32 = 6.0;
/// Up to this height lanes are rows of colour alone, in pixels before scaling to the display.
pub const HEAT_PX: f32 = 4.0;

impl Form {
    /// How much of lanes so high is colour, from 0 for lines to 1.
    #[must_use]
    pub fn heat(self, lane_px: f32, scale_factor: f32) -> f32 {
        match self {
            Self::Lines => 0.0,
            Self::Heatmap => 1.0,
            Self::Auto => ((LINES_PX - lane_px / scale_factor) / (LINES_PX - HEAT_PX)).clamp(0.0, 1.0),
        }
    }
}

/// The rows of colour of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Heat {
    /// How much of them is seen over the lines, above 0; 1 where they are all that is.
    pub share: f32,
    /// For each row of the plot the lanes on it, the first and the one past the last.
    pub rows: Vec<[u32; 2]>,
    /// Of each [`level`](crate::abi::level); number 0, where there is nothing, is the background.
    pub colors: [Rgba8; 256],
}

impl Heat {
    /// Those of a layout; `None` where its lanes are lines alone.
    #[must_use]
    pub fn new(layout: &Layout, background: Rgba8) -> Option<Self> {
        (layout.heat > 0.0).then(|| Self {
            share: layout.heat,
            rows: rows(layout),
            colors: std::array::from_fn(|level| match level {
                0 => background.with_alpha(255),
                level => Colormap::Viridis.color((level - 1) as f64 / 254.0),
            }),
        })
    }
}

/// The lanes on each row of the plot: those whose strips reach into it.
fn rows(layout: &Layout) -> Vec<[u32; 2]> {
    let lanes = &layout.lanes;
    let PxRect { y, h, .. } = layout.plot;
    let on = |row: u32| -> Range<usize> {
        let (top, bottom) = (row as f32, (row + 1) as f32);
        lanes.partition_point(|lane| lane.bottom <= top)..lanes.partition_point(|lane| lane.top < bottom)
    };
    (y..y + h)
        .map(|row| [on(row).start as u32, on(row).end as u32])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_turn_to_colour_as_they_get_thin() {
        let heat = |px| Form::Auto.heat(px, 1.0);
        assert_eq!([0.1, 4.0, 5.0, 6.0, 900.0].map(heat), [1.0, 1.0, 0.5, 0.0, 0.0]);
        assert_eq!(Form::Auto.heat(10.0, 2.0), 0.5);
        assert_eq!(Form::Lines.heat(0.1, 1.0), 0.0);
        assert_eq!(Form::Heatmap.heat(900.0, 1.0), 1.0);
    }
}
