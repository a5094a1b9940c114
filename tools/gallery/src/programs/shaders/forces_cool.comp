// Steps become shorter, but never nought: what is dragged pulls along what hangs on it.
void run(uint i) {
    set_heat(i, max(heat(i) * 0.995, 0.03));
}
