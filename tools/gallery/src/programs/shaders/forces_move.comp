void run(uint i) {
    vec2 by = force(i);
    float strong = length(by);
    set_node(i, node(i) + by * (min(strong, heat(0u)) / max(strong, 1e-6)) * 0.3);
}
