//! Sidecars against `reference::pyramid`, and against all that may happen to them.

#![cfg(feature = "sidecar")]

#[path = "common/random.rs"]
mod random;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use galvani::abi::{NODE_WORDS, Sample};
use galvani::reference;
use galvani::sidecar::{self, BuildOptions, Cut, Progress, Sidecar};
use galvani::source::{self, Block, ByteOrder, Kind, Layout, Memory, Raw, RawFormat, Source, StoredType};
use random::{f32s, i16s};

/// Short stretches, so that small recordings have many: 4096 samples, of two levels.
const SMALL: Cut = Cut {
    block_shift: 3,
    top: 1,
};

/// A fresh folder.
fn folder(name: &str) -> PathBuf {
    let path =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("sidecar-{name}-{}", std::process::id()));
    // It is usually not there.
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("the target folder is writable");
    path
}

const I16: StoredType = StoredType::I16_LE;
const F32: StoredType = StoredType {
    kind: Kind::F32,
    order: ByteOrder::Little,
};

/// A raw file of planar or interleaved values.
fn raw(path: &Path, values: &[u8], dtype: StoredType, channels: usize, order: Layout) -> Raw {
    fs::write(path, values).expect("the folder is writable");
    reopened(path, dtype, channels, order)
}

fn reopened(path: &Path, dtype: StoredType, channels: usize, order: Layout) -> Raw {
    let format = RawFormat {
        order,
        ..RawFormat::new(channels, 30_000.0, dtype)
    };
    Raw::open(path, &format).expect("a raw file")
}

/// Three channels of 16-bit noise, interleaved.
fn noise(folder: &Path, samples: usize) -> (Raw, Vec<i16>) {
    let values = i16s(samples as u64, 3 * samples);
    let path = folder.join("noise.bin");
    let source = raw(&path, bytemuck::cast_slice(&values), I16, 3, Layout::Interleaved);
    (source, values)
}

fn small() -> BuildOptions<'static> {
    BuildOptions {
        cut: Some(SMALL),
        ..BuildOptions::default()
    }
}

/// Every file of a folder by its path in it, but those of `.unnamed`, of which there must be none.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).expect("in it").to_path_buf();
                found.insert(name, fs::read(&path).expect("a file"));
            }
        }
    }
    assert!(
        !found.keys().any(|name| name.starts_with(".unnamed")),
        "left behind"
    );
    found
}

/// The files of shards.
fn shards(root: &Path) -> Vec<PathBuf> {
    let names = files(root).into_keys();
    names.filter(|name| !name.ends_with("zarr.json")).collect()
}

/// The words of each block against those of the twin.
fn check<T: Sample>(sidecar: &Sidecar, samples: &Block<'_, T>) {
    let words = NODE_WORDS[T::F32 as usize] as usize;
    let each = 1 << sidecar.cut().block_shift;
    let twins: Vec<_> = (0..samples.channels)
        .map(|channel| reference::pyramid::levels(samples, channel))
        .collect();
    let geometry = sidecar.geometry();
    assert_eq!(twins[0].len(), geometry.levels());
    for level in 0..geometry.levels() {
        let nodes = geometry.nodes(level) as usize;
        for block in 0..nodes.div_ceil(each) {
            let span = block * each..((block + 1) * each).min(nodes);
            let expected: Vec<u32> = twins
                .iter()
                .flat_map(|levels| &levels[level][span.clone()])
                .flat_map(|node| T::words(*node).into_iter().take(words))
                .collect();
            let read = sidecar.read_block(level, block as u64).expect("a sound shard");
            assert_eq!(read, Some(expected), "level {level}, block {block}");
        }
        assert_eq!(
            sidecar
                .read_block(level, nodes.div_ceil(each) as u64)
                .expect("past the end"),
            None
        );
    }
    assert_eq!(
        sidecar.read_block(geometry.levels(), 0).expect("past the top"),
        None
    );
}

/// Builds at once and in parts, with one thread and several, and compares all with the twin.
fn check_recording<T: Sample>(name: &str, source: &dyn Source, samples: &Block<'_, T>, cut: Option<Cut>) {
    let folder = folder(name);
    let whole = folder.join("whole");
    let options = BuildOptions {
        cut,
        threads: 1,
        ..BuildOptions::default()
    };
    let built = sidecar::build(source, &whole, &options).expect("built");
    assert!(
        built.complete && built.built == built.stretches && built.kept == 0,
        "{built:?}"
    );
    let sidecar = Sidecar::open(&whole, source).expect("a sidecar");
    assert!(sidecar.is_complete());
    check(&sidecar, samples);
    let usual = source::robust(source, 0..source.info().samples).expect("looked at");
    assert_eq!(sidecar.robust(), Some(usual));
    assert_eq!(sidecar::verify(source, &whole, &options).expect("verified"), []);
    let parts = folder.join("parts");
    for part in [3, 1, 2] {
        let options = BuildOptions {
            shard: Some((part, 3)),
            threads: 5,
            near: Some(samples.len as u64 / 2),
            ..options
        };
        sidecar::build(source, &parts, &options).expect("built");
    }
    assert!(files(&parts) == files(&whole), "{name}: the same bytes");
    fs::remove_dir_all(folder).expect("it was there");
}

#[test]
fn integers_of_every_size_equal_the_twin() {
    let folder = folder("integers");
    let sizes = [1, 2, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 40_961, 300_007];
    for (number, len) in sizes.into_iter().enumerate() {
        for order in [Layout::Interleaved, Layout::Planar] {
            let channels = [1, 3, 40][number % 3];
            let values = i16s(number as u64, channels * len);
            let path = folder.join("x.bin");
            let source = raw(&path, bytemuck::cast_slice(&values), I16, channels, order);
            let stride = if order == Layout::Planar { len } else { channels };
            let block = Block {
                data: &values,
                channels,
                len,
                layout: order,
                stride,
            };
            let shift_and_top = |block_shift, top| Some(Cut { block_shift, top });
            // Each shard is waited for until it is on the disk.
            let cuts = match len {
                0..=4097 => vec![None, Some(SMALL), shift_and_top(3, 0)],
                4098..=50_000 => vec![None, Some(SMALL)],
                _ => vec![shift_and_top(6, 2)],
            };
            for cut in cuts {
                check_recording(&format!("i16-{len}-{order:?}"), &source, &block, cut);
            }
        }
    }
}

#[test]
fn floats_with_gaps_equal_the_twin() {
    let folder = folder("floats");
    for (seed, len, channels, rarity) in [(1, 1, 1, 1), (2, 65, 2, 2), (3, 20_011, 3, 40), (4, 9000, 33, 7)] {
        let mut values = f32s(seed, channels * len, rarity);
        // Leaves, and whole nodes above them, of nothing but gaps.
        if len > 8000 {
            values[..5000 * channels].fill(f32::NAN);
        }
        let path = folder.join("x.f32");
        let layout = Layout::Interleaved;
        let source = raw(&path, bytemuck::cast_slice(&values), F32, channels, layout);
        let block = Block {
            data: &values,
            channels,
            len,
            layout,
            stride: channels,
        };
        for cut in [None, Some(SMALL)] {
            check_recording(&format!("f32-{len}"), &source, &block, cut);
        }
    }
}

#[test]
fn another_reader_of_zarr_reads_the_same() {
    use zarrs::array::{Array, ArrayShardedExt};
    use zarrs::storage::store::MemoryStore;
    use zarrs::storage::{StoreKey, WritableStorageTraits};
    let folder = folder("zarrs");
    let values = f32s(5, 2 * 30_000, 50);
    let layout = Layout::Interleaved;
    let source = raw(
        &folder.join("x.f32"),
        bytemuck::cast_slice(&values),
        F32,
        2,
        layout,
    );
    let root = folder.join("s");
    sidecar::build(&source, &root, &small()).expect("built");
    let store = Arc::new(MemoryStore::new());
    for (name, bytes) in files(&root) {
        let key = StoreKey::new(name.to_str().expect("plain")).expect("a key");
        store.set(&key, bytes.into()).expect("memory");
    }
    let block = Block {
        data: &values,
        channels: 2,
        len: 30_000,
        layout,
        stride: 2,
    };
    let [left, right] = [0, 1].map(|channel| reference::pyramid::levels(&block, channel));
    for (level, twins) in left.iter().zip(&right).enumerate() {
        let nodes = twins.0.len();
        let ranges = Array::open(store.clone(), &format!("/level/{level}")).expect("an array");
        let gaps = Array::open(store.clone(), &format!("/gap/{level}")).expect("an array");
        assert!(ranges.is_sharded() && gaps.is_sharded());
        assert_eq!(
            (ranges.shape(), gaps.shape()),
            (&[nodes as u64, 2, 2][..], &[nodes as u64, 2][..])
        );
        let range: Vec<f32> = ranges
            .retrieve_array_subset(&ranges.subset_all())
            .expect("values");
        let gap: Vec<u8> = gaps.retrieve_array_subset(&gaps.subset_all()).expect("values");
        let twins = twins
            .0
            .iter()
            .zip(twins.1)
            .flat_map(|(left, right)| [left, right]);
        for (at, twin) in twins.enumerate() {
            assert_eq!(gap[at] == 1, twin.gap);
            let expected = if twin.lo > twin.hi {
                [f32::INFINITY, f32::NEG_INFINITY]
            } else {
                [f32::value_of_key(twin.lo), f32::value_of_key(twin.hi)]
            };
            assert_eq!(range[2 * at..][..2], expected, "level {level}, element {at}");
        }
    }
}

#[test]
fn an_interrupted_build_goes_on() {
    let folder = folder("interrupted");
    let (source, _) = noise(&folder, 60_000);
    let whole = folder.join("whole");
    sidecar::build(&source, &whole, &small()).expect("built");
    let root = folder.join("s");
    let mut kept = 0;
    for round in 0.. {
        let cancel = AtomicBool::new(false);
        let calls = AtomicU64::new(0);
        let stop = |_: Progress| {
            if calls.fetch_add(1, Ordering::Relaxed) == 10 + round {
                cancel.store(true, Ordering::Relaxed);
            }
        };
        let options = BuildOptions {
            progress: Some(&stop),
            cancel: Some(&cancel),
            threads: 3,
            ..small()
        };
        let built = sidecar::build(&source, &root, &options).expect("cancelled or done");
        assert!(built.kept >= kept, "{built:?}: nothing is built twice");
        kept = built.kept + built.built;
        let sidecar = Sidecar::open(&root, &source).expect("a sidecar");
        let there = sidecar
            .stretches()
            .iter()
            .filter(|stretch| stretch.complete)
            .count();
        assert_eq!(there as u64, kept);
        assert_eq!(sidecar.is_complete(), built.complete);
        if built.complete {
            assert!(round > 0, "it was interrupted at least once");
            break;
        }
        assert!(sidecar::merge(&source, &root).is_err_and(|e| e.to_string().contains("missing")));
    }
    assert!(files(&root) == files(&whole), "the same bytes");
}

#[test]
fn a_damaged_shard_is_found_and_made_anew() {
    let folder = folder("damaged");
    let (source, _) = noise(&folder, 60_000);
    let root = folder.join("s");
    sidecar::build(&source, &root, &small()).expect("built");
    let sound = files(&root);
    let names = shards(&root);
    assert!(names.len() > 30, "{}", names.len());
    for (number, name) in names.iter().enumerate() {
        let path = root.join(name);
        let mut bytes = sound[name].clone();
        let at = (number * 7919) % bytes.len();
        match number % 4 {
            0 => bytes.clear(),
            1 => bytes.truncate(at),
            _ => bytes[at] ^= 1 << (number % 8),
        }
        fs::write(&path, &bytes).expect("writable");
        let found = sidecar::verify(&source, &root, &small()).expect("compared");
        assert!(
            found.iter().any(|difference| difference.shard == path),
            "{path:?}: {found:?}"
        );
        let built = sidecar::build(&source, &root, &small()).expect("built");
        assert!(built.complete && built.built <= 1, "{built:?}");
        assert!(files(&root) == sound, "{path:?} is sound again");
    }
    fs::remove_file(root.join(&names[0])).expect("it was there");
    assert_eq!(
        sidecar::verify(&source, &root, &small()).expect("compared").len(),
        1
    );
    sidecar::build(&source, &root, &small()).expect("built");
    assert!(files(&root) == sound);
}

#[test]
fn a_damaged_shard_is_never_shown() {
    let folder = folder("shown");
    let (source, _) = noise(&folder, 10_000);
    let root = folder.join("s");
    sidecar::build(&source, &root, &small()).expect("built");
    let path = root.join("level/0/c/1/0/0");
    let sound = fs::read(&path).expect("a shard");
    let sidecar = Sidecar::open(&root, &source).expect("a sidecar");
    let read = |block| sidecar.read_block(0, block);
    let before: Vec<_> = (8..16).map(|block| read(block).expect("sound")).collect();
    for at in (0..sound.len()).step_by(61) {
        let mut bytes = sound.clone();
        bytes[at] ^= 16;
        fs::write(&path, &bytes).expect("writable");
        // With the index that is known already, and with the one on the disk.
        for sidecar in [&sidecar, &Sidecar::open(&root, &source).expect("a sidecar")] {
            for block in 8..16 {
                match sidecar.read_block(0, block) {
                    Ok(words) => assert_eq!(words, before[block as usize - 8]),
                    Err(error) => assert!(error.to_string().contains("c/1/0/0"), "{error}"),
                }
            }
        }
        fs::write(&path, &sound).expect("writable");
    }
    fs::remove_file(&path).expect("it was there");
    assert!(matches!(read(8), Ok(None)), "not built, which is no error");
    assert!(matches!(read(0), Ok(Some(_))));
}

#[test]
fn a_changed_recording_is_never_served_from_the_past() {
    let folder = folder("changed");
    let (source, values) = noise(&folder, 10_000);
    assert!(Sidecar::find(&source).expect("looked for").is_none());
    let root = sidecar::place(&source, None).expect("a place");
    assert_eq!(root, folder.join("noise.bin.galvani"));
    assert!(Sidecar::find(&source).expect("looked for").is_none());
    assert!(Sidecar::open(&root, &source).is_err());
    sidecar::build(&source, &root, &small()).expect("built");
    let found = Sidecar::find(&source).expect("looked for").expect("found");
    assert!(found.is_complete() && found.root() == root);
    let path = folder.join("noise.bin");
    // Read in another way.
    for (dtype, channels) in [
        (I16, 1),
        (I16, 2),
        ("<u2".parse().expect("a type"), 3),
        (">i2".parse().expect("a type"), 3),
    ] {
        let other = reopened(&path, dtype, channels, Layout::Interleaved);
        assert!(
            Sidecar::find(&other).expect("looked for").is_none(),
            "{dtype} × {channels}"
        );
    }
    // Of the same size and age, with other samples.
    let modified = fs::metadata(&path)
        .and_then(|facts| facts.modified())
        .expect("a time");
    let mut bytes: Vec<u8> = bytemuck::cast_slice(&values).to_vec();
    bytes[0] ^= 1;
    let rewrite = |bytes: &[u8]| {
        fs::write(&path, bytes).expect("writable");
        let file = fs::File::options().append(true).open(&path).expect("writable");
        file.set_modified(modified).expect("its own file");
        reopened(&path, I16, 3, Layout::Interleaved)
    };
    let changed = rewrite(&bytes);
    assert!(Sidecar::find(&changed).expect("looked for").is_none());
    let message = Sidecar::open(&root, &changed).expect_err("stale").to_string();
    assert!(message.contains("changed"), "{message}");
    let built = sidecar::build(&changed, &root, &small()).expect("built");
    assert!(built.kept == 0 && built.complete, "{built:?}");
    assert_eq!(sidecar::verify(&changed, &root, &small()).expect("compared"), []);
    // Longer, and shorter.
    for len in [9_000, 11_000] {
        let mut values = values.clone();
        values.resize(3 * len, 7);
        let source = rewrite(bytemuck::cast_slice(&values));
        assert!(Sidecar::find(&source).expect("looked for").is_none(), "{len}");
        let built = sidecar::build(&source, &root, &small()).expect("built");
        assert!(built.kept == 0 && built.complete, "{built:?}");
        let stride = 3;
        check(
            &Sidecar::find(&source).expect("looked for").expect("found"),
            &Block {
                data: &values,
                channels: 3,
                len,
                layout: Layout::Interleaved,
                stride,
            },
        );
    }
}

#[test]
fn a_recording_that_is_cut_short_or_changes_meanwhile_gives_a_message() {
    let folder = folder("cut");
    let (source, _) = noise(&folder, 60_000);
    let path = folder.join("noise.bin");
    let root = folder.join("s");
    let cut_off = AtomicBool::new(false);
    // Not before it has been recognised, and early in the pass.
    let cut = |_: Progress| {
        if !cut_off.swap(true, Ordering::Relaxed) {
            let file = fs::File::options().write(true).open(&path).expect("writable");
            file.set_len(1000).expect("its own file");
        }
    };
    let options = BuildOptions {
        progress: Some(&cut),
        ..small()
    };
    let message = sidecar::build(&source, &root, &options)
        .expect_err("it is shorter")
        .to_string();
    assert!(
        message.contains("noise.bin") || message.contains("changed"),
        "{message}"
    );
    let (source, _) = noise(&folder, 60_000);
    let touched = AtomicBool::new(false);
    let touch = |_: Progress| {
        if !touched.swap(true, Ordering::Relaxed) {
            let file = fs::File::options().append(true).open(&path).expect("writable");
            file.set_modified(std::time::SystemTime::UNIX_EPOCH)
                .expect("its own file");
        }
    };
    let options = BuildOptions {
        progress: Some(&touch),
        ..small()
    };
    let message = sidecar::build(&source, &root, &options)
        .expect_err("it changed")
        .to_string();
    assert!(message.contains("changed"), "{message}");
    assert!(shards(&root).is_empty(), "nothing of it is believed");
}

#[test]
fn what_cannot_be_is_told() {
    let source = Memory::<_, i16>::interleaved(vec![0_i16; 100], 1, 1.0).expect("a recording");
    let folder = folder("told");
    assert!(Sidecar::find(&source).expect("looked for").is_none());
    assert!(sidecar::place(&source, None).is_err());
    assert!(
        sidecar::build(&source, &folder.join("s"), &small())
            .is_err_and(|e| e.to_string().contains("no file"))
    );
    let (source, _) = noise(&folder, 100);
    let occupied = folder.join("occupied");
    fs::write(&occupied, b"").expect("writable");
    assert!(sidecar::place(&source, Some(&occupied)).is_err());
    let options = BuildOptions {
        shard: Some((5, 4)),
        ..small()
    };
    assert!(sidecar::build(&source, &folder.join("s"), &options).is_err());
    assert!(sidecar::merge(&source, &folder).is_err_and(|e| e.to_string().contains("no sidecar")));
    // Nothing that is not a sidecar's is removed.
    let strange = folder.join("strange");
    fs::create_dir(&strange).expect("writable");
    fs::write(strange.join("mine.txt"), b"mine").expect("writable");
    sidecar::build(&source, &strange, &small()).expect("built");
    assert_eq!(fs::read(strange.join("mine.txt")).expect("still there"), b"mine");
}
