import Domain
import Glibc

/// What bubblewrap is told: what the code sees of the machine.
struct Bubblewrap: Sendable {
    let path: String
    /// Nil where the kernel does not allow a new /proc, as in containers that hide parts of theirs: then there is none.
    var hasProc = true

    /// The descriptors that bubblewrap reads and writes itself.
    struct Descriptors {
        var filter: Int32
        var script: Int32
        var users: Int32
        var groups: Int32
        /// It writes the number of the sandbox's first process there.
        var facts: Int32
    }

    /// The whole file system that can be written, also the home and working folder; it is memory.
    static let home = "/tmp"
    static let runnerFolder = "/run/roost"
    static let packagesFolder = "/packages"

    /// The environment of code.
    static let environment: [(name: String, value: String)] = [
        ("PATH", "/usr/local/bin:/usr/bin:/bin"), ("HOME", home), ("TMPDIR", home), ("LANG", "C.UTF-8"),
        ("USER", "tool"),
    ]

    func arguments(for place: WorkerPlace, scriptName: String, _ descriptors: Descriptors) -> [String] {
        var words = [
            "--unshare-all", "--unshare-user", "--disable-userns", "--uid", "1000", "--gid", "1000",
            "--die-with-parent",
            "--new-session", "--cap-drop", "ALL", "--hostname", "sandbox",
        ]
        if place.hasNetwork { words.append("--share-net") }
        words += ["--ro-bind", "/usr", "/usr"]
        for folder in ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"] { words += Self.systemFolder(folder) }
        words += Self.settings(network: place.hasNetwork)
        words += ["--ro-bind-data", "\(descriptors.users)", "/etc/passwd"]
        words += ["--ro-bind-data", "\(descriptors.groups)", "/etc/group"]
        if hasProc { words += ["--proc", "/proc"] + Self.hiddenFiles }
        words += ["--dev", "/dev"]
        // A file system without a size could fill the machine's memory; what is left of /dev and / cannot be written.
        for part in Self.writable(files: place.files) {
            words += ["--perms", "1777", "--size", "\(part.size)", "--tmpfs", part.folder]
        }
        words += ["--perms", "0444", "--ro-bind-data", "\(descriptors.script)", "\(Self.runnerFolder)/\(scriptName)"]
        if let packages = place.packages { words += ["--ro-bind", packages, Self.packagesFolder] }
        words += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", Self.home]
        words += ["--seccomp", "\(descriptors.filter)", "--info-fd", "\(descriptors.facts)", "--"]
        return words
    }

    /// The file systems that can be written, and their sizes in bytes.
    static func writable(files: Int) -> [(folder: String, size: Int)] {
        [(home, files), ("/dev/shm", max(1 << 20, files / 4))]
    }

    /// A folder of programs or libraries, as this system has it: on most a link into /usr.
    static func systemFolder(_ folder: String) -> [String] {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(folder, &buffer, buffer.count - 1)
        if count > 0 {
            let target = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return ["--symlink", target, folder]
        }
        return ["--ro-bind-try", folder, folder]
    }

    /// Of /etc what the loader and programs behind links need; what names need only with a network.
    static func settings(network: Bool) -> [String] {
        var files = ["/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime"]
        if network {
            files += [
                "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf",
                "/etc/services",
                "/etc/protocols", "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/ca-certificates",
                "/etc/pki/tls/certs",
            ]
        }
        return files.flatMap { ["--ro-bind-try", $0, $0] }
    }

    /// Files of /proc that tell about the machine and not about a process.
    private static let hiddenFiles: [String] = {
        let files = [
            "/proc/keys", "/proc/key-users", "/proc/kallsyms", "/proc/kcore", "/proc/kmsg", "/proc/timer_list",
            "/proc/sysrq-trigger", "/proc/interrupts", "/proc/iomem", "/proc/modules",
        ]
        return files.filter { access($0, F_OK) == 0 }.flatMap { ["--ro-bind", "/dev/null", $0] }
    }()
}

/// What a worker is made for: one that waits can take any call of the same place.
struct WorkerPlace: Sendable, Hashable {
    let language: CodeLanguage
    /// A folder of packages on this machine.
    var packages: String?
    var hasNetwork = false
    /// Bytes of its file system.
    var files: Int
}
