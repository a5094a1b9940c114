//! What of a recording is on the device: its pyramid, as far as it is read, and the raw pages that views need.
//!
//! | file | what it is |
//! |---|---|
//! | `recording` | a recording: opened with all of its pyramid, or streamed |
//! | [`budget`] | how much memory it may take |
//! | `levels`, `pages`, `pool` | blocks of nodes and raw pages: which are there, and where |
//! | `build`, `staged` | a pyramid built at once |
//! | `stream`, `list`, `residency`, `pace` | what a view needs, what is read next, and how and when that is taken in |
//! | `kept`, `opening` | a sidecar: found, used, and built behind the view |
//! | `tail` | a recording that grows |
//! | `io`, `tasks` | the threads that read, and what they are told to |
//! | `pen`, `upload`, `words` | nodes and samples as the device has them |

mod bits;
pub mod budget;
mod build;
mod io;
#[cfg(feature = "sidecar")]
mod kept;
mod levels;
mod list;
#[cfg(feature = "sidecar")]
mod opening;
mod pace;
mod pages;
mod pen;
mod pool;
mod recording;
mod residency;
mod staged;
mod stream;
mod tail;
mod tasks;
mod upload;
mod words;

pub use budget::Budget;
pub use build::Builder;
pub use io::Notify;
#[cfg(feature = "sidecar")]
pub use kept::{SidecarState, Sidecars};
pub use recording::{Loaded, MemoryHeld, OpenOptions, Recording};
pub use stream::Polled;
pub use tasks::NodeStore;

pub(crate) use levels::Table;
pub(crate) use pool::is_mapped;
pub(crate) use recording::Resident;
pub(crate) use stream::{Seen, Wanted};
