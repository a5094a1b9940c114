//! What `render` puts above one another: where each strip goes, how it lies on the axis, and how it becomes part of the picture.

use anyhow::Result;
use galvani::scene::marks::Layer;
use galvani::scene::{PxRect, Rgba8, Scene};
use galvani::source::{Info, Robust, Source};

use crate::cli::{RenderArgs, StripArgs};
use crate::input;
use crate::render::{Given, Made, style};
use crate::stack::{self, Clock};
use crate::window::{Annotation, Look};

/// All that is in the picture, from the top down: what is asked for first, and what is beside it.
pub(crate) fn strips(args: &RenderArgs) -> Result<Vec<StripArgs>> {
    let main = StripArgs {
        channels: args.span.channels.clone(),
        signal: args.signal.clone(),
        look: args.look.clone(),
        annotations: args.annotations.clone(),
        ..StripArgs::of(args.file.clone())
    };
    input::strips(main, &args.beside)
}

/// A strip of the picture, before it is drawn.
pub(crate) struct Part {
    pub(crate) asked: StripArgs,
    events: Vec<Layer>,
    notes: Vec<Annotation>,
    pub(crate) info: Info,
    pub(crate) clock: Clock,
    pub(crate) area: PxRect,
    /// Whether it has the axis of time, and how wide its names' margin is; `None` where it is alone.
    place: Option<(bool, u32)>,
}

impl Part {
    /// A scene as it is asked for, with what was measured and what fills lanes at first.
    pub(crate) fn dressed(&self, mut scene: Scene, measured: Option<[&[Robust]; 2]>) -> Result<Scene> {
        let (args, info) = (&self.asked, &self.info);
        let lists = (args.channels.as_ref(), args.signal.bad());
        let mut look = Look::new(&args.look, lists, scene.clone(), info)?;
        look.events(self.events.clone(), self.notes.clone(), &args.look, info);
        if let Some([now, first]) = measured {
            look.measured(now, args.look.fill.then_some(first), info);
        }
        look.dress(&mut scene, info);
        if let Some((lowest, margin)) = self.place {
            stack::fit(&mut scene, lowest, self.clock.shift_s, margin);
        }
        Ok(scene)
    }

    pub(crate) fn title(&self) -> String {
        let file = &self.asked.file;
        let name = file.file.file_name().unwrap_or(file.file.as_os_str());
        let name = file.stream().map_or(name.to_string_lossy(), Into::into);
        stack::title(&name, self.info.rate_hz)
    }
}

/// Where each strip goes, and how it lies on the axis; and what it is drawn from.
pub(crate) fn parts(args: &RenderArgs, given: Vec<Given>) -> Result<Vec<(Part, Box<dyn Source>)>> {
    let asked = strips(args)?;
    let shares: Vec<f64> = asked.iter().map(|strip| strip.share.unwrap_or(1.0)).collect();
    let [w, h] = args.size.0;
    let areas = stack::areas(PxRect { x: 0, y: 0, w, h }, &shares);
    let (mut parts, mut sources): (Vec<Part>, Vec<_>) = Default::default();
    for ((asked, given), area) in asked.into_iter().zip(given).zip(areas) {
        let info = given.source.info().clone();
        let shift_s = match (parts.first(), asked.shift) {
            (None, _) => 0.0,
            (Some(_), Some(shift_s)) => shift_s,
            (Some(main), None) => {
                let both = [
                    (main.asked.file.file.as_path(), &main.info),
                    (asked.file.file.as_path(), &info),
                ];
                let started = || [&main.asked.file, &asked.file].map(input::started_s);
                stack::shift_s(both, started).0
            }
        };
        let clock = Clock {
            rate_hz: info.rate_hz,
            shift_s,
        };
        parts.push(Part {
            asked,
            events: given.events,
            notes: given.notes,
            info,
            clock,
            area,
            place: None,
        });
        sources.push(given.source);
    }
    if parts.len() > 1 {
        let mut margin = 0;
        for part in &parts {
            let mut scene = part.dressed(Scene::new(&part.info, style(args)), None)?;
            margin = margin.max(stack::margin(&mut scene, &part.info, part.area, args.scale));
        }
        let last = parts.len() - 1;
        for (index, part) in parts.iter_mut().enumerate() {
            part.place = Some((index == last, margin));
        }
    }
    Ok(parts.into_iter().zip(sources).collect())
}

/// Puts a strip into the picture.
pub(crate) fn put(whole: &mut Made, part: Made, ([w, h], area): ([u32; 2], PxRect), background: Rgba8) {
    match (whole, part) {
        (Made::Pixels(whole), Made::Pixels(part)) if area.w == w && area.h == h => *whole = part,
        (Made::Pixels(whole), Made::Pixels(part)) => {
            if whole.is_empty() {
                *whole = background.to_array().repeat(w as usize * h as usize);
            }
            let row = w as usize * 4;
            let first = area.y as usize * row;
            whole[first..first + part.len()].copy_from_slice(&part);
        }
        (Made::Drawing(whole), Made::Drawing(part)) => whole.put(part, [area.x, area.y]),
        _ => {}
    }
}
