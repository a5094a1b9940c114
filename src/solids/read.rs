//! Meshes from files: Wavefront's OBJ, and PLY (G. Turk, Stanford, 1994) in its three forms.

use std::fs::File;
use std::io::{BufReader, Seek};
use std::path::Path;

use ply_rs_bw::parser::{Parser, Reader};
use ply_rs_bw::ply::{DefaultElement, PropertyAccess, PropertyAccessResult};

use super::Read;
use crate::scene::Rgba8;
use crate::{Error, Result};

pub(super) fn open(path: &Path) -> Result<Read> {
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    let read = match ending.to_str() {
        Some("obj") => obj,
        Some("ply") => ply,
        _ => {
            return Err(Error::Invalid {
                what: "a mesh",
                problem: format!("{} ends neither in .obj nor in .ply", path.display()),
            });
        }
    };
    let file = File::open(path).map_err(|source| Error::Open {
        path: path.to_owned(),
        source,
    })?;
    let read = read(path, BufReader::with_capacity(1 << 18, file))?;
    Ok(read)
}

fn failed(format: &'static str, path: &Path, offset: u64, problem: String) -> Error {
    Error::Format {
        format,
        path: path.to_owned(),
        offset,
        problem,
    }
}

fn color([r, g, b, a]: [f64; 4]) -> Rgba8 {
    let [r, g, b, a] = [r, g, b, a].map(|part| (part.clamp(0.0, 1.0) * 255.0).round() as u8);
    Rgba8 { r, g, b, a }
}

/// All groups as one mesh. Faces of more corners become fans of triangles; textures and materials are left out.
fn obj(path: &Path, mut file: BufReader<File>) -> Result<Read> {
    let options = tobj::LoadOptions {
        single_index: true,
        triangulate: true,
        ignore_points: true,
        ignore_lines: true,
    };
    let loaded = tobj::load_obj_buf(&mut file, &options, |_| Ok(Default::default()));
    let offset = file.stream_position().unwrap_or_default();
    let (models, _) = loaded.map_err(|error| failed("OBJ", path, offset, error.to_string()))?;
    let mut all = Read {
        vertices: Vec::new(),
        triangles: Vec::new(),
        normals: Vec::new(),
        colors: Vec::new(),
    };
    let meshes = || models.iter().map(|model| &model.mesh);
    // What not all vertices have none has.
    let colored = meshes().all(|mesh| mesh.vertex_color.len() == mesh.positions.len());
    let normal = meshes().all(|mesh| mesh.normals.len() == mesh.positions.len());
    for mesh in meshes() {
        let first = u32::try_from(all.vertices.len())
            .map_err(|_| failed("OBJ", path, offset, "more than 2³² vertices".to_owned()))?;
        all.vertices.extend_from_slice(mesh.positions.as_chunks::<3>().0);
        if normal {
            all.normals.extend_from_slice(mesh.normals.as_chunks::<3>().0);
        }
        if colored {
            let colors = mesh.vertex_color.as_chunks::<3>().0;
            all.colors
                .extend(colors.iter().map(|&[r, g, b]| color([r, g, b, 1.0])));
        }
        let triangles = mesh.indices.as_chunks::<3>().0;
        all.triangles
            .extend(triangles.iter().map(|three| three.map(|vertex| first + vertex)));
    }
    Ok(all)
}

/// A vertex of PLY. What is missing is NaN.
struct Vertex {
    place: [f64; 3],
    normal: [f64; 3],
    color: [f64; 4],
}

impl Vertex {
    fn set(&mut self, name: &str, value: f64, whole: f64) -> PropertyAccessResult {
        match name {
            "x" => self.place[0] = value,
            "y" => self.place[1] = value,
            "z" => self.place[2] = value,
            "nx" => self.normal[0] = value,
            "ny" => self.normal[1] = value,
            "nz" => self.normal[2] = value,
            "red" | "diffuse_red" => self.color[0] = value / whole,
            "green" | "diffuse_green" => self.color[1] = value / whole,
            "blue" | "diffuse_blue" => self.color[2] = value / whole,
            "alpha" => self.color[3] = value / whole,
            _ => return PropertyAccessResult::Ignored,
        }
        PropertyAccessResult::Set
    }
}

/// The setters of each type of number.
macro_rules! numbers {
    ($($set:ident: $number:ty, $whole:expr;)*) => {
        $(fn $set(&mut self, name: &str, value: $number) -> PropertyAccessResult {
            self.set(name, f64::from(value), $whole)
        })*
    };
}

impl PropertyAccess for Vertex {
    fn new() -> Self {
        Self {
            place: [f64::NAN; 3],
            normal: [f64::NAN; 3],
            color: [f64::NAN, f64::NAN, f64::NAN, 1.0],
        }
    }

    numbers! {
        set_char: i8, 127.0;
        set_uchar: u8, 255.0;
        set_short: i16, 32767.0;
        set_ushort: u16, 65535.0;
        set_int: i32, 255.0;
        set_uint: u32, 255.0;
        set_float: f32, 1.0;
        set_double: f64, 1.0;
    }
}

/// A face of PLY: its vertices, -1 for a number that none can have.
#[derive(Default)]
struct Face {
    corners: Vec<i64>,
}

/// The setters of lists of each type of whole number.
macro_rules! lists {
    ($($set:ident: $number:ty;)*) => {
        $(fn $set(&mut self, name: &str, value: Vec<$number>) -> PropertyAccessResult {
            if name != "vertex_indices" && name != "vertex_index" {
                return PropertyAccessResult::Ignored;
            }
            self.corners = value.into_iter().map(i64::from).collect();
            PropertyAccessResult::Set
        })*
    };
}

impl PropertyAccess for Face {
    fn new() -> Self {
        Self::default()
    }

    lists! {
        set_list_char: i8;
        set_list_uchar: u8;
        set_list_short: i16;
        set_list_ushort: u16;
        set_list_int: i32;
        set_list_uint: u32;
    }
}

/// Elements `vertex` and `face`; others are skipped. Faces of more corners become fans of triangles, those of fewer are left out.
fn ply(path: &Path, file: BufReader<File>) -> Result<Read> {
    let mut reader = Reader::new(file);
    let failed_at = |reader: &mut Reader<BufReader<File>>, problem: String| {
        let offset = reader.get_mut().stream_position().unwrap_or_default();
        failed("PLY", path, offset, problem)
    };
    let header = Parser::<DefaultElement>::new()
        .read_header(&mut reader)
        .map_err(|error| failed_at(&mut reader, error.to_string()))?;
    let (mut vertices, mut faces): (Vec<Vertex>, Vec<Face>) = (Vec::new(), Vec::new());
    for (name, element) in &header.elements {
        let read = match name.as_str() {
            "vertex" => Parser::new()
                .read_payload_for_element(&mut reader, element, &header)
                .map(|read| vertices = read),
            "face" => Parser::new()
                .read_payload_for_element(&mut reader, element, &header)
                .map(|read| faces = read),
            _ => Parser::<DefaultElement>::new()
                .read_payload_for_element(&mut reader, element, &header)
                .map(drop),
        };
        read.map_err(|error| failed_at(&mut reader, format!("element {name}: {error}")))?;
    }
    let mut triangles = Vec::with_capacity(faces.len());
    for (number, face) in faces.iter().enumerate() {
        let mut corners = Vec::with_capacity(face.corners.len());
        for &corner in &face.corners {
            let is_there = usize::try_from(corner).is_ok_and(|corner| corner < vertices.len());
            match u32::try_from(corner) {
                Ok(corner) if is_there => corners.push(corner),
                _ => {
                    let problem = format!(
                        "face {number} has vertex {corner}, of {}; the file is damaged",
                        vertices.len()
                    );
                    return Err(failed_at(&mut reader, problem));
                }
            }
        }
        for pair in corners.get(1..).unwrap_or_default().windows(2) {
            triangles.push([corners[0], pair[0], pair[1]]);
        }
    }
    let has = |values: fn(&Vertex) -> &[f64]| {
        !vertices.is_empty()
            && vertices
                .iter()
                .all(|vertex| !values(vertex).iter().any(|v| v.is_nan()))
    };
    let normals = match has(|vertex| &vertex.normal) {
        true => vertices.iter().map(|vertex| vertex.normal).collect(),
        false => Vec::new(),
    };
    let colors = match has(|vertex| &vertex.color) {
        true => vertices.iter().map(|vertex| color(vertex.color)).collect(),
        false => Vec::new(),
    };
    Ok(Read {
        vertices: vertices.iter().map(|vertex| vertex.place).collect(),
        triangles,
        normals,
        colors,
    })
}
