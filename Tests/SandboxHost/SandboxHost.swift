import Domain
import Glibc
import Platform
import Sandbox

/// A process with a sandbox, for tests that kill it: runs a call that does not end and keeps workers waiting.
///
///     SandboxHost required|unsandboxed RUNNER-NAME
@main struct SandboxHost {
    /// Answers, or sleeps when the source says so, with a child.
    private static let script = """
        import json, os, sys, time
        request = json.loads(sys.stdin.readline())
        if request["source"] == "fork":
            os.fork()
        if request["source"] != "answer":
            time.sleep(1000)
        os.write(3, b'{"ok": true, "text": "done"}\\n')
        """

    static func main() async throws {
        let words = CommandLine.arguments
        var configuration = SandboxConfiguration()
        configuration.policy = SandboxConfiguration.Policy(rawValue: words[1]) ?? .required
        configuration.runners = [
            .python: RunnerSource(interpreters: ["/usr/bin/python3"], fileName: words[2], script: Array(script.utf8))
        ]
        let sandbox = LocalSandbox(configuration, log: .silent)
        _ = try await sandbox.run(CodeCall(.python, source: "answer"))
        // Without a sandbox what code starts outlives it.
        let source = configuration.policy == .required ? "fork" : "sleep"
        let sleeping = Task { try await sandbox.run(CodeCall(.python, source: source)) }
        // Time for the pool to be filled and the call to have begun; what is killed earlier must end, too.
        try await Task.sleep(for: .seconds(1))
        writeAll(Array("ready\n".utf8), to: 1)
        _ = try await sleeping.value
    }
}
