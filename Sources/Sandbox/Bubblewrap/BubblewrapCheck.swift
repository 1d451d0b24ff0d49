import Domain
import Glibc
import Platform

/// Whether bubblewrap works on this machine, and what to do when it does not.
enum BubblewrapCheck {
    static let otherwise =
        "To run tools without a sandbox, with all that this server may do, start it with --sandbox unsandboxed; to run none, "
        + "with --sandbox off."

    /// Makes a sandbox and looks whether a program runs in it.
    /// - Throws: `CodeError(.unavailable)` that says what to do.
    static func find(_ configuration: SandboxConfiguration) async throws -> Bubblewrap {
        guard let path = ChildProgram.path(of: "bwrap", in: configuration.searchPath) else {
            throw CodeError(
                .unavailable,
                "Code runs in bubblewrap, which is not installed: apt-get install bubblewrap (Debian, Ubuntu), dnf install "
                    + "bubblewrap (Fedora). " + otherwise)
        }
        var bubblewrap = Bubblewrap(path: path)
        guard let complaint = try await complaint(bubblewrap, configuration) else { return bubblewrap }
        // Containers hide parts of /proc, and the kernel then allows no other. Code does without.
        if complaint.contains("proc") {
            bubblewrap.hasProc = false
            if try await self.complaint(bubblewrap, configuration) == nil { return bubblewrap }
        }
        throw CodeError(.unavailable, advice(on: complaint))
    }

    private static func complaint(
        _ bubblewrap: Bubblewrap, _ configuration: SandboxConfiguration
    ) async throws -> String? {
        do {
            return try await WorkerStart(configuration: configuration, bubblewrap: bubblewrap)
                .complaint(of: ["/usr/bin/true"], bubblewrap)
        } catch let error as ChildProcessError { return error.description }
    }

    /// What a program says on standard error before it ends, or is ended after seconds.
    static func complaint(of process: ChildProcess) async throws -> String {
        let guardian = Task {
            try await Task.sleep(for: .seconds(10))
            process.send(SIGKILL)
        }
        defer { guardian.cancel() }
        var bytes: [UInt8] = []
        while bytes.count < 4096, let part = try await process.error?.read(), !part.isEmpty { bytes += part }
        return String(decoding: bytes.prefix(4096), as: UTF8.self)
    }

    /// - Parameter complaint: of bubblewrap.
    static func advice(on complaint: String) -> String {
        let line = complaint.split(separator: "\n").first.map(String.init) ?? "it ended without a word"
        return "Code runs in bubblewrap, which does not work here (\(line)). \(remedy(line)) \(otherwise)"
    }

    private static func remedy(_ line: String) -> String {
        if line.contains("Unknown option") {
            return "This bubblewrap is older than 0.8.0: install a newer one."
        }
        if isContainer {
            return
                "Containers forbid the namespaces that it makes unless they are started with: docker run --security-opt "
                + "seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined."
        }
        if number("/proc/sys/user/max_user_namespaces") == 0 {
            return "This system allows no user namespaces: sysctl user.max_user_namespaces=10000."
        }
        if number("/proc/sys/kernel/unprivileged_userns_clone") == 0 {
            return "Only root may make user namespaces here: sysctl kernel.unprivileged_userns_clone=1."
        }
        if number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1 {
            return "AppArmor restricts user namespaces here: give /usr/bin/bwrap a profile with 'userns,', or: sysctl "
                + "kernel.apparmor_restrict_unprivileged_userns=0."
        }
        if ProcessTree.text("/proc/self/cgroup")?.containsBytes(of: ".service\n") == true {
            return "The unit that systemd started the server by may forbid it: see docs/tools.md, \"Under systemd\"."
        }
        return "See docs/tools.md, \"Where the sandbox does not work\"."
    }

    private static var isContainer: Bool {
        access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0
            || access("/var/run/secrets/kubernetes.io", F_OK) == 0
    }

    private static func number(_ path: String) -> Int? {
        ProcessTree.text(path).flatMap { Int($0.prefix { !$0.isWhitespace }) }
    }
}
