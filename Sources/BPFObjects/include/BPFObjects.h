/* The compiled BPF objects, carried inside the executable. */
#ifndef MIGRATE_BPF_OBJECTS_H
#define MIGRATE_BPF_OBJECTS_H

#include <stddef.h>
#include <linux/types.h>

/* The layouts that the objects and user space share. */
#include "../../../bpf/cell.h"
#include "../../../bpf/fib_redirect.h"
#include "../../../bpf/shadow.h"

/* An ELF file as libbpf opens it from memory; aligned to eight bytes. */
struct migrate_bpf_image {
	const void *_Nonnull bytes;
	size_t count;
};

extern const struct migrate_bpf_image migrate_fib_redirect_image;
extern const struct migrate_bpf_image migrate_control_image;
extern const struct migrate_bpf_image migrate_shadow_image;

#endif
