import HTTP
import MCP
import Platform

extension MemoryResources {
    /// What changes from now on. Asks the server every few seconds, but not before something else needed it: nobody opens a
    /// database in order to hear that nothing happens in it.
    func changes(every interval: Duration = .seconds(3)) -> AsyncStream<ResourceChange> {
        AsyncStream(bufferingPolicy: .bufferingNewest(500)) { continuation in
            let watch = MemoryWatch(session: session, interval: interval, start: .now)
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

    private static let longestPause = Duration.seconds(60)

    /// Ends when its task is cancelled.
    func run(_ tell: @Sendable (ResourceChange) -> Void) async {
        var cursor: Int?
        var pause = interval
        while !Task.isCancelled {
            do { try await Task.sleep(for: pause) } catch { return }
            guard session.state.isOpened else { continue }
            do {
                let page = try await page(after: cursor)
                cursor = page.cursor
                for change in try await mapped(page.changes) { tell(change) }
                pause = interval
            } catch {
                // A server that is away is asked less and less often. What happened meanwhile is read when it is back.
                pause = min(pause * 2, max(Self.longestPause, interval))
            }
        }
    }

    // MARK: The feed

    private struct FeedPage {
        let changes: [JSONValue]
        let cursor: Int
    }

    private static let kinds = ("kinds", "block,passage,archive,agent,store")
    private static let path = "/v1/roost/changes"

    private func page(after cursor: Int?) async throws -> FeedPage {
        let client = try await session.client()
        guard let cursor else { return try await firstPage(client) }
        do {
            let query = [("after", String(cursor)), ("limit", "500"), Self.kinds]
            let reply = try await client.get(Self.path, query: query)
            return FeedPage(changes: reply["changes"]?.array ?? [], cursor: reply["cursor"]?.int ?? cursor)
        } catch let error as ClientError {
            guard error.status == 410 else { throw error }
            // What came between is not kept any more: all may have changed.
            let newest = try await client.get(Self.path, query: [("limit", "1")])["newest"]?.int ?? 0
            return FeedPage(changes: [["kind": "store", "action": "restored"]], cursor: newest)
        }
    }

    /// What happened since the client asked, although the feed is read later.
    private func firstPage(_ client: RoostClient) async throws -> FeedPage {
        let range = try await client.get(Self.path, query: [("limit", "1")])
        let newest = range["newest"]?.int ?? 0
        let after = max(0, (range["oldest"]?.int ?? 1) - 1, newest - 500)
        let query = [("after", String(after)), ("limit", "500"), Self.kinds]
        let reply = try await client.get(Self.path, query: query)
        let changes = (reply["changes"]?.array ?? []).filter { change in
            change["created_at"]?.string.flatMap { Timestamp(iso8601: $0) }.map { $0 >= start } ?? false
        }
        return FeedPage(changes: changes, cursor: reply["cursor"]?.int ?? newest)
    }

    // MARK: What it means

    /// Each change of a resource once; all that came and went are one change of the list.
    private func mapped(_ changes: [JSONValue]) async throws -> [ResourceChange] {
        guard !changes.isEmpty else { return [] }
        let updated = changes.filter { $0["action"] == "updated" }
        var found: [ResourceChange] = []
        if updated.count < changes.count { found.append(.list) }
        let blocks = updated.filter { $0["kind"] == "block" }.compactMap { $0["id"]?.string }.uniqued
        if !blocks.isEmpty { found += try await labels(of: blocks).map { .updated(uri: MemoryURI.block($0).text) } }
        found += updated.filter { $0["kind"] == "passage" }.compactMap { $0["id"]?.string }.uniqued.map {
            .updated(uri: MemoryURI.passage($0).text)
        }
        return found
    }

    /// The labels of those blocks that are the default agent's.
    private func labels(of ids: [String]) async throws -> [String] {
        let agent: MemoryAgent?
        do { agent = try await session.agent(forReading: nil) } catch is ToolError { return [] }
        guard let agent else { return [] }
        let blocks = try await AgentBlocks(client: try await session.client(), agent: agent).all()
        return blocks.filter { ids.contains($0.id) }.map(\.label)
    }
}
