layout(location = 1) in vec2 at;
layout(location = 2) flat in vec4 ink;
layout(location = 3) flat in float radius;

vec4 color() {
    return vec4(ink.rgb, ink.a * clamp(radius + 0.5 - length(at), 0.0, 1.0));
}
