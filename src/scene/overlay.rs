//! Axes and labels as rectangles and glyphs, all of them inside the target: what any rasteriser can fill.

use std::ops::Range;
use std::sync::Arc;

use super::style::Rgba8;
use super::text::Text;
use super::{Layout, PxRect, Scene, axes};
use crate::source::Info;
use crate::view::{Position, View};

/// A filled rectangle of whole pixels, `[x0, x1) × [y0, y1)`; never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rect {
    /// Its first column.
    pub x0: i32,
    /// Its first row.
    pub y0: i32,
    /// The column after its last.
    pub x1: i32,
    /// The row after its last.
    pub y1: i32,
    /// Blended over what is there.
    pub color: Rgba8,
}

impl Rect {
    /// The part inside a target of `[width, height]` pixels, if any.
    #[must_use]
    pub fn cut(self, target: [u32; 2]) -> Option<Self> {
        self.within(PxRect::all(target))
    }

    /// The part inside a rectangle, if any.
    #[must_use]
    pub fn within(self, area: PxRect) -> Option<Self> {
        let px = |px: u32| i32::try_from(px).unwrap_or(i32::MAX);
        let cut = Self {
            x0: self.x0.max(px(area.x)),
            y0: self.y0.max(px(area.y)),
            x1: self.x1.min(px(area.right())),
            y1: self.y1.min(px(area.bottom())),
            ..self
        };
        (cut.x0 < cut.x1 && cut.y0 < cut.y1).then_some(cut)
    }
}

/// A glyph's box of whole pixels; the coverage of its pixel `(i, j)` is byte `offset + j · stride + i` of the atlas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Glyph {
    /// Its first column.
    pub x: i32,
    /// Its first row.
    pub y: i32,
    /// Pixels across; above 0.
    pub w: i32,
    /// Pixels from top to bottom; above 0.
    pub h: i32,
    /// Where its coverage starts in [`Overlay::coverage`].
    pub offset: u32,
    /// Bytes from one row of coverage to the next.
    pub stride: u32,
    /// Blended over what is there, its alpha times the coverage.
    pub color: Rgba8,
}

impl Glyph {
    /// The part inside a target of `[width, height]` pixels, if any.
    #[must_use]
    pub fn cut(self, target: [u32; 2]) -> Option<Self> {
        self.within(PxRect::all(target))
    }

    /// The part inside a rectangle, if any.
    #[must_use]
    pub fn within(self, area: PxRect) -> Option<Self> {
        let whole = Rect {
            x0: self.x,
            y0: self.y,
            x1: self.x.saturating_add(self.w),
            y1: self.y.saturating_add(self.h),
            color: self.color,
        };
        let cut = whole.within(area)?;
        let (right, down) = ((cut.x0 - self.x) as u32, (cut.y0 - self.y) as u32);
        Some(Self {
            x: cut.x0,
            y: cut.y0,
            w: cut.x1 - cut.x0,
            h: cut.y1 - cut.y0,
            offset: self.offset + down * self.stride + right,
            ..self
        })
    }
}

/// A line of text whose letters are among the glyphs, for whoever draws letters from a font.
#[derive(Debug, Clone, PartialEq)]
pub struct TextLine {
    /// The text; never blank.
    pub text: String,
    /// Where it starts, in pixels.
    pub x: f32,
    /// The row of its baseline.
    pub baseline: i32,
    /// The height of letters, in pixels; the line is as wide as [`width`](super::text::width) says for it.
    pub px: f32,
    /// The letters' colour.
    pub color: Rgba8,
}

/// What an overlay is made of.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// What is shown.
    pub scene: &'a Scene,
    /// Names, units and the rate.
    pub info: &'a Info,
    /// Where it goes.
    pub layout: &'a Layout,
    /// From where it is seen; its left edge, moved to the nearest column of the grid, is the plot's.
    pub view: &'a View,
    /// Lines for the top right corner of the plot, from the top down; those without room are left out.
    pub status: &'a [String],
}

/// Hatches, axes and labels of one picture: first all hatches, then all rectangles, then all glyphs, each in order.
///
/// All of it lies inside the target.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    /// Where something is missing: filled with diagonal lines, as [`HATCH`](crate::abi::HATCH) says.
    pub hatches: Vec<Rect>,
    /// Lines and plates.
    pub rects: Vec<Rect>,
    /// Letters.
    pub glyphs: Vec<Glyph>,
    /// The same letters as text. They may leave the target, where glyphs are cut.
    pub lines: Vec<TextLine>,
    /// One byte a pixel: the coverage of all glyphs; at most [`MAX_COVERAGE`](super::text::MAX_COVERAGE) bytes.
    pub coverage: Arc<Vec<u8>>,
    /// Equal between two overlays of the same [`Text`] only if their coverage is.
    pub version: u64,
}

impl Overlay {
    /// The axes, labels and status lines of what is shown; the same for the same input, but for offsets into the
    /// atlas of `text`, which depend on what it has drawn before.
    ///
    /// At most some thousand rectangles and glyphs, whatever the number of lanes.
    #[must_use]
    pub fn new(text: &mut Text, shown: &Shown<'_>) -> Self {
        axes::draw(text, shown)
    }

    /// Rectangles and glyphs of all kinds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.hatches.len() + self.rects.len() + self.glyphs.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// How opaque the lines are: quiet, but seen on either background.
const HATCH_ALPHA: u8 = 0x40;

/// What fills the columns of a plot that show any of `missing`, runs of samples in order, in the colour of the axes.
#[must_use]
pub fn hatch(plot: PxRect, view: &View, missing: &[Range<u64>], color: Rgba8) -> Vec<Rect> {
    let view = view.snapped();
    let column = |sample: u64, round: fn(f64) -> f64| {
        let position = Position::new(i64::try_from(sample).unwrap_or(i64::MAX), 0.0);
        round(view.px_from_sample(position)).clamp(0.0, f64::from(plot.w)) as u32
    };
    let mut hatches: Vec<Rect> = Vec::new();
    for run in missing {
        let (first, end) = (column(run.start, f64::floor), column(run.end, f64::ceil));
        let [x0, x1] = [first, end].map(|column| (plot.x + column) as i32);
        match hatches.last_mut() {
            Some(last) if x0 <= last.x1 => last.x1 = last.x1.max(x1),
            _ if x0 < x1 && plot.h > 0 => hatches.push(Rect {
                x0,
                y0: plot.y as i32,
                x1,
                y1: (plot.y + plot.h) as i32,
                color: color.with_alpha(HATCH_ALPHA),
            }),
            _ => {}
        }
    }
    hatches
}
