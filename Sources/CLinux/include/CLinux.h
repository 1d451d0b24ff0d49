// Linux calls that Swift's Glibc module does not export, or that are variadic.
#ifndef ROOST_CLINUX_H
#define ROOST_CLINUX_H

#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

// accept4 with SOCK_NONBLOCK | SOCK_CLOEXEC; needs _GNU_SOURCE, so it lives in the .c file.
int roost_accept(int listener, struct sockaddr *address, socklen_t *length);

// fcntl is variadic.
int roost_set_nonblocking(int fd);

// pthread_setname_np needs _GNU_SOURCE. Names are cut at 15 bytes by the kernel's rule.
void roost_name_thread(const char *name);

// Of a resource (RLIMIT_CPU …).
struct roost_limit {
    int resource;
    uint64_t soft, hard;
};

// A program to start. The child gets the descriptors listed here as 0, 1, 2 …, and none else.
struct roost_spawn {
    const char *path;
    char *const *arguments;
    char *const *environment;
    // NULL: the same as this process's.
    const char *directory;
    // -1 stands for /dev/null.
    const int *descriptors;
    int descriptor_count;
    const struct roost_limit *limits;
    int limit_count;
    // A user and group to become, without further groups; only root can.
    int drops_user;
    uid_t user;
    gid_t group;
    // A new session instead of a new process group.
    int new_session;
    // Never gains rights by running another program.
    int no_new_privileges;
    // What the kernel kills first when the machine has no memory left.
    int is_first_to_die;
    // SIGKILL when the thread that called roost_spawn_start ends, hence when this process does.
    int dies_with_parent;
};

// The child's id, or -1 with errno and the `step` that failed. `handle` receives a descriptor of the process (pidfd), which is
// readable when it has ended. Blocks until the program has been loaded.
pid_t roost_spawn_start(const struct roost_spawn *spawn, int *handle, const char **step);

// pidfd_open and pidfd_send_signal, which have no wrapper in older C libraries.
int roost_process_open(pid_t process);
int roost_process_signal(int handle, int signal);
// How the child of a handle ended, without waiting: 1 and si_code and si_status, 0 while it runs, -1 when it is not ours. Unless
// `reaps`, it can be asked again.
int roost_process_ended(int handle, int reaps, int *code, int *status);
// prlimit: sets a limit of another process. 0, or -1 with errno.
int roost_process_limit(pid_t process, const struct roost_limit *limit);

// pipe2 with O_CLOEXEC.
int roost_pipe(int ends[2]);

// The process's environment, NAME=VALUE texts that end with NULL; a global variable, which Swift 6 does not read.
char **roost_environment(void);

#endif
