import HTTP
package import Platform

/// Adds decisions to the shared block, whoever else does so at the same time.
package struct DecisionWriting: Sendable {
    package struct Added: Sendable {
        package let decision: DecisionLog.Decision
        package let block: JSONValue
        /// Those that went to archival memory to make room.
        package let moved: [DecisionLog.Decision]
        /// The agent that was given the block, when it had to be made.
        package let owner: String?
    }

    let team: TeamBlocks
    let memory: ToolSession
    let label: String

    /// - Parameter memory: whose archival memory takes what has no room in the block.
    package init(team: TeamBlocks, memory: ToolSession, label: String = DecisionLog.label) {
        self.team = team
        self.memory = memory
        self.label = label
    }

    private static let mostAttempts = 50

    /// Makes the block when there is none. Throws `ClientError` when it has no room and every decision in it holds.
    package func add(_ draft: DecisionLog.Draft) async throws -> Added {
        var owner: String?
        for _ in 0..<Self.mostAttempts {
            let (block, isNew) = try await present()
            if isNew { owner = await give(block) }
            var log = DecisionLog(block["value"]?.string ?? "")
            guard let decision = log.add(draft) else {
                throw ClientError(
                    "There is no \(DecisionLog.name(draft.supersedes ?? 0)) in the block '\(label)'. See 'roost team adr "
                        + "list'.", status: 404)
            }
            let moved = try makeRoom(&log, limit: block["limit"]?.int ?? .max)
            // Before the block lets go of them.
            for past in moved { try await keep(past, of: block) }
            do {
                let body: JSONValue = [
                    "value": .string(log.text), "expected_version": .int(Int64(block["version"]?.int ?? 1)),
                ]
                let path = APIPath.block(block["id"]?.string ?? "")
                return Added(
                    decision: decision, block: try await team.client.call(.patch, path, body: body), moved: moved,
                    owner: owner)
            } catch let error as ClientError where error.status == 409 {
                // Somebody else was faster: the number may be taken, so it is made anew.
                continue
            }
        }
        throw ClientError("The block '\(label)' changes faster than a decision can be added. Try again.", status: 409)
    }

    package func log() async throws -> DecisionLog {
        DecisionLog(try await team.find(label)?["value"]?.string ?? "")
    }

    private func present() async throws -> (JSONValue, isNew: Bool) {
        if let block = try await team.find(label) { return (block, false) }
        let template = TeamTemplate.decisions
        let body: JSONObject = ["value": .string(template.value), "description": .string(template.description)]
        return try await team.share(label, body, tags: [])
    }

    /// Gives a new block to the agent of the project, whose sessions would not see it otherwise.
    /// - Returns: the agent's name; nil when it is for nobody yet.
    private func give(_ block: JSONValue) async -> String? {
        // Without a project, or when it has no memory yet, the decision stands nevertheless, and 'team attach' gives it later.
        guard let agent = try? await memory.agent(forReading: nil),
            let report = try? await team.attach(block, to: .named([agent.id])), !report.contains(where: \.hasFailed)
        else { return nil }
        return agent.name
    }

    private func makeRoom(_ log: inout DecisionLog, limit: Int) throws -> [DecisionLog.Decision] {
        var moved: [DecisionLog.Decision] = []
        while log.text.unicodeScalars.count > limit {
            guard let past = log.moveOldestPast() else {
                throw ClientError(
                    "The block '\(label)' has no room for this decision (\(limit) characters), and all decisions in it hold. "
                        + "Raise its limit with 'roost block edit \(label) --limit NUMBER', or mark decisions that do not "
                        + "hold any more.", status: 422)
            }
            moved.append(past)
        }
        return moved
    }

    private func keep(_ decision: DecisionLog.Decision, of block: JSONValue) async throws {
        guard let block = MemoryBlock(block) else { throw ClientError("The answer is not a block.") }
        let moved = MovedText(
            text: decision.text, block: block, type: "decision", tags: ["adr", decision.name],
            provenance: Provenance(source: "cli", trust: .user))
        try await memory.retryingWhenLost {
            let agent = try await memory.agent(forWriting: nil, unseen: true)
            let passages = AgentPassages(client: try await memory.client(), agentID: agent.id)
            try await moved.keep(in: passages, project: await memory.projectName())
        }
    }
}
