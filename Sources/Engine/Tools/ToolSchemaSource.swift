import Domain
import Platform

/// Where the schema of a tool comes from: it is given, or derived from the source (wire notes, section 16).
struct ToolSchemaSource: Sendable {
    let engine: Engine

    /// `{name, description, parameters}`.
    /// - Throws: `Refusal(.invalid)` in V1's words, with the line; `.unavailable` where no source can be read.
    func schema(
        given: JSONObject?, arguments: JSONText?, source: String?, sourceType: String?
    ) async throws -> JSONObject {
        if let given { return given }
        guard let source else {
            throw Refusal.invalid("Custom tool is missing source_code field. Send source_code, or a json_schema.")
        }
        let language = try Self.language(sourceType)
        if language == .typescript {
            throw Refusal.invalid(
                "TypeScript tools require an explicit json_schema parameter. Unlike Python tools, schema cannot be "
                    + "auto-generated from TypeScript source code.")
        }
        do {
            guard let arguments else { return try await engine.sandbox.schema(of: source, in: language) }
            var schema = try await engine.sandbox.summary(of: source, in: language)
            schema["parameters"] = try ArgumentsSchema(arguments).parameters
            return schema
        } catch let error as CodeError {
            throw Self.refusal(error)
        }
    }

    static func language(_ sourceType: String?) throws -> CodeLanguage {
        guard let sourceType, sourceType != "json" else { return .python }
        guard let language = CodeLanguage(name: sourceType) else {
            throw Refusal.invalid("Unknown tool source type: \(sourceType). Use python, javascript or typescript.")
        }
        return language
    }

    private static func refusal(_ error: CodeError) -> Refusal {
        switch error.code {
        case .invalidSource:
            .invalid("Failed to derive json schema: Schema generation failed: \(error.message)")
        case .unavailable, .busy, .requirements:
            Refusal(
                .unavailable,
                "The schema cannot be derived from the source: \(error.message) Or send json_schema with the source: "
                    + "{\"name\", \"description\", \"parameters\": {\"type\": \"object\", \"properties\": {}, "
                    + "\"required\": []}}.")
        }
    }
}

/// `args_json_schema`, which a Pydantic model gives, as the parameters of a function: models' definitions stand where they
/// are used, and what may be null is only left out of what is required.
struct ArgumentsSchema {
    let parameters: JSONValue
    private static let deepest = 20

    /// - Throws: `Refusal(.invalid)` for what is not the schema of an object.
    init(_ given: JSONText) throws {
        let schema = given.value
        guard schema["type"] == "object" || schema["type"] == nil, let properties = schema["properties"]?.object else {
            throw Refusal.invalid("args_json_schema: should be {\"type\": \"object\", \"properties\": {…}}.")
        }
        let definitions = schema["$defs"]?.object ?? schema["definitions"]?.object ?? JSONObject()
        let members = properties.members.map { ($0.name, Self.resolved($0.value, definitions, depth: 0)) }
        parameters = [
            "type": "object", "properties": .object(JSONObject(members)), "required": schema["required"] ?? [],
        ]
    }

    private static func resolved(_ schema: JSONValue, _ definitions: JSONObject, depth: Int) -> JSONValue {
        switch schema {
        case .array(let items): return .array(items.map { resolved($0, definitions, depth: depth + 1) })
        case .object(var object):
            if let name = object["$ref"]?.string?.split(separator: "/").last, let definition = definitions[String(name)]
            {
                // A model inside of itself is any object.
                guard depth < deepest, case .object(var whole) = resolved(definition, definitions, depth: depth + 4)
                else {
                    return ["type": "object"]
                }
                object["$ref"] = nil
                for member in object.members { whole[member.name] = member.value }
                return .object(whole)
            }
            if let options = object["anyOf"]?.array {
                let plain = options.filter { $0["type"] != "null" }
                if plain.count == 1, plain.count < options.count, let only = plain[0].object {
                    object["anyOf"] = nil
                    if object["default"] == .null { object["default"] = nil }
                    for member in only.members where object[member.name] == nil { object[member.name] = member.value }
                    return resolved(.object(object), definitions, depth: depth + 1)
                }
            }
            let isProperties = object["type"]?.object != nil
            var result = JSONObject()
            for member in object.members {
                // Pydantic names every member once more, in capitals.
                if member.name == "title", member.value.string != nil, !isProperties { continue }
                result[member.name] = resolved(member.value, definitions, depth: depth + 1)
            }
            return .object(result)
        default: return schema
        }
    }
}
