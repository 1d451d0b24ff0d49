import HTTP
import Platform

/// The search in what was said, which is kept apart from what was remembered.
struct MessageSearch: Sendable {
    let call: ToolCall

    /// The route gives no more than this.
    private static let most = 100

    static func hints(_ page: PageArguments) -> [String] {
        page.offset + page.limit <= most ? [] : ["Only the first \(most) messages of a search can be read."]
    }

    /// Best first. The route knows no offset, so what comes before the page is asked for too.
    func results(_ question: String, _ page: PageArguments) async throws -> [JSONValue] {
        let count = min(Self.most, page.offset + page.limit)
        var body: JSONObject = [
            "query": .string(question), "agent_id": .string(try await call.agent()), "limit": .int(Int64(count)),
        ]
        for name in ["start_date", "end_date"] {
            if let date = call.arguments.text(name) { body[name] = .string(date) }
        }
        let client = try await call.client()
        let reply = try await client.call(.post, "/v1/agents/messages/search", body: .object(body))
        return page.part(of: reply.array ?? [])
    }
}
