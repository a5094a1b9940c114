//! What lies over the plot and is typed into: how it is opened, typed, taken and closed.

use std::path::PathBuf;

use super::action::Action;
use super::model::{Model, Overlay, Request};
use super::{palette, time};
use crate::cli::{FileArgs, StripArgs};

impl Model {
    pub(super) fn toggle(&mut self, overlay: Overlay) {
        let same = |open: &Overlay| std::mem::discriminant(open) == std::mem::discriminant(&overlay);
        self.overlay = match &self.overlay {
            Some(open) if same(open) => None,
            _ => Some(overlay),
        };
    }

    /// Closes the topmost thing that is open, else the window.
    pub(super) fn close(&mut self) -> bool {
        let boxing = self.strip.shown.as_mut().is_some_and(|shown| {
            let ruler = shown.measuring.ruler.take().is_some() || shown.measuring.ruling;
            let was = shown.boxing || shown.zoom_box.is_some() || ruler;
            (shown.boxing, shown.noting, shown.zoom_box) = (false, false, None);
            shown.measuring.ruling = false;
            was
        });
        if boxing {
            return true;
        }
        if let Some(overlay) = self.overlay.take() {
            if matches!(overlay, Overlay::Note { .. }) {
                self.cancel_note();
            }
            return true;
        }
        if self.motion.is_moving() {
            self.motion.stop();
            return true;
        }
        self.strip.requests.push(Request::Quit);
        false
    }

    pub(super) fn type_in(&mut self, text: String) -> bool {
        match &mut self.overlay {
            Some(Overlay::Palette { typed, chosen } | Overlay::Open { typed, chosen, .. }) => {
                (*typed, *chosen) = (text, 0);
            }
            Some(Overlay::GoTo { typed } | Overlay::Shift { typed }) => *typed = text,
            Some(Overlay::Note { id, typed }) => {
                typed.clone_from(&text);
                let id = *id;
                self.label_note(id, &text);
            }
            _ => return false,
        }
        true
    }

    pub(super) fn choose(&mut self, by: isize) -> bool {
        let many = match &self.overlay {
            Some(Overlay::Palette { typed, .. }) => palette::found(typed).len(),
            Some(Overlay::Open { typed, .. }) => palette::files(typed, &self.settings.recent).len(),
            _ => 0,
        };
        match &mut self.overlay {
            Some(Overlay::Palette { chosen, .. } | Overlay::Open { chosen, .. }) if many > 0 => {
                *chosen = chosen.saturating_add_signed(by).min(many - 1);
                true
            }
            _ => false,
        }
    }

    /// Takes what is chosen or typed.
    pub(super) fn take(&mut self) -> bool {
        match self.overlay.take() {
            Some(Overlay::Palette { typed, chosen }) => {
                if let Some(entry) = palette::found(&typed).get(chosen) {
                    self.command(entry.command);
                }
            }
            Some(Overlay::GoTo { typed }) => match time::parse(&typed) {
                Some(seconds) => {
                    self.act_on_shown(Action::GoTo(seconds));
                }
                None => self.overlay = Some(Overlay::GoTo { typed }),
            },
            Some(Overlay::Shift { typed }) => match time::parse(&typed) {
                Some(seconds) => return self.shift(seconds),
                None => self.overlay = Some(Overlay::Shift { typed }),
            },
            Some(Overlay::Open {
                typed,
                chosen,
                beside,
            }) => {
                match palette::files(&typed, &self.settings.recent)
                    .into_iter()
                    .nth(chosen)
                {
                    Some(found) if found.folder => {
                        let typed = format!("{}{}", found.path.display(), std::path::MAIN_SEPARATOR);
                        self.overlay = Some(Overlay::Open {
                            typed,
                            chosen: 0,
                            beside,
                        });
                    }
                    Some(found) => self.strip.requests.push(request(found.path, beside)),
                    None => self.strip.requests.push(request(typed.into(), beside)),
                }
            }
            Some(Overlay::Export(form)) => self.take_export(form),
            Some(Overlay::Filter(form)) => self.take_filter(form),
            Some(Overlay::Note { .. }) => self.finish_note(),
            other => self.overlay = other,
        }
        true
    }
}

/// Asks for a recording instead of those that there are, or beside them.
fn request(path: PathBuf, beside: bool) -> Request {
    match beside {
        true => Request::Beside(Box::new(StripArgs::of(FileArgs::plain(path)))),
        false => Request::Open(path),
    }
}
