//! Opening a recording together with its sidecar.

use std::sync::Arc;

use super::budget;
use super::kept::{Keeper, SidecarState, Sidecars, fits};
use super::recording::{Behind, OpenOptions, Recording};
use super::tasks::NodeStore;
use crate::Result;
use crate::sidecar::Sidecar;
use crate::source::Source;

impl Recording<'_> {
    /// What has become of its sidecar, where [`OpenOptions::sidecar`] asks for one.
    #[must_use]
    pub fn sidecar(&self) -> SidecarState {
        self.keeper.as_ref().map_or(SidecarState::Absent, Keeper::state)
    }

    /// Why the sidecar that was there on opening is not used, if so: a sentence that names it.
    #[must_use]
    pub fn sidecar_note(&self) -> Option<&str> {
        self.keeper.as_ref().and_then(Keeper::note)
    }

    /// The store that a recording's sidecar is, where one is asked for and all of it is there.
    pub(super) fn sidecar_of(
        source: &dyn Source,
        options: &OpenOptions<'_>,
    ) -> Result<Option<Arc<dyn NodeStore>>> {
        if options.sidecar == Sidecars::Ignore || source.files().is_empty() || !is_whole(source, options) {
            return Ok(None);
        }
        let (found, _) = Sidecar::whole(source)?;
        Ok(found.map(|found| Arc::new(found) as Arc<dyn NodeStore>))
    }
}

impl Recording<'static> {
    /// Who keeps the recording's sidecar, if anyone, and what that takes.
    pub(super) fn keeper_of(
        source: &Arc<dyn Source>,
        options: &OpenOptions<'_>,
        mut behind: Behind,
    ) -> Result<(Option<Keeper>, Behind)> {
        if behind.store.is_some()
            || options.build_first
            || options.sidecar == Sidecars::Ignore
            || !is_whole(source.as_ref(), options)
        {
            return Ok((None, behind));
        }
        let wanted = options.sidecar == Sidecars::Build;
        let host = budget::host_bytes(options.budget_host);
        let dtype = source.info().dtype;
        let builds = wanted && fits(dtype, host);
        let mut keeper = Keeper::open(source, builds, options.notify.clone())?;
        if let (true, false, Some(keeper)) = (wanted, builds, &mut keeper) {
            keeper.cannot_build(dtype, host);
        }
        if let Some(keeper) = &keeper {
            behind.store = keeper.store();
            behind.building = keeper.building_bytes(dtype);
        }
        Ok((keeper, behind))
    }
}

/// Whether all of a source is opened, and stays all of it, so that its sidecar's nodes are the recording's.
fn is_whole(source: &dyn Source, options: &OpenOptions<'_>) -> bool {
    let all = 0..source.info().samples;
    !options.grows && options.span.as_ref().is_none_or(|span| *span == all)
}
