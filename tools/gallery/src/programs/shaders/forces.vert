layout(location = 1) out vec2 at;
layout(location = 2) flat out vec4 ink;
layout(location = 3) flat out float radius;

vec4 position() {
    uint edges = edge_count() / 2u;
    if (item() < edges) {
        uint a = edge(2u * item());
        uint b = edge(2u * item() + 1u);
        vec2 from = node_px(a);
        vec2 to = node_px(b);
        vec2 along = normalize(to - from + vec2(1e-9, 0.0));
        ink = vec4(mix(tint(a).rgb, tint(b).rgb, 0.5), 0.5);
        radius = 0.6 * scale_factor();
        at = vec2(0.0, quad().y * (radius + 1.0));
        return clip(mix(from, to, quad().x * 0.5 + 0.5) + vec2(-along.y, along.x) * at.y);
    }
    uint own = item() - edges;
    ink = tint(own);
    radius = (2.0 + 0.7 * sqrt(float(first(own + 1u) - first(own)))) * scale_factor();
    at = quad() * (radius + 1.0);
    return clip(node_px(own) + at);
}
