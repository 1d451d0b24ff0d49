import CLinux
import Glibc

/// A program to start, and what it gets of this process: nothing that is not named here.
package struct ChildProgram: Sendable {
    package enum Stream: Sendable {
        /// The other end is `ChildProcess.input`, `.output` or `.error`.
        case pipe
        /// /dev/null.
        case nothing
        /// This process's own.
        case inherited
    }

    /// An absolute path; `path(of:)` finds one by name.
    package let path: String
    /// Without the program's name.
    package var arguments: [String]
    package var environment: [(name: String, value: String)] = []
    /// Nil: this process's.
    package var directory: String?
    package var input = Stream.pipe
    package var output = Stream.pipe
    package var error = Stream.pipe
    /// Open descriptors of this process that it gets as 3, 4, …; -1 gives it /dev/null there. They are still the caller's to close.
    package var descriptors: [Int32] = []
    package var limits: [ResourceLimit] = []
    /// A user and group to become; only root can.
    package var user: (id: UInt32, group: UInt32)?
    /// It has a process group of its own in any case; a session of its own has no terminal either.
    package var hasOwnSession = false
    /// Programs that would give it more rights (setuid) do not.
    package var gainsNoPrivileges = false
    /// What the kernel kills first when the machine has no memory left.
    package var isFirstToDie = false

    package init(_ path: String, _ arguments: [String] = []) {
        self.path = path
        self.arguments = arguments
    }

    /// Where a program is, by its name, or by a path with a slash, which is taken as it is. Nil when it cannot be run.
    /// - Parameter searchPath: folders with colons between them, as in `PATH`.
    package static func path(of name: String, in searchPath: String) -> String? {
        if name.contains("/") { return isExecutable(name) ? name : nil }
        return searchPath.split(separator: ":").lazy.map { "\($0)/\(name)" }.first(where: isExecutable)
    }

    private static func isExecutable(_ path: String) -> Bool {
        var facts = stat()
        return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}

/// A program could not be started, or not be talked to.
package struct ChildProcessError: Error, Sendable, CustomStringConvertible {
    package let description: String
    /// The system's number: `ENOENT`.
    package let code: Int32

    init(_ what: String, _ code: Int32) {
        description = "\(what): \(String(cString: strerror(code)))"
        self.code = code
    }
}
