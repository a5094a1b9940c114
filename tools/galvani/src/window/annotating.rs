//! What the window does for annotations and events: reads them, and gives annotations to what keeps them.

use std::path::Path;

use galvani::scene::marks::Layer;

use super::annotations::Annotations;
use super::app::App;
use super::keeper::{Keeper, Kept};
use super::loading::{self, News};
use super::remembered;
use crate::cli::EventsFrom;

impl App<'_> {
    /// Reads annotations, starts what keeps them, and has the recording's events read.
    pub(super) fn annotations(&mut self) {
        let style = self.model.style();
        let Some(shown) = &mut self.model.shown else {
            return;
        };
        let path = self.model.path.clone();
        let elsewhere = remembered::place(&self.places, &path, "annotations", "csv");
        let on_disk = !path.as_os_str().is_empty();
        let (kept, read) = Kept::read(&path, elsewhere.filter(|_| on_disk));
        self.model.notes_path = kept.path().map(Path::to_path_buf);
        let proxy = self.proxy.clone();
        self.keeper = Some(Keeper::start(kept, move |line| {
            // A window that is gone needs no news.
            let _ = proxy.send_event(News::Told(line));
        }));
        let from = match &self.model.events {
            EventsFrom::Nowhere => None,
            EventsFrom::Recording => on_disk.then(|| path.clone()),
            EventsFrom::Path(from) => Some(from.clone()),
        };
        shown.layers.reading = from.is_some();
        if let Some(from) = from {
            let look = (shown.info.clone(), style.clone());
            loading::events((path, from), look, self.proxy.clone());
        }
        match read {
            Ok(all) => shown.notes = Annotations::new(all),
            Err(error) => self.model.tell(format!("{error:#}")),
        }
        if let Some(shown) = &mut self.model.shown {
            shown.write(&style);
        }
    }

    /// Takes in what a recording's files say happened.
    pub(super) fn events_read(&mut self, path: &Path, found: galvani::Result<Vec<Layer>>) {
        let style = self.model.style();
        let Some(shown) = self.model.shown.as_mut().filter(|_| self.model.path == path) else {
            return;
        };
        let told = found.map(|found| shown.layers.take(found)).err();
        shown.layers.reading = false;
        if let Some(asked) = &self.asked {
            shown.layers.hide(&asked.look.hide_events);
        }
        shown.mark(&style);
        if let Some(error) = told {
            self.model.tell(format!("cannot read events: {error}"));
        }
    }

    /// Gives annotations to the thread that writes them.
    pub(super) fn keep_annotations(&self) {
        if let (Some(keeper), Some(shown)) = (&self.keeper, &self.model.shown) {
            keeper.keep(shown.notes.text());
        }
    }
}
