package import Domain
package import Platform
package import Storage

/// What Roost does: the use cases, over one store. A use case checks the rules, then makes one hop to the store.
package struct Engine: Sendable {
    package let store: Store
    package let settings: EngineSettings
    package let metrics: Metrics
    package let log: Log
    package let accesses: AccessTally
    package let embedders: Embedders
    package let chatModels: any ChatModels
    /// Where tools' code runs.
    package let sandbox: any CodeSandbox
    package let toolServers: any ToolServers
    package let web: any WebAccess
    let embeddingWork = EmbeddingSignal()
    let catalogue = ModelCatalogue()
    let notices = Notices()
    /// Runs that this process carries out.
    package let liveRuns = RunRegistry()
    let queue = ConversationQueue()
    /// Tells a client's address that a run has ended.
    let announce: Announcement
    private let lastCounts = LastCounts()

    /// Sends the end of a run to an address, and gives the status of the reply or what went wrong.
    package typealias Announcement = @Sendable (_ address: String, _ run: Run) async -> (status: Int?, error: String?)

    package init(
        store: Store, settings: EngineSettings, metrics: Metrics, log: Log, embedders: Embedders = .none,
        chatModels: any ChatModels = NoChatModels(), sandbox: any CodeSandbox = NoSandbox(),
        toolServers: any ToolServers = NoToolServers(), web: any WebAccess = NoWeb(),
        announce: @escaping Announcement = { _, _ in (nil, nil) }
    ) {
        self.store = store
        self.settings = settings
        self.metrics = metrics
        self.log = log
        self.embedders = embedders
        self.chatModels = chatModels
        self.sandbox = sandbox
        self.toolServers = toolServers
        self.web = web
        self.announce = announce
        accesses = AccessTally(store, log: log)
        metrics.declareCounter("letta_memory_operations_total", help: "Memory operations by kind.")
        metrics.declareCounter("letta_database_errors_total", help: "Failures of the database.")
        metrics.declareCounter("roost_embedded_texts_total", help: "Texts of passages that were embedded.")
        metrics.declareCounter("roost_embedding_failures_total", help: "Calls of an embedding model that failed.")
    }

    /// Runs a read; a failure of the database becomes a refusal that a client can act on.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (ReadTransaction) throws -> Value
    ) async throws -> Value {
        do { return try await store.read(body) } catch let error as StoreError { throw refusal(error) }
    }

    /// Runs one transaction. It is durable when this returns, as far as it is asked to be.
    package func write<Value: Sendable>(
        by caller: Caller, counting operation: String? = nil,
        durability: StoreConfiguration.Durability = .powerFailure,
        _ body: @escaping @Sendable (WriteTransaction) throws -> Value
    ) async throws -> Value {
        do {
            let value = try await store.write(
                by: caller.actor, idempotency: caller.idempotencyKey, durability: durability, body)
            if let operation { count(operation) }
            return value
        } catch let error as StoreError {
            throw refusal(error)
        } catch let applied as AlreadyApplied {
            let response = if let response = applied.response { response } else { try await awaitedReply(for: caller) }
            throw Replay(reply: response.map { .init(status: $0.status, body: $0.body) })
        }
    }

    /// The reply of a write that is done but may not be answered yet: the same request sent twice at once. Nil when it
    /// does not come within a second: the server stopped between the write and its reply.
    private func awaitedReply(for caller: Caller) async throws -> KeptResponse? {
        guard let key = caller.idempotencyKey else { return nil }
        for _ in 0..<40 {
            if let response = try await store.keptResponse(key, by: caller.actor) { return response }
            try await Task.sleep(for: .milliseconds(25))
        }
        return nil
    }

    /// Keeps the reply of an idempotent write for those who send it again.
    package func keepReply(status: Int, body: [UInt8], for caller: Caller) async {
        guard let key = caller.idempotencyKey else { return }
        do {
            try await store.keepResponse(
                key, by: caller.actor, status: status, contentType: "application/json", body: body)
        } catch {
            // The write itself is durable; a repeated request will be told so instead of getting the same reply.
            log.warning("reply_not_kept", ("error", .string("\(type(of: error))")))
        }
    }

    package func count(_ operation: String, by amount: Int = 1) {
        metrics.count("letta_memory_operations_total", Metrics.label("operation", operation), by: amount)
    }

    /// Throws `Refusal(.unavailable)` when the database does not answer.
    package func checkReady() async throws {
        do { try await store.checkReady() } catch let error as StoreError { throw refusal(error) }
    }

    /// How many agents and passages there are. Counting reads an index from end to end, so in a large database the last
    /// numbers stand for a hundred times as long as it took.
    package func counts() async throws -> ObjectCounts {
        if let counts = lastCounts.fresh { return counts }
        let start = ContinuousClock.now
        let (agents, passages, waiting) = try await read { try $0.counts() }
        let counts = ObjectCounts(agents: agents, passages: passages, waiting: waiting)
        lastCounts.keep(counts, countedSince: start)
        return counts
    }
}

/// Limits and defaults that the operator sets.
package struct EngineSettings: Sendable {
    /// The limit of a block that names none (`MAX_CORE_MEMORY_SIZE`).
    package var defaultBlockLimit = Block.contractLimit
    /// Handle `provider/model` for agents that name none (`DEFAULT_LLM_MODEL`).
    package var defaultModel: String?
    package var defaultEmbedding: String?
    /// Providers of models that are set up.
    package var providers: [ConfiguredProvider] = []
    /// How long a list of models waits for providers that have not said yet what they offer.
    package var modelListSeconds = 2.0
    /// Most results of one archival search (`MAX_ARCHIVAL_RESULTS`).
    package var maximumSearchResults = 1000
    /// Of how many last steps of each agent a trace is kept; 0 keeps none.
    package var providerTraces = 20
    /// How many last calls of tools are kept for each agent; 0 keeps none.
    package var toolCalls = 200
    /// How long a message to an agent waits for the one before it, in seconds; then it is told that the agent is busy.
    package var busySeconds = 1.0
    /// Whether MCP servers may be programs that this one starts (`mcp-stdio`).
    package var startsToolServers = true
    /// How long a write may wait for the vectors of its texts; those that are not there by then are made later.
    package var embeddingSeconds = 10.0
    /// Why an address of a user's cannot be called, as far as it shows; nil when that has to be tried.
    package var refusalOfAddress: @Sendable (_ url: String) -> String? = { _ in nil }

    package init() {}
}
