//! Reading a sidecar: which of it is there, and the nodes of a block.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::codec::{self, Part};
use super::cut::{Cut, Plan};
use super::identity::Identity;
use super::meta;
use super::place;
use super::shard::{Index, Shard};
use super::usual;
use crate::abi::{NODE_WORDS, Node, Sample};
use crate::pyramid::Geometry;
use crate::source::{Dtype, Robust, Source};
use crate::{Error, Result};

/// The pyramid of a recording on disk, whole or as far as it has been built.
///
/// Nothing of it is kept in memory but the indices of the shards that were read: 16 bytes a block.
pub struct Sidecar {
    root: PathBuf,
    plan: Plan,
    /// Of each shard that was read.
    indices: Mutex<HashMap<(Part, usize, u64), Arc<Index>>>,
    /// Whether a block was read that is not what its checksum says.
    damaged: AtomicBool,
}

/// A stretch of the recording, which is built, seen and believed as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// Its samples.
    pub samples: Range<u64>,
    /// Whether its nodes are there.
    pub complete: bool,
}

impl std::fmt::Debug for Sidecar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sidecar")
            .field("root", &self.root)
            .field("plan", &self.plan)
            .finish_non_exhaustive()
    }
}

impl Sidecar {
    /// The sidecar of a recording: beside it, or in the user's cache directory. `None` if there is none in either
    /// place, or only one of another recording, of this one before it changed, or of another version.
    ///
    /// Cost: where there is one, it reads some 256 KiB of the recording to recognise it.
    ///
    /// # Errors
    /// [`Error::Open`] and [`Error::Read`] if the recording's own files fail.
    pub fn find(source: &dyn Source) -> Result<Option<Self>> {
        let places = place::candidates(source)?;
        let places: Vec<_> = places
            .into_iter()
            .filter(|place| meta::attributes(place).is_some())
            .collect();
        if places.is_empty() {
            return Ok(None);
        }
        let identity = Identity::of(source)?;
        let found = places.into_iter().find_map(|root| {
            let cut = meta::cut_of(&root, &identity)?.ok()?;
            Self::with_cut(root, &identity, cut).ok()
        });
        Ok(found)
    }

    /// The sidecar of a recording if all of it is there and its blocks are those of [`Geometry::block_shift`], so that
    /// it serves a recording on a device; and if there is one that is not used, a sentence why.
    ///
    /// # Errors
    /// Those of [`Sidecar::find`].
    pub fn whole(source: &dyn Source) -> Result<(Option<Self>, Option<String>)> {
        let Some(found) = Self::find(source)? else {
            return Ok((None, stale(source)?));
        };
        if found.cut().block_shift != found.geometry().block_shift() {
            let root = found.root.display();
            let why = format!("{root} is not used: its blocks are of another size than those that are read");
            return Ok((None, Some(why)));
        }
        Ok((found.is_complete().then_some(found), None))
    }

    /// Opens the sidecar in the folder `root`, whole or not, if it is that of `source` as it is now.
    ///
    /// # Errors
    /// [`Error::Format`] if there is none, or one of something else; [`Error::Open`] and [`Error::Read`] if the
    /// recording's own files fail.
    pub fn open(root: impl Into<PathBuf>, source: &dyn Source) -> Result<Self> {
        Self::open_as(root.into(), &Identity::of(source)?)
    }

    pub(super) fn open_as(root: PathBuf, identity: &Identity) -> Result<Self> {
        let failed = |root: PathBuf, problem: String| Error::Format {
            format: super::FORMAT,
            path: root,
            offset: 0,
            problem,
        };
        match meta::cut_of(&root, identity) {
            None => Err(failed(root, "there is no sidecar in this folder".into())),
            Some(Err(why)) => Err(failed(root, format!("{why}; build it again"))),
            Some(Ok(cut)) => Self::with_cut(root, identity, cut),
        }
    }

    fn with_cut(root: PathBuf, identity: &Identity, cut: Cut) -> Result<Self> {
        let plan = Plan::new(identity.geometry, cut)?;
        Ok(Self {
            root,
            plan,
            indices: Mutex::default(),
            damaged: AtomicBool::new(false),
        })
    }

    /// The folder that it is in.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The shape of the recording and its levels.
    #[must_use]
    pub fn geometry(&self) -> &Geometry {
        &self.plan.geometry
    }

    /// How it is cut into blocks and stretches: as [`Cut::new`] says, unless it was built otherwise.
    #[must_use]
    pub fn cut(&self) -> Cut {
        self.plan.cut
    }

    /// Samples of each channel in a stretch but the last.
    #[must_use]
    pub fn stretch_samples(&self) -> u64 {
        self.plan.stretch_samples()
    }

    /// Whether what was read since the last call was damaged.
    pub(crate) fn take_damaged(&self) -> bool {
        self.damaged.swap(false, Ordering::Relaxed)
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The stretches in the order of time, and which of them are there. Cost: a look at one to six files for each.
    #[must_use]
    pub fn stretches(&self) -> Vec<Stretch> {
        let each = self.plan.stretch_samples();
        let stretch = |number: u64| Stretch {
            samples: number * each..((number + 1) * each).min(self.plan.geometry.samples),
            complete: (0..self.plan.own_levels()).all(|level| self.has(level, number)),
        };
        (0..self.plan.stretches()).map(stretch).collect()
    }

    /// Whether all stretches, all merged levels and the usual ranges are there. Cost: a look at every file.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let mut levels = 0..self.plan.geometry.levels();
        levels.all(|level| (0..self.plan.shards(level)).all(|shard| self.has(level, shard)))
            && usual::path(&self.root).is_file()
    }

    /// Of each channel, the middle and the usual range of its stored values in the whole recording, as
    /// [`robust`](crate::source::robust()) gives them; `None` where they have not been written yet, or are damaged.
    #[must_use]
    pub fn robust(&self) -> Option<Vec<Robust>> {
        usual::read(&self.root, self.plan.channels())
    }

    /// Whether a shard is there under its name.
    pub(super) fn has(&self, level: usize, shard: u64) -> bool {
        let parts = Part::of(self.plan.dtype()).iter();
        parts
            .into_iter()
            .all(|part| meta::shard_path(&self.root, *part, level, shard).is_file())
    }

    /// Whether a shard is there and each of its checksums holds.
    pub(super) fn is_whole(&self, level: usize, shard: u64) -> bool {
        let blocks = self.plan.blocks_of(level, shard);
        let blocks = (blocks.end - blocks.start) as usize;
        let room = self.plan.shard_blocks(level) as usize;
        Part::of(self.plan.dtype()).iter().all(|part| {
            let path = meta::shard_path(&self.root, *part, level, shard);
            let shard = Shard::open(path).ok().flatten();
            shard.is_some_and(|mut shard| shard.is_whole(room, blocks))
        })
    }

    /// The nodes of a block of all channels as words of the device ([`Sample::words`]): `[channels, nodes]`, where
    /// the level's last block has fewer nodes. `None` where it has not been built yet, or is beyond the level's end.
    ///
    /// May be called by several threads at once. Cost: one or two positional reads of the block, at most 1 MiB of
    /// `i16` for up to 512 channels, and its decoding at 0.8 GB/s.
    ///
    /// # Errors
    /// [`Error::Open`] and [`Error::Read`] if the disk fails; [`Error::Format`] if a checksum does not hold, which
    /// names the shard.
    pub fn read_block(&self, level: usize, block: u64) -> Result<Option<Vec<u32>>> {
        let Some((nodes, parts)) = self.read_parts(level, block)? else {
            return Ok(None);
        };
        let dtype = self.plan.dtype();
        let words = match dtype {
            Dtype::I16 => i16::F32,
            Dtype::F32 => f32::F32,
        };
        let words = NODE_WORDS[words as usize] as usize;
        let channels = self.plan.channels();
        let mut planar = vec![0_u32; words * channels * nodes];
        tiles(channels, nodes, |channel, node| {
            let at = &mut planar[words * (channel * nodes + node)..][..words];
            let from = node * channels + channel;
            match dtype {
                // The bytes on disk are those of the word.
                Dtype::I16 => at[0] = parts.word(from),
                Dtype::F32 => at.copy_from_slice(&f32::words(parts.node(dtype, from))),
            }
        });
        Ok(Some(planar))
    }

    /// The nodes of a block, `[nodes, channels]`.
    pub(super) fn read_nodes(&self, level: usize, block: u64) -> Result<Option<Vec<Node>>> {
        let Some((nodes, parts)) = self.read_parts(level, block)? else {
            return Ok(None);
        };
        let count = nodes * self.plan.channels();
        Ok(Some(
            (0..count).map(|i| parts.node(self.plan.dtype(), i)).collect(),
        ))
    }

    fn read_parts(&self, level: usize, block: u64) -> Result<Option<(usize, Parts)>> {
        if level >= self.plan.geometry.levels() {
            return Ok(None);
        }
        let nodes = self.plan.block_len(level, block);
        if nodes == 0 {
            return Ok(None);
        }
        let mut parts = Parts::default();
        for part in Part::of(self.plan.dtype()) {
            let Some(values) = self.read_part(*part, level, block)? else {
                return Ok(None);
            };
            match part {
                Part::Range => parts.range = values,
                Part::Gap => parts.gap = values,
            }
        }
        Ok(Some((nodes, parts)))
    }

    fn read_part(&self, part: Part, level: usize, block: u64) -> Result<Option<Vec<u8>>> {
        let (number, place) = self.plan.shard_of(level, block);
        let path = meta::shard_path(&self.root, part, level, number);
        let Some(mut shard) = Shard::open(path)? else {
            return Ok(None);
        };
        let key = (part, level, number);
        let known = self.indices().get(&key).cloned();
        let index = match known {
            Some(index) => index,
            None => {
                let index = Arc::new(shard.index(self.plan.shard_blocks(level) as usize)?);
                self.indices().insert(key, index.clone());
                index
            }
        };
        let stored = self.plan.stored_nodes(level) as usize * self.plan.channels();
        let expected = stored * part.node_bytes(self.plan.dtype());
        let read = shard.block(&index, place).and_then(|bytes| {
            codec::decode(&bytes, expected)
                .ok_or_else(|| shard.damaged(0, "the checksum of a block is wrong"))
        });
        if read.is_err() {
            // It may be replaced by a sound one.
            self.indices().remove(&key);
            self.damaged.store(true, Ordering::Relaxed);
        }
        read.map(Some)
    }

    fn indices(&self) -> std::sync::MutexGuard<'_, HashMap<(Part, usize, u64), Arc<Index>>> {
        self.indices.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why the sidecar that is there is not this recording's.
fn stale(source: &dyn Source) -> Result<Option<String>> {
    let mut places = place::candidates(source)?.into_iter();
    let Some(root) = places.find(|place| meta::attributes(place).is_some()) else {
        return Ok(None);
    };
    let why = meta::cut_of(&root, &Identity::of(source)?).and_then(std::result::Result::err);
    Ok(why.map(|why| format!("{} is not used: {why}", root.display())))
}

/// A block's values as they lie in the arrays, `[nodes, channels, …]`.
#[derive(Default)]
struct Parts {
    range: Vec<u8>,
    gap: Vec<u8>,
}

impl Parts {
    fn word(&self, at: usize) -> u32 {
        let bytes = &self.range[4 * at..][..4];
        u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
    }

    fn node(&self, dtype: Dtype, at: usize) -> Node {
        let each = Part::Range.node_bytes(dtype);
        let gap = self.gap.get(at).copied().unwrap_or(0);
        codec::node(dtype, &self.range[each * at..][..each], gap)
    }
}

/// Calls `each` with every channel and node, in tiles that keep rows and columns in the cache.
pub(super) fn tiles(channels: usize, nodes: usize, mut each: impl FnMut(usize, usize)) {
    const TILE: usize = 32;
    for first_channel in (0..channels).step_by(TILE) {
        for first_node in (0..nodes).step_by(TILE) {
            for channel in first_channel..(first_channel + TILE).min(channels) {
                for node in first_node..(first_node + TILE).min(nodes) {
                    each(channel, node);
                }
            }
        }
    }
}
