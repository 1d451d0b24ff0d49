import HTTP
import Platform

/// The search in what was said (`/v1/agents/messages/search`), which is kept apart from what was remembered.
enum MessageSearch {
    /// The route gives no more than this.
    private static let most = 100

    static func hints(_ page: PageArguments) -> [String] {
        page.offset + page.limit <= most ? [] : ["Only the best \(most) messages of a search can be read."]
    }

    /// Best first. The route knows no offset, so what comes before the page is asked for too.
    /// - Parameter question: `query` and what narrows it.
    static func results(
        _ question: JSONObject, _ page: PageArguments, _ client: RoostClient
    ) async throws -> [JSONValue] {
        var body = question
        body["limit"] = .int(Int64(min(most, page.offset + page.limit)))
        let reply = try await client.call(.post, "/v1/agents/messages/search", body: .object(body))
        return page.part(of: reply.array ?? [])
    }
}
