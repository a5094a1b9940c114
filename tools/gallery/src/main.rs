//! Draws the gallery: `galvani-gallery --out DIR` writes a page and a picture of each program, `galvani-gallery --show NAME` opens a window
//! on one.

mod page;
mod programs;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Parser;

use programs::{PROGRAMS, Program};

/// Draws every program of the gallery, or those that are named, and a page of them, or shows them.
#[derive(Debug, Parser)]
#[command(name = "galvani-gallery")]
struct Arguments {
    /// Where to; made where it is not there.
    #[arg(long, value_name = "DIR", required_unless_present = "show")]
    out: Option<PathBuf>,
    /// Opens windows instead, one after the other.
    #[arg(long, conflicts_with_all = ["out", "small"])]
    show: bool,
    /// A hundredth of the data.
    #[arg(long)]
    small: bool,
    /// Programs to draw; without any all.
    names: Vec<String>,
}

/// The programs that are asked for.
fn chosen(names: &[String]) -> Result<Vec<&'static Program>> {
    if let Some(name) = names
        .iter()
        .find(|name| PROGRAMS.iter().all(|program| program.name != **name))
    {
        let known: Vec<&str> = PROGRAMS.iter().map(|program| program.name).collect();
        bail!("there is no program {name:?}: known are {}", known.join(", "));
    }
    let is_chosen = |program: &&Program| names.is_empty() || names.iter().any(|name| name == program.name);
    Ok(PROGRAMS.iter().filter(is_chosen).collect())
}

fn run(arguments: &Arguments) -> Result<()> {
    let programs = chosen(&arguments.names)?;
    let Some(out) = &arguments.out else {
        for program in programs {
            (program.show)().with_context(|| format!("cannot show {}", program.name))?;
        }
        return Ok(());
    };
    fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
    let part = if arguments.small { 0.01 } else { 1.0 };
    for program in &programs {
        let clock = Instant::now();
        let picture = out.join(format!("{}.png", program.name));
        (program.save)(part, &picture).with_context(|| format!("cannot draw {}", program.name))?;
        let seconds = clock.elapsed().as_secs_f64();
        println!("{:<12} {seconds:6.2} s   {}", program.name, picture.display());
    }
    let page = out.join("index.html");
    fs::write(&page, page::of(&programs)).with_context(|| format!("cannot write {}", page.display()))?;
    println!("{}", page.display());
    Ok(())
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
