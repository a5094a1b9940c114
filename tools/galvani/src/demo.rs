//! `galvani demo`: a made-up recording, in a window or as a PNG.

use std::path::Path;

use anyhow::{Context, Result};
use galvani::source::{Source, Synthetic};
use galvani::store::Sidecars;

use crate::answer::Answer;
use crate::cli::{DemoArgs, FileArgs, Global, RenderArgs};
use crate::engine::{self, Watch};
use crate::render::{self, Given};
use crate::window::{self, Asked, Opening, Reading};

/// Extracellular channels, and the one inside a cell.
const CHANNELS: usize = 32 + 1;
const RATE_HZ: f64 = 30_000.0;
const SECONDS: u64 = 60;

pub(crate) fn run(args: &DemoArgs, global: &Global, watch: &Watch) -> Result<Answer> {
    let source = Synthetic::new(args.seed, CHANNELS, SECONDS * RATE_HZ as u64, RATE_HZ)
        .context("cannot make the demonstration up")?
        .with_intracellular(true);
    let source: Box<dyn Source> = Box::new(source);
    let output = match &args.output {
        Some(output) => output,
        None if window::has_display() => {
            let reading = Reading {
                sidecar: Sidecars::Ignore,
                follow: false,
            };
            let opening = Opening {
                asked: Asked::from(&args.window),
                ..Opening::plain(source, "demonstration".into(), None, reading)
            };
            return window::show(vec![opening], &args.window, global, watch);
        }
        None => Path::new("demo.png"),
    };
    let mut asked = RenderArgs::new(FileArgs::plain("demonstration".into()), output.into(), args.size);
    asked.look.clone_from(&args.window.look);
    asked.span.channels.clone_from(&args.window.channels);
    let given = Given {
        source,
        events: Vec::new(),
        notes: Vec::new(),
    };
    render::take(
        &asked,
        vec![given],
        global,
        || engine::renderer(global, watch),
        &|_, _| (),
    )
}
