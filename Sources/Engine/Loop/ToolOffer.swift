import Domain
import Platform

/// Tools as a model is shown them. The same tools give the same bytes at every step.
enum ToolOffer {
    /// - Parameter endsTurn: tools that take no wish to go on.
    static func chatTool(_ tool: Tool, style: LoopStyle, endsTurn: Bool, thinks: Bool) -> ChatTool {
        let schema = tool.jsonSchema?.value
        let parameters = schema?["parameters"]?.object ?? emptyParameters
        let shown = style.actsByTools ? withTurnMembers(parameters, endsTurn: endsTurn, thinks: thinks) : parameters
        return ChatTool(
            name: tool.name, description: schema?["description"]?.string ?? tool.description ?? "",
            parameters: JSONText(.object(shown)))
    }

    /// A tool that the client carries out.
    static func chatTool(_ tool: ClientTool) -> ChatTool {
        ChatTool(
            name: tool.name, description: tool.description ?? "",
            parameters: tool.parameters ?? JSONText(.object(emptyParameters)))
    }

    private static let emptyParameters = JSONObject([
        ("type", "object"), ("properties", .object(JSONObject())), ("required", .array([])),
    ])

    /// What the older types say with every call: their thoughts first, and whether they want another step.
    private static func withTurnMembers(_ parameters: JSONObject, endsTurn: Bool, thinks: Bool) -> JSONObject {
        var properties = JSONObject()
        var required: [JSONValue] = []
        if thinks {
            properties[LoopStyle.thinking] = [
                "type": "string", "description": "What you think, in a few words. Nobody but you reads it.",
            ]
            required.append(.string(LoopStyle.thinking))
        }
        for member in parameters["properties"]?.object?.members ?? [] { properties[member.name] = member.value }
        required += parameters["required"]?.array ?? []
        if !endsTurn {
            properties[LoopStyle.heartbeat] = [
                "type": "boolean",
                "description": "Whether you want another step after this call, to act on its result.",
            ]
            required.append(.string(LoopStyle.heartbeat))
        }
        var shown = parameters
        shown["properties"] = .object(properties)
        shown["required"] = .array(required)
        return shown
    }
}
