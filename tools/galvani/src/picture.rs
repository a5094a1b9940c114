//! Pictures to files, as their names say.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use galvani::vector::Drawing;

/// What a picture is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Pixels.
    Png,
    /// Shapes.
    Svg,
    /// Shapes on a page.
    Pdf,
}

impl Format {
    /// By the name's ending; a PNG without one.
    pub(crate) fn of(path: &Path) -> Result<Self> {
        let ending = path
            .extension()
            .map(|ending| ending.to_string_lossy().to_lowercase());
        Ok(match ending.as_deref() {
            None | Some("png") => Self::Png,
            Some("svg") => Self::Svg,
            Some("pdf") => Self::Pdf,
            Some(other) => anyhow::bail!(
                "cannot write {}: .{other} is no picture that is written; there are .png, .svg and .pdf",
                path.display()
            ),
        })
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg => "svg",
            Self::Pdf => "pdf",
        }
    }
}

/// Writes a drawing as SVG or PDF.
pub(crate) fn write_drawing(path: &Path, format: Format, drawing: &Drawing) -> Result<()> {
    let bytes = match format {
        Format::Pdf => drawing.pdf()?,
        _ => drawing.svg().into_bytes(),
    };
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// Writes RGBA pixels, `[height, width, 4]`, as a PNG.
pub(crate) fn write_png(path: &Path, [width, height]: [u32; 2], pixels: &[u8]) -> Result<()> {
    let write = || -> Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(pixels)?;
        writer.finish()?;
        Ok(file.flush()?)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// Says early whether a file can be written there, without touching what is there.
pub(crate) fn check_writable(path: &Path) -> Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    anyhow::ensure!(
        folder.is_dir(),
        "cannot write {}: there is no folder {}",
        path.display(),
        folder.display()
    );
    anyhow::ensure!(
        !path.is_dir(),
        "cannot write {}: it is a directory",
        path.display()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_say_what_is_written() {
        let of = |name: &str| Format::of(Path::new(name));
        for (name, format) in [
            ("a", Format::Png),
            ("a.PNG", Format::Png),
            ("b.a.svg", Format::Svg),
            ("a.Pdf", Format::Pdf),
        ] {
            assert_eq!(of(name).expect(name), format);
        }
        let said = of("a.jpg").expect_err("a format that is not there").to_string();
        assert!(
            said.contains(".jpg") && said.contains(".png, .svg and .pdf"),
            "{said}"
        );
    }
}
