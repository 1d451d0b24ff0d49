import Glibc
import Platform

/// Where a command writes. Colours are used on a terminal only, and never with `NO_COLOR`.
struct Terminal: Sendable {
    let isOutputTerminal: Bool
    let isErrorTerminal: Bool
    let isInputTerminal: Bool
    let allowsColours: Bool
    private let output: @Sendable ([UInt8]) -> Void
    private let error: @Sendable ([UInt8]) -> Void

    init(
        isOutputTerminal: Bool, isErrorTerminal: Bool, isInputTerminal: Bool, allowsColours: Bool,
        output: @escaping @Sendable ([UInt8]) -> Void, error: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.isOutputTerminal = isOutputTerminal
        self.isErrorTerminal = isErrorTerminal
        self.isInputTerminal = isInputTerminal
        self.allowsColours = allowsColours
        self.output = output
        self.error = error
    }

    /// The process's own standard streams.
    static func standard(environment: [String: String]) -> Terminal {
        let isPlain = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
        return Terminal(
            isOutputTerminal: isatty(1) == 1, isErrorTerminal: isatty(2) == 1, isInputTerminal: isatty(0) == 1,
            allowsColours: !isPlain, output: { writeAll($0, to: 1) }, error: { writeAll($0, to: 2) })
    }

    /// Columns; for a pipe, wide enough to cut nothing that a person would read.
    var width: Int {
        var size = winsize()
        guard isOutputTerminal, ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 1000 }
        return Int(size.ws_col)
    }

    var style: Style { Style(isOn: allowsColours && isOutputTerminal) }
    var errorStyle: Style { Style(isOn: allowsColours && isErrorTerminal) }

    func print(_ text: String) {
        output(Array((isOutputTerminal ? TerminalText.shown(text, style) : text).utf8) + [0x0A])
    }
    func write(_ bytes: [UInt8]) { output(bytes) }
    func printError(_ text: String) {
        error(Array((isErrorTerminal ? TerminalText.shown(text, errorStyle) : text).utf8) + [0x0A])
    }
    /// Without a newline.
    func writeError(_ text: String) { error(Array(text.utf8)) }

    /// A whole JSON document, indented.
    func print(json: JSONValue) { output(JSONIndent.indented(Array(json.text.utf8)) + [UInt8(ascii: "\n")]) }
}

/// Text attributes of a terminal; plain text when off.
struct Style: Sendable {
    let isOn: Bool

    func bold(_ text: String) -> String { wrap(text, "1") }
    func faint(_ text: String) -> String { wrap(text, "2") }
    func red(_ text: String) -> String { wrap(text, "31") }
    func green(_ text: String) -> String { wrap(text, "32") }
    func yellow(_ text: String) -> String { wrap(text, "33") }

    func reversed(_ text: String) -> String { wrap(text, "7") }

    /// What follows the escape character in all of these.
    static let codes = ["0m", "1m", "2m", "31m", "32m", "33m", "7m"].map { "[" + $0 }

    private func wrap(_ text: String, _ code: String) -> String { isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
}
