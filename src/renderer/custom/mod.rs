//! Custom visuals: layers that the device draws of them, what is hit, what their buffers hold.

mod kept;

use std::sync::{Arc, Weak};

use super::Renderer;
use crate::abi::custom::{CustomBuffer, ItemsPush};
use crate::custom::{Element, Kind, Program};
use crate::figure::{Custom, Figure, Frame, Hit, Item, Visual};
use crate::gpu::Use::{ComputeRead, ComputeWrite, FragmentRead, IndirectRead, TransferWrite, VertexRead};
use crate::gpu::{Device, Topology, read_back};
use crate::passes::{CustomPass, ItemsPass};
use crate::scene::Rgba8;
use crate::target::FORMAT;
use crate::view::plane::Plane;
use crate::{Error, Result};
use kept::{Held, Kept};

/// Which items of a custom visual the last frame drew, and from what that was found, for tests and tools.
#[derive(Debug, Clone)]
pub struct Culling {
    /// What the stage was given.
    pub push: ItemsPush,
    /// What it was told of the places.
    pub told: CustomBuffer,
    /// The places as they are kept.
    pub places: Vec<[f32; 4]>,
    /// The numbers of the items that are drawn, in their order.
    pub items: Vec<u32>,
}

/// What is kept of all custom visuals that have been drawn and still are there.
#[derive(Default)]
pub(super) struct Customs {
    passes: Vec<(Weak<Program>, Topology, CustomPass)>,
    items: Option<ItemsPass>,
    kept: Vec<Kept>,
}

/// A part of a plot that is drawn by itself, in pixels of the plot.
#[derive(Debug, Clone, Copy)]
struct Part {
    at: [u32; 2],
    size: [u32; 2],
}

/// A visual, from where it is seen.
struct Seen<'a> {
    custom: &'a Custom,
    program: &'a Arc<Program>,
    figure: &'a Figure,
    plane: &'a Plane,
    plot: [u32; 2],
    part: Part,
    color: Rgba8,
    picks: bool,
}

impl Renderer {
    /// What is at pixel `at` of a target of `[width, height]` pixels, or no more than `reach_px` from there, as [`Figure::hit`], and custom visuals
    /// too: of those the nearest pixel that one of their items is seen in.
    ///
    /// # Errors
    /// Those of drawing custom visuals, as of [`Renderer::render_figure`].
    pub fn hit(
        &mut self,
        figure: &Figure,
        (plane, target): (&Plane, [u32; 2]),
        at: [f64; 2],
        reach_px: f64,
    ) -> Result<Option<Hit>> {
        for (number, visual) in figure.visuals.iter().enumerate().rev() {
            let hit = match visual {
                Visual::Custom(custom) => {
                    let plot = Frame::plot(figure, target);
                    let at = [at[0] - f64::from(plot.x), at[1] - f64::from(plot.y)];
                    let found =
                        self.pick(figure, (number, custom), plane, ([plot.w, plot.h], at, reach_px))?;
                    found.map(|(item, distance_px)| Hit {
                        visual: number,
                        item: Item::Custom(item),
                        distance_px,
                    })
                }
                _ => figure.hit_of(number, (plane, target), at, reach_px),
            };
            if hit.is_some() {
                return Ok(hit);
            }
        }
        Ok(None)
    }

    /// What a buffer of a custom visual holds on the device, where compute shaders may have changed it since it was given: as of the last frame that
    /// drew it. Waits.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a visual that was not drawn, a buffer that is not there, or one of another type.
    pub fn custom_values<E: Element>(&self, custom: &Custom, buffer: &str) -> Result<Vec<E>> {
        let (held, number) = self.held(custom, buffer)?;
        custom.buffers()[number].is_of(E::KIND)?;
        let mut values: Vec<E> = read_back(&held.buffer)?;
        values.truncate(held.len);
        Ok(values)
    }

    /// The same of places, in units of the axes.
    ///
    /// # Errors
    /// As [`Renderer::custom_values`].
    pub fn custom_places(&self, custom: &Custom, buffer: &str) -> Result<Vec<[f64; 2]>> {
        let (held, number) = self.held(custom, buffer)?;
        custom.buffers()[number].is_of(Kind::Place)?;
        let kept: Vec<[f32; 4]> = read_back(&held.buffer)?;
        Ok(kept
            .into_iter()
            .take(held.len)
            .map(|kept| held.basis.place(kept))
            .collect())
    }

    /// What the last frame found of a custom visual whose items are looked at for whether they are seen. Waits.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a visual that was not drawn, or of which all items are.
    pub fn inspect_custom(&self, custom: &Custom) -> Result<Culling> {
        let kept = self.customs.kept.iter().find(|kept| kept.is_of(custom));
        let culling = kept.and_then(|kept| kept.inspect(custom));
        culling.unwrap_or_else(|| {
            Err(Error::Invalid {
                what: "a custom visual",
                problem: "no frame has looked for which of its items are seen".into(),
            })
        })
    }

    fn held(&self, custom: &Custom, buffer: &str) -> Result<(&Held, usize)> {
        let number = custom.layout().number(buffer)?;
        let kept = self.customs.kept.iter().find(|kept| kept.is_of(custom));
        let held = kept.and_then(|kept| kept.buffers.get(number));
        held.map(|held| (held, number)).ok_or_else(|| Error::Invalid {
            what: "a buffer of a custom visual",
            problem: format!("{buffer} is on no device: draw the visual with this renderer first"),
        })
    }

    /// What is drawn of a visual of a figure, on a plot of `[width, height]` pixels.
    pub(super) fn drawn(
        &mut self,
        figure: &Figure,
        visual: (usize, &Custom),
        plane: &Plane,
        plot: [u32; 2],
    ) -> Result<Vec<u32>> {
        let part = Part {
            at: [0; 2],
            size: plot,
        };
        let seen = seen(figure, visual, plane, (plot, part), false)?;
        self.customs.draw(&self.device, &seen)
    }

    /// The item whose nearest pixel is no farther from `at` than `reach_px`, and how far it is; of a plot of `[width, height]` pixels.
    fn pick(
        &mut self,
        figure: &Figure,
        (number, custom): (usize, &Custom),
        plane: &Plane,
        (plot, at, reach_px): ([u32; 2], [f64; 2], f64),
    ) -> Result<Option<(usize, f64)>> {
        if !(0..2).all(|axis| (0.0..f64::from(plot[axis])).contains(&at[axis])) {
            return Ok(None);
        }
        let reach = if reach_px > 0.0 { reach_px.min(1e4) } else { 0.0 };
        let first = [0, 1].map(|axis| (at[axis] - reach).floor().max(0.0) as u32);
        let end = [0, 1].map(|axis| ((at[axis] + reach).floor() as u32 + 1).min(plot[axis]));
        let part = Part {
            at: first,
            size: [end[0] - first[0], end[1] - first[1]],
        };
        let seen = seen(figure, (number, custom), plane, (plot, part), true)?;
        let pixels = self.customs.draw(&self.device, &seen)?;
        let far = |(index, _): &(usize, &u32)| {
            let [x, y] = [
                *index as u32 % part.size[0] + first[0],
                *index as u32 / part.size[0] + first[1],
            ];
            // From the nearest place of the pixel; none on it.
            let beside = |at: f64, px: u32| (f64::from(px) - at).max(at - f64::from(px + 1)).max(0.0);
            beside(at[0], x).hypot(beside(at[1], y))
        };
        let items = pixels.iter().enumerate().filter(|(_, item)| **item != 0);
        let near = items.map(|found| (*found.1 as usize - 1, far(&found)));
        Ok(near
            .filter(|(_, far)| *far <= reach)
            .min_by(|a, b| a.1.total_cmp(&b.1)))
    }
}

fn seen<'a>(
    figure: &'a Figure,
    (number, custom): (usize, &'a Custom),
    plane: &'a Plane,
    (plot, part): ([u32; 2], Part),
    picks: bool,
) -> Result<Seen<'a>> {
    let program = custom.shaders().ok_or_else(|| Error::Invalid {
        what: "a custom visual",
        problem: "it has no shaders; give it some by `glsl`, `spirv` or `program`".into(),
    })?;
    Ok(Seen {
        custom,
        program,
        figure,
        plane,
        plot,
        part,
        color: custom.color.unwrap_or(figure.color_of(number)),
        picks,
    })
}

impl Customs {
    /// Lets go of what is kept of visuals and shaders that are no more.
    pub(super) fn forget(&mut self) {
        self.kept.retain(|kept| kept.token.strong_count() > 0);
        self.passes.retain(|(program, ..)| program.strong_count() > 0);
    }

    /// The pixels of a part of a plot that a visual shows, or the numbers of its items in them, from 1.
    fn draw(&mut self, device: &Device, seen: &Seen<'_>) -> Result<Vec<u32>> {
        self.prepare(device, seen)?;
        let index = self.kept_of(device, seen.custom)?;
        let mut commands = device.commands("custom visual")?;
        let Self { passes, items, kept } = self;
        let (kept, items) = (&mut kept[index], items.as_ref().expect("just made"));
        let (.., pass) = passes.iter().find(|pass| is_for(pass, seen)).expect("just made");
        kept.upload(&mut commands, seen)?;
        kept.tell(seen)?;
        commands.barrier(
            &[TransferWrite],
            &[ComputeRead, ComputeWrite, VertexRead, FragmentRead, IndirectRead],
        ); // buffers → shaders
        commands = kept.step(commands, pass, seen)?;
        let draws = kept.list(&mut commands, items, seen)?;
        kept.render(commands, pass, seen, draws)
    }

    fn prepare(&mut self, device: &Device, seen: &Seen<'_>) -> Result<()> {
        if self.items.is_none() {
            self.items = Some(ItemsPass::new(device)?);
        }
        if !self.passes.iter().any(|pass| is_for(pass, seen)) {
            let topology = topology(seen.custom);
            let pass = CustomPass::new(device, seen.program, (topology, FORMAT))?;
            self.passes.push((Arc::downgrade(seen.program), topology, pass));
        }
        Ok(())
    }

    /// Where what is kept of a visual is.
    fn kept_of(&mut self, device: &Device, custom: &Custom) -> Result<usize> {
        let found = self.kept.iter().position(|kept| kept.is_of(custom));
        if let Some(index) = found {
            return Ok(index);
        }
        self.kept.push(Kept::new(device, custom)?);
        Ok(self.kept.len() - 1)
    }
}

fn topology(custom: &Custom) -> Topology {
    match custom.shape() {
        (_, true) => Topology::Strip,
        (_, false) => Topology::List,
    }
}

fn is_for((program, topology, _): &(Weak<Program>, Topology, CustomPass), seen: &Seen<'_>) -> bool {
    program.as_ptr() == Arc::as_ptr(seen.program) && *topology == self::topology(seen.custom)
}
