import Glibc

/// What the filter is made of. The list is what CPython, Node and common tools were seen to use, and nothing of which the
/// kernel's history of holes is long.
struct SystemCallRules {
    /// An argument, of which the bits of `mask` have to be `value`.
    struct Condition {
        let argument: UInt32
        var mask: UInt64 = 0xFFFF_FFFF
        let value: UInt64
    }

    let allowed: [String]
    let refused: [String]
    /// Allowed when all conditions of one of the rules of its name hold.
    let conditional: [(name: String, conditions: [Condition])]

    init(network: Bool) {
        allowed = Self.files + Self.memory + Self.processes + Self.time + Self.sockets
        refused = Self.attacks
        conditional =
            Self.cloning + Self.limits + Self.controls(network) + Self.families(network) + Self.settings
            + [("mknodat", [Condition(argument: 2, mask: UInt64(S_IFMT), value: UInt64(S_IFIFO))])]
            + [("mknod", [Condition(argument: 1, mask: UInt64(S_IFMT), value: UInt64(S_IFIFO))])]
            + [0, 0xFFFF_FFFF].map { ("personality", [Condition(argument: 0, value: $0)]) }
    }

    private static func words(_ text: String) -> [String] {
        text.split { $0 == " " || $0 == "\n" }.map(String.init)
    }

    private static let files = words(
        """
        access chdir chmod chown close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64
        fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync fgetxattr flock fremovexattr fsetxattr
        fstat fstatfs fsync ftruncate futimesat getcwd getdents getdents64 getxattr inotify_add_watch inotify_init
        inotify_init1 inotify_rm_watch lchown lgetxattr link linkat listxattr llistxattr flistxattr lremovexattr lseek
        lsetxattr lstat mkdir mkdirat newfstatat open openat openat2 pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev
        pwritev2 read readahead readlink readlinkat readv removexattr rename renameat renameat2 rmdir sendfile setxattr
        stat statfs statx symlink symlinkat sync sync_file_range syncfs truncate umask unlink unlinkat utime utimensat
        utimes write writev
        """)
    private static let memory = words(
        """
        brk get_mempolicy madvise membarrier mincore mlock mlock2 mlockall mmap mprotect mremap msync munlock munlockall
        munmap pkey_alloc pkey_free pkey_mprotect
        """)
    private static let processes = words(
        """
        arch_prctl capget capset execve execveat exit exit_group fork futex futex_waitv get_robust_list getcpu getegid
        geteuid getgid getgroups getpgid getpgrp getpid getppid getpriority getrandom getresgid getresuid getrlimit
        getrusage getsid gettid getuid kill pause pidfd_open pidfd_send_signal restart_syscall rseq
        rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait
        rt_tgsigqueueinfo sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
        sched_getscheduler sched_rr_get_interval sched_setaffinity sched_yield set_robust_list set_tid_address setgid
        setgroups setpgid setpriority setregid setresgid setresuid setreuid setsid setuid sigaltstack sysinfo
        tgkill tkill uname vfork wait4 waitid
        """)
    private static let time = words(
        """
        alarm clock_getres clock_gettime clock_nanosleep epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2
        epoll_wait eventfd eventfd2 getitimer gettimeofday nanosleep poll ppoll pselect6 select setitimer signalfd
        signalfd4 time timer_create timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create
        timerfd_gettime timerfd_settime times
        """)
    private static let sockets = words(
        """
        accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg recvmsg sendmmsg sendmsg
        sendto setsockopt shutdown
        """)

    /// Refused by name, so that the error says what it is. `memfd_create` and System V shared memory are not here: they do not
    /// exist, because what they hold is memory of no process and would be counted nowhere.
    private static let attacks = words(
        """
        acct add_key adjtimex bpf chroot clock_adjtime clock_settime delete_module fanotify_init fanotify_mark finit_module
        fsconfig fsmount fsopen fspick init_module io_uring_enter io_uring_register io_uring_setup ioperm iopl kcmp
        kexec_file_load kexec_load keyctl lookup_dcookie mbind migrate_pages mount mount_setattr move_mount move_pages
        name_to_handle_at nfsservctl open_by_handle_at open_tree perf_event_open pidfd_getfd pivot_root process_madvise
        process_vm_readv process_vm_writev ptrace quotactl quotactl_fd reboot request_key set_mempolicy
        set_mempolicy_home_node setdomainname setfsgid setfsuid sethostname setns settimeofday swapoff swapon syslog
        umount2 unshare uselib userfaultfd ustat vhangup
        """)

    /// Processes and threads, without new namespaces. `clone3` has its flags in memory, where a filter does not see them: the C
    /// library takes `clone` when it does not exist.
    private static let cloning: [(name: String, conditions: [Condition])] = {
        let namespaces: UInt64 =
            0x0000_0080 | 0x0002_0000 | 0x0200_0000 | 0x0400_0000 | 0x0800_0000 | 0x1000_0000 | 0x2000_0000
            | 0x4000_0000
        return [("clone", [Condition(argument: 0, mask: namespaces, value: 0)])]
    }()

    /// All limits but that of core files: it is 1, and a process that makes it 0 could hand its memory to the program that the
    /// machine collects crashes with (core(5)).
    private static let limits: [(name: String, conditions: [Condition])] =
        (0..<16).filter { $0 != Int(RLIMIT_CORE.rawValue) }.flatMap { resource in
            [
                ("setrlimit", [Condition(argument: 0, value: UInt64(resource))]),
                ("prlimit64", [Condition(argument: 1, value: UInt64(resource))]),
            ]
        } + [("prlimit64", [Condition(argument: 2, mask: .max, value: 0)])]

    /// What ioctl(2) is used for on files, pipes and sockets. Terminals are only looked at: nothing is typed into them (TIOCSTI).
    private static func controls(_ network: Bool) -> [(name: String, conditions: [Condition])] {
        // FIONREAD FIONBIO FIOASYNC FIOCLEX FIONCLEX TCGETS TIOCGWINSZ TIOCGPGRP
        var requests: [UInt64] = [0x541B, 0x5421, 0x5452, 0x5451, 0x5450, 0x5401, 0x5413, 0x540F]
        // SIOCGIFNAME SIOCGIFCONF SIOCGIFFLAGS SIOCGIFADDR SIOCGIFINDEX
        if network { requests += [0x8910, 0x8912, 0x8913, 0x8915, 0x8933] }
        return requests.map { ("ioctl", [Condition(argument: 1, value: $0)]) }
    }

    /// Families of sockets. With the machine's network, names of Unix sockets that stand in no folder are those of other programs
    /// of the machine: there are no Unix sockets then but connected pairs.
    private static func families(_ network: Bool) -> [(name: String, conditions: [Condition])] {
        let protocols = [0, IPPROTO_TCP, IPPROTO_UDP].map { UInt64($0) }
        var rules: [(name: String, conditions: [Condition])] = []
        for family in [AF_INET, AF_INET6] {
            for number in protocols {
                rules.append(
                    (
                        "socket",
                        [Condition(argument: 0, value: UInt64(family)), Condition(argument: 2, value: number)]
                    ))
            }
        }
        let stream = Condition(argument: 1, mask: 0xF, value: 1)
        if network {
            // The C library asks the kernel for its addresses (NETLINK_ROUTE).
            rules.append(
                ("socket", [Condition(argument: 0, value: UInt64(AF_NETLINK)), Condition(argument: 2, value: 0)]))
            rules.append(("socketpair", [Condition(argument: 0, value: UInt64(AF_UNIX)), stream]))
        } else {
            rules.append(("socket", [Condition(argument: 0, value: UInt64(AF_UNIX))]))
            rules.append(("socketpair", [Condition(argument: 0, value: UInt64(AF_UNIX))]))
        }
        return rules
    }

    /// Options of prctl(2) that change nothing but the process itself: PDEATHSIG, DUMPABLE, NAME, CAPBSET_READ, TIMERSLACK,
    /// NO_NEW_PRIVS, THP_DISABLE, VMA names.
    private static let settings: [(name: String, conditions: [Condition])] =
        [1, 2, 3, 4, 15, 16, 23, 29, 30, 38, 39, 41, 42, 0x5356_4D41].map {
            ("prctl", [Condition(argument: 0, value: $0)])
        }
}
