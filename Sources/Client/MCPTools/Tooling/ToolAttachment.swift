import HTTP
import MCP
import Platform

/// Gives tools to agents, one by one, and says what happened to each.
struct ToolAttachment: Sendable {
    let client: RoostClient
    let context: CallContext

    init(_ call: ToolCall) async throws {
        client = try await call.client()
        context = call.context
    }

    struct Report: Sendable {
        private(set) var rows: [JSONValue] = []
        private(set) var failures: [String] = []

        var done: Int { rows.count - failures.count }

        fileprivate mutating func add(_ row: JSONObject, _ status: String) {
            var row = row
            row["status"] = .string(status)
            rows.append(.object(row))
        }

        fileprivate mutating func add(_ row: JSONObject, failure: String) {
            var row = row
            row["status"] = "failed"
            row["error"] = .string(failure)
            rows.append(.object(row))
            failures.append(failure)
        }

        /// Throws when nothing worked: then the call failed.
        fileprivate func checked() throws -> Report {
            guard done == 0, let first = failures.first else { return self }
            throw ToolError(
                failures.count == 1
                    ? first : "None of \(failures.count) worked: \(failures.uniqued.prefix(5).joined(separator: " "))")
        }
    }

    /// The tools that a call names, by id or name, each once.
    static func references(_ arguments: ToolArguments) throws -> [String] {
        let given =
            [arguments.text("tool_id")].compactMap { $0 }
            + arguments.texts("tool_ids") + arguments.texts("tool_names")
        let references = given.filter { !$0.isEmpty }.uniqued
        guard !references.isEmpty else { throw ToolError("'tool_id' is missing (or tool_ids, tool_names).") }
        return references
    }

    /// - Parameter agent: the agent's id.
    func attach(_ references: [String], to agent: String) async throws -> Report {
        var present = Set(
            try await client.list(APIPath.agent(agent) + "/tools").compactMap { $0["id"]?.string })
        var report = Report()
        for (index, reference) in references.enumerated() {
            try Task.checkCancellation()
            await context.progress(index, of: references.count)
            var row = JSONObject([("tool", .string(reference))])
            do {
                let id = try await client.id(of: .tool, reference)
                row["tool_id"] = .string(id)
                guard present.insert(id).inserted else {
                    report.add(row, "already attached")
                    continue
                }
                try await attach(tool: id, agent: agent)
                report.add(row, "attached")
            } catch let error as ClientError {
                report.add(row, failure: error.description)
            }
        }
        await context.progress(references.count, of: references.count)
        return try report.checked()
    }

    private static let mostAgents = 10_000

    /// Throws `ToolError` when no agent fits.
    /// - Parameter tool: the tool's id.
    func attach(_ tool: String, toEach selection: AgentSelection) async throws -> Report {
        let matches = try await selection.matches(client, most: Self.mostAgents)
        guard !matches.agents.isEmpty || !matches.unknown.isEmpty else {
            throw ToolError("No agent matches the selection.", hints: ["List the agents to see names and tags."])
        }
        var report = Report()
        let agents = matches.agents
        for (index, agent) in agents.enumerated() {
            try Task.checkCancellation()
            await context.progress(index, of: agents.count, "Attaching to \(agent.name)")
            let row = JSONObject([("agent_id", .string(agent.id)), ("name", .string(agent.name))])
            do {
                try await attach(tool: tool, agent: agent.id)
                report.add(row, "attached")
            } catch let error as ClientError {
                report.add(row, failure: error.description)
            }
        }
        for (reference, reason) in matches.unknown {
            report.add(JSONObject([("agent_id", .string(reference))]), failure: reason)
        }
        await context.progress(agents.count, of: agents.count)
        return try report.checked()
    }

    private func attach(tool: String, agent: String) async throws {
        try await client.call(
            .patch, APIPath.agent(agent) + "/tools/attach/\(percentEncoded(tool))")
    }
}
