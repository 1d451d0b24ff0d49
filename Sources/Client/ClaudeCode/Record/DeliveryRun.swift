import HTTP
import Platform

/// Sends deliveries, one after the other.
struct DeliveryRun: Sendable {
    /// What became of them.
    struct Outcome: Sendable {
        /// Stored, now or before.
        var done: [Delivery] = []
        /// Refused for good, and why.
        var rejected: [(delivery: Delivery, reason: String)] = []
        /// Not sent: the memory does not answer, or the time is over.
        var left: [Delivery] = []
        var problem: (any Error)?
        /// Had no room in the outbox.
        var lost = 0
    }

    let memory: ToolSession
    /// Whose deliveries `memory` is for; the others get a session of their own.
    let scope: ToolSession.Scope
    let now: Timestamp
    let until: ContinuousClock.Instant

    /// The server remembers keys for a day; with some hours to spare.
    private static let keySeconds = 20.0 * 3600

    func send(_ deliveries: [Delivery]) async -> Outcome {
        var outcome = Outcome()
        var sessions: [(ToolSession.Scope, ToolSession)] = [(scope, memory)]
        for (index, delivery) in deliveries.enumerated() {
            guard ContinuousClock.now < until else {
                outcome.left += deliveries[index...]
                return outcome
            }
            do {
                let scope = delivery.identity.scope
                var session = sessions.first { $0.0 == scope }?.1
                if session == nil {
                    let client = try await memory.client()
                    let made = ToolSession(scope: scope, client: client)
                    sessions.append((scope, made))
                    session = made
                }
                if let session { try await send(delivery, session) }
                outcome.done.append(delivery)
            } catch {
                if ToolError(error).status == 500 {
                    // Of this one alone, most likely: the others need not wait for it. A server that could not take it for
                    // most of a day never will.
                    if isOld(delivery) {
                        outcome.rejected.append((delivery, ToolError(error).message))
                    } else {
                        outcome.left.append(delivery)
                    }
                    continue
                }
                guard let reason = Self.refusal(error) else {
                    outcome.left += deliveries[index...]
                    outcome.problem = error
                    return outcome
                }
                outcome.rejected.append((delivery, reason))
            }
        }
        return outcome
    }

    /// Why it will never be taken; nil when a later attempt may succeed.
    private static func refusal(_ error: any Error) -> String? {
        let error = ToolError(error)
        guard let status = error.status, [400, 404, 405, 413, 422].contains(status) else { return nil }
        return error.message
    }

    private func send(_ delivery: Delivery, _ session: ToolSession) async throws {
        switch delivery.content {
        case .lessons(let lines):
            try await LearningsBlock(session).append(lines)
        case .note(let body):
            // An old key may be forgotten already.
            if isOld(delivery), try await stored(delivery, session) != nil { return }
            if try await isKnown(body, session) { return }
            try await create(body, delivery, session)
        case .update(let body):
            if let passage = try await stored(delivery, session) {
                try await change(passage, body, session)
            } else if try await create(body, delivery, session) == .wasStored,
                let passage = try await stored(delivery, session)
            {
                try await change(passage, body, session)
            }
        }
    }

    /// What may be said in every session anew, and is one thing to know.
    private static let oncePerProject: Set<String> = ["preference", "learning", "decision"]

    private static let tellingWords = 4

    /// Whether a note of its type has the same words, whichever session it is from.
    private func isKnown(_ body: JSONObject, _ session: ToolSession) async throws -> Bool {
        guard let text = body["text"]?.string, let type = body["metadata"]?["type"]?.string,
            Self.oncePerProject.contains(type),
            let agent = try await session.agent(forReading: nil, unseen: true)
        else { return false }
        let words = Self.plainWords(text)
        // Long words are rare ones, mostly: a search for all of them would read half of the memory's index.
        let telling = words.sorted { $0.utf8.count > $1.utf8.count }.prefix(Self.tellingWords).joined(separator: " ")
        var search = PassageSearch(question: telling, place: .agent(agent.id), limit: 8, tags: ["type:" + type])
        search.byWordsAlone = true
        search.countsAsUse = false
        // Words of a web page do not stand for those of the user.
        let isForeign = body["provenance"]?["trust"]?.string == Provenance.Trust.web.rawValue
        return try await search.results(try await session.client()).compactMap { ContextNote($0) }.contains {
            Self.plainWords($0.text) == words && (isForeign || !$0.isForeign)
        }
    }

    /// Without case, spaces and the marks of sentences and quotations; signs between words, such as `!=`, say something.
    private static func plainWords(_ text: String) -> [String] {
        text.lowercased().split(whereSeparator: \.isWhitespace).compactMap { word in
            var word = word.drop { "\"'`(".contains($0) }
            while let last = word.last, ".,;:!?\"'`)".contains(last) { word.removeLast() }
            return word.isEmpty ? nil : String(word)
        }
    }

    private func isOld(_ delivery: Delivery) -> Bool {
        guard let at = Timestamp(iso8601: delivery.at) else { return true }
        return at.adding(seconds: Self.keySeconds) < now
    }

    private enum Creation { case isNew, wasStored }

    @discardableResult
    private func create(_ body: JSONObject, _ delivery: Delivery, _ session: ToolSession) async throws -> Creation {
        // That there is an agent is not to be mistaken for that there is the passage.
        _ = try await session.agent(forWriting: nil, unseen: true)
        do {
            try await session.store(body, onceFor: delivery.key)
            return .isNew
        } catch {
            // The key was used: by this, or by an earlier text of it.
            guard ToolError(error).status == 409 else { throw error }
            return .wasStored
        }
    }

    /// The passage that a delivery made before; nil when there is none.
    private func stored(_ delivery: Delivery, _ session: ToolSession) async throws -> JSONValue? {
        guard let agent = try await session.agent(forReading: nil, unseen: true) else { return nil }
        return try await AgentPassages(client: try await session.client(), agentID: agent.id)
            .having("key", delivery.key, 1, tags: [SessionNotes.tag(delivery.session)]).first
    }

    /// Brings a passage up to date, unless it is newer.
    private func change(_ passage: JSONValue, _ body: JSONObject, _ session: ToolSession) async throws {
        guard let id = passage["id"]?.string else { return }
        let (old, new) = (passage["metadata"]?["timestamp"]?.string ?? "", body["metadata"]?["timestamp"]?.string ?? "")
        if new < old
            || passage["text"] == body["text"] && passage["metadata"]?["resolved"] == body["metadata"]?["resolved"]
        {
            return
        }
        let patch: JSONObject = ["text": body["text"] ?? "", "metadata": body["metadata"] ?? [:]]
        try await session.client().call(.patch, APIPath.passage(id), body: .object(patch))
    }
}
