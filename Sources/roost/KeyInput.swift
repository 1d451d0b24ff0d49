import Glibc
import Platform

/// A key as a command is given it: never on the command line.
struct KeyInput {
    private let call: Invocation

    init(_ call: Invocation) { self.call = call }

    /// Nil for a service that takes none. Throws `Failure` when there is none where it should be.
    func key() throws -> String? {
        if call.flag("no-key") { return nil }
        if let name = call.text("key-env") {
            guard let key = call.surroundings.environment[name], !key.isEmpty else {
                throw Failure("The environment variable \(name) is not set: it should hold the key.")
            }
            return key
        }
        let line = call.terminal.isInputTerminal ? askedFor() : try FileText.readText("-")
        let key = line.split(whereSeparator: \.isNewline).first.map { SettingValues.trimmed($0) } ?? ""
        guard !key.isEmpty else {
            throw Failure("There is no key on standard input. A service that takes none: --no-key.")
        }
        return key
    }

    /// What is typed is not shown.
    private func askedFor() -> String {
        call.terminal.writeError("Key: ")
        var shown = termios()
        let isTerminal = tcgetattr(0, &shown) == 0
        if isTerminal {
            var hidden = shown
            hidden.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(0, TCSAFLUSH, &hidden)
        }
        defer {
            if isTerminal { tcsetattr(0, TCSAFLUSH, &shown) }
            call.terminal.writeError("\n")
        }
        return readLine() ?? ""
    }
}
