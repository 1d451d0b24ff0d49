import Domain
import Platform

/// A tool that Roost brings: what a model is told about it. What it does is in the agent loop, by its name.
struct BuiltInTool: Sendable {
    let name: String
    let type: Kind
    let description: String
    let parameters: [Parameter]
    /// Whether several calls of it may run at the same time: those that change nothing.
    let isParallel: Bool

    /// The contract's tool types (wire notes, section 10).
    enum Kind: String, Sendable {
        case core = "letta_core"
        case memory = "letta_memory_core"
        case sleeptime = "letta_sleeptime_core"
        case agents = "letta_multi_agent_core"
        case voice = "letta_voice_sleeptime_core"
        case builtin = "letta_builtin"
        case files = "letta_files_core"
    }

    struct Parameter: Sendable {
        let name: String
        let schema: JSONValue
        let isRequired: Bool
    }

    init(
        _ name: String, _ type: Kind, parallel: Bool = false, _ description: String, _ parameters: [Parameter] = []
    ) {
        self.name = name
        self.type = type
        self.isParallel = parallel
        self.description = description
        self.parameters = parameters
    }

    /// The function as models are given it.
    var jsonSchema: JSONText {
        let properties = JSONObject(parameters.map { ($0.name, $0.schema) })
        let required = parameters.filter(\.isRequired).map { JSONValue.string($0.name) }
        return JSONText([
            "name": .string(name), "description": .string(description),
            "parameters": [
                "type": "object", "properties": .object(properties), "required": .array(required),
            ],
        ])
    }

    /// Writes what is ours to say over a stored tool; the limits and approvals its user set stay.
    func apply(to tool: inout Tool) {
        tool.description = description
        tool.jsonSchema = jsonSchema
        tool.sourceType = "python"
        tool.tags = [type.rawValue]
        tool.enableParallelExecution = isParallel
    }
}

extension BuiltInTool.Parameter {
    static func text(
        _ name: String, _ description: String, optional: Bool = false, oneOf words: [String] = []
    ) -> Self {
        var schema = JSONObject([("type", "string"), ("description", .string(description))])
        if !words.isEmpty { schema["enum"] = .array(words.map { .string($0) }) }
        return Self(name: name, schema: .object(schema), isRequired: !optional)
    }

    static func integer(_ name: String, _ description: String, optional: Bool = true) -> Self {
        Self(name: name, schema: ["type": "integer", "description": .string(description)], isRequired: !optional)
    }

    static func flag(_ name: String, _ description: String, optional: Bool = true) -> Self {
        Self(name: name, schema: ["type": "boolean", "description": .string(description)], isRequired: !optional)
    }

    static func texts(
        _ name: String, _ description: String, optional: Bool = true, oneOf words: [String] = []
    ) -> Self {
        var item = JSONObject([("type", "string")])
        if !words.isEmpty { item["enum"] = .array(words.map { .string($0) }) }
        return Self(
            name: name, schema: ["type": "array", "items": .object(item), "description": .string(description)],
            isRequired: !optional)
    }

    /// A list of objects with these members.
    static func objects(_ name: String, _ description: String, _ members: [Self]) -> Self {
        let item: JSONValue = [
            "type": "object", "properties": .object(JSONObject(members.map { ($0.name, $0.schema) })),
            "required": .array(members.filter(\.isRequired).map { .string($0.name) }),
        ]
        return Self(
            name: name, schema: ["type": "array", "items": item, "description": .string(description)],
            isRequired: true)
    }
}

/// Every tool that Roost brings, in the order of a list.
enum BuiltInTools {
    static let all: [BuiltInTool] =
        conversation + archival + memory + sleeptime + agents + files + codeAndWeb + voice

    static let names: [String] = all.map(\.name)
}
