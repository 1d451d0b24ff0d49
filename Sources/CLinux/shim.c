#define _GNU_SOURCE
#include "CLinux.h"

int roost_accept(int listener, struct sockaddr *address, socklen_t *length) {
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int roost_set_nonblocking(int fd) {
    int flags = fcntl(fd, F_GETFL, 0);
    return flags < 0 ? flags : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

void roost_name_thread(const char *name) {
    char cut[16];
    int i = 0;
    for (; i < 15 && name[i]; i++) cut[i] = name[i];
    cut[i] = 0;
    pthread_setname_np(pthread_self(), cut);
}

char **roost_environment(void) { return environ; }
