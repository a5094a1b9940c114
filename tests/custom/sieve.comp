// Draws the first half of the squares, and the last one.
void run(uint i) {
    if (i == 0u) {
        set_draw(0u, 4u);
        set_draw(1u, tint_count() / 2u);
        set_draw(2u, 0u);
        set_draw(3u, 0u);
        set_draw(99u, 7u);
    }
}
