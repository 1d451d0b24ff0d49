import Domain
import Glibc
import Platform

/// A folder of an unsandboxed worker, its own.
struct TemporaryFolder: Sendable {
    let path: String

    init() throws(CodeError) {
        var template = Array("/tmp/roost-tool-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CodeError(.unavailable, "Code cannot be run: no folder in /tmp: \(String(cString: strerror(errno))).")
        }
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    func write(_ bytes: [UInt8], to file: String) throws(CodeError) {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o400)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, writeAll(bytes, to: descriptor) else {
            throw CodeError(.unavailable, "Code cannot be run: \(file): \(String(cString: strerror(errno))).")
        }
    }

    /// By rm(1), which follows no links and knows deep trees.
    func remove() async {
        var program = ChildProgram("/bin/rm", ["-rf", "--", path])
        program.input = .nothing
        program.output = .nothing
        program.error = .nothing
        // What stays is in /tmp and nobody's.
        let child = try? await ChildProcess.start(program)
        await child?.ended()
    }
}
