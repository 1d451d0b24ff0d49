import Domain
import Glibc
import Platform
import Sandbox
import Testing

/// Tools that mean harm. Each has to be contained, its result has to say what happened, and the next call has to find
/// everything as it was.
@Suite(.serialized, SandboxMachine.requirement) struct HostileTests {}

enum HostileTool {
    /// One for all, so that harm done by one tool would be met by the next.
    static let sandbox: LocalSandbox = {
        setenv("ROOST_PASSWORD", serverSecret, 1)
        var configuration = TestRunner.configuration()
        configuration.packages = { _, requirements in requirements[0].name == "hostile" ? packages : "/nowhere" }
        return LocalSandbox(configuration, log: .silent)
    }()

    /// In the environment of this process, as a server's password may be.
    static let serverSecret = "correct-horse-battery-staple"

    /// A folder of packages, as pip would make it.
    static let packages: String = {
        var template = Array("/tmp/roost-packages-XXXXXX".utf8CString)
        // As the folder of a server often is: nobody else may look into it.
        let home = String(cString: mkdtemp(&template))
        let folder = home + "/packages"
        mkdir(folder, 0o755)
        let file = fopen(folder + "/shared.py", "w")
        fputs("value = 1\n", file)
        fclose(file)
        return folder
    }()

    /// What all tools begin with. `refused` names the error of a call that has to fail.
    private static let prelude = #"""
        import ctypes, errno, os, platform, resource, signal, socket, stat, subprocess, sys, threading, time
        libc = ctypes.CDLL(None, use_errno=True)
        def refused(call):
            try:
                call()
            except OSError as error:
                return errno.errorcode.get(error.errno, str(error))
            except Exception as error:
                return type(error).__name__
            return "DONE"
        def put(path, text):
            return refused(lambda: os.write(os.open(path, os.O_WRONLY), text.encode()))
        def kernel(numbers, *arguments):
            number = numbers[0 if platform.machine() == "x86_64" else 1]
            if number is None:
                return "ENOSYS"
            words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
            result = libc.syscall(ctypes.c_long(number), *words)
            return "DONE" if result >= 0 else errno.errorcode[ctypes.get_errno()]

        """#

    /// Runs a tool, then an ordinary one.
    static func run(
        _ source: String, in sandbox: LocalSandbox = sandbox, _ prepare: (inout CodeCall) -> Void = { _ in }
    ) async throws -> CodeResult {
        var call = CodeCall.python(prelude + source)
        call.limits.seconds = 100
        prepare(&call)
        let result = try await sandbox.run(call)
        let next = try await sandbox.run(.python("def main(word):\n    return word[::-1]", ["word": "llew"]))
        #expect(next.ending == .returned && next.text == "well", "the call after it: \(next.complaint) \(next.stderr)")
        #expect(next.stdout.isEmpty && next.stderr.isEmpty)
        return result
    }

    /// Whether any process of this machine has a word in its command line.
    static func isRunning(_ word: String) throws -> Bool {
        guard let folder = opendir("/proc") else { return false }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard Int32(name) != nil, let file = fopen("/proc/\(name)/cmdline", "r") else { continue }
            defer { fclose(file) }
            var bytes = [UInt8](repeating: 0, count: 8192)
            let count = fread(&bytes, 1, bytes.count, file)
            if String(decoding: bytes[..<count], as: UTF8.self).containsBytes(of: word) { return true }
        }
        return false
    }
}

extension CodeResult {
    /// The text of an ending that is no return.
    var complaint: String {
        switch ending {
        case .returned: "returned \(text)"
        case .raised(let kind, let message): "\(kind): \(message)"
        case .timedOut: "timed out"
        case .killed(let text): text
        }
    }
}
