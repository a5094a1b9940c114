//! A streamed recording that is browsed as in a window, each frame measured.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use galvani::plan::Fidelity;
use galvani::renderer::{HostTimes, Loading, Picture, Renderer, Report};
use galvani::scene::{Scene, Style};
use galvani::sidecar::Sidecar;
use galvani::source::Source;
use galvani::store::{NodeStore, OpenOptions, Recording};
use galvani::target::Offscreen;
use galvani::view::View;

use super::{floor, machine, ms};
use crate::cli::Global;
use crate::engine;

/// How long a picture may take to be complete.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long a thread is waited for before it is looked again.
const WAIT: Duration = Duration::from_millis(2);

/// A recording on a target of its own.
pub(super) struct Stage {
    pub(super) renderer: Renderer,
    pub(super) recording: Recording<'static>,
    scene: Scene,
    target: Offscreen,
    pixels: Vec<u8>,
    pub(super) columns: u32,
    /// The most that was held on the device: of the recording, and of all.
    pub(super) device_bytes: [u64; 2],
}

/// A view, from the first frame of it to the complete one.
pub(super) struct Shown {
    pub(super) report: Report,
    /// Milliseconds of the slowest of its frames.
    pub(super) frame_ms: f64,
    /// What that one took of the host, where it draws.
    pub(super) host: Option<HostTimes>,
    /// Milliseconds of an empty frame just before.
    pub(super) floor_ms: f64,
    /// Milliseconds until the picture was complete.
    pub(super) complete_ms: f64,
    /// Bytes that were read meanwhile.
    pub(super) bytes: u64,
}

impl Stage {
    /// Opens a recording with its sidecar, or with none.
    pub(super) fn open(
        renderer: Renderer,
        source: Box<dyn Source>,
        sidecar: Option<Sidecar>,
        size: [u32; 2],
        global: &Global,
    ) -> Result<Self> {
        let options = OpenOptions {
            nodes: sidecar.map(|sidecar| Arc::new(sidecar) as Arc<dyn NodeStore>),
            ..engine::open_options(global)
        };
        let target = Offscreen::new(renderer.device(), size)?;
        let recording = Recording::stream(renderer.device(), Arc::from(source), &options)?;
        let scene = recording.scene(Style::dark());
        let columns = scene.plot(recording.info(), size, 1.0).w;
        Ok(Self {
            renderer,
            recording,
            scene,
            target,
            pixels: vec![0; size[0] as usize * size[1] as usize * 4],
            columns,
            device_bytes: [0; 2],
        })
    }

    /// A frame as a window draws it, read back; its milliseconds.
    pub(super) fn frame(&mut self, view: &View) -> Result<(Report, f64)> {
        let clock = Instant::now();
        let picture = Picture {
            loading: Loading::UpTo(engine::FRAME_BYTES),
            ..Picture::new(&self.scene, view)
        };
        let (report, _) = self
            .renderer
            .render(&mut self.recording, &picture, &mut self.target)?;
        self.pixels.copy_from_slice(self.target.pixels()?);
        let took = ms(clock);
        ensure!(
            !report.overflow,
            "a frame had more tiles than its lists hold, which is a bug"
        );
        let memory = self.recording.memory();
        let held = self.renderer.device().memory_use().held;
        for (most, now) in self
            .device_bytes
            .iter_mut()
            .zip([memory.levels + memory.pages, held])
        {
            *most = now.max(*most);
        }
        Ok((report, took))
    }

    /// Shows a view until its picture is complete.
    pub(super) fn show(&mut self, view: &View) -> Result<Shown> {
        let floor_ms = floor(&mut self.target, &mut self.pixels)?;
        let before = machine::read_bytes();
        let clock = Instant::now();
        let (mut report, mut frame_ms) = self.frame(view)?;
        let mut host = report.host;
        while matches!(report.fidelity, Fidelity::Partial { .. }) {
            ensure!(
                report.coming,
                "what cannot be read: {:?}",
                self.recording.problems()
            );
            ensure!(clock.elapsed() < PATIENCE, "the picture does not get complete");
            self.recording.wait(WAIT);
            let polled = self.recording.poll()?;
            if polled.changed || polled.waiting {
                let (next, took) = self.frame(view)?;
                report = next;
                if took > frame_ms {
                    (frame_ms, host) = (took, report.host);
                }
            }
        }
        Ok(Shown {
            report,
            frame_ms,
            host,
            floor_ms,
            complete_ms: ms(clock),
            bytes: machine::read_bytes().saturating_sub(before),
        })
    }

    /// The whole recording.
    pub(super) fn whole(&self) -> View {
        View::fit(self.recording.info().samples, self.columns)
    }

    /// So many seconds in the recording's middle; all of it where it is no longer than that, and of 0.
    pub(super) fn window(&self, seconds: f64) -> View {
        let info = self.recording.info();
        let length_s = info.samples as f64 / info.rate_hz;
        if seconds <= 0.0 || seconds >= length_s {
            return self.whole();
        }
        View::span((length_s - seconds) / 2.0, seconds, info.rate_hz, self.columns)
    }
}
