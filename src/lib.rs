//! A Vulkan renderer of very long signals: hundreds of millions to billions of samples, of one to thousands of
//! channels, at any zoom from the whole recording to a single sample, at a cost that depends on the screen and not on
//! the recording, and **without ever losing a spike**.
//!
//! ```no_run
//! use galvani::{gpu, renderer, scene, source, store, target, view};
//!
//! # fn main() -> galvani::Result<()> {
//! let device = gpu::Device::open(&gpu::Choice::Auto)?;
//! let source = source::open("run_g0_t0.imec0.ap.bin")?;
//! let mut recording = store::Recording::open(&device, source, &store::OpenOptions::default())?;
//! let scene = recording.scene(scene::Style::dark());
//! let mut target = target::Offscreen::new(&device, [1920, 1080])?;
//! let columns = scene.plot(recording.info(), target.size(), 1.0).w;
//! let view = view::View::fit(recording.info().samples, columns);
//! let mut renderer = renderer::Renderer::new(&device, renderer::Rasteriser::Auto)?;
//! let (report, _) = renderer.render(&mut recording, &renderer::Picture::new(&scene, &view), &mut target)?;
//! println!("{:?}, {} bytes of RGBA", report.fidelity, target.pixels()?.len());
//! # Ok(())
//! # }
//! ```
//!
//! # Architecture
//!
//! ```text
//! file ─ source ─► staging ring (mapped) ─► page (device)                   samples arrive
//!           │                                  │ pyramid.comp, or the host's SIMD    once
//!           └──────────────────────────────► levels (device)
//!                                              │
//! scene, view ─► plan ─► cull ─► tiles ─► resolve ─► columns ─► bin ─► rows           a frame
//!                                                                       │
//!                                            indirect draw (or dispatch) ─► target ─► window, PNG
//! ```
//!
//! Levels are kept in blocks and samples in pages, each of which may be there or not. A recording that is streamed
//! ([`store::Recording::stream`]) opens at once: threads read what the view lacks, then what it is heading for, then the
//! rest, and a frame draws what is there, hatches what is not, and never waits.
//!
//! On a software device, whose memory the host shares, the stages from culling to pixels and the labels run on the host's
//! own cores instead. A window's device is given the finished picture; off the screen it is drawn where it is read.
//!
//! Figures and scenes are painted by the host's cores, at a cost that the screen bounds, in bands of rows that stay in a cache. A device that is no
//! host's finds for them what there is most of to look through: how many points lie in each pixel ([`points`]), what is seen of triangles and balls
//! at each sample, and how much of each pixel long strokes cover. It is asked within a budget ([`renderer::Renderer::figures_budget`]), is sent what has
//! changed alone, and what it finds is read back; it draws custom visuals, too.
//!
//! Modules stand in the order of what may use what; a test holds them to it.
//!
//! | module | what it is |
//! |---|---|
//! | [`error`], [`units`] | one error type; units that would be mistaken for one another |
//! | `system`, `wide` | what is asked of the operating system, and of the processor |
//! | `changes` | what of data has changed since it was sent to a device |
//! | [`abi`] | every struct and constant shared with GLSL, and the policy of numbers |
//! | [`source`] | files and arrays to samples, by positional reads |
//! | [`signal`] | filters and references: a source around a source; spectrograms |
//! | [`view`], [`scene`] | from where, and what is shown: plain data and pure maths |
//! | [`vector`] | pictures in shapes, as SVG and PDF |
//! | [`gpu`] | Vulkan; has never heard of a trace |
//! | [`pyramid`], [`plan`] | how a recording is cut; what a frame needs of it |
//! | [`points`] | many points, sorted once; how many lie in each pixel of a view |
//! | [`lines`] | curves through many vertices; which of them a view is drawn from |
//! | [`images`] | images of any size, made smaller once; what each pixel of a view shows of them |
//! | [`solids`] | triangles and places in three dimensions; which of them a camera sees |
//! | [`custom`] | visuals of an embedder's own: shaders, and the buffers that they find by name |
//! | [`figure`] | plots with two axes of numbers: plain data, as `scene` is for recordings |
//! | [`mod@reference`] | the plain twin of each stage, which says what it means |
//! | `sidecar` | the pyramid on disk, beside the recording; a feature, on by default |
//! | `passes` | one stage each: its pipelines, and how it is recorded |
//! | `host` | the same stages on the host's cores, for software devices |
//! | [`store`] | what of a recording is on the device, within budgets: blocks of nodes, pages of samples; who reads them |
//! | [`renderer`], [`target`] | the frame, in order; where it goes |
//! | `save` | figures and scenes to files, without a device |
//! | `show` | figures and scenes in a window that answers; a feature |
//!
//! **What is exact.** A column of pixels shows the minimum and maximum of all samples between its edges and of the two
//! values interpolated at them. Below 512 samples a column the edges are exact; above, they are moved to boundaries of
//! nodes, by 1/16 of a column at most. Each frame says which ([`plan::Fidelity`]). No sample is missed either way, and
//! nothing is drawn by striding.
//!
//! **What it costs.** A frame reads at most 22 nodes, or 30 samples, 7 runs and 7 leaves, for each column of each lane, and
//! two addresses a level; on the host 32 nodes, or 48 samples, or 32 samples and 32 runs. It is bounded by lanes ×
//! columns at every zoom, for any length. On the device panning by whole pixels keeps the columns that are there. Memory
//! on the device is 3.6 % of `i16` samples for the pyramid, and what the budget gives for raw pages.
//!
//! **What was measured** on two cores without a GPU. Fan-out 8 resolves 32 × 1850 columns of 10⁹ samples in 1.3 ms, at
//! worst 2.3; fan-out 4 takes 1.4, at worst 1.9, and a sixth more memory. Pages are planar, so that the ends of columns
//! are vector loads; runs of 16 samples beside them halved resolving between 64 and 512 samples a column. Stages take
//! push constants and addresses alone: on Mesa's software driver a load is a loop over the subgroup, whatever it reads.
//! No rasteriser blends; all composite in integers, so that their pictures of columns are equal to the bit. The host's
//! own stages take 0.1 to 1.6 ms to resolve 32 × 1850 columns and 0.3 to 1.1 ms to draw them, where that driver's
//! shaders take 0.3 to 6 and 1 to 6; with 384 lanes of polylines 4 ms instead of 57.
//!
//! **Unsafe** code is in [`gpu`] alone, but for a few lines: [`source`] reads into uninitialised memory, `wide` calls what is
//! compiled for AVX2, `system` gives advice on memory, [`points`] writes into room of its own and takes the whole part of numbers that it has looked at.

pub mod abi;
mod changes;
pub mod custom;
pub mod error;
pub mod figure;
pub mod gpu;
mod host;
pub mod images;
pub mod lines;
mod passes;
pub mod plan;
mod png;
pub mod points;
pub mod pyramid;
pub mod reference;
pub mod renderer;
mod save;
pub mod scene;
#[cfg(feature = "window")]
pub mod show;
#[cfg(feature = "sidecar")]
pub mod sidecar;
pub mod signal;
pub mod solids;
pub mod source;
pub mod store;
mod system;
pub mod target;
pub mod units;
pub mod vector;
pub mod view;
mod wide;

pub use error::{Error, Result};

/// The README's examples, compiled; some of them open windows, and one compiles shaders.
#[cfg(all(doctest, feature = "shaderc", feature = "window"))]
#[doc = include_str!("../README.md")]
struct Readme;
