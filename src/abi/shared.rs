//! Structs that GLSL has as well.

use super::Address;

/// What GLSL calls a type.
pub(super) trait Glsl {
    const NAME: &'static str;
}
impl Glsl for u32 {
    const NAME: &'static str = "uint";
}
impl Glsl for i32 {
    const NAME: &'static str = "int";
}
impl Glsl for f32 {
    const NAME: &'static str = "float";
}
impl Glsl for Address {
    const NAME: &'static str = "uvec2";
}

/// Declares structs, and `structs`, which writes them in GLSL.
macro_rules! shared {
    ($($(#[$doc:meta])* struct $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, Default, PartialEq, Pod, Zeroable)]
            #[repr(C)]
            pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }

            impl Glsl for $name {
                const NAME: &'static str = stringify!($name);
            }
        )*

        pub(crate) fn structs(out: &mut String) {
            $(
                out.push_str(concat!("\nstruct ", stringify!($name), " {\n"));
                $(
                    out.push_str("    ");
                    out.push_str(<$type as Glsl>::NAME);
                    out.push_str(concat!(" ", stringify!($field), ";\n"));
                )*
                out.push_str("};\n");
            )*
        }
    };
}
