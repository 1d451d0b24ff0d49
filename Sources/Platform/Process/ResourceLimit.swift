import CLinux
import Glibc

/// How much of something a process may use (setrlimit(2)). Processes that it starts inherit it.
package struct ResourceLimit: Sendable, Equatable {
    private let resource: Int32
    private let soft: UInt64
    private let hard: UInt64

    private init(_ resource: __rlimit_resource, _ value: Int, hard: Int? = nil) {
        self.resource = Int32(resource.rawValue)
        soft = UInt64(max(0, value))
        self.hard = UInt64(max(0, hard ?? value))
    }

    /// SIGXCPU ends it then, and SIGKILL a second later if it would not have that.
    package static func processorSeconds(_ seconds: Int) -> Self { Self(RLIMIT_CPU, seconds, hard: seconds + 1) }
    /// Bytes of everything that is mapped, used or not.
    package static func addressSpace(_ bytes: Int) -> Self { Self(RLIMIT_AS, bytes) }
    /// Bytes of private memory that can be written.
    package static func data(_ bytes: Int) -> Self { Self(RLIMIT_DATA, bytes) }
    package static func fileSize(_ bytes: Int) -> Self { Self(RLIMIT_FSIZE, bytes) }
    package static func openFiles(_ count: Int) -> Self { Self(RLIMIT_NOFILE, count) }
    package static func coreSize(_ bytes: Int) -> Self { Self(RLIMIT_CORE, bytes) }
    /// Processes and threads of its user; does not hold for root.
    package static func processes(_ count: Int) -> Self { Self(__RLIMIT_NPROC, count) }
    package static func messageQueues(_ bytes: Int) -> Self { Self(__RLIMIT_MSGQUEUE, bytes) }
    package static func lockedMemory(_ bytes: Int) -> Self { Self(__RLIMIT_MEMLOCK, bytes) }

    var system: roost_limit { roost_limit(resource: resource, soft: soft, hard: hard) }

    /// Sets it for a running process of the same user, or of any when this one is root.
    /// - Throws: `ChildProcessError`.
    package func apply(to process: Int32) throws(ChildProcessError) {
        var limit = system
        if roost_process_limit(process, &limit) < 0 {
            throw ChildProcessError("The limits of a process cannot be set", errno)
        }
    }
}
