import Platform

/// JSON schemas that services guarantee: every object names all its members as required and takes no others.
/// https://platform.openai.com/docs/guides/structured-outputs
enum StrictSchema {
    /// The schema with `additionalProperties: false` where nothing was said. Nil when it cannot be guaranteed: a member is
    /// optional, or an object takes any.
    static func of(_ schema: JSONValue) -> JSONValue? {
        switch schema {
        case .array(let list):
            var strict: [JSONValue] = []
            for element in list {
                guard let element = of(element) else { return nil }
                strict.append(element)
            }
            return .array(strict)
        case .object(let object): return of(object).map { .object($0) }
        default: return schema
        }
    }

    private static func of(_ object: JSONObject) -> JSONObject? {
        var strict = JSONObject()
        for member in object.members {
            switch member.name {
            case "properties", "$defs", "definitions":
                guard let named = each(member.value) else { return nil }
                strict[member.name] = named
            case "items", "anyOf", "allOf", "oneOf", "prefixItems":
                guard let inner = of(member.value) else { return nil }
                strict[member.name] = inner
            default: strict[member.name] = member.value
            }
        }
        guard isObject(object) else { return strict }
        let names = object["properties"]?.object?.members.map(\.name) ?? []
        guard Set(object["required"]?.strings ?? []).isSuperset(of: names) else { return nil }
        switch object["additionalProperties"] {
        case nil: strict["additionalProperties"] = false
        case .bool(false)?: break
        default: return nil
        }
        if object["properties"] == nil { strict["properties"] = .emptyObject }
        if object["required"] == nil { strict["required"] = .array([]) }
        return strict
    }

    private static func isObject(_ schema: JSONObject) -> Bool {
        schema["type"]?.string == "object" || schema["type"]?.strings?.contains("object") == true
    }

    /// Every schema of an object of schemas by name.
    private static func each(_ value: JSONValue) -> JSONValue? {
        guard let named = value.object else { return value }
        var result = JSONObject()
        for member in named.members {
            guard let schema = of(member.value) else { return nil }
            result[member.name] = schema
        }
        return .object(result)
    }
}
