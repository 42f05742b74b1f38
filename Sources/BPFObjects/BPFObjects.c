#include "BPFObjects.h"

#if !__has_embed("../../bpf/fib_redirect.bpf.o") || !__has_embed("../../bpf/control.bpf.o")
#error "run: make bpf"
#else

_Alignas(8) static const unsigned char fib_redirect[] = {
#embed "../../bpf/fib_redirect.bpf.o"
};

_Alignas(8) static const unsigned char control[] = {
#embed "../../bpf/control.bpf.o"
};

const struct migrate_bpf_image migrate_fib_redirect_image = {fib_redirect, sizeof(fib_redirect)};
const struct migrate_bpf_image migrate_control_image = {control, sizeof(control)};

/* Both sides read these through shared memory: a change is a change of both. */
_Static_assert(sizeof(struct migrate_query) == 104, "layout of struct migrate_query");
_Static_assert(sizeof(struct migrate_request) == 72, "layout of struct migrate_request");
_Static_assert(sizeof(struct migrate_cell_head) == 32, "layout of struct migrate_cell_head");
_Static_assert(sizeof(struct migrate_config) == 1136, "layout of struct migrate_config");

#endif
