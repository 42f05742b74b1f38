#include "LabObjects.h"
