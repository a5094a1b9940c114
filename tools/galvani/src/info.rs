//! `galvani info`.

use std::fmt::Write;

use anyhow::Result;
use galvani::source::{Channel, ChannelKind, Dtype, Layout};
use serde_json::{Value, json};

use crate::answer::{Answer, duration, thousands, warn};
use crate::cli::InfoArgs;
use crate::input;

pub(crate) fn run(args: &InfoArgs) -> Result<Answer> {
    let source = input::open(&args.file)?;
    let info = source.info();
    let seconds = info.samples as f64 / info.rate_hz;
    let (dtype, layout) = (dtype_word(info.dtype), layout_word(info.layout));
    let channels: Vec<Value> = info.channels.iter().map(channel_json).collect();
    let json = json!({
        "file": args.file.file.display().to_string(),
        "format": info.format,
        "channels": channels,
        "samples": info.samples,
        "rate_hz": info.rate_hz,
        "duration_s": seconds,
        "stored": info.stored,
        "dtype": dtype,
        "layout": layout,
        "warnings": info.warnings,
    });
    let mut text = format!(
        "{}\n{}, {} channels × {} samples at {} Hz: {}\nstored as {}, {layout}; on the device {dtype}\n",
        args.file.file.display(),
        info.format,
        info.channels.len(),
        thousands(info.samples),
        info.rate_hz,
        duration(seconds),
        info.stored,
    );
    for (number, channel) in info.channels.iter().enumerate() {
        let unit = if channel.unit.is_empty() {
            "steps of no unit"
        } else {
            &channel.unit
        };
        let offset = if channel.offset == 0.0 {
            String::new()
        } else {
            format!(" + {}", channel.offset)
        };
        let (name, gain, kind) = (&channel.name, channel.gain, kind_word(channel.kind));
        writeln!(
            text,
            "{number:>5}  {name:<10} {kind:<9} × {gain:.6}{offset} {unit}"
        )?;
    }
    warn(&info.warnings);
    Ok(Answer { text, json })
}

fn channel_json(channel: &Channel) -> Value {
    json!({
        "name": channel.name,
        "unit": channel.unit,
        "gain": channel.gain,
        "offset": channel.offset,
        "kind": kind_word(channel.kind),
    })
}

fn kind_word(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Neural => "neural",
        ChannelKind::Auxiliary => "auxiliary",
        ChannelKind::Digital => "digital",
    }
}

/// The word for a type on the device.
pub(crate) fn dtype_word(dtype: Dtype) -> &'static str {
    match dtype {
        Dtype::I16 => "i16",
        Dtype::F32 => "f32",
    }
}

fn layout_word(layout: Layout) -> &'static str {
    match layout {
        Layout::Interleaved => "interleaved",
        Layout::Planar => "planar",
    }
}
