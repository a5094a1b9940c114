void run(uint i) {
    vec4 own = tint(i);
    set_tint(i, vec4(own.rgb, own.a > 0.5 ? own.a - 0.2 : own.a));
}
