//! How long input takes to be seen: from each event, as winit tells of it, until the device has finished the frame that
//! shows it and handed it over to the screen.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use galvani::gpu::Device;
use serde_json::{Value, json};
use winit::event::{ElementState, WindowEvent};

/// How long a frame may take before it is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// Events that wait for a frame to show them.
pub(super) struct Latency {
    pending: Vec<(Instant, &'static str)>,
    /// A thread waits for the device, so that measuring does not make frames slower.
    waiter: Option<Waiter>,
    path: PathBuf,
}

struct Waiter {
    frames: Sender<Shown>,
    thread: JoinHandle<std::io::Result<Value>>,
}

/// A frame, and the events that it shows.
struct Shown {
    frame: u64,
    device: Device,
    value: u64,
    events: Vec<(Instant, &'static str)>,
}

impl Latency {
    /// Writes to a new file.
    pub(super) fn new(path: &Path) -> Result<Self> {
        let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        let (frames, shown) = channel::<Shown>();
        let thread = std::thread::spawn(move || {
            let mut file = BufWriter::new(file);
            let mut all = Vec::new();
            for shown in shown {
                let Shown {
                    frame,
                    device,
                    value,
                    events,
                } = shown;
                if device.wait(value, PATIENCE).is_err() {
                    continue;
                }
                let done = Instant::now();
                for (at, kind) in events {
                    let ms = done.duration_since(at).as_secs_f64() * 1e3;
                    all.push(ms);
                    writeln!(file, "{}", json!({ "event": kind, "frame": frame, "ms": ms }))?;
                }
            }
            let summary = summary(&mut all);
            writeln!(file, "{summary}")?;
            file.flush()?;
            Ok(summary)
        });
        Ok(Self {
            pending: Vec::new(),
            waiter: Some(Waiter { frames, thread }),
            path: path.to_path_buf(),
        })
    }

    /// An event has changed what is to be seen.
    pub(super) fn event(&mut self, event: &WindowEvent, at: Instant) {
        if let Some(kind) = kind(event) {
            self.pending.push((at, kind));
        }
    }

    /// A frame was submitted to a device, and presented, that shows all events so far.
    pub(super) fn frame(&mut self, frame: u64, device: &Device, value: u64) {
        let events = std::mem::take(&mut self.pending);
        if let Some(waiter) = self.waiter.as_ref().filter(|_| !events.is_empty()) {
            // A waiter that cannot write says so in the end.
            let device = device.clone();
            let _ = waiter.frames.send(Shown {
                frame,
                device,
                value,
                events,
            });
        }
    }

    /// Waits for the last frame; the summary.
    pub(super) fn end(&mut self) -> Result<Value> {
        let Some(Waiter { frames, thread }) = self.waiter.take() else {
            return Ok(Value::Null);
        };
        drop(frames);
        let done = thread
            .join()
            .unwrap_or_else(|_| Err(std::io::Error::other("the waiter failed")));
        done.with_context(|| format!("cannot write {}", self.path.display()))
    }
}

/// What people do to the window.
fn kind(event: &WindowEvent) -> Option<&'static str> {
    match event {
        WindowEvent::MouseWheel { .. } => Some("wheel"),
        WindowEvent::CursorMoved { .. } => Some("move"),
        WindowEvent::MouseInput { .. } => Some("button"),
        WindowEvent::KeyboardInput { event, .. } if event.state == ElementState::Pressed => Some("key"),
        _ => None,
    }
}

fn summary(all: &mut [f64]) -> Value {
    all.sort_by(f64::total_cmp);
    let at = |share: usize| {
        all.get((all.len() * share / 100).min(all.len().saturating_sub(1)))
            .copied()
    };
    json!({ "events": all.len(), "median_ms": at(50), "p99_ms": at(99), "worst_ms": all.last() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries() {
        assert_eq!(
            summary(&mut []),
            json!({ "events": 0, "median_ms": null, "p99_ms": null, "worst_ms": null })
        );
        let told = summary(&mut [3.0, 1.0, 2.0]);
        assert_eq!(
            told,
            json!({ "events": 3, "median_ms": 2.0, "p99_ms": 3.0, "worst_ms": 3.0 })
        );
    }
}
