#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

// What the child tells its parent, whose memory it shares until the program is loaded.
struct failure {
    volatile int code;
    const char *volatile step;
};

static void fail(struct failure *failure, const char *step) {
    failure->code = errno;
    failure->step = step;
    _exit(127);
}

// Descriptors 0 … count-1 become those asked for, all others are closed. First all are copied out of the way.
static void place_descriptors(const struct roost_spawn *spawn, struct failure *failure) {
    int count = spawn->descriptor_count, copies[64];
    if (count > 64) {
        errno = EINVAL;
        fail(failure, "descriptors");
    }
    for (int i = 0; i < count; i++) {
        int source = spawn->descriptors[i];
        if (source < 0) source = open("/dev/null", O_RDWR | O_CLOEXEC);
        copies[i] = fcntl(source, F_DUPFD_CLOEXEC, 64);
        if (copies[i] < 0) fail(failure, "descriptors");
    }
    for (int i = 0; i < count; i++)
        if (dup2(copies[i], i) < 0) fail(failure, "descriptors");
    if (syscall(SYS_close_range, count, ~0U, 0) == 0) return;
    // Linux before 5.9.
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    for (int i = count; i < (int)files.rlim_cur && i < 1 << 20; i++) close(i);
}

static void default_signals(void) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    for (int number = 1; number < 65; number++) sigaction(number, &action, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void set_limits(const struct roost_spawn *spawn, struct failure *failure) {
    for (int i = 0; i < spawn->limit_count; i++) {
        const struct roost_limit *wanted = &spawn->limits[i];
        struct rlimit limit;
        if (getrlimit(wanted->resource, &limit) < 0) fail(failure, "limits");
        // What is allowed less already stays so.
        if (limit.rlim_max > wanted->hard) limit.rlim_max = wanted->hard;
        limit.rlim_cur = limit.rlim_max < wanted->soft ? limit.rlim_max : wanted->soft;
        if (setrlimit(wanted->resource, &limit) < 0) fail(failure, "limits");
    }
}

static void run_child(const struct roost_spawn *spawn, pid_t parent, struct failure *failure) {
    default_signals();
    if (spawn->new_session ? setsid() < 0 : setpgid(0, 0) < 0) fail(failure, "session");
    place_descriptors(spawn, failure);
    set_limits(spawn, failure);
    if (spawn->is_first_to_die) {
        // Not every container lets it be written, and nothing depends on it.
        int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
        if (file >= 0 && write(file, "1000", 4) < 0) errno = 0;
        if (file >= 0) close(file);
    }
    // The kernel's calls: those of the C library would change the user of the parent's threads, too.
    if (spawn->drops_user &&
        (syscall(SYS_setgroups, 0, NULL) < 0 || syscall(SYS_setresgid, spawn->group, spawn->group, spawn->group) < 0 ||
         syscall(SYS_setresuid, spawn->user, spawn->user, spawn->user) < 0))
        fail(failure, "user");
    if (spawn->no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) fail(failure, "privileges");
    // After the user, whose change would undo it.
    if (spawn->dies_with_parent) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0) fail(failure, "death signal");
        if (getppid() != parent) _exit(127);
    }
    if (spawn->directory && chdir(spawn->directory) < 0) fail(failure, "folder");
    execve(spawn->path, spawn->arguments, spawn->environment);
    fail(failure, "program");
}

pid_t roost_spawn_start(const struct roost_spawn *spawn, int *handle, const char **step) {
    struct failure failure = {0, NULL};
    sigset_t all, before;
    // A handler of this process must not run in the child.
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
    pid_t parent = getpid(), child = vfork();
    if (child == 0) run_child(spawn, parent, &failure);
    int code = child < 0 ? errno : failure.code;
    // The kernel marks the memory of a process that changes its user, which the child shared with this one.
    if (spawn->drops_user && dumpable == 1) prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (child < 0 || code) {
        *step = child < 0 ? "process" : failure.step;
        if (child > 0) waitpid(child, NULL, 0);
        errno = code;
        return -1;
    }
    *handle = roost_process_open(child);
    if (*handle < 0) {
        code = errno;
        *step = "process handle";
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        errno = code;
        return -1;
    }
    return child;
}

int roost_process_open(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int roost_process_signal(int handle, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, handle, signal, NULL, 0);
}

int roost_process_ended(int handle, int reaps, int *code, int *status) {
    siginfo_t info = {.si_pid = 0};
    if (waitid(P_PIDFD, handle, &info, WEXITED | WNOHANG | (reaps ? 0 : WNOWAIT)) < 0) return -1;
    if (info.si_pid == 0) return 0;
    *code = info.si_code;
    *status = info.si_status;
    return 1;
}

int roost_process_limit(pid_t process, const struct roost_limit *limit) {
    struct rlimit both = {limit->soft, limit->hard};
    return prlimit(process, limit->resource, &both, NULL);
}

int roost_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }
