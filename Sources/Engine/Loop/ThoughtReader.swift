import Platform

/// Takes the thoughts out of a call's arguments while they come in: the member `thinking` of a JSON object, wherever it
/// stands. What is left is the object without it; what is no object stays as it is.
struct ThoughtReader: Sendable {
    private enum State {
        case start
        /// After `{` or a comma.
        case beforeName
        case name(isEscaped: Bool)
        case afterName
        case beforeValue
        case value
        case thought(JSONStringPieces)
        case afterThought
        /// Nothing more is looked for.
        case over
    }

    private var state = State.start
    /// What is not decided yet: a comma, spaces, a name.
    private var held: [UInt8] = []
    private var name: [UInt8] = []
    /// Whether a member was left in.
    private var hasMembers = false
    // Of a value.
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    private static let member = Array(LoopStyle.thinking.utf8)

    /// What a piece of the arguments brings.
    mutating func add(_ piece: String) -> (thought: String, rest: String) {
        var (thought, rest): ([UInt8], [UInt8]) = ([], [])
        for byte in piece.utf8 { take(byte, &thought, &rest) }
        return (String(decoding: thought, as: UTF8.self), String(decoding: rest, as: UTF8.self))
    }

    /// What is left when nothing more comes.
    mutating func end() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }

    /// Whether what came so far may still be followed by a thought before anything else.
    var mayBeginWithThought: Bool {
        if hasMembers { return false }
        switch state {
        case .value, .over: return false
        default: return true
        }
    }

    private mutating func take(_ byte: UInt8, _ thought: inout [UInt8], _ rest: inout [UInt8]) {
        switch state {
        case .over: rest.append(byte)
        case .value: takeValue(byte, &rest)
        case .thought(var string):
            state = string.take(byte, &thought) ? .afterThought : .thought(string)
        case .name(let wasEscaped):
            held.append(byte)
            if byte == UInt8(ascii: "\""), !wasEscaped {
                state = .afterName
            } else {
                name.append(byte)
                state = .name(isEscaped: byte == UInt8(ascii: "\\") && !wasEscaped)
            }
        case .start, .beforeName, .afterName, .beforeValue, .afterThought:
            if byte == 0x20 || (0x09...0x0D).contains(byte) { held.append(byte) } else { takeSign(byte, &rest) }
        }
    }

    /// A sign between names and values.
    private mutating func takeSign(_ byte: UInt8, _ rest: inout [UInt8]) {
        switch (state, byte) {
        case (.start, UInt8(ascii: "{")):
            state = .beforeName
            release(byte, &rest)
        case (.beforeName, UInt8(ascii: "\"")):
            state = .name(isEscaped: false)
            name = []
            held.append(byte)
        case (.afterName, UInt8(ascii: ":")):
            state = .beforeValue
            held.append(byte)
        case (.beforeValue, UInt8(ascii: "\"")) where name == Self.member:
            state = .thought(JSONStringPieces())
            held = []
        case (.beforeValue, _):
            state = .value
            hasMembers = true
            rest += held
            held = []
            takeValue(byte, &rest)
        case (.afterThought, UInt8(ascii: ",")):
            state = .beforeName
            // The first member that is left needs no comma before it.
            held = hasMembers ? [byte] : []
        default:
            state = .over
            release(byte, &rest)
        }
    }

    private mutating func release(_ byte: UInt8, _ rest: inout [UInt8]) {
        rest += held
        rest.append(byte)
        held = []
    }

    private mutating func takeValue(_ byte: UInt8, _ rest: inout [UInt8]) {
        if isInString {
            rest.append(byte)
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            if depth < 0 { state = .over }
        case UInt8(ascii: ",") where depth == 0:
            state = .beforeName
            held = [byte]
            return
        default: break
        }
        rest.append(byte)
    }
}

/// A call that comes in with its thoughts among the arguments. Its beginning is held back while a thought may still come
/// first.
struct ThinkingCall: Sendable {
    struct Delta: Sendable, Equatable {
        var id: String?
        var name: String?
        var arguments: String
    }

    /// What to show: more of a thought, and more of the call; nil for nothing of it.
    typealias Read = (thought: String, call: Delta?)

    /// The places of both among the message's parts, once they are known.
    var thoughtPart: Int?
    var part: Int?
    private var reader = ThoughtReader()
    private var held: Delta?

    mutating func add(_ delta: Delta) -> Read {
        let (thought, rest) = reader.add(delta.arguments)
        var shown = held ?? Delta(arguments: "")
        shown.id = delta.id ?? shown.id
        shown.name = delta.name ?? shown.name
        shown.arguments += rest
        if reader.mayBeginWithThought {
            held = shown
            return (thought, nil)
        }
        held = nil
        return (thought, shown == Delta(arguments: "") ? nil : shown)
    }

    mutating func end() -> Read {
        var shown = held ?? Delta(arguments: "")
        held = nil
        shown.arguments += reader.end()
        return ("", shown == Delta(arguments: "") ? nil : shown)
    }
}
