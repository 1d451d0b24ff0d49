import MCP
import Platform
import Wire

/// The arguments of one call, checked against the tool's schema.
///
/// Models often write a number or a list as text, and `null` for what they leave out; where only one reading is possible, it is
/// taken.
struct ToolArguments: Sendable {
    let object: JSONObject

    init(unchecked object: JSONObject) { self.object = object }

    /// Throws `RPCError` (-32602) that names everything wrong.
    init(_ object: JSONObject, for tool: MCPTool) throws(RPCError) {
        var read = JSONObject()
        for member in object.members where !member.value.isNull {
            let schema = tool.input.fields.first { $0.name == member.name }?.schema
            read[member.name] = schema.map { Self.lenient(member.value, $0) } ?? member.value
        }
        self.object = read
        let issues = Schema.object(tool.input).issues(in: .object(read), at: [])
        guard issues.isEmpty else {
            let text = issues.map(\.text).joined(separator: "; ")
            throw .invalidParams(
                "Invalid arguments for tool \(tool.name): \(text)", data: ["tool": .string(tool.name)])
        }
    }

    private static func lenient(_ value: JSONValue, _ schema: Schema) -> JSONValue {
        guard let text = value.string else { return value }
        switch schema {
        case .integer: return Int64(text).map { .int($0) } ?? value
        case .number: return Double(text).map { .double($0) } ?? value
        case .boolean: return text == "true" ? true : text == "false" ? false : value
        case .array(let element, _, _):
            if let parsed = parsed(text), parsed.array != nil { return parsed }
            if case .string = element { return [.string(text)] }
            return value
        case .map, .object: return parsed(text).flatMap { $0.object == nil ? nil : $0 } ?? value
        default: return value
        }
    }

    /// Not being JSON is an answer here.
    private static func parsed(_ text: String) -> JSONValue? {
        try? JSONValue(parsing: Array(text.utf8), maximumDepth: 32, maximumValues: 1_000_000)
    }

    // MARK: Reading; the forms were checked

    subscript(name: String) -> JSONValue? { object[name] }

    /// Nil when it was left out or is empty.
    func text(_ name: String) -> String? { object[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }
    func integer(_ name: String) -> Int? { object[name]?.int }
    func flag(_ name: String) -> Bool { object[name]?.bool ?? false }
    func texts(_ name: String) -> [String] { object[name]?.strings ?? [] }
    func object(_ name: String) -> JSONObject? { object[name]?.object }

    /// Throws `ToolError` when it was left out: for what only some operations of a tool need.
    func required(_ name: String) throws -> String {
        guard let text = text(name) else { throw ToolError("'\(name)' is missing.") }
        return text
    }

    /// The first of several names of the same argument.
    func required(anyOf names: String...) throws -> String {
        for name in names { if let text = text(name) { return text } }
        throw ToolError("'\(names.joined(separator: "' or '"))' is missing.")
    }
}
