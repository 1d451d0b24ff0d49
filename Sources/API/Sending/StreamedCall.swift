import Platform

/// A call of a tool that comes in piece by piece.
struct StreamedCall: Sendable {
    private var name = ""
    private var id = ""
    private var spoken: StreamedText?

    init() {}

    /// What to show of a piece; nil for nothing. A call of the message tool is shown as what is said.
    mutating func kind(
        _ id: String?, _ name: String?, _ arguments: String, waits: Bool, _ presentation: MessagePresentation
    ) -> APIMessage.Kind? {
        if let id { self.id = id }
        if let name {
            self.name = name
            if presentation.usesAssistantMessage, name == presentation.messageTool {
                spoken = StreamedText(member: presentation.messageArgument)
            }
        }
        if spoken != nil {
            let text = spoken?.add(arguments) ?? ""
            return text.isEmpty ? nil : .assistant(text)
        }
        if name == nil, arguments.isEmpty { return nil }
        return .callDelta(
            APIMessage.CallDelta(name: name, arguments: arguments.isEmpty ? nil : arguments, id: self.id), waits: waits)
    }
}

/// Reads the text of one member out of a JSON object that comes in piece by piece.
struct StreamedText: Sendable {
    private enum State {
        case outside
        /// In a member's name or another member's text.
        case string(isName: Bool)
        case wanted(JSONStringPieces)
        case over
    }

    private let member: [UInt8]
    private var state = State.outside
    private var depth = 0
    private var isEscaped = false
    private var word: [UInt8] = []
    private var lastName: [UInt8] = []
    private var isValue = false

    init(member: String) { self.member = Array(member.utf8) }

    /// The text that this piece brings.
    mutating func add(_ piece: String) -> String {
        var text: [UInt8] = []
        for byte in piece.utf8 { take(byte, &text) }
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func take(_ byte: UInt8, _ text: inout [UInt8]) {
        switch state {
        case .over: return
        case .outside: takeOutside(byte)
        case .string(let isName):
            if isEscaped {
                isEscaped = false
                word.append(byte)
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                if isName { lastName = word }
                state = .outside
            } else {
                word.append(byte)
            }
        case .wanted(var string): state = string.take(byte, &text) ? .over : .wanted(string)
        }
    }

    private mutating func takeOutside(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            depth += 1
            isValue = false
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        case UInt8(ascii: ":"): isValue = true
        case UInt8(ascii: ","): isValue = false
        case UInt8(ascii: "\""):
            word = []
            if depth == 1, isValue, lastName == member {
                state = .wanted(JSONStringPieces())
            } else {
                state = .string(isName: depth == 1 && !isValue)
            }
        default: break
        }
    }
}
