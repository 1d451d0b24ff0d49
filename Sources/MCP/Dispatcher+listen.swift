import Platform

extension Dispatcher {
    /// `subscriptions/listen`: tells what was asked for until the client cancels or goes. The answer comes only when the server
    /// ends the subscription itself (MCP 2026-07-28, Subscriptions).
    func listen(_ request: IncomingRequest) async throws -> RPCResult {
        let filter = SubscriptionFilter(try request.params.members("notifications"))
        let meta: JSONValue = ["io.modelcontextprotocol/subscriptionId": request.id.json]
        let changes = features.changes(isAsked: true)
        await request.send(
            Notification(
                "notifications/subscriptions/acknowledged", ["notifications": filter.honored, "_meta": meta]))
        for await change in changes {
            guard var notification = filter.notification(of: change) else { continue }
            notification.params["_meta"] = meta
            await request.send(notification)
        }
        try Task.checkCancellation()
        var result = RPCResult()
        result.meta["io.modelcontextprotocol/subscriptionId"] = request.id.json
        return result
    }
}

/// What a client wants to hear of.
private struct SubscriptionFilter {
    let hearsOfList: Bool
    let uris: Set<String>

    init(_ asked: JSONObject) {
        hearsOfList = asked["resourcesListChanged"]?.bool ?? false
        uris = Set((asked["resourceSubscriptions"]?.strings ?? []).prefix(10_000))
    }

    /// The part of the wish that is granted: tools and prompts never change while the server runs.
    var honored: JSONValue {
        var object = JSONObject()
        if hearsOfList { object["resourcesListChanged"] = true }
        if !uris.isEmpty { object["resourceSubscriptions"] = .array(uris.sorted().map { .string($0) }) }
        return .object(object)
    }

    func notification(of change: ResourceChange) -> Notification? {
        switch change {
        case .list: hearsOfList ? change.notification : nil
        case .updated(let uri): uris.contains(uri) ? change.notification : nil
        }
    }
}
