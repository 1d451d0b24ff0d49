import CLinux
import Glibc
import Platform

/// The person's own editor on a text.
struct TextEditor: Sendable {
    /// A command with its arguments, as `EDITOR` holds it: `code --wait`.
    let command: String

    /// Opens the editor and waits until it is closed. Throws `Failure` when it ends with an error: nothing is changed then.
    func edit(_ text: String, name: String) async throws -> String {
        guard isatty(STDIN_FILENO) == 1 || !Self.needTerminal.contains(program) else {
            throw Failure(
                "The editor '\(command)' needs a terminal. Give the text with --value; - reads standard input.")
        }
        let safeName = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }.prefix(40))
        var template = Array("/tmp/roost-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure("Cannot make a folder in /tmp: \(FileText.reason()).") }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let path = "\(folder)/\(safeName).md"
        defer {
            unlink(path)
            rmdir(folder)
        }
        try FileText.writePrivate(Array(text.utf8), to: path)
        let command = command
        let status = await BlockingThread.run(name: "editor") { Self.run(command, path) }
        guard status == 0 else {
            throw Failure(
                "The editor '\(command)' ended with an error, so nothing was changed. Set EDITOR, or use --value.")
        }
        var edited = try FileText.readText(path)
        // Editors end a file with a newline that the text did not have.
        if edited.hasSuffix("\n"), !text.hasSuffix("\n") { edited.removeLast() }
        return edited
    }

    /// Editors that would wait forever, or fill a log with control characters. Of others it is not known.
    private static let needTerminal: Set<Substring> = ["vi", "vim", "nvim", "nano", "pico", "joe", "micro", "hx"]

    private var program: Substring {
        (command.split(separator: " ").first ?? "").split(separator: "/").last ?? ""
    }

    /// The exit code of `command path`, by the shell, so that `EDITOR` may have arguments.
    private static func run(_ command: String, _ path: String) -> Int32 {
        let words = ["/bin/sh", "-c", "\(command) \"$1\"", "roost-edit", path]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        guard posix_spawn(&child, "/bin/sh", nil, nil, &arguments, roost_environment()) == 0 else { return -1 }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { return -1 }
        }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : -1
    }
}
