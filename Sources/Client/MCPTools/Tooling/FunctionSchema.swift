import Platform

/// The schema of a tool's function as models are given it: `{name, description, parameters}`.
struct FunctionSchema: Sendable {
    let json: JSONObject

    var name: String? { json["name"]?.string }

    /// What a call gives: `json_schema`, or `args_json_schema` (the parameters alone) with `name` and `description`; nil
    /// when neither is there.
    /// - Parameter current: the name that the tool has already.
    init?(_ arguments: ToolArguments, current: String? = nil) throws {
        let name = arguments.text("name") ?? current
        let description = arguments.text("description")
        if let given = arguments.object("json_schema") {
            var json = given["function"]?.object ?? given
            if let own = json["name"]?.string, let asked = arguments.text("name"), own != asked {
                throw ToolError("'name' is \(asked) and json_schema.name is \(own): give one of them, or the same.")
            }
            if json["name"] == nil, let name { json["name"] = .string(name) }
            if json["description"] == nil, let description { json["description"] = .string(description) }
            self.json = json
        } else if let parameters = arguments.object("args_json_schema") {
            guard let name else { throw ToolError("'name' is missing: args_json_schema has the parameters alone.") }
            var json = JSONObject([("name", .string(name))])
            if let description { json["description"] = .string(description) }
            json["parameters"] = .object(parameters)
            self.json = json
        } else {
            return nil
        }
    }

    /// What a model or the server would not accept; empty for a good schema.
    var problems: [String] {
        var found: [String] = []
        if let name {
            let signs = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
            if !(1...64).contains(name.count) || !name.allSatisfy(signs.contains) {
                found.append("name: 1 to 64 characters, only letters, digits, _ and -.")
            }
        } else {
            found.append("name: missing.")
        }
        if json["description"]?.string?.isEmpty ?? true {
            found.append("description: missing; models choose a tool by it.")
        }
        guard let parameters = json["parameters"] else { return found }
        guard let members = parameters.object, members["type"] == nil || members["type"] == "object" else {
            return found + ["parameters: should be an object schema with properties."]
        }
        guard let properties = (members["properties"] ?? .emptyObject).object else {
            return found + ["parameters.properties: should be an object with a schema for each parameter."]
        }
        for property in properties.members where property.value.object == nil {
            found.append("parameters.properties.\(property.name): should be a schema.")
        }
        guard let required = (members["required"] ?? []).strings else {
            return found + ["parameters.required: should be a list of names."]
        }
        for name in required where properties[name] == nil {
            found.append("parameters.required: '\(name)' is not among the properties.")
        }
        return found
    }

    /// The name of the last function at the top of Python source, which is the tool.
    static func pythonFunction(_ source: String) -> String? {
        source.split(whereSeparator: \.isNewline).reversed().lazy.compactMap { line -> String? in
            for start in ["def ", "async def "] where line.hasPrefix(start) {
                let name = line.dropFirst(start.count).prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                return name.isEmpty ? nil : String(name)
            }
            return nil
        }.first
    }
}
