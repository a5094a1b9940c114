"""Writes stores with zarr-python, each NAME.zarr in FOLDER, and what is in them as NAME.npy, [samples, channels].

usage: zarr_writes.py FOLDER
"""

import sys
import warnings
from pathlib import Path

import numcodecs
import numpy as np
import zarr
from zarr.codecs import BloscCodec, BytesCodec, Crc32cCodec, GzipCodec, ShardingCodec, TransposeCodec, ZstdCodec

warnings.simplefilter("ignore")
folder = Path(sys.argv[1])
ATTRIBUTES = {"sampling_frequency": 25000.0, "gain_to_uV": 0.5}


def samples(dtype, shape=(1003, 7)):
    """Waves and steps, of all values that the type has: what compresses, and what does not."""
    random = np.random.default_rng(1)
    values = 1000 * np.sin(np.arange(shape[0])[:, None] / (20 + np.arange(shape[1]))) + random.integers(-3, 4, shape)
    if np.dtype(dtype).kind in "iu":
        limits = np.iinfo(dtype)
        values = np.clip(values, max(limits.min, -2000), min(limits.max, 2000)).astype(dtype)
        values[500:520] = random.integers(limits.min, limits.max, (20, shape[1]))
        return values
    return values.astype(dtype)


def write(name, data, *, time=0, keep=slice(None), **how):
    """One array; `keep` is what is written of it, the rest is left to the fill value."""
    how = {"chunks": (100, 3) if time == 0 else (3, 100), "zarr_format": 3, "fill_value": 0, **how}
    laid = data if time == 0 else data.T
    attributes = {**ATTRIBUTES, **how.pop("attributes", {})}
    array = zarr.create_array(folder / f"{name}.zarr", shape=laid.shape, dtype=laid.dtype, attributes=attributes, **how)
    array[keep] = laid[keep]
    np.save(folder / f"{name}.npy", np.ascontiguousarray(array[:] if time == 0 else array[:].T))


def v2(name, data, compressors=None, **how):
    write(f"v2_{name}", data, zarr_format=2, compressors=compressors, **how)


i2 = samples("i2")

for dtype in ["<i1", "<u1", "<i2", ">i2", "<u2", ">u2", "<i4", ">i4", "<f4", ">f4", "<f8", ">f8"]:
    name = dtype.replace("<", "little_").replace(">", "big_")
    v2(f"plain_{name}", samples(dtype))
    v2(f"blosc_{name}", samples(dtype), numcodecs.Blosc("lz4", 5, numcodecs.Blosc.SHUFFLE))
for codec in ["blosclz", "lz4", "lz4hc", "zlib", "zstd"]:
    for shuffle in [0, 1, 2]:
        v2(f"blosc_{codec}_{shuffle}", i2, numcodecs.Blosc(codec, 9, shuffle))
        blosc = numcodecs.Blosc(codec, 3, shuffle, blocksize=4096)
        v2(f"blosc_{codec}_{shuffle}_blocks", samples("f4", (9000, 2)), blosc, chunks=(5000, 2))
v2("blosc_random", np.random.default_rng(2).integers(-9999, 9999, (1000, 2), dtype="i2"), numcodecs.Blosc("lz4"))
v2("zlib", i2, numcodecs.Zlib(1))
v2("gzip", i2, numcodecs.GZip(1))
v2("bz2", i2, numcodecs.BZ2(1))
v2("lz4", i2, numcodecs.LZ4())
v2("zstd", i2, numcodecs.Zstd(3))
v2("fortran", i2, numcodecs.Zlib(1), order="F")
v2("slashes", i2, chunk_key_encoding={"name": "v2", "separator": "/"})
v2("missing", i2, fill_value=-77, keep=slice(100, 500))
v2("missing_nan", samples("f4"), fill_value=float("nan"), keep=slice(100, 500))
v2("delta", i2, numcodecs.Zlib(1), filters=[numcodecs.Delta(dtype="<i2")])
v2("delta_fortran", i2, filters=[numcodecs.Delta(dtype="<i2")], order="F")
v2("delta_float", samples("f4"), filters=[numcodecs.Delta(dtype="<f4")])
v2("delta_wide", samples("i1"), filters=[numcodecs.Delta(dtype="|i1", astype="<i2")])
v2("chained", i2, numcodecs.Blosc("lz4"), filters=[numcodecs.Zlib(4)])
v2("scaled", samples("f8"), filters=[numcodecs.FixedScaleOffset(5, 0.25, "<f8", "<i4")])
v2("scaled_integers", i2, filters=[numcodecs.FixedScaleOffset(-100, 0.3, "<i2", "<i4")])
v2("astype", samples("i2"), filters=[numcodecs.AsType("<i4", "<i2")])
v2("shuffle", i2, numcodecs.Zlib(1), filters=[numcodecs.Shuffle(2)])
v2("crc32", i2, filters=[numcodecs.CRC32()])
v2("adler32", i2, filters=[numcodecs.Adler32()])
v2("one_axis", samples("i2", (1003, 1))[:, 0], chunks=(100,))
v2("planar", i2, numcodecs.Zlib(1), time=1)
v2("planar_named", i2[:7], time=1, chunks=(2, 3), attributes={"_ARRAY_DIMENSIONS": ["channel", "time"]})

write("v3_default", i2)
for dtype in ["i1", "u1", "i2", "u2", "i4", "f4", "f8"]:
    write(f"v3_plain_{dtype}", samples(dtype), compressors=None)
    write(f"v3_big_{dtype}", samples(dtype), compressors=None, serializer=BytesCodec(endian="big"))
write("v3_gzip", i2, compressors=GzipCodec(level=2))
write("v3_blosc", i2, compressors=BloscCodec(cname="zstd", clevel=1, shuffle="shuffle"))
write("v3_blosc_bits", i2, compressors=BloscCodec(cname="lz4", clevel=5, shuffle="bitshuffle"))
write("v3_zstd_crc32c", i2, compressors=[ZstdCodec(level=1, checksum=True), Crc32cCodec()])
write("v3_transposed", i2, filters=TransposeCodec(order=(1, 0)), compressors=GzipCodec())
write("v3_dots", i2, chunk_key_encoding={"name": "default", "separator": "."})
write("v3_old_keys", i2, chunk_key_encoding={"name": "v2", "separator": "."})
write("v3_missing", i2, fill_value=5, keep=slice(200, 300))
write("v3_missing_nan", samples("f4"), fill_value=float("nan"), keep=slice(0, 100))
write("v3_planar", i2, time=1)
write("v3_named", i2[:7], time=1, chunks=(2, 3), dimension_names=["channels", "time"])
write("v3_sharded", i2, chunks=(50, 2), shards=(200, 6))
write("v3_sharded_blosc", i2, chunks=(50, 7), shards=(400, 7), compressors=BloscCodec(cname="lz4"))
write("v3_sharded_missing", i2, chunks=(50, 2), shards=(200, 6), fill_value=9, keep=slice(120, 170))
start = ShardingCodec(
    chunk_shape=(50, 2), codecs=[BytesCodec(endian="big"), GzipCodec()], index_codecs=[BytesCodec()], index_location="start"
)
write("v3_sharded_start", i2, chunks=(200, 6), serializer=start, compressors=None)
turned = ShardingCodec(chunk_shape=(50, 2), codecs=[TransposeCodec(order=(1, 0)), BytesCodec(), Crc32cCodec()])
write("v3_sharded_turned", i2, chunks=(200, 6), serializer=turned, compressors=None)
try:
    from zarr.codecs import numcodecs as more

    write("v3_delta", i2, filters=[more.Delta(dtype="<i2")])
    write("v3_scaled", samples("f4"), filters=[more.FixedScaleOffset(offset=5, scale=0.5, dtype="<f4", astype="<i2")])
    write("v3_zlib", i2, compressors=[more.Zlib(level=3)])
    write("v3_shuffle", i2, compressors=[more.Shuffle(elementsize=2), more.Zlib(level=3)])
except ImportError:
    pass

# What SpikeInterface writes: segments, properties of channels; and what it sorts.
for version in [2, 3]:
    root = zarr.create_group(folder / f"recording{version}.si", zarr_format=version)
    root.attrs.update({"sampling_frequency": 30000.0, "num_segments": 2})
    for segment in range(2):
        data = samples("i2")[: 500 + segment]
        root.create_array(f"traces_seg{segment}", data=data, chunks=(100, 7))
        np.save(folder / f"recording{version}.si.{segment}.npy", data)
    root.create_array("channel_ids", data=np.array([f"AP{i}" for i in range(7)]))
    root.create_array("t_starts", data=np.array([0.5, np.nan]))
    properties = root.create_group("properties")
    properties.create_array("gain_to_uV", data=np.full(7, 2.34))
    properties.create_array("offset_to_uV", data=np.full(7, 1.0))
    properties.create_array("location", data=np.arange(14.0).reshape(7, 2))
    properties.create_array("group", data=np.array([0, 0, 0, 10, 10, 2, 2]))
    zarr.consolidate_metadata(root.store)
    root = zarr.create_group(folder / f"sorting{version}.si", zarr_format=version)
    root.attrs.update({"sampling_frequency": 1000.0, "num_segments": 1})
    root.create_array("unit_ids", data=np.array(["a", "b"]))
    spikes = root.create_group("spikes")
    delta = {"filters": [numcodecs.Delta(dtype="<i8")]} if version == 2 else {}
    spikes.create_array("sample_index", data=np.array([10, 500, 501, 90000]), **delta)
    spikes.create_array("unit_index", data=np.array([0, 1, 1, 0]))
    spikes.create_array("segment_slices", data=np.array([[0, 4]]))

# A group whose attributes hold for its arrays, one of them of no samples, and one that Python's JSON alone can say.
root = zarr.create_group(folder / "group.zarr", attributes={"sampling_rate": 1000.0, "units": "mV", "nothing": float("nan")})
root.create_array("probe/lfp", data=samples("i2"), chunks=(100, 7), attributes={"conversion": 0.25})
root.create_array("texts", data=np.array(["a", "b"]))
zarr.consolidate_metadata(root.store)
