/* The lab's map-based deployments, carried inside migrate-lab. */
#ifndef MIGRATE_LAB_OBJECTS_H
#define MIGRATE_LAB_OBJECTS_H

#include <stddef.h>
#include <linux/types.h>

/* The deployments' map values. */
#include "../../../bpf/lab/ambient.h"
#include "../../../bpf/lab/fabric.h"
#include "../../../bpf/lab/measure.h"

/* An ELF file as libbpf opens it from memory; aligned to eight bytes. */
struct migrate_lab_image {
	const void *_Nonnull bytes;
	size_t count;
};

extern const struct migrate_lab_image migrate_lab_ambient_image;
extern const struct migrate_lab_image migrate_lab_fabric_image;

/* Maps of many layouts, for the tests of the BTF decoder. */
extern const struct migrate_lab_image migrate_lab_layouts_image;

/* What is measured beside the replacement. */
extern const struct migrate_lab_image migrate_lab_usual_image;
extern const struct migrate_lab_image migrate_lab_measure_image;

/* What the ledger has in the pods. */
extern const struct migrate_lab_image migrate_lab_witness_image;

/* What no verifier takes, for the tests of what is said then. */
extern const struct migrate_lab_image migrate_lab_refused_image;

#endif
