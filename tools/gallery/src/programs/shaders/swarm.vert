layout(location = 1) out vec2 at;
layout(location = 2) flat out float fast;

vec4 position() {
    at = quad() * 2.5;
    fast = clamp(length(speed(item())) * 90.0, 0.0, 1.0);
    return clip(mote_px(item()) + at * scale_factor());
}
