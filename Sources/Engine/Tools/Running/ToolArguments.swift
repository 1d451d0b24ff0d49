import Platform

/// The arguments of a call as a model wrote them. Numbers may come as text, lists as JSON text, an optional one as null;
/// what a tool does not know is left alone. What cannot be understood is an error that names the parameter.
struct ToolArguments: Sendable {
    let tool: String
    let values: JSONObject

    init(_ invocation: ToolInvocation) {
        tool = invocation.name
        values = invocation.arguments
    }

    init(tool: String, _ values: JSONObject) {
        self.tool = tool
        self.values = values
    }

    private func given(_ name: String) -> JSONValue? {
        guard let value = values[name], !value.isNull else { return nil }
        return value
    }

    private func wrong(_ name: String, _ wanted: String, _ value: JSONValue) -> ToolFailure {
        let kind =
            switch value {
            case .null: "null"
            case .bool: "a boolean"
            case .int, .double: "a number"
            case .string(let text): text.utf8.count <= 60 ? "\"\(text)\"" : "another text"
            case .array: "a list"
            case .object: "an object"
            }
        return ToolFailure("The argument '\(name)' of \(tool) has to be \(wanted), not \(kind).", .type)
    }

    private func missing(_ name: String, _ wanted: String) -> ToolFailure {
        let known = BuiltInTools.all.first { $0.name == tool }?.parameters.map(\.name) ?? [name]
        let strange = values.members.map(\.name).filter { !known.contains($0) }
        let near = NearMatch.best(for: name, among: strange).map { " '\($0)' is not known." } ?? ""
        return ToolFailure("The argument '\(name)' of \(tool) is missing: it has to be \(wanted).\(near)", .type)
    }

    // MARK: Texts

    func text(_ name: String) throws(ToolFailure) -> String {
        guard let text = try optionalText(name) else { throw missing(name, "a text") }
        return text
    }

    /// A number or a boolean is taken for how it is written.
    func optionalText(_ name: String) throws(ToolFailure) -> String? {
        guard let value = given(name) else { return nil }
        switch value {
        case .string(let text): return text
        case .int, .double, .bool: return value.text
        default: throw wrong(name, "a text", value)
        }
    }

    /// One of some words, whatever its case.
    func word(_ name: String, oneOf words: [String]) throws(ToolFailure) -> String? {
        guard let text = try optionalText(name), !text.isEmpty else { return nil }
        guard let word = words.first(where: { $0 == text.trimmed.lowercased() }) else {
            throw wrong(name, words.map { "\"\($0)\"" }.joined(separator: " or "), .string(text))
        }
        return word
    }

    /// A single text stands for a list of one.
    func texts(_ name: String) throws(ToolFailure) -> [String]? {
        guard let value = given(name) else { return nil }
        if value.string?.isEmpty == true { return nil }
        guard let items = Self.list(value) else {
            guard case .string(let text) = value else { throw wrong(name, "a list of texts", value) }
            return [text]
        }
        var texts: [String] = []
        for item in items {
            switch item {
            case .string(let text): texts.append(text)
            case .int, .double, .bool: texts.append(item.text)
            default: throw wrong(name, "a list of texts", value)
            }
        }
        return texts
    }

    // MARK: Numbers

    func integer(_ name: String) throws(ToolFailure) -> Int? {
        guard let value = given(name) else { return nil }
        if let number = value.int { return number }
        if let text = value.string?.trimmed {
            if text.isEmpty { return nil }
            if let number = Int(text) { return number }
            if let number = Double(text).flatMap({ Int(exactly: $0) }) { return number }
        }
        throw wrong(name, "an integer", value)
    }

    func requiredInteger(_ name: String) throws(ToolFailure) -> Int {
        guard let number = try integer(name) else { throw missing(name, "an integer") }
        return number
    }

    /// How many results are wanted: at least one; more than `most` are `most`.
    func count(_ name: String, default number: Int, most: Int) throws(ToolFailure) -> Int {
        guard let given = try integer(name) else { return min(number, most) }
        guard given > 0 else { throw wrong(name, "1 or more", .string(String(given))) }
        return min(given, most)
    }

    // MARK: Lists of objects

    /// A single object stands for a list of one.
    func objects(_ name: String) throws(ToolFailure) -> [ToolArguments] {
        guard let value = given(name) else { throw missing(name, "a list of objects") }
        var objects: [ToolArguments] = []
        for item in Self.list(value) ?? [value] {
            guard let object = Self.parsed(item).object else { throw wrong(name, "a list of objects", value) }
            objects.append(ToolArguments(tool: tool, object))
        }
        return objects
    }

    /// A list, also one that was written as JSON text.
    private static func list(_ value: JSONValue) -> [JSONValue]? { parsed(value).array }

    /// What a text that is JSON says; anything else as it is.
    private static func parsed(_ value: JSONValue) -> JSONValue {
        guard let text = value.string?.trimmed, text.hasPrefix("[") || text.hasPrefix("{") else { return value }
        // Text that only looks like JSON is plain text.
        return (try? JSONValue(parsing: text)) ?? value
    }

    // MARK: Times

    /// An inclusive lower bound.
    func start(_ name: String, in zone: TimeZone) throws(ToolFailure) -> Timestamp? {
        try time(name) { Timestamp(iso8601: $0, in: zone) }
    }

    /// An inclusive upper bound: a date without a time means its whole day.
    func end(_ name: String, in zone: TimeZone) throws(ToolFailure) -> Timestamp? {
        try time(name) { Timestamp(endOf: $0, in: zone) }
    }

    private func time(_ name: String, _ read: (String) -> Timestamp?) throws(ToolFailure) -> Timestamp? {
        guard let text = try optionalText(name)?.trimmed, !text.isEmpty else { return nil }
        guard let time = read(text) else {
            throw wrong(name, "a date such as 2026-01-31 or 2026-01-31T14:30", .string(text))
        }
        return time
    }
}
