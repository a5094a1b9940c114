// Three whirls, of which the middle one turns the other way; motes lag behind the wind, and what leaves on one side comes back on the other.
void run(uint i) {
    vec2 own = mote(i);
    vec2 wind = vec2(0.0);
    for (int k = -1; k <= 1; k++) {
        vec2 from = own - vec2(float(k) * 0.95, 0.25 * float(k));
        float turn = k == 0 ? -0.006 : 0.008;
        wind += turn * vec2(-from.y, from.x) / (dot(from, from) + 0.04);
    }
    vec2 next = mix(speed(i), wind, 0.06);
    vec2 to = own + next;
    set_speed(i, next);
    set_mote(i, vec2(to.x - 3.2 * round(to.x / 3.2), to.y - 2.0 * round(to.y / 2.0)));
}
