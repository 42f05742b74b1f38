/* A library to be preloaded; nothing is called from outside. */
#pragma once
