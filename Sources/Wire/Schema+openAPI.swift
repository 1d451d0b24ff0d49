package import Platform

extension Schema {
    /// Writes the OpenAPI 3.1 form. Named objects become references, and are added to `named` to be listed once.
    package func writeOpenAPI(to json: inout JSONWriter, naming named: inout [String: ObjectSchema]) {
        var collected: [String: ObjectSchema]? = named
        write(to: &json, &collected)
        named = collected ?? named
    }

    /// Writes JSON Schema 2020-12 in one piece, without references.
    package func writeJSONSchema(to json: inout JSONWriter) {
        var inline: [String: ObjectSchema]?
        write(to: &json, &inline)
    }

    /// - Parameter named: where named objects are collected; nil writes them in place.
    fileprivate func write(to json: inout JSONWriter, _ named: inout [String: ObjectSchema]?) {
        var collected = named
        json.object { json in writeMembers(&json, &collected) }
        named = collected
    }

    fileprivate func writeMembers(_ json: inout JSONWriter, _ named: inout [String: ObjectSchema]?) {
        switch self {
        case .any: break
        case .boolean: json.field("type", "boolean")
        case .integer(let minimum, let maximum):
            json.field("type", "integer")
            if let minimum { json.field("minimum", minimum) }
            if let maximum { json.field("maximum", maximum) }
        case .number(let minimum, let maximum):
            json.field("type", "number")
            if let minimum { json.field("minimum", minimum) }
            if let maximum { json.field("maximum", maximum) }
        case .string(let rule): rule.writeMembers(&json, isInline: named == nil)
        case .enumeration(let words):
            json.field("type", "string")
            json.field("enum", words)
        case .array(let element, let minimum, let maximum):
            json.field("type", "array")
            json.key("items")
            element.write(to: &json, &named)
            if let minimum { json.field("minItems", minimum) }
            if let maximum { json.field("maxItems", maximum) }
        case .map(let element):
            json.field("type", "object")
            if named == nil, case .any = element { break }
            json.key("additionalProperties")
            element.write(to: &json, &named)
        case .object(let object):
            guard named != nil else { return object.writeMembers(&json, &named) }
            named?[object.name] = object
            json.field("$ref", "#/components/schemas/" + object.name)
        case .nullable(let schema): Self.write(choices: [schema, nil], &json, &named)
        case .anyOf(let choices): Self.write(choices: choices, &json, &named)
        }
    }

    /// A nil choice is `null`.
    private static func write(
        choices: [Schema?], _ json: inout JSONWriter, _ named: inout [String: ObjectSchema]?
    ) {
        json.array("anyOf") { json in
            for choice in choices {
                if let choice {
                    choice.write(to: &json, &named)
                } else {
                    json.object { json in json.field("type", "null") }
                }
            }
        }
    }
}

extension Schema.StringRule {
    fileprivate func writeMembers(_ json: inout JSONWriter, isInline: Bool) {
        json.field("type", "string")
        switch self {
        case .any: break
        case .length(let minimum, let maximum):
            if let minimum { json.field("minLength", minimum) }
            if let maximum { json.field("maxLength", maximum) }
        case .identifier where isInline: break
        case .identifier(let kind):
            json.field(
                "pattern", "^\(kind.rawValue)-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
            json.array("examples") { json in json.element(kind.example) }
        case .dateTime: json.field("format", "date-time")
        }
    }
}

extension ObjectSchema {
    /// The component's own form: its properties and which of them are required.
    package func writeComponent(to json: inout JSONWriter, naming named: inout [String: ObjectSchema]) {
        var collected: [String: ObjectSchema]? = named
        json.object { json in writeMembers(&json, &collected) }
        named = collected ?? named
    }

    /// Writes JSON Schema 2020-12 in one piece, without references.
    package func writeJSONSchema(to json: inout JSONWriter) { Schema.object(self).writeJSONSchema(to: &json) }

    fileprivate func writeMembers(_ json: inout JSONWriter, _ named: inout [String: ObjectSchema]?) {
        json.field("type", "object")
        if named != nil { json.field("title", name) }
        if named != nil || !fields.isEmpty {
            var collected = named
            json.object("properties") { json in
                for field in fields {
                    json.key(text: field.name)
                    field.write(to: &json, &collected)
                }
            }
            named = collected
        }
        let required = fields.filter(\.isRequired).map(\.name)
        if !required.isEmpty { json.field("required", required) }
    }
}

extension Field {
    /// A note or default stands beside the schema's own members, which OpenAPI 3.1 allows next to `$ref` too.
    fileprivate func write(to json: inout JSONWriter, _ named: inout [String: ObjectSchema]?) {
        guard defaultValue != nil || note != nil else { return schema.write(to: &json, &named) }
        var collected = named
        json.object { json in
            if collected == nil {
                schema.writeMembers(&json, &collected)
            } else {
                json.array("allOf") { json in schema.write(to: &json, &collected) }
            }
            if let defaultValue { json.field("default", defaultValue) }
            if let note { json.field("description", note) }
        }
        named = collected
    }
}
