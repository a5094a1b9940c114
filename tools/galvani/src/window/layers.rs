//! The events of a recording as layers: what its files say, and what people have written down. Which are shown, and which
//! event is next.

use galvani::scene::marks::{Layer, Marks, Parts, Show};
use galvani::scene::{Rgba8, Style};
use galvani::source::Info;

use super::annotations::Annotations;
use crate::cli::NamedColor;

/// The name of the layer that people write.
pub(super) const OWN: &str = "annotations";

/// All layers, and what is looked for in them.
#[derive(Debug, Clone, Default)]
pub(super) struct Layers {
    /// What the recording's files say, then what people have written: instants and spans.
    pub(super) all: Vec<Layer>,
    /// How many of them are from files.
    pub(super) found: usize,
    /// The colours that were chosen, whether or not their layers are there yet.
    colors: Vec<NamedColor>,
    /// The names of layers that are hidden, likewise.
    away: Vec<String>,
    /// How many notes people have written.
    written: usize,
    /// Whether files are still being read.
    pub(super) reading: bool,
    /// Where jumps stay; `None` for all that are shown.
    pub(super) chosen: Option<usize>,
    /// What labels have to hold to be jumped to, in small letters.
    pub(super) search: String,
    /// The event that was jumped to last, in samples.
    pub(super) at: Option<f64>,
}

/// What happens to a layer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Change {
    /// Shown or not.
    Visible(bool),
    /// Its colour, for all labels.
    Color(Rgba8),
    /// Jumps stay in it, or no longer.
    Choose,
}

impl Layers {
    /// Puts what files say before what people write.
    pub(super) fn take(&mut self, found: Vec<Layer>) {
        let own = self.all.split_off(self.found.min(self.all.len()));
        self.found = found.len();
        self.all = found;
        self.all.extend(own);
        (self.chosen, self.reading) = (None, false);
        self.show();
    }

    /// Makes what people have written anew.
    pub(super) fn write(&mut self, notes: &Annotations, info: &Info, style: &Style) {
        self.written = notes.all().len();
        self.all.truncate(self.found);
        for show in [Show::Bands, Show::Lines] {
            let kind = |lasts: bool| lasts == (show == Show::Bands);
            let of = notes.all().iter().map(|(_, note)| note);
            let of: Vec<_> = of.filter(|note| kind(note.duration_s > 0.0)).collect();
            let mut parts = Parts {
                names: of.iter().map(|note| note.label.clone()).collect(),
                ..Parts::default()
            };
            // A mark for each of the channels that it is about.
            for (label, note) in (0..).zip(&of) {
                let all = note.channels.is_empty().then_some(u32::MAX);
                for channel in note.channels.iter().copied().chain(all) {
                    parts.times.push(info.sample_from_clock(note.time_s));
                    parts.durations.push(note.duration_s * info.rate_hz);
                    parts.labels.push(label);
                    parts.channels.push(channel);
                }
            }
            self.all.push(Layer {
                palette: Vec::new(),
                // They stand on flags that can be clicked.
                labels: false,
                ..Layer::new(OWN, Marks::new(parts), show, style)
            });
        }
        self.show();
        self.recolor(style);
    }

    /// Shows all but what is hidden.
    fn show(&mut self) {
        for layer in &mut self.all {
            layer.visible = !self.away.contains(&layer.name);
        }
    }

    /// All of them with the labels beside what they stand for: where there are no flags.
    pub(super) fn labelled(&self) -> Vec<Layer> {
        let mut all = self.all.clone();
        all.iter_mut().skip(self.found).for_each(|own| own.labels = true);
        all
    }

    /// Hides those of these names, now or when they come.
    pub(super) fn hide(&mut self, names: &[String]) {
        self.away.extend_from_slice(names);
        self.show();
    }

    /// Chooses colours by name, for those that are there and those that come.
    pub(super) fn paint(&mut self, colors: &[NamedColor]) {
        for chosen in colors {
            self.colors.retain(|color| color.name != chosen.name);
            self.colors.push(chosen.clone());
        }
    }

    /// The colours that were chosen for layers that are there, each name once.
    pub(super) fn chosen_colors(&self) -> Vec<NamedColor> {
        let there = |color: &&NamedColor| self.all.iter().any(|layer| layer.name == color.name);
        self.colors.iter().filter(there).cloned().collect()
    }

    /// The names of those that are hidden, each once.
    pub(super) fn hidden(&self) -> Vec<String> {
        let mut names = Vec::new();
        for layer in self.all.iter().filter(|layer| !layer.visible) {
            if !names.contains(&layer.name) {
                names.push(layer.name.clone());
            }
        }
        names
    }

    /// Gives them the colours of a style, but for those that were chosen.
    pub(super) fn recolor(&mut self, style: &Style) {
        for (index, layer) in self.all.iter_mut().enumerate() {
            let own = index >= self.found;
            let chosen = self.colors.iter().find(|color| color.name == layer.name);
            let chosen = chosen.map(|color| color.color);
            match chosen.or(own.then(|| style.color(1))) {
                Some(color) => (layer.color, layer.palette) = (color, Vec::new()),
                None if matches!(layer.show, Show::Levels) => {
                    (layer.color, layer.palette) = (style.color(index), Vec::new());
                }
                None => layer.recolor(style),
            }
        }
    }

    /// Changes a layer, and all of its name: the two of what people write are one.
    pub(super) fn change(&mut self, index: usize, change: Change) {
        match change {
            Change::Choose => self.chosen = (self.chosen != Some(index)).then_some(index),
            Change::Visible(visible) => {
                let name = self.all[index].name.clone();
                self.away.retain(|away| *away != name);
                self.away.extend((!visible).then_some(name));
                self.show();
            }
            Change::Color(color) => {
                let name = self.all[index].name.clone();
                self.paint(&[NamedColor { name, color }]);
            }
        }
    }

    /// The layers that are one in lists.
    pub(super) fn together(&self, index: usize) -> std::ops::Range<usize> {
        match index < self.found {
            true => index..index + 1,
            false => self.found.min(self.all.len())..self.all.len(),
        }
    }

    /// How many events a line of the list stands for.
    pub(super) fn count(&self, index: usize) -> usize {
        match self.all.get(index) {
            Some(layer) if index < self.found => layer.marks.len(),
            Some(_) => self.written,
            None => 0,
        }
    }

    /// The first event after a time, or the last before it, in samples, among those that are looked for. Costs a search in each
    /// layer, and one for each label that is looked for.
    pub(super) fn beside(&self, from: f64, later: bool) -> Option<f64> {
        let chosen = self.chosen.filter(|index| *index < self.all.len());
        let of = chosen.map_or(0..self.all.len(), |index| self.together(index));
        let shown = self.all[of]
            .iter()
            .filter(|layer| layer.visible || chosen.is_some());
        let found = shown.filter_map(|layer| self.beside_in(&layer.marks, from, later));
        found.reduce(|a, b| match later {
            true => a.min(b),
            false => a.max(b),
        })
    }

    fn beside_in(&self, marks: &Marks, from: f64, later: bool) -> Option<f64> {
        let beside = |label: Option<u32>| match later {
            true => marks.next(from, label),
            false => marks.previous(from, label),
        };
        let time = |index: usize| marks.times()[index];
        if self.search.is_empty() {
            return beside(None).map(time);
        }
        let names = (0..).zip(marks.names());
        let wanted = names.filter(|(_, name)| name.to_lowercase().contains(&self.search));
        let found = wanted.filter_map(|(label, _)| beside(Some(label)).map(time));
        found.reduce(|a, b| match later {
            true => a.min(b),
            false => a.max(b),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::annotations::Annotation;
    use super::*;
    use galvani::source::{Source, Synthetic};

    fn layer(name: &str, times: &[f64], names: &[&str]) -> Layer {
        let marks = Marks::new(Parts {
            times: times.to_vec(),
            labels: (0..times.len()).map(|i| (i % names.len()) as u32).collect(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            ..Parts::default()
        });
        Layer::new(name, marks, Show::Row, &Style::dark())
    }

    fn layers() -> Layers {
        let mut layers = Layers::default();
        let info = Synthetic::new(1, 2, 10_000, 1000.0)
            .expect("a source")
            .info()
            .clone();
        let note = |time_s: f64, duration_s: f64| Annotation {
            time_s,
            duration_s,
            label: "Seen".into(),
            channels: Vec::new(),
        };
        let notes = Annotations::new(vec![note(0.35, 0.0), note(0.45, 0.1)]);
        layers.write(&notes, &info, &Style::dark());
        layers.take(vec![
            layer("a", &[100.0, 200.0, 300.0, 400.0], &["Left", "Right"]),
            layer("b", &[150.0], &["Left"]),
        ]);
        layers
    }

    #[test]
    fn the_next_event_of_any_kind() {
        let layers = layers();
        let mut seen = Vec::new();
        let mut at = 0.0;
        while let Some(next) = layers.beside(at, true) {
            seen.push(next);
            at = next;
        }
        assert_eq!(seen, [100.0, 150.0, 200.0, 300.0, 350.0, 400.0, 450.0]);
        assert_eq!(layers.beside(200.0, false), Some(150.0));
        assert_eq!(layers.beside(100.0, false), None);
    }

    #[test]
    fn the_next_of_a_layer_or_a_label() {
        let mut layers = layers();
        layers.change(0, Change::Choose);
        assert_eq!(layers.beside(100.0, true), Some(200.0));
        layers.search = "left".into();
        assert_eq!(layers.beside(100.0, true), Some(300.0));
        layers.change(0, Change::Choose);
        assert_eq!(layers.beside(100.0, true), Some(150.0));
        layers.search = "seen".into();
        assert_eq!(layers.beside(100.0, true), Some(350.0));
        assert_eq!(layers.beside(500.0, false), Some(450.0));
        layers.search.clear();
        layers.change(0, Change::Visible(false));
        assert_eq!(
            layers.beside(150.0, true),
            Some(350.0),
            "what is hidden is passed over"
        );
        assert_eq!((layers.count(0), layers.count(2)), (4, 2));
    }

    #[test]
    fn colours_that_were_chosen_stay() {
        let mut layers = layers();
        let red = Rgba8::opaque(0xFF_00_00);
        layers.change(0, Change::Color(red));
        layers.recolor(&Style::light());
        assert_eq!((layers.all[0].color, layers.all[0].palette.len()), (red, 0));
        assert!(!layers.all[1].palette.is_empty());
        // Whatever else is read or written meanwhile.
        layers.change(2, Change::Color(red));
        layers.change(1, Change::Visible(false));
        layers.take(vec![layer("b", &[1.0], &["x"])]);
        layers.recolor(&Style::light());
        assert_eq!(
            (layers.hidden(), layers.all[1].color),
            (vec!["b".to_owned()], red)
        );
        let names = layers.chosen_colors().into_iter().map(|color| color.name);
        assert_eq!(names.collect::<Vec<_>>(), [OWN]);
    }
}
