import Platform

/// JSON schemas as far as Gemini takes them: a part of OpenAPI's. https://ai.google.dev/api/caching#Schema
enum GeminiSchema {
    /// References are replaced by what they mean; what the service does not know is left out.
    static func of(_ schema: JSONValue) -> JSONValue {
        let definitions = schema["$defs"] ?? schema["definitions"]
        return clean(schema, definitions?.object ?? JSONObject(), depth: 0)
    }

    private static let kept: Set<String> = [
        "title", "description", "nullable", "enum", "format", "minItems", "maxItems", "minimum", "maximum", "minLength",
        "maxLength", "pattern", "minProperties", "maxProperties", "default", "example",
    ]

    /// What refers to itself is cut: the service has no references.
    private static let deepest = 16

    private static func clean(_ schema: JSONValue, _ definitions: JSONObject, depth: Int) -> JSONValue {
        guard var object = schema.object, depth < deepest else { return ["type": "object"] }
        if let name = object["$ref"]?.string?.split(separator: "/").last, let target = definitions[String(name)] {
            return clean(target, definitions, depth: depth + 1)
        }
        var result = JSONObject()
        merge(&object, definitions)
        addType(object, to: &result)
        for member in object.members where kept.contains(member.name) { result[member.name] = member.value }
        fixFormat(&result)
        if let constant = object["const"] { result["enum"] = [constant] }
        // Only texts can be listed.
        if let list = result["enum"]?.array {
            result["enum"] = .array(list.map { .string($0.string ?? $0.text) })
            result["type"] = "string"
        }
        if let choices = (object["anyOf"] ?? object["oneOf"])?.array {
            addChoices(choices.map { clean($0, definitions, depth: depth + 1) }, of: choices, to: &result)
        }
        if let properties = object["properties"]?.object {
            let cleaned = properties.members.map { ($0.name, clean($0.value, definitions, depth: depth + 1)) }
            if !cleaned.isEmpty { result["properties"] = .object(JSONObject(cleaned)) }
            let names = Set(properties.members.map(\.name))
            let required = (object["required"]?.strings ?? []).filter { names.contains($0) }
            if !required.isEmpty { result["required"] = .array(required.map { .string($0) }) }
        }
        if let items = object["items"], items.object != nil {
            result["items"] = clean(items, definitions, depth: depth + 1)
        } else if result["type"]?.string == "array" {
            // It wants to know what is in a list.
            let first = object["prefixItems"]?.array?.first
            result["items"] = first.map { clean($0, definitions, depth: depth + 1) } ?? ["type": "string"]
        }
        return .object(result)
    }

    /// All of several is one with the members of all.
    private static func merge(_ object: inout JSONObject, _ definitions: JSONObject) {
        guard let all = object["allOf"]?.array else { return }
        object["allOf"] = nil
        for part in all {
            let named = part["$ref"]?.string?.split(separator: "/").last.flatMap { definitions[String($0)] }
            for member in (named ?? part).object?.members ?? [] where object[member.name] == nil {
                object[member.name] = member.value
            }
        }
    }

    /// `["string", "null"]` is a text that may be null.
    private static func addType(_ object: JSONObject, to result: inout JSONObject) {
        if let type = object["type"]?.string {
            result["type"] = .string(type)
        } else if let types = object["type"]?.strings {
            let others = types.filter { $0 != "null" }
            if others.count < types.count { result["nullable"] = true }
            if others.count == 1 {
                result["type"] = .string(others[0])
            } else {
                result["anyOf"] = .array(others.map { ["type": .string($0)] })
            }
        } else if object["properties"] != nil {
            result["type"] = "object"
        }
    }

    /// A choice between one thing and null is that thing, nullable.
    private static func addChoices(_ cleaned: [JSONValue], of choices: [JSONValue], to result: inout JSONObject) {
        let others = zip(cleaned, choices).filter { $0.1["type"]?.string != "null" }.map(\.0)
        if others.count < choices.count { result["nullable"] = true }
        if others.count == 1, let only = others[0].object {
            for member in only.members where result[member.name] == nil { result[member.name] = member.value }
        } else if !others.isEmpty {
            result["anyOf"] = .array(others)
        }
    }

    private static func fixFormat(_ result: inout JSONObject) {
        guard let format = result["format"]?.string else { return }
        let known = ["enum", "date-time", "float", "double", "int32", "int64"]
        if !known.contains(format) { result["format"] = nil }
    }
}
