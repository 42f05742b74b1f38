#include "LabObjects.h"

#if !__has_embed("../../bpf/lab/ambient.bpf.o") || !__has_embed("../../bpf/lab/fabric.bpf.o") || \
	!__has_embed("../../bpf/lab/layouts.bpf.o") || !__has_embed("../../bpf/lab/usual.bpf.o") || \
	!__has_embed("../../bpf/lab/measure.bpf.o") || !__has_embed("../../bpf/lab/witness.bpf.o") || \
	!__has_embed("../../bpf/lab/refused.bpf.o")
#error "run: make bpf"
#else

_Alignas(8) static const unsigned char ambient[] = {
#embed "../../bpf/lab/ambient.bpf.o"
};

_Alignas(8) static const unsigned char fabric[] = {
#embed "../../bpf/lab/fabric.bpf.o"
};

const struct migrate_lab_image migrate_lab_ambient_image = {ambient, sizeof(ambient)};
const struct migrate_lab_image migrate_lab_fabric_image = {fabric, sizeof(fabric)};

_Alignas(8) static const unsigned char layouts[] = {
#embed "../../bpf/lab/layouts.bpf.o"
};

const struct migrate_lab_image migrate_lab_layouts_image = {layouts, sizeof(layouts)};

_Alignas(8) static const unsigned char usual[] = {
#embed "../../bpf/lab/usual.bpf.o"
};

_Alignas(8) static const unsigned char measure[] = {
#embed "../../bpf/lab/measure.bpf.o"
};

const struct migrate_lab_image migrate_lab_usual_image = {usual, sizeof(usual)};
const struct migrate_lab_image migrate_lab_measure_image = {measure, sizeof(measure)};

_Alignas(8) static const unsigned char witness[] = {
#embed "../../bpf/lab/witness.bpf.o"
};

const struct migrate_lab_image migrate_lab_witness_image = {witness, sizeof(witness)};

_Alignas(8) static const unsigned char refused[] = {
#embed "../../bpf/lab/refused.bpf.o"
};

const struct migrate_lab_image migrate_lab_refused_image = {refused, sizeof(refused)};

#endif
