//! What the device has of figures and scenes, as far as there is room.

use crate::{Error, Result};

/// Something on the device, or on its way to it.
pub(super) enum Held<T> {
    Here(Box<T>),
    /// With the host alone, since there was no room for so many bytes.
    Refused(u64),
}

impl<T> Held<T> {
    /// Nothing has been asked for yet.
    pub(super) const NOT_YET: Self = Self::Refused(0);

    pub(super) fn get(&self) -> Option<&T> {
        match self {
            Self::Here(held) => Some(held),
            Self::Refused(_) => None,
        }
    }

    /// What is here, or is made now, if what it needs is no more than so many bytes.
    pub(super) fn within(&mut self, room: u64, make: impl FnOnce() -> Result<T>) -> Result<Option<&mut T>> {
        if let Self::Refused(needs) = self
            && *needs <= room
        {
            *self = match make() {
                // Where the device itself has none left, until others have gone.
                Err(Error::OutOfBudget { needs, .. }) => Self::Refused(needs.max(room.saturating_add(1))),
                made => Self::Here(Box::new(made?)),
            };
        }
        Ok(match self {
            Self::Here(held) => Some(held),
            Self::Refused(_) => None,
        })
    }
}
