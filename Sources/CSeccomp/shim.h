#ifndef ROOST_CSECCOMP_SHIM_H
#define ROOST_CSECCOMP_SHIM_H
#include <errno.h>
#include <seccomp.h>
#include <stdint.h>

// Macros with arguments, which Swift does not import.
static inline uint32_t roost_seccomp_allow(void) { return SCMP_ACT_ALLOW; }
static inline uint32_t roost_seccomp_refuse(int code) { return SCMP_ACT_ERRNO(code); }

#endif
