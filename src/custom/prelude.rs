//! The GLSL before and behind a shader of a custom visual: its buffers and uniforms by their names, and the entry point.

use super::{Kind, Layout, Stage};
use crate::abi;

/// Words of names that are not to be had: those of the prelude itself.
const OWN: [&str; 12] = [
    "plot_size",
    "scale_factor",
    "visual_color",
    "px_of",
    "clip",
    "item",
    "items",
    "corner",
    "quad",
    "here",
    "uniforms",
    "main",
];

/// What is wrong with a name, if anything.
pub(super) fn wrong(name: &str) -> Option<&'static str> {
    let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !is_word || name.contains("__") {
        return Some("a name is letters, digits and single underscores, a letter first");
    }
    let lower = name.to_ascii_lowercase();
    if lower.starts_with("gl_") || lower.starts_with("galvani") || name.starts_with("set_") {
        return Some("names that begin with gl_, galvani and set_ are taken");
    }
    OWN.contains(&name)
        .then_some("the name is one of the functions that shaders are given")
}

/// A whole shader. Lines are counted from the first one of `text`.
pub(super) fn source(layout: &Layout, stage: Stage, text: &str) -> String {
    let mut out = String::from(
        "#version 460
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference_uvec2 : require
#extension GL_EXT_scalar_block_layout : require
",
    );
    abi::custom::structs(&mut out);
    out += COMMON;
    uniforms(&mut out, layout);
    for (number, (name, kind)) in layout.buffers.iter().enumerate() {
        buffer(&mut out, (number, name, *kind), stage);
    }
    let (before, behind) = match stage {
        Stage::Vertex => VERTEX,
        Stage::Fragment => FRAGMENT,
        Stage::Compute => COMPUTE,
    };
    out + before + "#line 1\n" + text + "\n" + behind
}

const COMMON: &str = "
layout(push_constant, scalar) uniform GalvaniPush {
    CustomPush galvani;
};
layout(buffer_reference, scalar, buffer_reference_align = 4) readonly buffer GalvaniTable {
    CustomFrame frame;
    CustomBuffer buffers[];
};
layout(buffer_reference, scalar, buffer_reference_align = 4) readonly buffer GalvaniItems {
    uint at[];
};

vec2 plot_size() {
    return vec2(GalvaniTable(galvani.table).frame.plot_width, GalvaniTable(galvani.table).frame.plot_height);
}

float scale_factor() {
    return GalvaniTable(galvani.table).frame.scale_factor;
}

vec4 visual_color() {
    return unpackUnorm4x8(GalvaniTable(galvani.table).frame.color);
}

vec2 px_of(vec2 units) {
    CustomFrame frame = GalvaniTable(galvani.table).frame;
    return (units - vec2(frame.corner_x, frame.corner_y)) * vec2(frame.px_x, frame.px_y);
}
";

const VERTEX: (&str, &str) = (
    "
layout(location = 0) flat out uint galvani_item;

uint items() {
    return galvani.count;
}

uint item() {
    uint instance = gl_InstanceIndex;
    if (galvani.items == uvec2(0u)) {
        return instance;
    }
    return instance < galvani.count ? GalvaniItems(galvani.items).at[instance] : 0u;
}

uint corner() {
    return gl_VertexIndex;
}

vec2 quad() {
    return vec2((gl_VertexIndex & 1) == 0 ? -1.0 : 1.0, (gl_VertexIndex & 2) == 0 ? -1.0 : 1.0);
}

vec4 clip(vec2 px) {
    CustomFrame frame = GalvaniTable(galvani.table).frame;
    if (!(abs(px.x) < 1e9 && abs(px.y) < 1e9)) {
        return vec4(2.0, 2.0, 0.0, 1.0);
    }
    return vec4((px - vec2(frame.left, frame.top)) / vec2(frame.width, frame.height) * 2.0 - 1.0, 0.0, 1.0);
}

",
    "
void main() {
    galvani_item = item();
    gl_Position = position();
}
",
);

const FRAGMENT: (&str, &str) = (
    "
layout(constant_id = 0) const bool GALVANI_PICK = false;
layout(location = 0) flat in uint galvani_item;
layout(location = 0) out vec4 galvani_color;

uint item() {
    return galvani_item;
}

vec2 here() {
    return gl_FragCoord.xy + vec2(GalvaniTable(galvani.table).frame.left, GalvaniTable(galvani.table).frame.top);
}

",
    "
void main() {
    vec4 galvani_found = clamp(color(), 0.0, 1.0);
    if (!(galvani_found.a > 0.0)) {
        discard;
    }
    galvani_color = GALVANI_PICK ? unpackUnorm4x8(galvani_item + 1u) : galvani_found;
}
",
);

const COMPUTE: (&str, &str) = (
    "
layout(local_size_x_id = 0) in;

uint items() {
    return galvani.count;
}

",
    "
void main() {
    uint galvani_i = (gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x) * gl_WorkGroupSize.x + gl_LocalInvocationID.x;
    if (galvani_i < galvani.count) {
        run(galvani_i);
    }
}
",
);

fn uniforms(out: &mut String, layout: &Layout) {
    if layout.uniforms.is_empty() {
        return;
    }
    out.push_str("\nstruct GalvaniValues {\n");
    for (name, kind) in &layout.uniforms {
        *out += &format!("    {} {name};\n", kind.glsl());
    }
    out.push_str(
        "};
layout(buffer_reference, scalar, buffer_reference_align = 4) readonly buffer GalvaniUniforms {
    GalvaniValues at;
};
#define uniforms GalvaniUniforms(galvani.uniforms).at
",
    );
}

/// The functions of a buffer: how many elements it has, one of them, and in compute shaders how one is set. None reaches beyond it.
fn buffer(out: &mut String, (number, name, kind): (usize, &str, Kind), stage: Stage) {
    let (glsl, kept) = (kind.glsl(), kind.kept());
    let header = format!("GalvaniTable(galvani.table).buffers[{number}]");
    *out += &format!(
        "
layout(buffer_reference, scalar, buffer_reference_align = 4) buffer Galvani_{name} {{
    {kept} at[];
}};
uint {name}_count() {{
    return {header}.count;
}}
"
    );
    let load = |function: &str, body: &str| {
        format!(
            "{glsl} {function}(uint i) {{
    CustomBuffer own = {header};
    if (i >= own.count) {{
        return {glsl}(0);
    }}
    {kept} kept = Galvani_{name}(own.at).at[i];
    {body}
}}
"
        )
    };
    *out += &load(
        name,
        match kind {
            Kind::Color => "return unpackUnorm4x8(kept);",
            Kind::Place => {
                "return vec2(own.middle_x, own.middle_y) + (kept.xy + kept.zw) * vec2(own.half_x, own.half_y);"
            }
            _ => "return kept;",
        },
    );
    if kind == Kind::Place {
        *out += &load(
            &format!("{name}_px"),
            "precise vec2 first = kept.xy - vec2(own.corner_x, own.corner_y);
    precise vec2 rest = kept.zw - vec2(own.rest_x, own.rest_y);
    precise vec2 px = (first + rest) * vec2(own.px_x, own.px_y);
    return px;",
        );
    }
    if stage == Stage::Compute {
        let value = match kind {
            Kind::Color => "packUnorm4x8(value)",
            Kind::Place => {
                "vec4((value - vec2(own.middle_x, own.middle_y)) / vec2(own.half_x, own.half_y), 0.0, 0.0)"
            }
            _ => "value",
        };
        *out += &format!(
            "void set_{name}(uint i, {glsl} value) {{
    CustomBuffer own = {header};
    if (i < own.count) {{
        Galvani_{name}(own.at).at[i] = {value};
    }}
}}
"
        );
    }
}
