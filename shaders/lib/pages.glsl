// The raw pages that a stretch of samples lies in: two at most, for a page is longer than any stretch that is asked for.
#include "lib/samples.glsl"

struct Pages {
    uint first;
    uvec2 left;
    uvec2 right;
};

Pages pages_of(uint first, uint last) {
    uint page = first >> push.page_shift;
    return Pages(page, Addresses(push.pages).at[page], Addresses(push.pages).at[last >> push.page_shift]);
}

uvec2 page_of(Pages pages, uint i) {
    return i >> push.page_shift == pages.first ? pages.left : pages.right;
}

uint in_page(uint i) {
    return i & ((1u << push.page_shift) - 1u);
}
