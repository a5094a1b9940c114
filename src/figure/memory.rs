//! What figures and scenes take in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{
    Balls, Bars, Color, Custom, Events, Figure, Graph, Image, Labels, LineColor, Lines, Mesh, Panel, Points,
    Sheet, Size, Solid, Space, Spans, Surface, Visual,
};

/// Bytes of data, by where they lie: what several have counts once.
#[derive(Default)]
pub(super) struct Memory(BTreeMap<usize, u64>);

impl Memory {
    fn of(hold: impl FnOnce(&mut Self)) -> u64 {
        let mut memory = Self::default();
        hold(&mut memory);
        memory.0.values().sum()
    }

    fn add<T: ?Sized>(&mut self, data: &Arc<T>, bytes: u64) {
        self.0.insert(Arc::as_ptr(data).addr(), bytes);
    }

    fn all<T>(&mut self, values: &Arc<[T]>) {
        self.add(values, size_of_val(&values[..]) as u64);
    }

    fn looks(&mut self, size: Option<&Size>, color: &Color) {
        if let Some(Size::Each(sizes)) = size {
            self.all(sizes);
        }
        match color {
            Color::Each(colors) => self.all(colors),
            Color::Values(values) => {
                self.all(&values.values);
                self.all(&values.colors);
            }
            Color::Auto | Color::All(_) => {}
        }
    }
}

/// Says of each what data it has, and how much that is.
macro_rules! holds {
    ($($of:ident: |$self:ident, $memory:ident| $hold:block)*) => {
        $(impl $of {
            pub(super) fn hold(&self, $memory: &mut Memory) {
                let $self = self;
                $hold
            }

            /// The memory that its data take, with what was made of them to draw them: all but names and settings. What several have counts
            /// once here, and for each of those that are asked by themselves.
            #[must_use]
            pub fn bytes(&self) -> u64 {
                Memory::of(|memory| self.hold(memory))
            }
        })*
    };
}

holds! {
    Points: |points, memory| {
        memory.add(&points.cloud, points.cloud.bytes());
        memory.looks(Some(&points.size), &points.color);
    }
    Image: |image, memory| {
        memory.add(&image.pixmap, image.pixmap.bytes());
    }
    Lines: |lines, memory| {
        memory.add(&lines.curves, lines.curves.bytes());
        memory.all(&lines.dashes);
        if let LineColor::Curves(colors) | LineColor::Vertices(colors) = &lines.color {
            memory.all(colors);
        }
    }
    Bars: |bars, memory| {
        memory.add(&bars.tops, bars.tops.bytes());
    }
    Events: |events, memory| {
        memory.add(&events.trains, events.trains.bytes());
        memory.all(&events.colors);
    }
    Labels: |labels, memory| {
        memory.all(&labels.places);
        let letters: usize = labels.texts.iter().map(String::capacity).sum();
        memory.add(&labels.texts, (size_of_val(&labels.texts[..]) + letters) as u64);
    }
    Graph: |graph, memory| {
        memory.all(&graph.places);
        memory.all(&graph.edges);
        memory.looks(Some(&graph.size), &graph.color);
    }
    Spans: |spans, memory| {
        spans.x.iter().chain(&spans.y).for_each(|spans| memory.all(spans));
        memory.all(&spans.colors);
    }
    Mesh: |mesh, memory| {
        memory.add(&mesh.shell, mesh.shell.bytes());
        memory.looks(None, &mesh.color);
    }
    Balls: |balls, memory| {
        memory.add(&balls.spots, balls.spots.bytes());
        memory.looks(Some(&balls.size), &balls.color);
    }
    Surface: |surface, memory| {
        memory.add(&surface.relief, surface.relief.bytes());
    }
    Custom: |custom, memory| {
        for buffer in custom.buffers() {
            memory.add(buffer.values(), buffer.bytes());
        }
    }
    Visual: |visual, memory| {
        match visual {
            Self::Points(points) => points.hold(memory),
            Self::Image(image) => image.hold(memory),
            Self::Lines(lines) => lines.hold(memory),
            Self::Bars(bars) => bars.hold(memory),
            Self::Events(events) => events.hold(memory),
            Self::Labels(labels) => labels.hold(memory),
            Self::Graph(graph) => graph.hold(memory),
            Self::Spans(spans) => spans.hold(memory),
            Self::Custom(custom) => custom.hold(memory),
        }
    }
    Solid: |solid, memory| {
        match solid {
            Self::Mesh(mesh) => mesh.hold(memory),
            Self::Balls(balls) => balls.hold(memory),
            Self::Surface(surface) => surface.hold(memory),
        }
    }
    Figure: |figure, memory| {
        figure.visuals.iter().for_each(|visual| visual.hold(memory));
    }
    Sheet: |sheet, memory| {
        for cell in &sheet.cells {
            match &cell.panel {
                Panel::Figure(figure) => figure.hold(memory),
                Panel::Space(space) => space.hold(memory),
            }
        }
    }
    Space: |space, memory| {
        space.solids.iter().for_each(|solid| solid.hold(memory));
    }
}
