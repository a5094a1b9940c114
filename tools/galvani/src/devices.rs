//! `galvani devices`.

use std::fmt::Write;

use anyhow::Result;
use galvani::gpu::{Adapter, AdapterKind, Choice, choose};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::cli::Global;
use crate::engine::{self, Watch};

pub(crate) fn run(global: &Global, watch: &Watch) -> Result<Answer> {
    let instance = engine::instance(global, watch, None)?;
    let adapters = instance.adapters()?;
    let choice = engine::choice(global)?;
    let chosen = choose(&adapters, &choice)?;
    let why_not: Vec<Option<String>> = (0..adapters.len())
        .map(|index| why_not(&adapters, index, chosen, &choice))
        .collect();
    let devices: Vec<Value> = adapters
        .iter()
        .zip(&why_not)
        .enumerate()
        .map(|(index, (adapter, why))| {
            let (major, minor) = adapter.api_version;
            json!({
                "index": index,
                "name": adapter.name,
                "kind": kind_word(adapter.kind),
                "driver": adapter.driver,
                "vulkan": format!("{major}.{minor}"),
                "usable": adapter.unusable.is_none(),
                "chosen": index == chosen,
                "why_not": why,
            })
        })
        .collect();
    let mut text = String::new();
    for (index, (adapter, why)) in adapters.iter().zip(&why_not).enumerate() {
        let mark = if index == chosen { '*' } else { ' ' };
        let (major, minor) = adapter.api_version;
        writeln!(
            text,
            "{mark} {index}: {} ({}, Vulkan {major}.{minor}, {})",
            adapter.name,
            kind_word(adapter.kind),
            adapter.driver,
        )?;
        match why {
            Some(why) => writeln!(text, "     not used: {why}")?,
            None => writeln!(text, "     used")?,
        }
    }
    Ok(Answer {
        text,
        json: json!({ "devices": devices, "chosen": chosen }),
    })
}

/// Why a device is passed over; `None` for the one that is used.
fn why_not(adapters: &[Adapter], index: usize, chosen: usize, choice: &Choice) -> Option<String> {
    let (adapter, winner) = (&adapters[index], &adapters[chosen]);
    if index == chosen {
        return None;
    }
    Some(match &adapter.unusable {
        Some(why) => why.clone(),
        None if *choice != Choice::Auto => format!("--device chose {}", winner.name),
        None if adapter.kind == winner.kind => format!("{} is listed first", winner.name),
        None => format!("{} is {}, which comes first", winner.name, kind_word(winner.kind)),
    })
}

fn kind_word(kind: AdapterKind) -> &'static str {
    match kind {
        AdapterKind::Discrete => "discrete",
        AdapterKind::Integrated => "integrated",
        AdapterKind::Virtual => "virtual",
        AdapterKind::Software => "software",
        AdapterKind::Other => "other",
    }
}
