package import Domain
package import Platform

/// What an agent file (`.af`) holds, checked but not stored: ids are the file's own (`agent-0`, `block-3`), and mean
/// nothing outside it.
package struct AgentFile: Sendable {
    package var agents: [Entry] = []
    package var blocks: [(id: String, block: NewBlock)] = []
    package var tools: [FileTool] = []
    /// Parts that later work serves: groups, files, sources, MCP servers, skills. Kept with the first agent.
    package var unserved = JSONObject()

    package struct Entry: Sendable {
        package var id: String
        /// Without messages, blocks and tools.
        package var agent: NewAgent
        package var blockIDs: [String] = []
        package var toolIDs: [String] = []
        package var messages: [FileMessage] = []
        /// Ids of the messages in context, in order.
        package var inContext: [String] = []
        package var unserved = JSONObject()
    }

    package struct FileTool: Sendable {
        package var id: String
        /// Its id, dates and authors are placeholders until it is stored.
        package var tool: Tool
    }

    package struct FileMessage: Sendable {
        package var id: String
        package var role: Message.Role
        package var content: JSONText?
        package var toolCalls: JSONText?
        package var toolCallID: String?
        package var toolReturns: JSONText?
        package var approvals: JSONText?
        package var name: String?
        package var otid: String?
        package var senderID: String?
        package var model: String?
        package var extra = JSONObject()
        /// Nil when the file gives no date.
        package var createdAt: Timestamp?
    }
}

/// A value of a file with the place it stands at, so that a complaint can name it: `agents[0].messages[3].role`.
struct PlacedValue {
    let value: JSONValue
    let place: String

    init(_ value: JSONValue, at place: String = "") {
        self.value = value
        self.place = place
    }

    /// A member; nil when it is absent or null.
    subscript(name: String) -> PlacedValue? {
        guard let member = value[name], !member.isNull else { return nil }
        return PlacedValue(member, at: place.isEmpty ? name : place + "." + name)
    }

    func failure(_ message: String) -> Refusal {
        .invalid("Corrupted agent file format. \(place.isEmpty ? "The file" : place): \(message)")
    }

    /// The members of an object, each with its place.
    func object() throws -> JSONObject {
        guard let object = value.object else { throw failure("should be an object") }
        return object
    }

    func elements() throws -> [PlacedValue] {
        guard let array = value.array else { throw failure("should be a list") }
        return array.enumerated().map { PlacedValue($0.element, at: "\(place)[\($0.offset)]") }
    }

    func text() throws -> String {
        guard let text = value.string else { throw failure("should be a text") }
        return text
    }

    func integer() throws -> Int {
        guard let number = value.int else { throw failure("should be a whole number") }
        return number
    }

    func flag() throws -> Bool {
        guard let flag = value.bool else { throw failure("should be true or false") }
        return flag
    }

    func time() throws -> Timestamp {
        guard let time = Timestamp(iso8601: try text()) else {
            throw failure("should be a date and time in ISO 8601, such as 2026-11-20T20:30:16Z")
        }
        return time
    }

    func json() throws -> JSONText {
        _ = try object()
        return JSONText(value)
    }

    /// A list of objects, kept as it is.
    func objects() throws -> [JSONValue] {
        try elements().map { element in
            _ = try element.object()
            return element.value
        }
    }

    func texts() throws -> [String] { try elements().map { try $0.text() } }

    // Members that may be missing.
    func text(_ name: String) throws -> String? { try self[name]?.text() }
    func integer(_ name: String) throws -> Int? { try self[name]?.integer() }
    func flag(_ name: String) throws -> Bool? { try self[name]?.flag() }
    func json(_ name: String) throws -> JSONText? { try self[name]?.json() }
    func texts(_ name: String) throws -> [String] { try self[name]?.texts() ?? [] }

    func required(_ name: String) throws -> PlacedValue {
        guard let member = self[name] else { throw failure("has no '\(name)'") }
        return member
    }
}
