//! PDF 1.7, ISO 32000-1: one page, a compressed stream, and the font.

use std::collections::BTreeMap;

use pdf_writer::types::{CidFontType, FontFlags, LineCapStyle, LineJoinStyle, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect as PdfRect, Ref, Str, TextStr};

use super::path::{LINE_UNITS, diagonals, outlines, rounded};
use super::{Area, Drawing, Fill, Hatch, Image, Line, Outline, Shape};
use crate::abi::HATCH_WIDTH;
use crate::png::deflated;
use crate::scene::{PxRect, Rect, Rgba8, TextLine, text};
use crate::{Error, Result};

/// Points of a pixel: 72 and 96 to the inch.
const POINT: f32 = 0.75;
/// Points of a page's sides, at most: ISO 32000-1, annex C.
const MOST_POINTS: f32 = 14_400.0;

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const PAGE: Ref = Ref::new(3);
const CONTENT: Ref = Ref::new(4);
const INFO: Ref = Ref::new(5);
const FONT: Ref = Ref::new(6);
const CID_FONT: Ref = Ref::new(7);
const DESCRIPTOR: Ref = Ref::new(8);
const FONT_FILE: Ref = Ref::new(9);
const UNICODE: Ref = Ref::new(10);
/// Of the first image.
const FIRST_IMAGE: i32 = 11;

/// A subset's name has a tag of six capitals.
const FONT_NAME: Name<'static> = Name(b"GALVNI+Inter-Regular");
/// How far from the middle of a quarter of a circle's curve its two inner points lie, in radii, so that it is round to 1/3600.
const ROUND: f32 = 0.552_284_8;
/// The font's name in the stream.
const TEXT: Name<'static> = Name(b"F");
const IDENTITY: SystemInfo<'static> = SystemInfo {
    registry: Str(b"Adobe"),
    ordering: Str(b"Identity"),
    supplement: 0,
};

impl Drawing {
    /// The drawing as a PDF of one page, whose letters are embedded and can be searched.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a side of more than 19,200 pixels, which no reader of PDF need take.
    pub fn pdf(&self) -> Result<Vec<u8>> {
        let [w, h] = self.size.map(|px| px as f32 * POINT);
        if w.max(h) > MOST_POINTS {
            let most = MOST_POINTS / POINT;
            let problem = format!(
                "{:?} pixels; {most} a side are the most, SVG takes more",
                self.size
            );
            return Err(Error::Invalid {
                what: "a page of PDF",
                problem,
            });
        }
        let stream = Stream::of(self);
        let mut pdf = Pdf::new();
        pdf.catalog(CATALOG).pages(PAGES);
        pdf.pages(PAGES).kids([PAGE]).count(1);
        pdf.document_info(INFO).producer(TextStr("galvani"));
        let mut page = pdf.page(PAGE);
        page.media_box(PdfRect::new(0.0, 0.0, w, h));
        page.parent(PAGES).contents(CONTENT);
        // Blending is done in the colours that are given.
        page.group().transparency().color_space().device_rgb();
        let mut resources = page.resources();
        if !stream.glyphs.is_empty() {
            resources.fonts().pair(TEXT, FONT);
        }
        let mut objects = resources.x_objects();
        for number in 0..stream.images.len() {
            let (name, at) = image_of(number);
            objects.pair(Name(&name), at);
        }
        objects.finish();
        let mut states = resources.ext_g_states();
        for (&alpha, name) in &stream.alphas {
            let mut state = states
                .insert(Name(name))
                .start::<pdf_writer::writers::ExtGraphicsState<'_>>();
            let alpha = f32::from(alpha) / 255.0;
            state.non_stroking_alpha(alpha).stroking_alpha(alpha);
        }
        states.finish();
        resources.finish();
        page.finish();
        let content = deflated(&stream.content.finish());
        pdf.stream(CONTENT, &content).filter(Filter::FlateDecode);
        if !stream.glyphs.is_empty() {
            embed(&mut pdf, &stream.glyphs);
        }
        for (number, image) in stream.images.iter().enumerate() {
            put_image(&mut pdf, number, image);
        }
        Ok(pdf.finish())
    }
}

/// Glyphs that are used: what each stands for, and its advance in heights of letters.
type Glyphs = BTreeMap<u16, (char, f32)>;

/// The page's content as it is written, and what it needs.
struct Stream<'a> {
    content: Content,
    images: Vec<&'a Image>,
    glyphs: Glyphs,
    /// Names of the states that set an alpha.
    alphas: BTreeMap<u8, Vec<u8>>,
    /// The fill and the alpha that are set.
    fill: Option<Rgba8>,
}

impl<'a> Stream<'a> {
    fn of(drawing: &'a Drawing) -> Self {
        let mut stream = Self {
            content: Content::new(),
            images: Vec::new(),
            glyphs: Glyphs::new(),
            alphas: BTreeMap::new(),
            fill: None,
        };
        let [w, h] = drawing.size.map(|px| px as f32);
        // From here on pixels, rows counted down.
        stream
            .content
            .transform([POINT, 0.0, 0.0, -POINT, 0.0, h * POINT]);
        stream.fill(Rgba8 {
            a: 255,
            ..drawing.background
        });
        stream.content.rect(0.0, 0.0, w, h).fill_nonzero();
        for shape in &drawing.shapes {
            stream.shape(shape);
        }
        stream
    }

    fn shape(&mut self, shape: &'a Shape) {
        match shape {
            Shape::Area(area) => self.area(area),
            Shape::Line(line) => self.line(line),
            Shape::Fill(fill) => self.outlines(fill),
            Shape::Image(image) => self.image(image),
            Shape::Hatch(hatch) => self.hatch(hatch),
            Shape::Rect(rect) => self.rect(rect),
            Shape::Text(line) => self.text(line),
            Shape::Within(clip, shapes) => {
                let before = self.fill;
                self.begin_clip(&[*clip]);
                for shape in shapes {
                    self.shape(shape);
                }
                self.content.restore_state();
                self.fill = before;
            }
        }
    }

    fn fill(&mut self, color: Rgba8) {
        let before = self.fill.replace(color);
        if before == Some(color) {
            return;
        }
        if before.map_or(255, |before| before.a) != color.a {
            self.alpha(color.a);
        }
        let [r, g, b] = rgb(color);
        self.content.set_fill_rgb(r, g, b);
    }

    /// Sets how opaque fills and strokes are.
    fn alpha(&mut self, alpha: u8) {
        let name = format!("A{alpha}").into_bytes();
        self.content.set_parameters(Name(&name));
        self.alphas.insert(alpha, name);
    }

    fn area(&mut self, area: &Area) {
        self.fill(area.color);
        self.content.save_state();
        let [x, y] = area.origin.map(|px| px as f32);
        let part = 1.0 / (1_u32 << area.row_shift) as f32;
        self.content.transform([1.0, 0.0, 0.0, part, x, y]);
        for outline in outlines(&area.rows) {
            self.polygon(&outline);
            self.content.close_path();
        }
        self.content.fill_nonzero().restore_state();
    }

    fn polygon(&mut self, vertices: &[[i32; 2]]) {
        for (i, &[x, y]) in vertices.iter().enumerate() {
            let (x, y) = (x as f32, y as f32);
            match i {
                0 => self.content.move_to(x, y),
                _ => self.content.line_to(x, y),
            };
        }
    }

    fn line(&mut self, line: &Line) {
        self.begin_clip(&[line.clip]);
        if self.fill.map_or(255, |fill| fill.a) != line.color.a {
            self.alpha(line.color.a);
        }
        let [r, g, b] = rgb(line.color);
        let unit = 1.0 / LINE_UNITS as f32;
        self.content
            .transform([unit, 0.0, 0.0, unit, 0.0, 0.0])
            .set_stroke_rgb(r, g, b)
            .set_line_width(line.width * LINE_UNITS as f32)
            .set_line_cap(LineCapStyle::RoundCap)
            .set_line_join(LineJoinStyle::RoundJoin);
        for run in &line.runs {
            let mut vertices = rounded(run);
            if let &[dot] = &vertices[..] {
                vertices.push(dot);
            }
            self.polygon(&vertices);
        }
        self.content.stroke().restore_state();
    }

    fn outlines(&mut self, fill: &Fill) {
        self.fill(fill.color);
        for outline in &fill.outlines {
            match outline {
                Outline::Polygon(corners) => {
                    for (i, &[x, y]) in corners.iter().enumerate() {
                        match i {
                            0 => self.content.move_to(x, y),
                            _ => self.content.line_to(x, y),
                        };
                    }
                }
                Outline::Circle { at, radius, is_hole } => self.circle(*at, *radius, *is_hole),
            }
            self.content.close_path();
        }
        self.content.fill_nonzero();
    }

    /// Clockwise from the right, or the other way for a hole.
    fn circle(&mut self, [x, y]: [f32; 2], radius: f32, is_hole: bool) {
        let (r, k) = (radius, ROUND * radius);
        let way = if is_hole { -1.0 } else { 1.0 };
        self.content.move_to(x + r, y);
        let (mut along, mut across) = ([1.0, 0.0], [0.0, way]);
        for _ in 0..4 {
            let at = |a: f32, b: f32| [x + a * along[0] + b * across[0], y + a * along[1] + b * across[1]];
            let ([x1, y1], [x2, y2], [x3, y3]) = (at(r, k), at(k, r), at(0.0, r));
            self.content.cubic_to(x1, y1, x2, y2, x3, y3);
            (along, across) = (across, along.map(|v: f32| -v));
        }
    }

    fn image(&mut self, image: &'a Image) {
        // Images take the alpha that is set for fills.
        self.fill(Rgba8 {
            a: image.alpha,
            ..Rgba8::default()
        });
        let (name, _) = image_of(self.images.len());
        self.images.push(image);
        let [x, y, w, h] = [image.at.x, image.at.y, image.at.w, image.at.h].map(|px| px as f32);
        // An image is a unit square whose first row is the uppermost.
        self.content
            .save_state()
            .transform([w, 0.0, 0.0, -h, x, y + h])
            .x_object(Name(&name))
            .restore_state();
    }

    fn hatch(&mut self, hatch: &Hatch) {
        self.fill(hatch.color);
        self.begin_clip(&hatch.rects);
        let (all, lines) = diagonals(hatch);
        let (y, h, across) = (all.y as f32, all.h as f32, HATCH_WIDTH as f32);
        for x in lines {
            self.content
                .move_to(x, y)
                .line_to(x + across, y)
                .line_to(x + across - h, y + h)
                .line_to(x - h, y + h)
                .close_path();
        }
        self.content.fill_nonzero().restore_state();
    }

    /// Saves the state, and shows only what lies in `rects`.
    fn begin_clip(&mut self, rects: &[PxRect]) {
        self.content.save_state();
        for rect in rects {
            let [x, y, w, h] = [rect.x, rect.y, rect.w, rect.h].map(|px| px as f32);
            self.content.rect(x, y, w, h);
        }
        self.content.clip_nonzero().end_path();
    }

    fn rect(&mut self, rect: &Rect) {
        self.fill(rect.color);
        let [x, y, w, h] = [rect.x0, rect.y0, rect.x1 - rect.x0, rect.y1 - rect.y0].map(|px| px as f32);
        self.content.rect(x, y, w, h).fill_nonzero();
    }

    fn text(&mut self, line: &TextLine) {
        self.fill(line.color);
        let mut shown = Vec::new();
        for c in line.text.chars() {
            let (glyph, advance) = text::glyph(c);
            let c = if c.is_control() { ' ' } else { c };
            self.glyphs.entry(glyph).or_insert((c, advance));
            shown.extend(glyph.to_be_bytes());
        }
        // Letters stand upright where rows count down.
        self.content
            .begin_text()
            .set_font(TEXT, line.px)
            .set_text_matrix([1.0, 0.0, 0.0, -1.0, line.x, line.baseline as f32])
            .show(Str(&shown))
            .end_text();
    }
}

/// An image's name in the stream, and where its pixels are.
fn image_of(number: usize) -> (Vec<u8>, Ref) {
    (
        format!("I{number}").into_bytes(),
        Ref::new(FIRST_IMAGE + number as i32),
    )
}

/// The pixels of an image.
fn put_image(pdf: &mut Pdf, number: usize, image: &Image) {
    let coded = image.coded();
    let pixels = deflated(&coded.bytes);
    let mut object = pdf.image_xobject(image_of(number).1, &pixels);
    object.filter(Filter::FlateDecode);
    object
        .width(image.size[0] as i32)
        .height(image.size[1] as i32)
        .bits_per_component(8);
    match coded.palette {
        Some(colors) => {
            let last = colors.len() as i32 / 3 - 1;
            object
                .color_space()
                .indexed(Name(b"DeviceRGB"), last.max(0), &colors);
        }
        None => object.color_space().device_rgb(),
    }
}

/// Embeds the font: glyphs by their numbers, the widths of those that are used, and what they mean.
fn embed(pdf: &mut Pdf, glyphs: &Glyphs) {
    pdf.type0_font(FONT)
        .base_font(FONT_NAME)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(CID_FONT)
        .to_unicode(UNICODE);
    let mut font = pdf.cid_font(CID_FONT);
    font.subtype(CidFontType::Type2)
        .base_font(FONT_NAME)
        .system_info(IDENTITY)
        .font_descriptor(DESCRIPTOR)
        .cid_to_gid_map_predefined(Name(b"Identity"));
    let mut widths = font.widths();
    for (&glyph, &(_, advance)) in glyphs {
        widths.consecutive(glyph, [1000.0 * advance]);
    }
    widths.finish();
    font.finish();
    let (ascent, descent) = text::reach();
    let (top, bottom) = (1000.0 * ascent, 1000.0 * descent);
    pdf.font_descriptor(DESCRIPTOR)
        .name(FONT_NAME)
        .flags(FontFlags::NON_SYMBOLIC)
        .bbox(PdfRect::new(-500.0, bottom, 2000.0, top))
        .italic_angle(0.0)
        .ascent(top)
        .descent(bottom)
        .cap_height(CAPITALS)
        .stem_v(STEM)
        .font_file2(FONT_FILE);
    let file = text::font();
    let packed = deflated(file);
    pdf.stream(FONT_FILE, &packed)
        .filter(Filter::FlateDecode)
        .pair(Name(b"Length1"), file.len() as i32);
    let mut unicode = UnicodeCmap::new(Name(b"Inter-Unicode"), IDENTITY);
    for (&glyph, &(c, _)) in glyphs {
        unicode.pair(glyph, c);
    }
    let unicode = deflated(&unicode.finish());
    pdf.stream(UNICODE, &unicode).filter(Filter::FlateDecode);
}

/// The height of Inter's capitals, in thousandths of that of its letters.
const CAPITALS: f32 = 727.0;
/// The width of their stems, about; used only where the font cannot be.
const STEM: f32 = 90.0;

fn rgb(color: Rgba8) -> [f32; 3] {
    [color.r, color.g, color.b].map(|part| f32::from(part) / 255.0)
}
