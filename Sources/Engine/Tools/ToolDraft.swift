import Domain
import Platform

/// A new tool, checked, that is not stored yet.
struct ToolDraft: Sendable {
    let tool: Tool

    /// - Parameter schema: `{name, description, parameters}`, given or derived.
    init(_ new: NewTool, schema: JSONObject, projectID: String?) throws {
        let schema = try FunctionSchema(schema, description: new.description)
        var tool = Tool(id: Identifier.new(.tool), name: schema.name, type: Tool.customType, createdAt: .now)
        tool.description = new.description ?? schema.description
        tool.sourceType = new.sourceType ?? (new.sourceCode == nil ? "json" : "python")
        tool.sourceCode = new.sourceCode
        tool.jsonSchema = JSONText(.object(schema.json))
        tool.argsJSONSchema = new.argsJSONSchema
        tool.tags = (new.tags ?? []).uniqued
        tool.returnCharLimit = new.returnCharLimit ?? Tool.defaultReturnCharLimit
        tool.pipRequirements = new.pipRequirements?.jsonText
        tool.defaultRequiresApproval = new.defaultRequiresApproval
        tool.enableParallelExecution = new.enableParallelExecution ?? false
        tool.projectID = new.projectID ?? projectID
        self.tool = tool
    }
}

/// The schema of a function as models are given it: `{name, description, parameters}`.
struct FunctionSchema {
    let name: String
    let description: String?
    let json: JSONObject

    /// - Parameter given: also in the form `{"type": "function", "function": {…}}`.
    /// - Throws: `Refusal(.invalid)` for a schema that no model would accept.
    init(_ given: JSONObject, description: String? = nil) throws {
        var json = given["function"]?.object ?? given
        guard let name = json["name"]?.string, !name.isEmpty else {
            throw Refusal.invalid("json_schema.name: the name of the function is missing.")
        }
        guard Tool.isName(name) else {
            throw Refusal.invalid(
                "json_schema.name: '\(name.prefix(100))' should have 1 to 64 characters, only letters, digits, _ and -."
            )
        }
        if let parameters = json["parameters"] {
            guard parameters["type"] == "object" || parameters["type"] == nil, let members = parameters.object,
                members["properties"].map({ $0.object != nil }) ?? true
            else {
                throw Refusal.invalid(
                    "json_schema.parameters: should be {\"type\": \"object\", \"properties\": {…}, \"required\": […]}.")
            }
        } else {
            json["parameters"] = ["type": "object", "properties": .emptyObject, "required": []]
        }
        if json["description"] == nil, let description { json["description"] = .string(description) }
        self.name = name
        self.description = json["description"]?.string
        self.json = json
    }
}

extension [PipRequirement] {
    var jsonText: JSONText { JSONText(.array(map(\.json))) }
}
