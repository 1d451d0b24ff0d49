import HTTP
import Platform
import Wire

/// New and changed agents: bodies for the API out of a call's arguments.
enum AgentBody {
    /// Every argument that V1 knows in the body of a new agent.
    static func new(_ arguments: ToolArguments, _ client: RoostClient) async throws -> JSONObject {
        try await resolved(known(arguments.object, AgentSchemas.create), client)
    }

    /// `update_data` and the arguments beside it, of which `update_data` wins. Throws `ToolError` when nothing is to change,
    /// and for a member that V1 does not know, which it would pass over in silence.
    static func change(_ arguments: ToolArguments, _ client: RoostClient) async throws -> JSONObject {
        var body = known(arguments.object, AgentSchemas.update)
        let names = fields(AgentSchemas.update)
        for member in arguments.object("update_data")?.members ?? [] {
            guard names.contains(member.name) else { throw unknown(member.name, names) }
            body[member.name] = member.value
        }
        guard !body.isEmpty else {
            throw ToolError(
                "Nothing is to be changed.",
                hints: ["Put what changes into update_data: name, description, system, model, tags, ..."])
        }
        return try await resolved(body, client)
    }

    private static func unknown(_ name: String, _ names: [String]) -> ToolError {
        let near = NearMatch.best(for: name, among: names).map { " Did you mean '\($0)'?" } ?? ""
        let advice =
            ["memory_blocks", "blocks", "memory"].contains(name)
            ? ["Memory is changed block by block, not here."]
            : name == "tools" ? ["Tools are given as tool_ids, which takes names too."] : []
        return ToolError("Agents have no '\(name)' that can be changed.\(near)", hints: advice)
    }

    private static func fields(_ schema: Schema) -> [String] {
        guard case .object(let object) = schema else { return [] }
        return object.fields.map(\.name)
    }

    private static func known(_ given: JSONObject, _ schema: Schema) -> JSONObject {
        JSONObject(fields(schema).compactMap { name in given[name].map { (name, $0) } })
    }

    /// Names of tools, blocks and identities become ids.
    private static func resolved(_ given: JSONObject, _ client: RoostClient) async throws -> JSONObject {
        var body = given
        let kinds: [(String, RoostClient.Named)] = [
            ("tool_ids", .tool), ("block_ids", .block), ("identity_ids", .identity),
        ]
        for (name, kind) in kinds {
            guard let references = body[name]?.strings else { continue }
            var ids: [JSONValue] = []
            for reference in references { ids.append(.string(try await client.id(of: kind, reference))) }
            body[name] = .array(ids)
        }
        return body
    }

    // MARK: Making

    /// What was made, and what to tell of it.
    static func create(_ body: JSONObject, _ client: RoostClient) async throws -> (agent: JSONValue, hints: [String]) {
        let (agent, lacksModel) = try await client.createAgent(body)
        let hint = "No model was named; its memory works without. Set 'model' before sending it messages."
        return (agent, lacksModel ? [hint] : [])
    }
}
