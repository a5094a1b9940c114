// Off all other nodes, by the inverse of how far they are; to those that an edge leads to, by the square of it (T. Fruchterman, E. Reingold, 1991).
void run(uint i) {
    vec2 own = node(i);
    vec2 sum = -0.02 * own;
    for (uint other = 0u; other < items(); other++) {
        vec2 apart = own - node(other);
        sum += other == i ? vec2(0.0) : apart / (dot(apart, apart) + 0.01);
    }
    for (uint k = first(i); k < first(i + 1u); k++) {
        vec2 apart = node(near(k)) - own;
        sum += apart * min(length(apart), 20.0);
    }
    set_force(i, sum);
}
