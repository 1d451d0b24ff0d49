import Glibc
import Platform

/// Control groups (version 2) for calls, where this process was given some to make of its own: systemd's `Delegate=yes`, or a
/// container with a writable /sys/fs/cgroup. They count exactly what all processes of a call take together.
struct ControlGroups: Sendable {
    /// The groups of calls are made in here.
    private let folder: String

    private static let controllers = ["memory", "pids"]

    /// Moves this process into a group beside those to come: the kernel wants processes in the leaves only.
    /// - Parameters:
    ///   - mount: where the file system of the groups is.
    ///   - controllers: what it has to be able to count.
    /// - Returns: nil where there is nothing delegated, or other processes are in the same group.
    init?(
        mount: String = "/sys/fs/cgroup", path: String? = ControlGroups.own, controllers: [String] = controllers
    ) {
        guard let path else { return nil }
        let folder = path == "/" ? mount : mount + path
        guard let offered = ProcessTree.text("\(folder)/cgroup.controllers")?.split(whereSeparator: \.isWhitespace),
            controllers.allSatisfy({ offered.contains(Substring($0)) }),
            ProcessTree.text("\(folder)/cgroup.procs") == "\(getpid())\n", access("\(folder)/cgroup.procs", W_OK) == 0
        else { return nil }
        let leaf = "\(folder)/server"
        guard mkdir(leaf, 0o755) == 0 || errno == EEXIST else { return nil }
        guard Self.write("\(getpid())", to: "\(leaf)/cgroup.procs") else {
            rmdir(leaf)
            return nil
        }
        guard Self.write(controllers.map { "+\($0)" }.joined(separator: " "), to: "\(folder)/cgroup.subtree_control")
        else {
            // As it was.
            _ = Self.write("\(getpid())", to: "\(folder)/cgroup.procs")
            rmdir(leaf)
            return nil
        }
        self.folder = folder
    }

    /// The path of this process's group; nil without version 2.
    static var own: String? {
        let line = ProcessTree.text("/proc/self/cgroup")?.split(separator: "\n").first { $0.hasPrefix("0::") }
        return line.map { String($0.dropFirst(3)) }
    }

    /// A group for one call; nil when it cannot be made, and the call then has the other limits only.
    /// - Parameter memory: bytes, with files of the call, which are memory too.
    func group(named name: String, memory: Int, processes: Int) -> ControlGroup? {
        let group = ControlGroup(folder: "\(folder)/\(name)")
        guard mkdir(group.folder, 0o755) == 0 else { return nil }
        // Where swap is not counted there is no such file.
        _ = Self.write("0", to: "\(group.folder)/memory.swap.max")
        _ = Self.write("1", to: "\(group.folder)/memory.oom.group")
        guard Self.write("\(memory)", to: "\(group.folder)/memory.max"),
            Self.write("\(processes)", to: "\(group.folder)/pids.max")
        else {
            rmdir(group.folder)
            return nil
        }
        return group
    }

    fileprivate static func write(_ text: String, to path: String) -> Bool {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return writeAll(Array(text.utf8), to: file)
    }
}

/// The group of one call.
struct ControlGroup: Sendable {
    let folder: String

    /// Takes a process; those that it starts from then on are in it, too.
    func add(_ process: Int32) -> Bool { ControlGroups.write("\(process)", to: "\(folder)/cgroup.procs") }

    /// Whether the kernel killed in it because its memory was used up.
    var ranOutOfMemory: Bool {
        let events = ProcessTree.text("\(folder)/memory.events") ?? ""
        let line = events.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
        return line.flatMap { Int($0.dropFirst("oom_kill ".count)) }.map { $0 > 0 } ?? false
    }

    /// When its processes have ended. The kernel takes a moment to forget them.
    func remove() async {
        for _ in 0..<50 {
            if rmdir(folder) == 0 || errno != EBUSY { return }
            // Cancelled: at once.
            try? await Task.sleep(for: .milliseconds(2))
        }
    }
}
