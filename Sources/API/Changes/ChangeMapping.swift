import Domain
import Engine
import HTTP
import Platform

extension Change {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("seq", seq)
            json.field("kind", kind.rawValue)
            json.field("action", action.rawValue)
            json.field("id", objectID)
            json.field("agent_id", agentID)
            json.field("archive_id", archiveID)
            json.field("label", label)
            json.field("project_id", projectID)
            json.field("actor_id", actorID)
            json.field("created_at", createdAt)
        }
    }
}

/// Changes as server-sent events.
enum ChangeEvents {
    /// A `change` event for each, a `reset` where some are lost, a comment where there is nothing.
    static func bytes(of page: ChangePage) -> [UInt8] {
        if !page.isComplete { return event("reset", id: page.cursor, data(lost(page), page)) }
        if page.changes.isEmpty { return Array(": heartbeat\n\n".utf8) }
        var bytes: [UInt8] = []
        for change in page.changes {
            var json = JSONWriter(reserving: 384)
            change.write(to: &json)
            bytes += event("change", id: change.seq, json.bytes)
        }
        return bytes
    }

    static func lost(_ page: ChangePage) -> String {
        "Changes after this cursor are no longer kept (\(page.range.oldest) to \(page.range.newest) are). Read what you "
            + "need anew, then go on from \(page.range.newest)."
    }

    private static func data(_ detail: String, _ page: ChangePage) -> [UInt8] {
        var json = JSONWriter(reserving: 256)
        json.object { json in
            json.field("detail", detail)
            json.field("oldest", page.range.oldest)
            json.field("newest", page.range.newest)
        }
        return json.bytes
    }

    private static func event(_ name: String, id: Int, _ data: [UInt8]) -> [UInt8] {
        ServerSentEvent.bytes(id: String(id), name: name, data: data)
    }
}

/// Reads a reader's wishes about the feed.
enum ChangeReading {
    /// `Last-Event-ID` says where a client that reconnects was; it knows better than the URL.
    static func cursor(_ context: RequestContext) throws -> Int? {
        guard let header = context.request.headers["last-event-id"], !header.isEmpty else {
            return context.integer("after")
        }
        guard let cursor = Int(header), cursor >= 0 else {
            throw Refusal.unprocessable("header.last-event-id: Input should be the id of an event of this stream")
        }
        return cursor
    }

    static func filter(_ context: RequestContext) throws -> ChangeFilter {
        let kinds = try context.list("kinds").map { name in
            guard let kind = ChangeKind(rawValue: name) else {
                let known = ChangeKind.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
                throw Refusal.unprocessable("query.kinds: Input should be some of \(known)")
            }
            return kind
        }
        return ChangeFilter(
            kinds: kinds.isEmpty ? nil : kinds, agentID: context.text("agent_id"),
            archiveID: context.text("archive_id"))
    }
}
