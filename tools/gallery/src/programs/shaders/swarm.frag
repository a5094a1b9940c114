layout(location = 1) in vec2 at;
layout(location = 2) flat in float fast;

vec4 color() {
    vec3 ink = mix(vec3(0.15, 0.35, 0.9), vec3(1.0, 0.85, 0.5), fast);
    return vec4(ink, exp(-dot(at, at)) * (0.15 + 0.5 * fast));
}
