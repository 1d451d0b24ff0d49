import Platform

/// What a reply of the API says, in as few bytes as a model needs.
enum ShortForm {
    /// Some members of an object, in this order, without those that say nothing: null, false, empty.
    static func members(_ names: [String], of value: JSONValue) -> JSONObject {
        var object = JSONObject()
        for name in names {
            switch value[name] {
            case nil, .null?, .bool(false)?: continue
            case .array(let items)? where items.isEmpty: continue
            case .object(let members)? where members.isEmpty: continue
            case .string("")? where name != "value" && name != "text": continue
            case let member?: object[name] = member
            }
        }
        return object
    }

    static func size(of text: String) -> Int { text.unicodeScalars.count }

    /// The beginning of a text; nil when the text is not longer.
    static func beginning(of text: String, _ count: Int) -> String? {
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: count, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return nil }
        return String(scalars[..<end])
    }

    /// Agents by id and name.
    static func agents(_ agents: [JSONValue]) -> JSONValue {
        .array(agents.map { .object(members(["id", "name", "description"], of: $0)) })
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
