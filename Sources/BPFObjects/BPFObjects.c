#include "BPFObjects.h"

#if !__has_embed("../../bpf/fib_redirect.bpf.o") || !__has_embed("../../bpf/control.bpf.o") || \
	!__has_embed("../../bpf/shadow.bpf.o")
#error "run: make bpf"
#else

_Alignas(8) static const unsigned char fib_redirect[] = {
#embed "../../bpf/fib_redirect.bpf.o"
};

_Alignas(8) static const unsigned char control[] = {
#embed "../../bpf/control.bpf.o"
};

_Alignas(8) static const unsigned char shadow[] = {
#embed "../../bpf/shadow.bpf.o"
};

const struct migrate_bpf_image migrate_fib_redirect_image = {fib_redirect, sizeof(fib_redirect)};
const struct migrate_bpf_image migrate_control_image = {control, sizeof(control)};
const struct migrate_bpf_image migrate_shadow_image = {shadow, sizeof(shadow)};

/* Both sides read these through shared memory: a change is a change of both. */
_Static_assert(sizeof(struct migrate_query) == 104, "layout of struct migrate_query");
_Static_assert(sizeof(struct migrate_request) == 72, "layout of struct migrate_request");
_Static_assert(sizeof(struct migrate_cell_head) == 32, "layout of struct migrate_cell_head");
_Static_assert(sizeof(struct migrate_config) == 1136, "layout of struct migrate_config");
_Static_assert(sizeof(struct migrate_shadow_config) ==
		       sizeof(struct migrate_config) + 2 * sizeof(struct migrate_legacy_map),
	       "layout of struct migrate_shadow_config");
_Static_assert(sizeof(struct migrate_views) == 36, "layout of struct migrate_views");
_Static_assert(sizeof(struct migrate_destination_row) == 88, "layout of struct migrate_destination_row");
_Static_assert(sizeof(struct migrate_shown_packet) == 192, "layout of struct migrate_shown_packet");

#endif
