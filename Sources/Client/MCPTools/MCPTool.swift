package import MCP
import Platform
package import Wire

/// One tool: what clients are told about it, and what it does. The contract: the tools of the public Letta MCP servers, and
/// the `memory` profile of our own.
package struct MCPTool: Sendable {
    typealias Action = @Sendable (ToolCall) async throws -> JSONValue

    package let name: String
    package let title: String
    /// Read by the model; every byte of it is paid for in each of its sessions.
    package let description: String
    package let input: ObjectSchema
    /// The shape of `structuredContent`.
    package let output: ObjectSchema
    package let annotations: ToolAnnotations
    /// Asks Claude Code to put the tool's schema into the first request, not only its name.
    package let isAlwaysLoaded: Bool
    let action: Action

    init(
        _ name: String, title: String, _ description: String, input: [Field], output: [Field],
        _ annotations: ToolAnnotations, alwaysLoaded: Bool = false, action: @escaping Action
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.input = ObjectSchema(name: name, fields: input)
        self.output = ObjectSchema(name: name + "_result", fields: output)
        self.annotations = annotations
        isAlwaysLoaded = alwaysLoaded
        self.action = action
    }

    /// As `tools/list` shows it.
    package var listed: ListedItem {
        var json = JSONWriter()
        json.object { json in
            json.field("name", name)
            json.field("title", title)
            json.field("description", description)
            json.key("inputSchema")
            input.writeJSONSchema(to: &json)
            json.key("outputSchema")
            output.writeJSONSchema(to: &json)
            json.key("annotations")
            annotations.write(to: &json)
            if isAlwaysLoaded { json.object("_meta") { json in json.field("anthropic/alwaysLoad", true) } }
        }
        return ListedItem(name: name, json: JSONText(trusted: json.text))
    }
}

/// Hints for clients that ask people before a call (MCP, ToolAnnotations).
package enum ToolAnnotations: Sendable, Equatable {
    case readOnly
    /// Adds, and takes nothing away.
    case adding
    /// Changes what is there; a second call with the same arguments changes nothing more.
    case idempotent
    /// Changes what is there.
    case changing
    /// May take something away for good.
    case destructive

    /// `destructiveHint` is true unless it is said otherwise, so what is destructive says nothing.
    func write(to json: inout JSONWriter) {
        json.object { json in
            switch self {
            case .readOnly: json.field("readOnlyHint", true)
            case .adding, .changing: json.field("destructiveHint", false)
            case .idempotent:
                json.field("destructiveHint", false)
                json.field("idempotentHint", true)
            case .destructive: json.field("destructiveHint", true)
            }
            json.field("openWorldHint", false)
        }
    }
}
