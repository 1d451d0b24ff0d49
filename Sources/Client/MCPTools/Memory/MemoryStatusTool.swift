import HTTP
package import Platform
import Wire

/// `memory_status`: where the memory is, whose, how full, and what is wrong with it.
enum MemoryStatusTool {
    static let tool = MCPTool(
        "memory_status", title: "Memory status",
        "Where the memory is, whose it is, how full its blocks are, what was stored last, and what needs attention.",
        input: [MemoryTools.agentID],
        output: [.required("reachable", .boolean), .required("server", .string()), .hints], .readOnly
    ) { call in
        try await status(call.session, agent: call.arguments.text("agent_id"))
    }

    /// As the tool answers, for prompts too. A server that does not answer is an answer.
    static func status(_ session: ToolSession, agent given: String? = nil) async throws -> JSONValue {
        let client: RoostClient
        do {
            client = try await session.client()
            try await client.call(.get, "/v1/health/")
        } catch let error as CancellationError {
            throw error
        } catch {
            return [
                "reachable": false, "server": "unknown", "error": .string(ToolError(error).message),
                "hints": ["Nothing can be recalled or stored until the server answers. Tell the user."],
            ]
        }
        var object = JSONObject([
            ("reachable", true), ("server", .string(client.transport.place)),
        ])
        var advice = await session.project(isAnew: true)?.problems ?? []
        if let name = await session.projectName() { object["project"] = .string(name) }
        do {
            let agent = try await session.agent(forReading: given)
            if given == nil, let replaced = await session.replaced(by: agent) { advice.append(replaced) }
            if let agent {
                try await describe(agent, client, &object, &advice)
            } else {
                advice.append("This project has no memory yet; it is made when something is stored.")
            }
            try await describeSearch(client, &object, &advice)
        } catch let error as ToolError {
            object["error"] = .string(error.message)
            advice += [error.message] + error.hints
        } catch let error as ClientError {
            object["error"] = .string(error.description)
            advice.append(error.description)
        }
        object.add(hints: advice)
        return .object(object)
    }

    private static let newest = 5

    private static func describe(
        _ agent: MemoryAgent, _ client: RoostClient, _ object: inout JSONObject, _ advice: inout [String]
    ) async throws {
        object["agent"] = ["id": .string(agent.id), "name": .string(agent.name)]
        let blocks = try await AgentBlocks(client: client, agent: agent).all()
        object["blocks"] = .array(blocks.map { .object($0.summary) })
        for block in blocks where block.size * 10 > block.limit * 9 {
            let label = ShortText.preview(block.label, 60)
            advice.append("The block '\(label)' is nearly full: move its oldest entries into remember.")
        }
        let passages = AgentPassages(client: client, agentID: agent.id)
        object["passages"] = .int(Int64(try await passages.count()))
        object["newest"] = .array(
            try await passages.newest(newest).compactMap { Recalled(passage: $0) }.map { $0.json(textLimit: 160) })
        object["note"] = .string(MemoryTools.caution)
    }

    private static func describeSearch(
        _ client: RoostClient, _ object: inout JSONObject, _ advice: inout [String]
    ) async throws {
        let state = try await client.get("/v1/roost/embeddings")
        let hasModel =
            state["local"]?.object != nil || state["models"]?.array?.contains { $0["available"] == true } == true
        object["search"] = hasModel ? "words and meaning" : "words"
        if let waiting = state["waiting"]?.int, waiting > 0 { object["waiting_for_vectors"] = .int(Int64(waiting)) }
        if let text = state["advice"]?.string { advice.append(text) }
    }
}

extension ToolSession {
    /// Where the memory is, whose, and what is wrong with it, as the tool `memory_status` tells it.
    package func status() async throws -> JSONValue { try await MemoryStatusTool.status(self) }
}
