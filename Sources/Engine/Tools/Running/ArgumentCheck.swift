import Platform

/// Holds the arguments of a call against the tool's schema, before its code is started: what is wrong is said in words
/// that a model can act on.
///
/// What the runner makes right is let through: numbers, booleans, lists and objects as text. What the schema does not
/// name is the function's to refuse.
struct ArgumentCheck {
    let tool: String
    private var problems: [String] = []

    /// - Parameter schema: the tool's `{name, description, parameters}`.
    /// - Throws: `ToolFailure` with everything that is wrong.
    static func check(_ arguments: JSONObject, of tool: String, against schema: JSONValue?) throws(ToolFailure) {
        guard let parameters = schema?["parameters"] else { return }
        var check = ArgumentCheck(tool: tool)
        check.checkMembers(arguments, parameters, at: "")
        guard !check.problems.isEmpty else { return }
        throw ToolFailure(check.problems.prefix(5).joined(separator: " "), .type)
    }

    private init(tool: String) { self.tool = tool }

    private mutating func checkMembers(_ object: JSONObject, _ schema: JSONValue, at place: String) {
        let properties = schema["properties"]?.object ?? JSONObject()
        for name in schema["required"]?.strings ?? [] where object[name] == nil {
            let wanted = properties[name].map(Self.wanted) ?? "given"
            problems.append(
                "The argument '\(place)\(name)' of \(tool) is missing: it has to be \(wanted)."
                    + near(name, object, properties))
        }
        let required = Set(schema["required"]?.strings ?? [])
        for member in object.members {
            guard let property = properties[member.name] else { continue }
            // What may be left out may also be null.
            if member.value.isNull, !required.contains(member.name) { continue }
            check(member.value, property, at: place + member.name)
        }
    }

    private func near(_ name: String, _ object: JSONObject, _ properties: JSONObject) -> String {
        let strange = object.members.map(\.name).filter { properties[$0] == nil }
        return NearMatch.best(for: name, among: strange).map { " '\($0)' is not known." } ?? ""
    }

    private mutating func check(_ given: JSONValue, _ schema: JSONValue, at place: String) {
        if let options = schema["anyOf"]?.array ?? schema["oneOf"]?.array {
            let fits = options.contains { option in
                var other = ArgumentCheck(tool: tool)
                other.check(given, option, at: place)
                return other.problems.isEmpty
            }
            if !fits { wrong(place, schema, given) }
            return
        }
        let value = Self.read(given, as: schema)
        guard Self.fits(value, schema) else { return wrong(place, schema, given) }
        if case .object(let object) = value { checkMembers(object, schema, at: place + ".") }
        if case .array(let items) = value, let item = schema["items"], schema["prefixItems"] == nil {
            for (index, each) in items.enumerated() where problems.count < 5 {
                check(each, item, at: "\(place)[\(index)]")
            }
        }
    }

    private mutating func wrong(_ place: String, _ schema: JSONValue, _ given: JSONValue) {
        let shown = given.text
        let short = shown.utf8.count <= 80 ? shown : String(shown.unicodeScalars.prefix(60)) + "…"
        problems.append("The argument '\(place)' of \(tool) has to be \(Self.wanted(schema)), not \(short).")
    }

    // MARK: Values

    /// What a text says, where the schema wants something else than a text.
    private static func read(_ value: JSONValue, as schema: JSONValue) -> JSONValue {
        guard let text = value.string?.trimmed, let type = schema["type"]?.string else { return value }
        switch type {
        case "integer": return Int(text).map { .int(Int64($0)) } ?? value
        case "number": return Double(text).map { .double($0) } ?? value
        case "boolean":
            return ["true", "1", "yes", "false", "0", "no"].contains(text.lowercased()) ? .bool(true) : value
        // Text that only looks like JSON stays text, and does not fit.
        case "array", "object": return (try? JSONValue(parsing: text)) ?? value
        default: return value
        }
    }

    private static func fits(_ value: JSONValue, _ schema: JSONValue) -> Bool {
        if let words = schema["enum"]?.array, !words.isEmpty {
            return words.contains(value) || words.contains { $0.string == nil && $0.text == value.string }
        }
        let types = schema["type"]?.string.map { [$0] } ?? schema["type"]?.strings ?? []
        if types.isEmpty { return true }
        return types.contains { type in
            switch (type, value) {
            case ("string", .string), ("string", .int), ("string", .double), ("integer", .int), ("number", .int),
                ("number", .double), ("boolean", .bool), ("array", .array), ("object", .object), ("null", .null):
                true
            case ("integer", .double): value.int != nil
            case ("boolean", .int(let number)): number == 0 || number == 1
            case ("string", _), ("integer", _), ("number", _), ("boolean", _), ("array", _), ("object", _), ("null", _):
                false
            default: true
            }
        }
    }

    private static func wanted(_ schema: JSONValue) -> String {
        if let words = schema["enum"]?.array, !words.isEmpty { return words.map(\.text).joined(separator: " or ") }
        if let options = schema["anyOf"]?.array ?? schema["oneOf"]?.array {
            return options.map(wanted).uniqued.joined(separator: " or ")
        }
        switch schema["type"]?.string {
        case "string": return "a text"
        case "integer": return "an integer"
        case "number": return "a number"
        case "boolean": return "true or false"
        case "array": return "a list"
        case "object":
            let names = schema["properties"]?.object?.members.map(\.name) ?? []
            return names.isEmpty ? "an object" : "an object with " + names.joined(separator: ", ")
        default: return "given"
        }
    }
}
