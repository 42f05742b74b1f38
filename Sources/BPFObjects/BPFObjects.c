#include "BPFObjects.h"
