import HTTP
import MCP
import Platform

extension MemoryResources {
    /// What changes from now on. Asks the server every few seconds; unless the client asked for it, not before something else
    /// needed the server: nobody opens a database in order to hear that nothing happens in it.
    func changes(every interval: Duration = .seconds(3), isAsked: Bool = false) -> AsyncStream<ResourceChange> {
        AsyncStream(bufferingPolicy: .bufferingNewest(500)) { continuation in
            let watch = MemoryWatch(session: session, interval: interval, start: .now, isAsked: isAsked)
            let task = Task {
                await watch.run { continuation.yield($0) }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}

/// Reads the feed of changes for a client that wants to know.
struct MemoryWatch: Sendable {
    let session: ToolSession
    let interval: Duration
    /// Changes before this are not told.
    let start: Timestamp
    /// Nothing else has to need the server first.
    var isAsked = false

    private static let longestPause = Duration.seconds(60)

    /// Ends when its task is cancelled.
    func run(_ tell: @Sendable (ResourceChange) -> Void) async {
        var cursor: Int?
        var pause = interval
        while !Task.isCancelled {
            do { try await Task.sleep(for: pause) } catch { return }
            guard isAsked || session.state.isOpened else { continue }
            do {
                let page = try await page(after: cursor)
                for change in try await mapped(page) { tell(change) }
                cursor = page.cursor
                pause = interval
            } catch {
                // A server that is away is asked less and less often. What happened meanwhile is read when it is back.
                pause = min(pause * 2, max(Self.longestPause, interval))
            }
        }
    }

    // MARK: The feed

    private struct FeedPage {
        /// What happened after `start`, to whomever.
        let changes: [JSONValue]
        let start: Int
        let cursor: Int
        /// False when some changes are lost, so that anything may have changed.
        var isComplete = true
    }

    private static let path = "/v1/roost/changes"

    private func page(after known: Int?) async throws -> FeedPage {
        let client = try await session.client()
        let start: Int
        if let known { start = known } else { start = try await firstCursor(client) }
        do {
            let query = [("after", String(start)), ("limit", "500"), ("kinds", "block,passage,archive,agent,store")]
            let reply = try await client.get(Self.path, query: query)
            return FeedPage(
                changes: (reply["changes"]?.array ?? []).filter(isNew), start: start,
                cursor: reply["cursor"]?.int ?? start)
        } catch let error as ClientError {
            guard error.status == 410 else { throw error }
            let newest = try await client.get(Self.path, query: [("limit", "1")])["newest"]?.int ?? 0
            return FeedPage(changes: [], start: newest, cursor: newest, isComplete: false)
        }
    }

    /// Some way back: the feed is read later than the client asked for changes.
    private func firstCursor(_ client: RoostClient) async throws -> Int {
        let range = try await client.get(Self.path, query: [("limit", "1")])
        return max(0, (range["oldest"]?.int ?? 1) - 1, (range["newest"]?.int ?? 0) - 500)
    }

    private func isNew(_ change: JSONValue) -> Bool {
        change["created_at"]?.string.flatMap { Timestamp(iso8601: $0) }.map { $0 >= start } ?? false
    }

    // MARK: What it means

    /// Each change of a resource once; all that came and went are one change of the list.
    private func mapped(_ page: FeedPage) async throws -> [ResourceChange] {
        let projects = ResourceChange.updated(uri: MemoryURI.projects.text)
        guard page.isComplete else { return try await [.list, projects] + everyBlock() }
        guard !page.changes.isEmpty else { return [] }
        var found: [ResourceChange] = []
        let general = page.changes.filter { change in
            change["kind"] == "store" || (change["kind"] == "agent" && change["action"] != "updated")
        }
        if !general.isEmpty { found += [.list, projects] }
        if general.contains(where: { $0["kind"] == "store" }) { found += try await everyBlock() }
        found += try await ownChanges(page)
        var seen: [ResourceChange] = []
        for change in found where !seen.contains(change) { seen.append(change) }
        return seen
    }

    /// What happened to the blocks and passages of the default agent; the feed knows which are its own.
    private func ownChanges(_ page: FeedPage) async throws -> [ResourceChange] {
        guard let agent = try await agent() else { return [] }
        let query = [
            ("after", String(page.start)), ("limit", "500"), ("kinds", "block,passage,archive"), ("agent_id", agent.id),
        ]
        let reply = try await session.client().get(Self.path, query: query)
        let changes = (reply["changes"]?.array ?? []).filter { isNew($0) && ($0["seq"]?.int ?? 0) <= page.cursor }
        return changes.compactMap { change in
            switch (change["kind"]?.string, change["action"]?.string) {
            case ("block", "updated"): change["label"]?.string.map { .updated(uri: MemoryURI.block($0).text) }
            case ("passage", "updated"): change["id"]?.string.map { .updated(uri: MemoryURI.passage($0).text) }
            case ("archive", "updated"), ("archive", "created"): nil
            default: .list
            }
        }
    }

    private func everyBlock() async throws -> [ResourceChange] {
        guard let agent = try await agent() else { return [] }
        let blocks = try await AgentBlocks(client: try await session.client(), agent: agent).all()
        return blocks.map { .updated(uri: MemoryURI.block($0.label).text) }
    }

    private func agent() async throws -> MemoryAgent? {
        do { return try await session.agent(forReading: nil) } catch is ToolError { return nil }
    }
}
