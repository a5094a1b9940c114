//! What the window does for annotations and events: reads them, and gives annotations to what keeps them.

use std::path::Path;

use galvani::scene::marks::Layer;

use super::annotations::Annotations;
use super::app::App;
use super::keeper::{Keeper, Kept};
use super::loading;
use super::news::News;
use super::remembered;
use crate::cli::EventsFrom;

impl App<'_> {
    /// Reads annotations, starts what keeps them, and has the recording's events read. Of several strips of one path the first has
    /// them, and others only the events that they are asked for.
    pub(super) fn annotations(&mut self) {
        let owns = self.model.owner() == self.model.strip.at();
        if owns {
            self.notes();
        }
        let asked = self
            .behind
            .asked
            .as_ref()
            .and_then(|asked| asked.look.events.as_ref());
        let strip = &mut *self.model.strip;
        let path = strip.path.clone();
        let from = match &strip.events {
            EventsFrom::Path(from) => Some(from.clone()),
            EventsFrom::Recording if !path.as_os_str().is_empty() && (owns || asked.is_some()) => {
                Some(path.clone())
            }
            _ => None,
        };
        let (Some(from), Some(shown)) = (from, &mut strip.shown) else {
            return;
        };
        shown.layers.reading = true;
        let look = (shown.info.clone(), self.model.style());
        loading::events((path, from), look, self.tell());
    }

    /// Reads annotations, and starts what keeps them.
    fn notes(&mut self) {
        let style = self.model.style();
        let path = self.model.strip.path.clone();
        let elsewhere = remembered::place(&self.places, &path, "annotations", "csv");
        let on_disk = !path.as_os_str().is_empty();
        let (kept, read) = Kept::read(&path, elsewhere.filter(|_| on_disk));
        self.model.strip.notes_path = kept.path().map(Path::to_path_buf);
        let tell = self.tell();
        self.behind.keeper = Some(Keeper::start(kept, move |line| {
            // A window that is gone needs no news.
            tell.send(News::Told(line));
        }));
        let failed = read.map(|all| {
            if let Some(shown) = &mut self.model.strip.shown {
                shown.notes = Annotations::new(all);
            }
        });
        if let Err(error) = failed {
            self.model.tell(format!("{error:#}"));
        }
        if let Some(shown) = &mut self.model.strip.shown {
            shown.write(&style);
        }
    }

    /// Takes in what a recording's files say happened.
    pub(super) fn events_read(&mut self, path: &Path, found: galvani::Result<Vec<Layer>>) {
        let style = self.model.style();
        let strip = &mut *self.model.strip;
        let Some(shown) = strip.shown.as_mut().filter(|_| strip.path == path) else {
            return;
        };
        let told = found.map(|found| shown.layers.take(found)).err();
        shown.layers.reading = false;
        if let Some(asked) = &self.behind.asked {
            shown.layers.hide(&asked.look.hide_events);
            shown.layers.paint(&asked.look.event_color);
        }
        shown.mark(&style);
        if let Some(error) = told {
            self.model.tell(format!("cannot read events: {error}"));
        }
    }

    /// Gives annotations to the thread that writes them.
    pub(super) fn keep_annotations(&self) {
        if let (Some(keeper), Some(shown)) = (&self.behind.keeper, &self.model.strip.shown) {
            keeper.keep(shown.notes.text());
        }
    }
}
