import HTTP
import Platform

/// What one side holds that may have changed since the last run.
struct SyncView: Sendable {
    var blocks: [String: SyncBlock] = [:]
    var passages: [String: SyncPassage] = [:]
    /// Passages that were asked for; those without an entry above are gone. Nil: all there are.
    var asked: Set<String>?
    /// Where the feed of changes goes on.
    var cursor = 0
    /// The store is not as far as it was (an older backup was put back): what is missing was not deleted by anybody.
    var hasGoneBack = false

    /// Nothing is said about passages that were not asked for.
    func knows(_ id: String) -> Bool { asked?.contains(id) ?? true }
}

/// One side, and whose memory there.
struct SyncSide: Sendable {
    let place: SyncPlace
    let client: RoostClient
    let agentID: String

    private static let changes = "/v1/roost/changes"
    /// Of more changed passages than these all are listed.
    private static let mostAsked = 2000

    /// What changed after a cursor; everything when there is none, or the feed does not tell.
    func view(after cursor: Int?) async throws -> SyncView {
        var view = SyncView()
        if let cursor {
            let news = try await news(after: cursor)
            (view.cursor, view.asked, view.hasGoneBack) = (news.cursor, news.ids, news.hasGoneBack)
        } else {
            // Before looking: what changes meanwhile is seen again.
            view.cursor = try await client.get(Self.changes, query: [("limit", "1")])["newest"]?.int ?? 0
        }
        for block in try await client.list(APIPath.blocks(ofAgent: agentID)).compactMap(SyncBlock.init) {
            view.blocks[block.label] = block
        }
        try await complete(&view, view.asked)
        return view
    }

    /// Reads passages into the view; nil: all of them.
    func complete(_ view: inout SyncView, _ ids: Set<String>?) async throws {
        guard let ids else { return note(try await list([]), in: &view) }
        view.asked?.formUnion(ids)
        let all = ids.sorted()
        for start in stride(from: 0, to: all.count, by: 50) {
            note(try await list([("ids", all[start..<min(start + 50, all.count)].joined(separator: ","))]), in: &view)
        }
    }

    private func note(_ found: [SyncPassage], in view: inout SyncView) {
        for passage in found { view.passages[passage.id] = passage }
    }

    private func list(_ query: [(String, String)]) async throws -> [SyncPassage] {
        var found: [SyncPassage] = []
        var after: String?
        while true {
            var query = query + [("agent_id", agentID), ("limit", "500")]
            if let after { query.append(("after", after)) }
            let page = try await client.get("/v1/roost/passages", query: query).array ?? []
            found += page.compactMap(SyncPassage.init)
            guard page.count == 500, let last = page.last?["id"]?.string else { return found }
            after = last
        }
    }

    /// Whether the store has a passage, in whichever archive.
    func has(_ passage: String) async throws -> Bool {
        do { try await client.call(.get, APIPath.passage(passage)) } catch let error as ClientError {
            guard error.status == 404 else { throw error }
            return false
        }
        return true
    }

    /// Whether both sides are one store: a server over this very file. The ids alone do not tell, since a copied database has
    /// the same.
    func isSameStore(as other: SyncSide) async throws -> Bool {
        guard agentID == other.agentID else { return false }
        let body: JSONValue = ["label": "sync-probe", "value": "", "hidden": true]
        let id = try await client.call(.post, "/v1/blocks/", body: body)["id"]?.string ?? ""
        let found: Bool
        do {
            try await other.client.call(.get, APIPath.block(id))
            found = true
        } catch let error as ClientError where error.status == 404 { found = false }
        try await client.call(.delete, APIPath.block(id))
        return found
    }

    // MARK: The feed

    private struct News {
        /// Nil: anything may have changed.
        var ids: Set<String>?
        var cursor: Int
        var hasGoneBack = false
    }

    private func news(after start: Int) async throws -> News {
        var ids: Set<String> = []
        var cursor = start
        while true {
            let page: JSONValue
            do {
                page = try await client.get(
                    Self.changes,
                    query: [
                        ("after", String(cursor)), ("limit", "1000"), ("agent_id", agentID),
                        ("kinds", "passage,archive,store"),
                    ])
            } catch let error as ClientError where error.status == 410 {
                let newest = try await client.get(Self.changes, query: [("limit", "1")])["newest"]?.int ?? 0
                return News(ids: nil, cursor: newest, hasGoneBack: newest < start)
            }
            let changes = page["changes"]?.array ?? []
            cursor = page["cursor"]?.int ?? cursor
            for change in changes {
                switch change["kind"]?.string {
                case "passage": change["id"]?.string.map { _ = ids.insert($0) }
                case "archive" where change["action"] == "created" || change["action"] == "updated": break
                case "archive": return try await everything(cursor, hasGoneBack: false)
                default: return try await everything(cursor, hasGoneBack: true)
                }
            }
            if ids.count > Self.mostAsked { return try await everything(cursor, hasGoneBack: false) }
            if changes.count < 1000 { return News(ids: ids, cursor: cursor) }
        }
    }

    private func everything(_ cursor: Int, hasGoneBack: Bool) async throws -> News {
        let newest = try await client.get(Self.changes, query: [("limit", "1")])["newest"]?.int ?? cursor
        return News(ids: nil, cursor: newest, hasGoneBack: hasGoneBack)
    }
}
