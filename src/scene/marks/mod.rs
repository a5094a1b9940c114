//! Events on the picture: layers of marks, each shown in a way of its own.
//!
//! A [`Layer`] is plain data over shared, sorted [`Marks`]; what a frame does with it depends on the view and not on
//! how many there are. Each column of pixels is asked by search which events it holds, and shows one mark for all of
//! them, higher or more opaque the more they are: no event in view is without a mark, and no mark without an event.

mod buckets;
mod columns;
mod draw;
mod ends;
mod layers;
mod times;
mod tints;

pub use layers::layers;
pub use times::{Marks, Parts};
pub use tints::{MAX_TINTS, Tints, tints};

pub(super) use draw::{draw, rows};

use std::ops::Range;

use super::style::{Rgba8, Style};

/// How the marks of a layer are shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Show {
    /// Ticks on a row of their own between the plot and the time axis, higher where a column holds more of them.
    Row,
    /// Lines from the top of the plot to its bottom, more opaque where a column holds more of them. Those of a channel stand on its lane
    /// alone, as long as those in view are few enough to be told apart.
    Lines,
    /// Bands from the top of the plot to its bottom, for as long as each lasts; a column at least. Those of a channel lie on its lane
    /// alone, as long as those in view are fewer than columns.
    Bands,
    /// A line on a row of its own that is up while an event lasts and down between: a digital line.
    Levels,
    /// On the lanes of their channels: pieces of the traces in the marks' colours.
    Lanes {
        /// From where to where around an event its trace is coloured, in samples; usually from below 0 to above.
        piece: [f64; 2],
        /// Whether there are ticks at the top of lanes as well, while those in view are few enough to be told apart.
        ticks: bool,
    },
}

/// Marks, and how they are shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// For the row's label and for lists.
    pub name: String,
    /// What happened when; shared between clones.
    pub marks: Marks,
    /// How they are shown.
    pub show: Show,
    /// The colour of marks without a label, and of columns that hold different ones.
    pub color: Rgba8,
    /// The colours of labels, in turn; where it is empty all have the layer's.
    pub palette: Vec<Rgba8>,
    /// Whether labels are written beside marks where there is room.
    pub labels: bool,
    /// Whether it is shown.
    pub visible: bool,
}

impl Layer {
    /// Visible and labelled, in the colours of `style`: labels in those of its palette.
    #[must_use]
    pub fn new(name: impl Into<String>, marks: Marks, show: Show, style: &Style) -> Self {
        let mut layer = Self {
            name: name.into(),
            marks,
            show,
            color: style.foreground,
            palette: Vec::new(),
            labels: true,
            visible: true,
        };
        layer.recolor(style);
        layer
    }

    /// Gives labels the colours of a style.
    pub fn recolor(&mut self, style: &Style) {
        self.color = style.foreground;
        self.palette.clone_from(&style.palette);
    }

    /// The colour of a label.
    #[must_use]
    pub fn color_of(&self, label: u32) -> Rgba8 {
        match self.palette.len() {
            0 => self.color,
            _ if label == u32::MAX => self.color,
            n => self.palette[label as usize % n],
        }
    }

    /// Whether it has a row of its own.
    #[must_use]
    pub const fn has_row(&self) -> bool {
        self.visible && matches!(self.show, Show::Row | Show::Levels)
    }

    /// The colour of a column that holds these of `labels`: their own if they are few and alike, else the layer's.
    fn color_in(&self, labels: &[u32], range: Range<usize>) -> Rgba8 {
        /// Events of a column that are looked at.
        const FEW: usize = 16;
        let few = range.len() <= FEW || self.marks.names().len() <= 1;
        match labels.get(range).unwrap_or_default() {
            [first, rest @ ..] if few && rest.iter().take(FEW).all(|label| label == first) => {
                self.color_of(*first)
            }
            _ => self.color,
        }
    }
}
