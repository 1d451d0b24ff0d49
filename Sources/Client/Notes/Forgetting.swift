package import Platform

/// Which notes are meant to be forgotten.
package enum ForgetTarget: Sendable {
    case passage(String)
    /// What answers it, ten notes at most: a query must not empty a memory.
    case query(String)
}

extension ToolSession {
    /// The notes that are meant, as passages; deletes nothing. Throws `ToolError` when an id names none.
    package func notes(toForget target: ForgetTarget, in reference: String? = nil) async throws -> [JSONValue] {
        let agent = try await requiredAgent(reference, unseen: true)
        let passages = AgentPassages(client: try await client(), agentID: agent.id)
        switch target {
        case .passage(let id):
            if let passage = try await passages.find(id) { return [passage] }
            throw ToolError(
                "\(agent.shownName) has no note '\(ShortText.preview(id, 60))'.",
                hints: ["If recall said that another agent has it, pass that agent_id too."], status: 404)
        case .query(let query):
            guard query.contains(where: { $0.isLetter || $0.isNumber }) else {
                throw ToolError("'query' has no words: what should be forgotten?")
            }
            return try await passages.nearest(to: query, Self.mostForgotten).filter { $0["relevant"]?.bool == true }
        }
    }

    private static let mostForgotten = 10

    /// Deletes notes that were found. Returns those that somebody else had not deleted before.
    package func forget(_ notes: [JSONValue], in reference: String? = nil) async throws -> [JSONValue] {
        let agent = try await requiredAgent(reference, unseen: true)
        let passages = AgentPassages(client: try await client(), agentID: agent.id)
        var deleted: [JSONValue] = []
        for note in notes {
            do {
                try await passages.delete(note["id"]?.string ?? "")
                deleted.append(note)
            } catch let error as ClientError {
                guard error.status == 404 else { throw error }
            }
        }
        return deleted
    }
}
