import HTTP
import Platform

/// Follows the change feed, over a broken connection too, and looks up what people want to know of each change.
package struct ChangeFollowing: Sendable {
    package enum News: Sendable {
        case change(WatchedChange)
        /// Some changes are not kept any more.
        case gap(String)
        /// The server does not answer; it is asked again.
        case lost(String)
    }

    let client: RoostClient
    package var agentID: String?
    package var label: String?
    package var tag: String?

    package init(client: RoostClient) { self.client = client }

    private static let longestPause = Duration.seconds(30)

    /// - Parameter since: the last change that was seen; nil: only later ones.
    /// - Throws: `CancellationError` when its task is cancelled, `ClientError` when the server refuses.
    package func run(since: Int?, _ take: @escaping @Sendable (News) async throws -> Void) async throws {
        // Known from the beginning, so that nothing is missed when the first connection breaks before its first event.
        let start = try await firstCursor(since)
        let last = Lock(start)
        let isToldOfLoss = Lock(false)
        var pause = Duration.milliseconds(500)
        while !Task.isCancelled {
            do {
                var query = [("kinds", "block,passage")]
                if let agentID { query.append(("agent_id", agentID)) }
                try await client.events(
                    "/v1/roost/events", query: query, after: String(last.withLock { $0 }),
                    opened: { isToldOfLoss.withLock { $0 = false } }
                ) { event in
                    try await self.take(event, take)
                    if let id = event.id.flatMap({ Int($0) }) { last.withLock { $0 = id } }
                }
                pause = .milliseconds(500)
            } catch let error as ClientError where error.status == nil || (error.status ?? 0) >= 500 {
                if isToldOfLoss.withLock({ told in
                    defer { told = true }; return !told
                }) {
                    try await take(.lost(error.description))
                }
                pause = min(pause * 2, Self.longestPause)
            }
            try await Task.sleep(for: pause)
        }
        throw CancellationError()
    }

    private func firstCursor(_ since: Int?) async throws -> Int {
        let range = try await client.get("/v1/roost/changes", query: [("limit", "1")])
        return since ?? range["newest"]?.int ?? 0
    }

    private func take(_ event: ReceivedEvent, _ take: @Sendable (News) async throws -> Void) async throws {
        // What is not JSON is no event of this feed.
        guard let json = try? JSONValue(parsing: event.data) else { return }
        if event.name == "reset" { return try await take(.gap(json["detail"]?.string ?? "Some changes are lost.")) }
        guard event.name == "change", var change = WatchedChange(json) else { return }
        if let label, change.label != label { return }
        try await complete(&change, json)
        if let tag, !change.tags.contains(tag) { return }
        try await take(.change(change))
    }

    // MARK: Before and after

    /// By lists, which do not count as use of what they show.
    private func complete(_ change: inout WatchedChange, _ json: JSONValue) async throws {
        switch change.kind {
        case "block": try await completeBlock(&change, json["created_at"]?.string)
        case "passage" where change.action != "deleted":
            // Of an archive that no agent has, only the change itself is told.
            guard let agent = try await agent(of: json) else { return }
            let query = [("agent_id", agent), ("ids", change.id)]
            guard let passage = try await client.get("/v1/roost/passages", query: query).array?.first else { return }
            change.after = passage["text"]?.string
            change.tags = passage["tags"]?.strings ?? []
        default: break
        }
    }

    private func agent(of json: JSONValue) async throws -> String? {
        if let agent = agentID ?? json["agent_id"]?.string { return agent }
        guard let archive = json["archive_id"]?.string else { return nil }
        let path = APIPath.archive(archive) + "/agents"
        do { return try await client.get(path, query: [("limit", "1")]).array?.first?["id"]?.string } catch let error
            as ClientError where error.status == 404
        { return nil }
    }

    private func completeBlock(_ change: inout WatchedChange, _ time: String?) async throws {
        do {
            let path = "/v1/roost/blocks/\(percentEncoded(change.id))/history"
            let revisions = try await client.get(path, query: [("limit", "50")]).array ?? []
            let block = try await client.list("/v1/blocks/", query: [("label", change.label ?? "")], limit: 300)
                .first { $0["id"]?.string == change.id }
            change.tags = block?["tags"]?.strings ?? []
            // A revision ends when the change happens: both have the time of one transaction.
            guard let place = revisions.firstIndex(where: { $0["changed_at"]?.string == time }) else {
                if change.action == "created" {
                    let first = revisions.last.flatMap { $0["version"]?.int == 1 ? $0["value"] : nil }
                    change.after = (first ?? block?["value"])?.string
                }
                return
            }
            change.before = revisions[place]["value"]?.string
            if change.action != "deleted" {
                change.after = place == 0 ? block?["value"]?.string : revisions[place - 1]["value"]?.string
            }
        } catch let error as ClientError where error.status == 404 {
            // Deleted meanwhile.
        }
    }
}
