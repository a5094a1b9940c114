layout(location = 1) flat out vec4 ink;

vec4 position() {
    ink = tint(item());
    return clip(place_px(item() * uniforms.per) + quad() * 0.5 * uniforms.grow * size(item()));
}
