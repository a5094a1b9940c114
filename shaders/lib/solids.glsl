// A camera before a solid, and where it sees what is stored. Needs lib/memory.glsl, and `push` with a `view`.
layout(buffer_reference, scalar, buffer_reference_align = 4) readonly buffer Views {
    SolidsView at;
};

struct View {
    vec3 right, up, away, from, rest;
};

View axes(SolidsView view) {
    return View(
        vec3(view.right_x, view.right_y, view.right_z),
        vec3(view.up_x, view.up_y, view.up_z),
        vec3(view.away_x, view.away_y, view.away_z),
        vec3(view.from_x, view.from_y, view.from_z),
        vec3(view.rest_x, view.rest_y, view.rest_z)
    );
}

// A sum of three products, in this order.
float along(vec3 a, vec3 b) {
    precise float sum = a.x * b.x + a.y * b.y + a.z * b.z;
    return sum;
}

// To the right, upwards, and away from the eye. What is near where places are measured from is subtracted first, so that nothing is lost of it.
vec3 seen_from(View axes, float start, vec3 stored) {
    precise vec3 off = (stored - axes.from) - axes.rest;
    precise float away = along(axes.away, off) + start;
    return vec3(along(axes.right, off), along(axes.up, off), away);
}
