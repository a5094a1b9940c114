//! `galvani demo`: a made-up recording, in a window or as a PNG.

use std::path::Path;

use anyhow::{Context, Result};
use galvani::scene::{Form, Style};
use galvani::source::{Source, Synthetic};
use galvani::store::Sidecars;

use crate::answer::Answer;
use crate::cli::{DemoArgs, Global};
use crate::engine::Watch;
use crate::render::{self, Shot};
use crate::window::{self, Reading};

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
            return window::show(
                source,
                ("demonstration", Path::new("")),
                &args.window,
                Reading {
                    sidecar: Sidecars::Ignore,
                    follow: false,
                },
                global,
                watch,
            );
        }
        None => Path::new("demo.png"),
    };
    let shot = Shot {
        name: "demonstration".into(),
        source,
        size: args.size.0,
        start_s: None,
        duration_s: None,
        channels: args.window.channels.as_ref(),
        style: Style::dark(),
        marks: Vec::new(),
        form: Form::Auto,
        sidecar: false,
        output,
    };
    render::take(shot, global, watch)
}
