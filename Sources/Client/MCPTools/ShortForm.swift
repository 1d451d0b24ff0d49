import Platform

/// What a reply of the API says, in as few bytes as a model needs.
enum ShortForm {
    /// Some members of an object, in this order, without those that say nothing.
    static func members(_ names: [String], of value: JSONValue) -> JSONObject {
        var object = JSONObject()
        for name in names { if let member = value[name], says(member) { object[name] = member } }
        return object
    }

    /// A whole object without members that say nothing.
    static func compacted(_ value: JSONValue) -> JSONValue {
        guard let object = value.object else { return value }
        return .object(JSONObject(object.members.filter { says($0.value) }.map { ($0.name, $0.value) }))
    }

    private static func says(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .string(""), .array([]): false
        case .object(let object): !object.isEmpty
        default: true
        }
    }

    /// An agent by id and name.
    static func agent(_ agent: JSONValue) -> JSONValue {
        .object(members(["id", "name", "description"], of: agent))
    }
}

extension JSONObject {
    /// What to do next; nothing when there is nothing to say.
    mutating func add(hints: [String]) {
        if !hints.isEmpty { self["hints"] = .array(hints.map { .string($0) }) }
    }

    /// Adds or replaces members.
    mutating func add(_ more: JSONObject) {
        for member in more.members { self[member.name] = member.value }
    }
}

extension ToolCall {
    /// Whether whole objects are asked for.
    var isVerbose: Bool { arguments.flag("verbose") }

    /// The whole object when it is asked for, else its short form.
    func shown(
        _ value: JSONValue, _ short: (JSONValue) -> JSONValue, whole: (JSONValue) -> JSONValue = { $0 }
    ) -> JSONValue {
        isVerbose ? whole(value) : short(value)
    }

    func shown(
        _ values: [JSONValue], _ short: (JSONValue) -> JSONValue, whole: (JSONValue) -> JSONValue = { $0 }
    ) -> [JSONValue] {
        values.map(isVerbose ? whole : short)
    }
}

extension ToolError {
    /// Runs calls of the API, and says with what they refuse what can be done about it.
    /// - Parameter advice: a sentence for each status that has one.
    static func advising<Value>(
        _ advice: [Int: String], _ body: () async throws -> Value
    ) async throws -> Value {
        do { return try await body() } catch let error as ClientError {
            guard let status = error.status, let hint = advice[status] else { throw error }
            throw ToolError(error.description, hints: [hint], status: status)
        }
    }
}
