import HTTP
import Platform

/// What the model of a session has in its context already, and whose memory it is: part "context" of the session's file.
struct ShownMemory: Sendable, Equatable {
    private static let part = "context"
    /// More ids than a context holds notes.
    private static let most = 500

    /// When the context was empty last: what this session stored since is still in it.
    var since: String
    /// Passages that were shown.
    var ids: [String] = []
    /// Those of them that the memory does not know to be used yet.
    var uncounted: [String] = []
    /// The agent whose memory it is, and what led to it.
    var agent: KnownAgent?

    struct KnownAgent: Sendable, Equatable {
        var agent: MemoryAgent
        /// Of another one the agent has to be found anew.
        var scope: String
    }

    /// Nil when nothing was shown in this session.
    init?(_ session: JSONObject) {
        guard let json = session[Self.part], let since = json["since"]?.string else { return nil }
        self.since = since
        ids = json["shown"]?.strings ?? []
        uncounted = json["uncounted"]?.strings ?? []
        if let agent = json["agent"].flatMap({ MemoryAgent($0) }), let scope = json["scope"]?.string {
            self.agent = KnownAgent(agent: agent, scope: scope)
        }
    }

    init(since: String) { self.since = since }

    mutating func add(_ new: [String]) {
        ids = Array((ids + new).uniqued.suffix(Self.most))
        uncounted = Array((uncounted + new).uniqued.suffix(Self.most))
    }

    /// The context was emptied: what stood in it may be shown again.
    mutating func forget(at time: String) {
        since = time
        ids = []
    }

    /// Puts itself into the content of a session's file.
    func write(to session: inout JSONObject) {
        var json = JSONObject([("since", .string(since)), ("shown", .array(ids.map { .string($0) }))])
        if !uncounted.isEmpty { json["uncounted"] = .array(uncounted.map { .string($0) }) }
        if let agent {
            json["agent"] = .object(agent.agent.json)
            json["scope"] = .string(agent.scope)
        }
        session[Self.part] = .object(json)
    }
}

extension MemoryAgent {
    fileprivate var json: JSONObject {
        ["id": .string(id), "name": .string(name), "tags": .array(tags.map { .string($0) })]
    }
}

extension HookRun {
    /// Reads what the session has been shown, and lets the memory use the agent that is known from it: that spares the look
    /// for it. One that is gone is noticed when it is used.
    func shownMemory() async -> ShownMemory? {
        let shown = ShownMemory(sessionFile.read())
        if let known = shown?.agent, known.scope == (await surroundings.memory.scopeKey()) {
            surroundings.memory.assume(known.agent)
        }
        return shown
    }

    /// Tells the memory which notes the session was shown: they are used. Not while they are shown, which is to stay a read,
    /// but with what is written at the end of a turn.
    func countUse() async {
        let memory = surroundings.memory
        guard event == .sessionEnd || memory.state.isOpened,
            let shown = ShownMemory(sessionFile.read()), !shown.uncounted.isEmpty, let agent = shown.agent?.agent.id
        else { return }
        let body: JSONObject = [
            "agent_id": .string(agent), "passage_ids": .array(shown.uncounted.map { .string($0) }),
        ]
        // Counts need not be exact; what cannot be counted now is with the next turn.
        guard (try? await memory.client().call(.post, "/v1/roost/memory/used", body: .object(body))) != nil else {
            return
        }
        // Counted twice at worst.
        try? sessionFile.change { session in
            guard var now = ShownMemory(session) else { return }
            now.uncounted.removeAll { shown.uncounted.contains($0) }
            now.write(to: &session)
        }
    }

    /// Changes what the session has been shown. Of several hooks at once each adds its own.
    func noteShown(_ body: @Sendable (inout ShownMemory) -> Void) async {
        let memory = surroundings.memory
        let scope = await memory.scopeKey()
        // Without the file a note is shown twice at worst.
        try? sessionFile.change { session in
            var shown = ShownMemory(session) ?? ShownMemory(since: surroundings.now.iso8601)
            body(&shown)
            shown.agent = memory.known.map { ShownMemory.KnownAgent(agent: $0, scope: scope) }
            shown.write(to: &session)
        }
    }
}

extension ToolSession {
    /// What leads to the agent: the same key, the same agent, as long as it is there.
    func scopeKey() async -> String {
        let project = await project()
        let parts = [scope.agent, scope.project, project?.agent?.reference, project?.name]
        return parts.map { $0 ?? "" }.joined(separator: "\n")
    }

    /// The agent that calls without one mean, when it is known.
    var known: MemoryAgent? { state.agent }

    /// Takes an agent that another process found for the same scope.
    func assume(_ agent: MemoryAgent) { state.agent = agent }
}
