package import Domain
package import Platform
import Storage

/// Use cases of talking to an agent: each makes one run.
package struct Sending: Sendable {
    let engine: Engine

    package typealias Watcher = @Sendable (RunEvent) async throws -> Void

    /// Begins a run: checks the request against the conversation, and stores what the client said.
    /// - Throws: `Refusal` when nothing was begun.
    /// - Parameter chain: agents that wait for the answer.
    package func prepare(
        _ request: SendRequest, to place: ConversationPlace, by caller: Caller, chain: [String] = []
    ) async throws -> PreparedRun {
        let model = try await model(for: request, place, caller)
        return try await prepare(request, model, newRun(request, place, caller), isNew: true, place, caller, chain)
    }

    /// Sends, and comes back when the run is under way: it goes on without its caller, and its events are kept for those
    /// who come for them. The same request again finds the run that it made.
    /// - Parameter encode: makes of an event the texts that are kept; each is given its number.
    package func sendInBackground(
        _ request: SendRequest, to place: ConversationPlace, by caller: Caller,
        encode: @escaping @Sendable (RunEvent) async -> [@Sendable (Int) -> String]
    ) async throws -> Run {
        if let known = try await known(request, place, caller) { return known }
        let prepared = try await prepare(request, to: place, by: caller)
        let log = RunLog()
        let engine = engine
        engine.liveRuns.keep(log, of: prepared.run.id)
        Task {
            _ = await prepared.carry { event in for make in await encode(event) { log.append(make) } }
            log.finish()
        }
        Task { await engine.runEvents.write(log, of: prepared.run.id, by: caller) }
        return prepared.run
    }

    /// Sends and comes back at once: the run waits for its turn.
    package func sendLater(_ request: SendRequest, to place: ConversationPlace, by caller: Caller) async throws -> Run {
        if let refusal = request.callbackURL.flatMap(engine.settings.refusalOfAddress) {
            throw Refusal.unprocessable("callback_url: \(refusal)")
        }
        let model = try await model(for: request, place, caller)
        var run = newRun(request, place, caller)
        run.leaseUntil = Timestamp.now.adding(seconds: RunKeeper.lease)
        let made = run
        try await engine.write(by: caller) { transaction in
            try transaction.reading.requireAgent(place.agentID, organization: caller.organization)
            try transaction.runs.insert(made, by: caller.actor)
        }
        let engine = engine
        let task = Task { await engine.sending.carryLater(made, request, model, place, caller.withoutKey) }
        engine.liveRuns.add(made.id) { task.cancel() }
        engine.keeper.attend()
        return made
    }

    private func carryLater(
        _ run: Run, _ request: SendRequest, _ model: any ChatModel, _ place: ConversationPlace, _ caller: Caller
    ) async {
        var ended = run
        do {
            ended = try await prepare(request, model, run, isNew: false, place, caller).carry { _ in }.run
        } catch {
            ended.stopReason = error is CancellationError ? .cancelled : .error
            let message = (error as? Refusal)?.message ?? "An unknown error occurred (\(type(of: error)))"
            ended.metadata = JSONText(["error": ["type": "internal_error", "message": .string(message)]])
            await engine.endRun(ended, by: caller)
            engine.liveRuns.remove(run.id)
        }
        if let address = request.callbackURL { await engine.tell(address, ofEndOf: ended, by: caller) }
    }

    // MARK: Beginning

    private func prepare(
        _ request: SendRequest, _ model: any ChatModel, _ made: Run, isNew: Bool, _ place: ConversationPlace,
        _ caller: Caller, _ chain: [String] = []
    ) async throws -> PreparedRun {
        // Who sends twice in quick succession waits for the turn; a conversation of its own is busy at once (wire notes,
        // section 7). What was sent for later waits as long as it takes.
        let isFree: Bool
        if !isNew {
            isFree = try await engine.queue.enter(place.key)
        } else if place.conversationID == nil {
            isFree = try await engine.queue.enter(
                place.key, patience: .seconds(engine.settings.busySeconds))
        } else {
            isFree = await engine.queue.enterNow(place.key)
        }
        guard isFree else { throw try await busy(place, caller) }
        do {
            var run = made
            run.status = .running
            run.leaseUntil = Timestamp.now.adding(seconds: RunKeeper.lease)
            let situation = try await begin(run, request, isNew: isNew, place, caller)
            return PreparedRun(
                engine: engine, caller: caller, request: request, model: model, run: run, situation: situation,
                key: place.key, chain: chain)
        } catch {
            await engine.queue.leave(place.key)
            throw error
        }
    }

    /// Another process may be at this conversation; it is waited for as long as one that died could hold it.
    private func begin(
        _ run: Run, _ request: SendRequest, isNew: Bool, _ place: ConversationPlace, _ caller: Caller
    ) async throws -> RunSituation {
        let patience = ContinuousClock.now + .seconds(RunKeeper.lease + 2)
        while true {
            do {
                return try await engine.write(by: caller) { try $0.begin(run, request, isNew: isNew) }
            } catch let conflict as RunConflict {
                try await engine.runs.endAbandoned()
                guard ContinuousClock.now < patience else { throw Self.busy(runID: conflict.runID) }
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    func model(
        for request: SendRequest, _ place: ConversationPlace, _ caller: Caller
    ) async throws -> any ChatModel {
        let thread = try await engine.read { try $0.thread(place.reference, organization: caller.organization) }
        guard thread.agent.id == place.agentID else {
            throw Refusal.notFound("Conversation with ID '\(place.conversationID ?? "")' not found")
        }
        let text =
            request.overrideModel ?? thread.conversation?.model ?? thread.agent.model ?? thread.agent.configuredHandle
        return try await engine.chatModel(named: text, by: caller)
    }

    func newRun(_ request: SendRequest, _ place: ConversationPlace, _ caller: Caller) -> Run {
        var run = Run(id: Identifier.new(.run), agentID: place.agentID, createdAt: .now)
        run.conversationID = place.conversationID
        run.isBackground = request.isBackground
        run.requestConfig = request.config
        run.otids = request.otids
        run.callbackURL = request.callbackURL
        run.projectID = caller.projectID
        return run
    }

    /// The background run that the same request made before.
    private func known(_ request: SendRequest, _ place: ConversationPlace, _ caller: Caller) async throws -> Run? {
        try await engine.read { transaction in
            try transaction.runs.byOTIDs(
                request.otids, ofAgent: place.agentID, conversation: place.conversationID,
                organization: caller.organization)
        }
    }

    func busy(_ place: ConversationPlace, _ caller: Caller) async throws -> Refusal {
        let running = try await engine.read { transaction in
            try transaction.runs.running(
                ofAgent: place.agentID, conversation: place.conversationID, organization: caller.organization)
        }
        return Self.busy(runID: running?.id)
    }

    static func busy(runID: String?) -> Refusal {
        Refusal(
            .conflict,
            "Cannot send a new message: Another request (run_id=\(runID ?? "unknown")) is currently being processed for this "
                + "conversation. Please wait for it to finish, or cancel it.",
            beside: runID.map { JSONObject([("run_id", .string($0))]) })
    }
}

/// The thread that is spoken in.
package struct ConversationPlace: Sendable, Equatable {
    package let agentID: String
    /// Nil: the agent's own thread.
    package let conversationID: String?

    package init(agentID: String, conversationID: String?) {
        self.agentID = agentID
        self.conversationID = conversationID
    }

    var reference: ThreadReference { conversationID.map { .conversation($0) } ?? .main(agentID: agentID) }

    var filter: MessageFilter.Conversation { conversationID.map { .one($0) } ?? .main }

    var key: String { agentID + "/" + (conversationID ?? "") }
}

extension Engine {
    package var sending: Sending { Sending(engine: self) }
}

extension Agent {
    /// What its deprecated configuration names, for an agent without a handle.
    var configuredHandle: String? {
        let config = llmConfig.value
        if let handle = config["handle"]?.string { return handle }
        guard let model = config["model"]?.string else { return nil }
        return (config["provider_name"]?.string ?? config["model_endpoint_type"]?.string ?? "openai") + "/" + model
    }
}
