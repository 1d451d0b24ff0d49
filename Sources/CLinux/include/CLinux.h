// Linux calls that Swift's Glibc module does not export, or that are variadic.
#ifndef ROOST_CLINUX_H
#define ROOST_CLINUX_H

#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

// accept4 with SOCK_NONBLOCK | SOCK_CLOEXEC; needs _GNU_SOURCE, so it lives in the .c file.
int roost_accept(int listener, struct sockaddr *address, socklen_t *length);

// fcntl is variadic.
int roost_set_nonblocking(int fd);

// pthread_setname_np needs _GNU_SOURCE. Names are cut at 15 bytes by the kernel's rule.
void roost_name_thread(const char *name);

// The process's environment, NAME=VALUE texts that end with NULL; a global variable, which Swift 6 does not read.
char **roost_environment(void);

#endif
