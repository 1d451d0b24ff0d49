// The entry of libFuzzer, for targets that bring their own main.
#ifndef ROOST_CFUZZER_H
#define ROOST_CFUZZER_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*one)(const uint8_t *bytes, size_t count));

#endif
