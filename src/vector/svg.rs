//! SVG 1.1, <https://www.w3.org/TR/SVG11/>.

use std::fmt::Write;

use super::image::base64;
use super::path::{LINE_UNITS, diagonals, outlines, rounded};
use super::{Area, Drawing, Fill, Hatch, Image, Line, Outline, Shape};
use crate::abi::HATCH_WIDTH;
use crate::scene::text::width;
use crate::scene::{PxRect, Rect, Rgba8, TextLine};

/// Where Inter is missing, another font is stretched to its widths.
const FONT: &str = "Inter, 'Helvetica Neue', Arial, sans-serif";

impl Drawing {
    /// The drawing as an SVG, whose user unit is a pixel. Needs nothing besides itself.
    #[must_use]
    pub fn svg(&self) -> String {
        let [w, h] = self.size;
        let mut svg = Svg::default();
        svg.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\">\n"
        ));
        svg.put(format_args!(
            "<rect width=\"{w}\" height=\"{h}\"{}/>\n",
            Filled(Rgba8 {
                a: 255,
                ..self.background
            })
        ));
        for shape in &self.shapes {
            svg.shape(shape);
        }
        svg.put(format_args!("</svg>\n"));
        svg.out
    }
}

#[derive(Default)]
struct Svg {
    out: String,
    /// What the last clip path holds; its id is their number.
    clip: Vec<PxRect>,
    clips: usize,
}

impl Svg {
    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        // A string takes all that is written.
        let _ = self.out.write_fmt(text);
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Area(area) => self.area(area),
            Shape::Line(line) => self.line(line),
            Shape::Fill(fill) => self.fill(fill),
            Shape::Image(image) => self.image(image),
            Shape::Hatch(hatch) => self.hatch(hatch),
            Shape::Rect(rect) => self.rect(rect),
            Shape::Text(line) => self.text(line),
            Shape::Within(clip, shapes) => {
                self.begin_clip(&[*clip]);
                for shape in shapes {
                    self.shape(shape);
                }
                self.put(format_args!("</g>\n"));
            }
        }
    }

    /// Rows are written in their parts, so that all numbers are whole.
    fn area(&mut self, area: &Area) {
        let [x, y] = area.origin;
        let part = 1.0 / f64::from(1_u32 << area.row_shift);
        self.put(format_args!(
            "<path transform=\"translate({x} {y})scale(1 {part})\"{} d=\"",
            Filled(area.color)
        ));
        for outline in outlines(&area.rows) {
            let [mut x, mut y] = outline[0];
            self.put(format_args!("M{x} {y}"));
            for &[to_x, to_y] in &outline[1..] {
                match to_y == y {
                    true => self.put(format_args!("h{}", to_x - x)),
                    false => self.put(format_args!("v{}", to_y - y)),
                }
                [x, y] = [to_x, to_y];
            }
            self.put(format_args!("z"));
        }
        self.put(format_args!("\"/>\n"));
    }

    fn line(&mut self, line: &Line) {
        self.begin_clip(&[line.clip]);
        let (unit, width) = (1.0 / f64::from(LINE_UNITS), line.width * LINE_UNITS as f32);
        self.put(format_args!(
            "<path transform=\"scale({unit})\" fill=\"none\" stroke=\"{}\"{} stroke-width=\"{width}\" \
             stroke-linejoin=\"round\" stroke-linecap=\"round\" d=\"",
            Rgb(line.color),
            Opacity("stroke", line.color.a)
        ));
        for run in &line.runs {
            self.path(run);
        }
        self.put(format_args!("\"/></g>\n"));
    }

    /// Through vertices, in units of lines.
    fn path(&mut self, vertices: &[[f32; 2]]) {
        let vertices = rounded(vertices);
        let [mut x, mut y] = vertices[0];
        self.put(format_args!("M{x} {y}"));
        self.put(format_args!("{}", if vertices.len() > 1 { "l" } else { "h0" }));
        let mut first = true;
        for &[to_x, to_y] in &vertices[1..] {
            let (dx, dy) = (to_x - x, to_y - y);
            // A minus separates as well as a blank does.
            let blank = |number: i32, first: bool| if number < 0 || first { "" } else { " " };
            self.put(format_args!("{}{dx}{}{dy}", blank(dx, first), blank(dy, false)));
            first = false;
            [x, y] = [to_x, to_y];
        }
    }

    fn fill(&mut self, fill: &Fill) {
        let unit = 1.0 / f64::from(LINE_UNITS);
        self.put(format_args!(
            "<path transform=\"scale({unit})\"{} d=\"",
            Filled(fill.color)
        ));
        for outline in &fill.outlines {
            match outline {
                Outline::Polygon(corners) => self.path(corners),
                Outline::Circle { at, radius, is_hole } => {
                    let [x, y, r] = [at[0], at[1], *radius].map(|px| (px * LINE_UNITS as f32).round() as i32);
                    let (left, across, sweep) = (x - r, 2 * r, u8::from(!is_hole));
                    self.put(format_args!(
                        "M{left} {y}a{r} {r} 0 1 {sweep} {across} 0a{r} {r} 0 1 {sweep}-{across} 0"
                    ));
                }
            }
            self.put(format_args!("z"));
        }
        self.put(format_args!("\"/>\n"));
    }

    fn image(&mut self, image: &Image) {
        let PxRect { x, y, w, h } = image.at;
        let opacity = f32::from(image.alpha) / 255.0;
        let rendering = if image.is_even() { "pixelated" } else { "auto" };
        self.put(format_args!(
            "<image x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" opacity=\"{opacity:.3}\" \
             preserveAspectRatio=\"none\" style=\"image-rendering:{rendering}\" \
             xmlns:xlink=\"http://www.w3.org/1999/xlink\" xlink:href=\"data:image/png;base64,{}\"/>\n",
            base64(&image.png())
        ));
    }

    fn hatch(&mut self, hatch: &Hatch) {
        self.begin_clip(&hatch.rects);
        self.put(format_args!("<path{} d=\"", Filled(hatch.color)));
        let (all, lines) = diagonals(hatch);
        for x in lines {
            let (y, h) = (all.y, all.h);
            self.put(format_args!("M{x} {y}h{HATCH_WIDTH}l-{h} {h}h-{HATCH_WIDTH}z"));
        }
        self.put(format_args!("\"/></g>\n"));
    }

    /// Opens a group of which only what lies in `rects` is seen.
    fn begin_clip(&mut self, rects: &[PxRect]) {
        if self.clip != rects {
            self.clips += 1;
            self.clip = rects.to_vec();
            let id = self.clips;
            self.put(format_args!("<clipPath id=\"clip{id}\">"));
            for PxRect { x, y, w, h } in rects {
                self.put(format_args!(
                    "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"/>"
                ));
            }
            self.put(format_args!("</clipPath>\n"));
        }
        let id = self.clips;
        self.put(format_args!("<g clip-path=\"url(#clip{id})\">"));
    }

    fn rect(&mut self, rect: &Rect) {
        let Rect {
            x0,
            y0,
            x1,
            y1,
            color,
        } = *rect;
        self.put(format_args!(
            "<rect x=\"{x0}\" y=\"{y0}\" width=\"{}\" height=\"{}\"{}/>\n",
            x1 - x0,
            y1 - y0,
            Filled(color)
        ));
    }

    fn text(&mut self, line: &TextLine) {
        let length = width(&line.text, line.px);
        self.put(format_args!(
            "<text x=\"{:.2}\" y=\"{}\" font-family=\"{FONT}\" font-size=\"{}\" textLength=\"{length:.2}\" \
             lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\"{}>{}</text>\n",
            line.x,
            line.baseline,
            line.px,
            Filled(line.color),
            Escaped(&line.text),
        ));
    }
}

/// `#rrggbb`.
struct Rgb(Rgba8);

impl std::fmt::Display for Rgb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Rgba8 { r, g, b, .. } = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

/// The attributes of a fill.
struct Filled(Rgba8);

impl std::fmt::Display for Filled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, " fill=\"{}\"{}", Rgb(self.0), Opacity("fill", self.0.a))
    }
}

/// How opaque a fill or a stroke is, where it is not quite.
struct Opacity(&'static str, u8);

impl std::fmt::Display for Opacity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.1 {
            255 => Ok(()),
            alpha => write!(f, " {}-opacity=\"{:.3}\"", self.0, f32::from(alpha) / 255.0),
        }
    }
}

/// Text as XML takes it: what it cannot hold becomes a blank, as in pixels.
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '\u{fffe}' | '\u{ffff}' => f.write_char(' '),
            c if c.is_control() => f.write_char(' '),
            c => f.write_char(c),
        })
    }
}
