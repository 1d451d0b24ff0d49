package import Platform

/// Where a note comes from: which door it came in by, and whose words it is in.
package struct Provenance: Sendable, Equatable {
    /// Whose words: how far a reader should rely on them.
    package enum Trust: String, Sendable, CaseIterable { case user, assistant, tool, web }

    /// `claude-code`, `cli`, `ci`, `import`, `mcp`, `sync`, `upkeep`; `api` for what came by none of ours.
    package var source: String
    package var trust: Trust
    package var session: String?
    package var tool: String?
    /// Relative to the project where it is inside of it.
    package var file: String?

    package init(source: String, trust: Trust, session: String? = nil, tool: String? = nil, file: String? = nil) {
        self.source = source
        self.trust = trust
        self.session = session
        self.tool = tool
        self.file = file
    }

    package var json: JSONObject {
        var object: JSONObject = ["source": .string(source), "trust": .string(trust.rawValue)]
        for (name, value) in [("session", session), ("tool", tool), ("file", file)] {
            if let value { object[name] = .string(value) }
        }
        return object
    }

    /// Nil when this is not the JSON of one.
    package init?(_ json: JSONValue?) {
        guard let source = json?["source"]?.string, let trust = json?["trust"]?.string.flatMap(Trust.init) else {
            return nil
        }
        self.init(
            source: source, trust: trust, session: json?["session"]?.string, tool: json?["tool"]?.string,
            file: json?["file"]?.string)
    }
}

/// Something worth keeping, on its way into a project's archival memory.
package struct MemoryNote: Sendable, Equatable {
    package var text: String
    /// `learning`, `decision`, `bug`, `file_change`, `session_summary`, …: `metadata.type`, which the server keeps as a tag too.
    package var type: String?
    package var tags: [String] = []
    package var metadata = JSONObject()
    package var provenance: Provenance
    /// Of all notes with one key, from whichever process, one is stored (for a day: `Idempotency-Key`).
    package var key: String?
    /// When it happened, when that was earlier than now.
    package var createdAt: String?

    package init(_ text: String, type: String? = nil, from provenance: Provenance, key: String? = nil) {
        self.text = text
        self.type = type
        self.provenance = provenance
        self.key = key
    }

    /// The body of the request that stores it.
    /// - Parameter project: what it is about, unless the metadata name another.
    func body(project: String?) -> JSONObject {
        var metadata = metadata
        if let type { metadata["type"] = .string(type) }
        if let project, metadata["project"] == nil { metadata["project"] = .string(project) }
        let tags = (tags + [metadata["project"]?.string].compactMap { $0.map { "project:" + $0 } }).uniqued
        var body: JSONObject = [
            "text": .string(text), "tags": .array(tags.map { .string($0) }), "metadata": .object(metadata),
            "provenance": .object(provenance.json),
        ]
        if let createdAt { body["created_at"] = .string(createdAt) }
        return body
    }
}

extension ToolSession {
    /// Stores a note in the memory of the project, making the agent that keeps it when there is none.
    /// - Returns: the passage.
    @discardableResult
    package func store(_ note: MemoryNote) async throws -> JSONValue {
        try await store(note.body(project: await projectName()), onceFor: note.key)
    }

    /// The same with the body of the request.
    @discardableResult
    func store(_ body: JSONObject, onceFor key: String?) async throws -> JSONValue {
        try await retryingWhenLost {
            let agent = try await agent(forWriting: nil, unseen: true)
            return try await PassagePlace.agent(agent.id).add(body, try await client(), onceFor: key)
        }
    }
}
