import CLinux
import Glibc

/// Runs other programs in tests. Foundation's `Process` is not used: it copies entries of /proc/self/fd beyond their buffer
/// and crashes once in a while when a test process has many files open (Swift 6.3.1).
package struct Program: Sendable {
    package let status: Int32
    package let output: [UInt8]

    package var text: String { String(decoding: output, as: UTF8.self) }

    /// Runs a program of the PATH to its end; blocks.
    /// - Parameter input: what it reads on standard input; nothing when nil.
    /// - Returns: its exit code (negative: the signal that ended it) and its standard output. Standard error is dropped.
    package static func run(_ words: String..., input: [UInt8]? = nil) throws -> Program {
        let inputFile = try temporaryFile(holding: input ?? [])
        let outputFile = try temporaryFile(holding: [])
        defer {
            close(inputFile)
            close(outputFile)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, inputFile, 0)
        posix_spawn_file_actions_adddup2(&actions, outputFile, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        let code = posix_spawnp(&child, words[0], &actions, nil, &arguments, roost_environment())
        guard code == 0 else { throw Failure(description: "\(words[0]): \(String(cString: strerror(code)))") }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        let ended = status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
        return Program(status: ended, output: contents(of: outputFile))
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// A file without a name, at its beginning.
    private static func temporaryFile(holding bytes: [UInt8]) throws -> Int32 {
        var template = Array("/tmp/roost-test-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { throw Failure(description: "no temporary file: \(String(cString: strerror(errno)))") }
        unlink(template)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { write(file, $0.baseAddress! + sent, bytes.count - sent) }
            guard count > 0 else { throw Failure(description: "cannot write: \(String(cString: strerror(errno)))") }
            sent += count
        }
        lseek(file, 0, SEEK_SET)
        return file
    }

    private static func contents(of file: Int32) -> [UInt8] {
        lseek(file, 0, SEEK_SET)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(file, &buffer, buffer.count)
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }
}
