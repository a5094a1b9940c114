//! What the JSON of an array says, in version 2 (`.zarray`, `.zattrs`) and in version 3 (`zarr.json`).
//!
//! <https://zarr-specs.readthedocs.io/en/latest/v2/v2.0.html> and <https://zarr-specs.readthedocs.io/en/latest/v3/core/>.

use serde_json::{Map, Value};

use super::codec::{Step, step};
use super::element::{Class, Element};
use crate::source::stored::ByteOrder;

/// A chunk in memory takes no more bytes, so that no description makes us take more for what may be a file of a few.
pub(super) const MAX_CHUNK: u64 = 512 << 20;
/// Where texts are of any length, a chunk of them takes no more.
const MAX_TEXTS: usize = 64 << 20;
const MAX_AXES: usize = 32;

/// What goes wrong, in words.
type Parsed<T> = Result<T, String>;

/// An array, as far as its description goes.
#[derive(Debug)]
pub(super) struct Meta {
    pub(super) shape: Vec<u64>,
    /// Of the chunks that are decoded each on its own: of a shard, those inside it.
    pub(super) unit: Vec<u64>,
    /// How many of them a file holds along each axis.
    pub(super) per_file: Vec<u64>,
    pub(super) element: Element,
    /// The bytes of a value that is not there.
    pub(super) fill: Vec<u8>,
    /// The axes as they lie in a unit, the slowest first.
    pub(super) axes: Vec<usize>,
    /// What undoes the codecs of a unit, in this order.
    pub(super) steps: Vec<Step>,
    pub(super) shard: Option<Shard>,
    keys: Keys,
    /// What the axes are called, as far as that is said.
    pub(super) dimensions: Vec<String>,
    pub(super) attributes: Map<String, Value>,
}

/// How the index of a shard lies in its file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shard {
    pub(super) at_start: bool,
    pub(super) checked: bool,
    pub(super) order: ByteOrder,
}

/// How files are called.
#[derive(Debug, Clone, Copy)]
struct Keys {
    /// With a `c` before the numbers.
    marked: bool,
    slashes: bool,
}

impl Meta {
    /// Of version 2.
    pub(super) fn of_v2(array: &Value, attributes: Map<String, Value>) -> Parsed<Self> {
        let text = |key: &str| array.get(key).and_then(Value::as_str);
        let shape = extents(array, "shape")?;
        let chunk = chunk_of(&shape, extents(array, "chunks")?)?;
        let dtype = array.get("dtype").unwrap_or(&Value::Null);
        let dtype = dtype
            .as_str()
            .ok_or_else(|| format!("values of type {dtype} are not read"))?;
        let mut element = Element::of_numpy(dtype)?;
        let mut steps = Vec::new();
        let filters = array.get("filters").and_then(Value::as_array);
        let compressor = array.get("compressor").filter(|told| !told.is_null());
        let named = |told: &Value| told.get("id").and_then(Value::as_str).unwrap_or("").to_owned();
        for told in filters.into_iter().flatten().chain(compressor) {
            match named(told).as_str() {
                "vlen-utf8" | "vlen-bytes" => element = Element::texts(Class::Texts),
                "json2" => element = Element::texts(Class::Json),
                name => steps.extend(step(name, told, element)?),
            }
        }
        if element.class == Class::Texts && dtype == "|O" && filters.is_none_or(Vec::is_empty) {
            return Err("objects without a codec are not read".into());
        }
        steps.reverse();
        let mut axes: Vec<usize> = (0..shape.len()).collect();
        if text("order") == Some("F") {
            axes.reverse();
        }
        let fill = array.get("fill_value").unwrap_or(&Value::Null);
        Ok(Self {
            per_file: vec![1; shape.len()],
            unit: checked(chunk, element)?,
            // Of texts as well as numbers what it is written as may be anything.
            fill: element.fill(fill).unwrap_or_else(|_| vec![0; element.bytes]),
            keys: Keys {
                marked: false,
                slashes: text("dimension_separator") == Some("/"),
            },
            dimensions: names_of(&attributes, shape.len()),
            shape,
            element,
            axes,
            steps,
            shard: None,
            attributes,
        })
    }

    /// Of version 3.
    pub(super) fn of_v3(array: &Value) -> Parsed<Self> {
        let shape = extents(array, "shape")?;
        let (name, grid) = named(array.get("chunk_grid").unwrap_or(&Value::Null))?;
        if name != "regular" {
            return Err(format!("chunks in a grid of the kind {name:?} are not read"));
        }
        if array
            .get("storage_transformers")
            .and_then(Value::as_array)
            .is_some_and(|all| !all.is_empty())
        {
            return Err("\"storage_transformers\" are not known".into());
        }
        let file = chunk_of(&shape, extents(grid, "chunk_shape")?)?;
        let element = Element::of_name(array.get("data_type").unwrap_or(&Value::Null))?;
        let mut chain = Chain::new(array, element, shape.len())?;
        let (mut unit, mut shard) = (file.clone(), None);
        if let Some(inner) = chain.inner.take() {
            if !chain.steps.is_empty() || !chain.axes.is_sorted() {
                return Err("codecs around shards are not read".into());
            }
            unit = within_shard(inner, &file)?;
            shard = Some(Shard::of(inner)?);
            chain = Chain::new(inner, element, shape.len())?;
            if chain.inner.is_some() {
                return Err("shards within shards are not read".into());
            }
        }
        let attributes = array.get("attributes").and_then(Value::as_object);
        let attributes = attributes.cloned().unwrap_or_default();
        let told = array.get("dimension_names").and_then(Value::as_array);
        let dimensions = match told.filter(|names| names.len() == shape.len()) {
            Some(names) => names
                .iter()
                .map(|name| name.as_str().unwrap_or_default().to_owned())
                .collect(),
            None => names_of(&attributes, shape.len()),
        };
        Ok(Self {
            per_file: file.iter().zip(&unit).map(|(file, unit)| file / unit).collect(),
            unit: checked(unit, chain.element)?,
            fill: chain
                .element
                .fill(array.get("fill_value").unwrap_or(&Value::Null))?,
            keys: Keys::of_v3(array)?,
            element: chain.element,
            axes: chain.axes,
            steps: chain.steps,
            shape,
            shard,
            dimensions,
            attributes,
        })
    }

    /// Values of a unit.
    pub(super) fn unit_values(&self) -> usize {
        self.unit.iter().product::<u64>() as usize
    }

    /// Bytes that a unit takes on its way through the codecs, at most.
    pub(super) fn most(&self) -> usize {
        if self.element.is_number() {
            // Whatever does not shrink grows by little.
            let widest = self.unit_values() * self.element.bytes.max(8);
            widest + widest / 16 + (64 << 10)
        } else {
            (self.unit_values() * self.element.bytes).max(MAX_TEXTS)
        }
    }

    /// Units along an axis, the last of which may reach beyond the end.
    pub(super) fn units(&self, axis: usize) -> u64 {
        self.shape[axis].div_ceil(self.unit[axis])
    }

    /// What a file of chunks is called, by its place.
    pub(super) fn key(&self, place: &[u64]) -> String {
        let mut parts: Vec<String> = place.iter().map(u64::to_string).collect();
        if self.keys.marked {
            parts.insert(0, "c".into());
        } else if parts.is_empty() {
            parts.push("0".into());
        }
        parts.join(if self.keys.slashes { "/" } else { "." })
    }
}

impl Keys {
    fn of_v3(array: &Value) -> Parsed<Self> {
        let (name, told) = named(array.get("chunk_key_encoding").unwrap_or(&Value::Null))?;
        let marked = match name {
            "default" => true,
            "v2" => false,
            other => return Err(format!("chunks with keys of the kind {other:?} are not read")),
        };
        let separator = told.get("separator").and_then(Value::as_str);
        Ok(Self {
            marked,
            slashes: separator.map_or(marked, |separator| separator == "/"),
        })
    }
}

impl Shard {
    fn of(told: &Value) -> Parsed<Self> {
        let mut shard = Self {
            at_start: told.get("index_location").is_some_and(|place| place == "start"),
            checked: false,
            order: ByteOrder::Little,
        };
        let codecs = told.get("index_codecs").and_then(Value::as_array);
        for codec in codecs.into_iter().flatten() {
            match named(codec)? {
                ("bytes", told) => shard.order = order_of(told),
                ("crc32c", _) => shard.checked = true,
                (other, _) => return Err(format!("an index of shards in {other:?} is not read")),
            }
        }
        Ok(shard)
    }
}

/// The codecs of version 3, of arrays or of the chunks inside a shard.
struct Chain<'a> {
    /// As it lies in memory behind the last step.
    element: Element,
    axes: Vec<usize>,
    steps: Vec<Step>,
    /// What is said of shards.
    inner: Option<&'a Value>,
}

impl<'a> Chain<'a> {
    fn new(holder: &'a Value, mut element: Element, axes: usize) -> Parsed<Self> {
        let mut chain = Self {
            element,
            axes: (0..axes).collect(),
            steps: Vec::new(),
            inner: None,
        };
        let codecs = holder.get("codecs").and_then(Value::as_array);
        let mut order = ByteOrder::Little;
        for codec in codecs.ok_or("\"codecs\" are missing")? {
            let (name, told) = named(codec)?;
            let name = name.strip_prefix("numcodecs.").unwrap_or(name);
            match name {
                "bytes" => order = order_of(told),
                "vlen-utf8" | "vlen-bytes" => chain.element = Element::texts(Class::Texts),
                "sharding_indexed" => chain.inner = Some(told),
                "transpose" => {
                    if chain.steps.iter().any(Step::needs_order) {
                        return Err(
                            "differences of values that are transposed afterwards are not read".into(),
                        );
                    }
                    let turned = permutation(told, axes)?;
                    chain.axes = turned.iter().map(|axis| chain.axes[*axis]).collect();
                }
                name => {
                    let step = step(name, told, element)?;
                    element = step.as_ref().and_then(Step::encoded).unwrap_or(element);
                    chain.steps.extend(step);
                }
            }
        }
        chain.element.order = order;
        chain.steps = chain
            .steps
            .into_iter()
            .rev()
            .map(|step| step.in_order(order))
            .collect();
        Ok(chain)
    }
}

/// A name and what belongs to it, written as an object or as the name alone.
fn named(written: &Value) -> Parsed<(&str, &Value)> {
    let name = written.as_str().or_else(|| written.get("name")?.as_str());
    let name = name.ok_or_else(|| format!("{written} has no name"))?;
    Ok((name, written.get("configuration").unwrap_or(&Value::Null)))
}

fn order_of(told: &Value) -> ByteOrder {
    match told.get("endian").and_then(Value::as_str) {
        Some("big") => ByteOrder::Big,
        _ => ByteOrder::Little,
    }
}

fn permutation(told: &Value, axes: usize) -> Parsed<Vec<usize>> {
    let wrong = || format!("transpose: {told} is no order of {axes} axes");
    match told.get("order") {
        Some(Value::String(order)) if order == "C" => Ok((0..axes).collect()),
        Some(Value::String(order)) if order == "F" => Ok((0..axes).rev().collect()),
        Some(Value::Array(order)) => {
            let order: Option<Vec<usize>> = order.iter().map(|axis| Some(axis.as_u64()? as usize)).collect();
            let order = order.ok_or_else(wrong)?;
            let whole = (0..axes).all(|axis| order.contains(&axis)) && order.len() == axes;
            whole.then_some(order).ok_or_else(wrong)
        }
        _ => Err(wrong()),
    }
}

/// A list of whole numbers, one for each axis.
fn extents(holder: &Value, key: &str) -> Parsed<Vec<u64>> {
    let list = holder.get(key).and_then(Value::as_array);
    let list: Option<Vec<u64>> = list.and_then(|list| list.iter().map(Value::as_u64).collect());
    let list = list.ok_or_else(|| format!("{key:?} is no list of whole numbers"))?;
    if list.len() > MAX_AXES {
        return Err(format!("{key:?} has {} axes", list.len()));
    }
    Ok(list)
}

/// Chunks that fit the shape.
fn chunk_of(shape: &[u64], chunk: Vec<u64>) -> Parsed<Vec<u64>> {
    let fits = |(extent, chunk): (&u64, &u64)| *chunk > 0 || *extent == 0;
    if chunk.len() != shape.len() || !shape.iter().zip(&chunk).all(fits) {
        return Err(format!("chunks of {chunk:?} do not fit the shape {shape:?}"));
    }
    // What has no extent may say that chunks of it have none either.
    Ok(chunk.into_iter().map(|extent| extent.max(1)).collect())
}

/// The chunks inside a shard, which fill it.
fn within_shard(told: &Value, file: &[u64]) -> Parsed<Vec<u64>> {
    let unit = extents(told, "chunk_shape")?;
    let fits = |(file, unit): (&u64, &u64)| *unit > 0 && file.is_multiple_of(*unit);
    if unit.len() == file.len() && file.iter().zip(&unit).all(fits) {
        Ok(unit)
    } else {
        Err(format!("chunks of {unit:?} do not fill shards of {file:?}"))
    }
}

/// A unit that is small enough to be held in memory.
fn checked(unit: Vec<u64>, element: Element) -> Parsed<Vec<u64>> {
    let bytes = unit
        .iter()
        .try_fold(element.bytes as u64, |bytes, extent| bytes.checked_mul(*extent));
    match bytes.filter(|bytes| *bytes <= MAX_CHUNK) {
        Some(_) => Ok(unit),
        None => Err(format!(
            "chunks of {unit:?} values are larger than {} MiB, which is as much as is decoded at once",
            MAX_CHUNK >> 20
        )),
    }
}

/// What the axes are called, by the attributes that say it.
fn names_of(attributes: &Map<String, Value>, axes: usize) -> Vec<String> {
    let list = ["_ARRAY_DIMENSIONS", "dimension_names", "dims", "dimensions"]
        .iter()
        .find_map(|key| attributes.get(*key)?.as_array());
    let names = list.filter(|names| names.len() == axes).into_iter().flatten();
    names
        .map(|name| name.as_str().unwrap_or_default().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys() {
        let array = |encoding: Value, shape: Value| {
            json!({
                "shape": shape, "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": shape}},
                "chunk_key_encoding": encoding, "data_type": "int16", "fill_value": 0, "codecs": ["bytes"],
            })
        };
        let key = |encoding: Value, place: &[u64]| {
            let shape = json!(vec![9; place.len()]);
            Meta::of_v3(&array(encoding, shape))
                .expect("it is whole")
                .key(place)
        };
        assert_eq!(key(json!({"name": "default"}), &[1, 2]), "c/1/2");
        assert_eq!(key(json!("default"), &[]), "c");
        let dots = json!({"name": "default", "configuration": {"separator": "."}});
        assert_eq!(key(dots, &[1, 2]), "c.1.2");
        assert_eq!(key(json!("v2"), &[1, 2]), "1.2");
        assert_eq!(
            key(json!({"name": "v2", "configuration": {"separator": "/"}}), &[]),
            "0"
        );
    }
}
