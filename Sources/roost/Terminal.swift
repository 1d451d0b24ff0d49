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
            allowsColours: !isPlain, output: { FileText.writeAll($0, to: 1) }, error: { FileText.writeAll($0, to: 2) })
    }

    /// Columns; for a pipe, wide enough to cut nothing that a person would read.
    var width: Int {
        var size = winsize()
        guard isOutputTerminal, ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 1000 }
        return Int(size.ws_col)
    }

    var style: Style { Style(isOn: allowsColours && isOutputTerminal) }
    var errorStyle: Style { Style(isOn: allowsColours && isErrorTerminal) }

    func print(_ text: String) { output(Array((text + "\n").utf8)) }
    func write(_ bytes: [UInt8]) { output(bytes) }
    func printError(_ text: String) { error(Array((text + "\n").utf8)) }

    /// A whole JSON document, indented.
    func print(json: JSONValue) { print(IndentedJSON.text(json)) }
}

/// Text attributes of a terminal; plain text when off.
struct Style: Sendable {
    let isOn: Bool

    func bold(_ text: String) -> String { wrap(text, "1") }
    func faint(_ text: String) -> String { wrap(text, "2") }
    func red(_ text: String) -> String { wrap(text, "31") }
    func green(_ text: String) -> String { wrap(text, "32") }
    func yellow(_ text: String) -> String { wrap(text, "33") }

    private func wrap(_ text: String, _ code: String) -> String { isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
}

/// JSON as people read it: two spaces a level, short lists on one line.
enum IndentedJSON {
    static func text(_ value: JSONValue) -> String {
        var text = ""
        append(value, to: &text, indent: "")
        return text
    }

    private static func append(_ value: JSONValue, to text: inout String, indent: String) {
        let inner = indent + "  "
        switch value {
        case .array(let elements) where !elements.isEmpty:
            text += "[\n"
            for (index, element) in elements.enumerated() {
                text += inner
                append(element, to: &text, indent: inner)
                text += index == elements.count - 1 ? "\n" : ",\n"
            }
            text += indent + "]"
        case .object(let object) where !object.isEmpty:
            text += "{\n"
            for (index, member) in object.members.enumerated() {
                text += inner + JSONValue.string(member.name).text + ": "
                append(member.value, to: &text, indent: inner)
                text += index == object.count - 1 ? "\n" : ",\n"
            }
            text += indent + "}"
        default: text += value.text
        }
    }
}
