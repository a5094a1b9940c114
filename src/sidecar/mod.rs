//! The pyramid on disk, beside its recording, so that a second opening is instant.
//!
//! ```text
//! build:   source ─► pass: read, reduce ─► blocks, encoded ─► shards of a stretch, written whole ─► merge: levels above
//! browse:  Sidecar::find(source) ─► read_block(level, block) ─► words of the device
//! ```
//!
//! # The format
//!
//! A [Zarr v3](https://zarr-specs.readthedocs.io/en/latest/v3/core/index.html) group, the folder `NAME.galvani`
//! beside the recording's file `NAME`, or in the user's cache directory where that folder cannot be written to
//! ([`place()`]). Any reader of Zarr reads it: `zarr.open("NAME.galvani")["level/3"][:]`.
//!
//! **Arrays.** `level/0`, `level/1` … hold the nodes of the pyramid: `level/L` has the shape `[ceil(samples / (64 ·
//! 8^L)), channels, 2]`, and the last level one node. Element `[k, c, :]` is the lowest and highest sample of channel
//! `c` among samples `k·n ..= (k + 1)·n`, where `n = 64 · 8^L`, as far as they exist: **both ends belong to it**, so
//! that the line from one sample to the next lies in a node. Samples are as the recording stores them, without scale
//! and offset, as `int16` or, of recordings of more than 16 bits, as `float32`. Unsigned 16-bit samples are less
//! 32768.
//!
//! Of `float32`, −0 and denormals are 0, and a NaN is a gap: `gap/L`, `uint8` of the shape `[nodes, channels]`, is 1
//! where one lies in the node. A node of gaps alone has a lowest value of +inf and a highest of −inf. `int16` has no
//! gaps, and its sidecars no `gap`.
//!
//! `usual`, `float32` of the shape `[channels, 2]`, is of each channel the median of the stored values, and half of
//! the range that lanes are scaled by, as [`robust`](crate::source::robust()) finds them in the whole recording. It is
//! one chunk with the codecs `bytes` and `crc32c`, written after all levels.
//!
//! **Chunks.** The inner chunk, here a *block*, is `block_nodes` nodes of all channels: the largest power of two that
//! makes at most 1 MiB at 4 bytes a node, from 512 to 65536; a level of fewer nodes is one block of just those.
//! Codecs: `bytes` (little-endian), `blosc` (zstd, level 1, shuffled by the value's size), `crc32c`. Blocks lie one
//! after another in a shard of Zarr's `sharding_indexed` codec, whose index (`bytes`, `crc32c`) is at the end.
//!
//! **Shards and stretches.** The recording is cut along time into *stretches* of `8^top` blocks of leaves, `8^(top −
//! 1)` blocks of level 1 and so on to one block of level `top`, where `top + 1` is the attribute `stretch_levels`:
//! the most, 3 at most, that keep the leaves of a stretch within 64 MiB at 4 bytes a node. Shard `s` of levels `0 ..=
//! top` (file `level/L/c/s/0/0`) is of stretch `s`. The levels above are merged from level `top`, in shards of
//! `8^top` blocks.
//!
//! **Attributes.** The group has one, `galvani`:
//!
//! | name | value |
//! |---|---|
//! | `version` | 2 |
//! | `leaf`, `fanout` | 64 samples, 8 nodes |
//! | `samples`, `channels`, `dtype` | the recording's shape; `int16` or `float32` |
//! | `block_nodes`, `stretch_levels` | see above |
//! | `source.files` | of each file its `name` without the folder, its size in `bytes`, when it was last changed, `modified_ns` since 1970 |
//! | `source.sha256` | of some samples, see below |
//!
//! The hash is that of the samples, little-endian and in the source's order, at `n` places: 64, or where each channel
//! lies on its own `512 / channels`, from 4 to 64. Place `i` is `w` samples of all channels from sample `(samples −
//! w) · i / (n − 1)`, rounded down; `w` is as many as fit in 4096 bytes, but at least 1.
//!
//! Each array says its `samples_per_node`.
//!
//! # What is believed
//!
//! A sidecar of which any attribute is not what its recording gives now is none, and is removed by the next build. A
//! shard is written under another name (in `.unnamed`), synchronised, and renamed, so that it is whole or not there;
//! its blocks and its index are believed only where their checksums hold. Nodes are a function of the samples alone,
//! and bytes on the disk of the nodes: whoever builds, however it is shared out and however often it is killed, the
//! files are equal to the byte.

mod build;
mod codec;
mod cut;
mod identity;
mod meta;
mod pass;
mod place;
mod read;
mod shard;
mod usual;
mod verify;

pub(crate) use build::begin;
pub use build::{BuildOptions, Built, build, merge};
pub use cut::Cut;
pub use pass::Progress;
pub use place::place;
pub use read::{Sidecar, Stretch};
pub use verify::{Difference, verify};

/// The format's name in errors.
const FORMAT: &str = "sidecar";
