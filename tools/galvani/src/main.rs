//! `galvani`: browse and render very long recordings.
//!
//! ```text
//! arguments ─► command ─► Answer ─► a few lines for people, or one JSON object
//! ```
//!
//! Answers go to stdout; warnings, progress and errors to stderr. It uses the library's public API alone.

mod answer;
mod bench;
mod build;
mod cli;
mod convert;
mod convert_zarr;
mod demo;
mod devices;
mod engine;
mod info;
mod input;
mod parts;
mod picture;
mod progress;
mod render;
mod signal;
mod stack;
mod stats;
mod synth;
mod taken;
mod warm;
mod window;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command};
use engine::Watch;

fn main() -> ExitCode {
    let cli = Cli::parse();
    draw_on_this_thread();
    let watch = Watch::default();
    let done = run(&cli, &watch);
    // All that a command made is gone by now, so that the end of it has been watched as well.
    let done = done.and_then(|()| watch.verdict());
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", answer::told(&error));
            ExitCode::FAILURE
        }
    }
}

/// Makes this thread, which draws, one of rayon's: see [`Renderer`](galvani::renderer::Renderer).
fn draw_on_this_thread() {
    // Of a pool of one there would be nobody left for those who wait while this thread does something else.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if cores > 1 && std::env::var_os("RAYON_NUM_THREADS").is_none() {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(cores)
            .use_current_thread();
        // It only takes longer without.
        let _ = pool.build_global();
    }
}

fn run(cli: &Cli, watch: &Watch) -> anyhow::Result<()> {
    let global = &cli.global;
    let answer = match &cli.command {
        Command::Open(args) => window::open(args, global, watch)?,
        Command::Render(args) => render::run(args, global, watch)?,
        Command::Info(args) => info::run(args)?,
        Command::Convert(args) => convert::run(args)?,
        Command::Build(args) => build::run(args)?,
        Command::Demo(args) => demo::run(args, global, watch)?,
        Command::Synth(args) => synth::run(args)?,
        Command::Devices => devices::run(global, watch)?,
        Command::Bench(args) => bench::run(args, global, watch)?,
    };
    answer.print(global.json)
}
