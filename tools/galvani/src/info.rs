//! `galvani info`.

use std::fmt::Write;

use anyhow::Result;
use galvani::source::{Channel, ChannelKind, Dtype, EventKind, Events, Info, Layout, Segment, Stream};
use serde_json::{Value, json};

use crate::answer::{Answer, duration, thousands, told, warn};
use crate::cli::InfoArgs;
use crate::input;
use crate::stats;

pub(crate) fn run(args: &InfoArgs) -> Result<Answer> {
    let name = args.file.file.display().to_string();
    let streams = match input::streams(&args.file) {
        Ok(streams) => streams,
        Err(error) => return events_alone(args, error),
    };
    let mut described: Vec<Value> = streams.list.iter().map(stream_json).collect();
    let mut text = format!("{name}\n");
    if let Some(started) = &streams.started {
        writeln!(text, "started {started}")?;
    }
    warn(&streams.warnings);
    let several = streams.list.len() > 1;
    for (stream, described) in streams.list.iter().zip(&mut described) {
        let info = stream.source.info();
        if several {
            writeln!(text, "\nstream {}", stream.name)?;
        }
        write_shape(&mut text, info)?;
        if !several {
            write_channels(&mut text, info)?;
        }
        if args.stats {
            let counted = stats::of(stream.source.as_ref())?;
            write_stats(&mut text, &counted)?;
            described["per_channel"] = counted;
        }
        warn(&info.warnings);
    }
    let events = input::events(&args.file)?;
    write_events(&mut text, &events)?;
    let mut json = json!({
        "file": name,
        "started": streams.started,
        "streams": described,
        "events": events.iter().map(events_json).collect::<Vec<_>>(),
    });
    // What is shown where no stream is named.
    if let Ok(main) = streams.main_index() {
        let main = json["streams"][main].clone();
        for (key, value) in main.as_object().into_iter().flatten() {
            json[key] = value.clone();
        }
    }
    Ok(Answer { text, json })
}

/// Where there are events and no samples, the events, and why there are no samples.
fn events_alone(args: &InfoArgs, error: anyhow::Error) -> Result<Answer> {
    let events = input::events(&args.file).unwrap_or_default();
    if events.is_empty() {
        return Err(error);
    }
    let name = args.file.file.display().to_string();
    let problem = told(&error);
    let mut text = format!("{name}\n");
    write_events(&mut text, &events)?;
    let json = json!({
        "file": name,
        "streams": [],
        "events": events.iter().map(events_json).collect::<Vec<_>>(),
        "warnings": [problem],
    });
    warn(&[problem]);
    Ok(Answer { text, json })
}

/// How many labels people are shown; machines get all.
const LABELS_SHOWN: usize = 8;

fn write_events(text: &mut String, events: &[Events]) -> Result<()> {
    for events in events {
        let count = thousands(events.len() as u64);
        let shown: Vec<&str> = events
            .names
            .iter()
            .map(String::as_str)
            .take(LABELS_SHOWN)
            .collect();
        let more = if events.names.len() > LABELS_SHOWN {
            ", …"
        } else {
            ""
        };
        let (name, kind) = (&events.name, events_word(events.kind));
        writeln!(text, "events {name}: {count} {kind}: {}{more}", shown.join(", "))?;
    }
    Ok(())
}

fn events_json(events: &Events) -> Value {
    json!({
        "name": events.name,
        "kind": events_word(events.kind),
        "count": events.len(),
        "labels": events.names,
        "first_s": events.times_s.first(),
        "last_s": events.times_s.last(),
    })
}

fn events_word(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Spikes => "spikes",
        EventKind::Edges => "edges",
        EventKind::Annotations => "annotations",
        EventKind::Epochs => "epochs",
    }
}

/// A stream for machines.
fn stream_json(stream: &Stream) -> Value {
    let info = stream.source.info();
    let channels: Vec<Value> = info.channels.iter().map(channel_json).collect();
    let segments: Vec<Value> = info.segments.iter().map(segment_json).collect();
    json!({
        "name": stream.name,
        "format": info.format,
        "channels": channels,
        "samples": info.samples,
        "rate_hz": info.rate_hz,
        "duration_s": info.samples as f64 / info.rate_hz,
        "segments": segments,
        "stored": info.stored,
        "dtype": dtype_word(info.dtype),
        "layout": layout_word(info.layout),
        "warnings": info.warnings,
    })
}

fn segment_json(segment: &Segment) -> Value {
    json!({
        "start": segment.samples.start,
        "end": segment.samples.end,
        "start_s": segment.start_s,
    })
}

fn write_stats(text: &mut String, counted: &Value) -> Result<()> {
    for facts in counted
        .as_object()
        .into_iter()
        .flat_map(|counted| counted.values())
    {
        let word = |key: &str| facts[key].as_str().unwrap_or_default();
        writeln!(
            text,
            "{}: {} to {}, mean {} {}; {}",
            word("name"),
            facts["min"],
            facts["max"],
            facts["mean"],
            word("units"),
            word("stored_sha256")
        )?;
    }
    Ok(())
}

/// How many segments people are shown; machines get all.
const SEGMENTS_SHOWN: usize = 20;

fn write_shape(text: &mut String, info: &Info) -> Result<()> {
    writeln!(
        text,
        "{}, {} channels × {} samples at {} Hz: {}\nstored as {}, {}; on the device {}",
        info.format,
        info.channels.len(),
        thousands(info.samples),
        info.rate_hz,
        duration(info.samples as f64 / info.rate_hz),
        info.stored,
        layout_word(info.layout),
        dtype_word(info.dtype),
    )?;
    if info.segments.len() < 2 {
        return Ok(());
    }
    writeln!(text, "{} segments, which start at", info.segments.len())?;
    for (number, segment) in info.segments.iter().enumerate().take(SEGMENTS_SHOWN) {
        let (start, end) = (segment.samples.start, segment.samples.end);
        writeln!(
            text,
            "{number:>5}  {:.6} s: samples {start} to {end}",
            segment.start_s
        )?;
    }
    if info.segments.len() > SEGMENTS_SHOWN {
        writeln!(text, "    …  {} more", info.segments.len() - SEGMENTS_SHOWN)?;
    }
    Ok(())
}

fn write_channels(text: &mut String, info: &Info) -> Result<()> {
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
        let group = channel
            .group
            .map_or_else(String::new, |group| format!("  group {group}"));
        let place = channel
            .position_um
            .map_or_else(String::new, |[x, y]| format!("  at ({x}, {y}) µm"));
        let (name, gain, kind) = (&channel.name, channel.gain, kind_word(channel.kind));
        writeln!(
            text,
            "{number:>5}  {name:<10} {kind:<9} × {gain:.6}{offset} {unit}{group}{place}"
        )?;
    }
    Ok(())
}

fn channel_json(channel: &Channel) -> Value {
    json!({
        "name": channel.name,
        "unit": channel.unit,
        "gain": channel.gain,
        "offset": channel.offset,
        "kind": kind_word(channel.kind),
        "group": channel.group,
        "position_um": channel.position_um,
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
