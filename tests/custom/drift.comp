void run(uint i) {
    set_place(i, place(i) + uniforms.shift);
}
