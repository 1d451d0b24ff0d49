import MCP
import Platform

/// One call of a tool: what was asked, whose memory it is about, and how to reach it.
struct ToolCall: Sendable {
    let arguments: ToolArguments
    let session: ToolSession
    let context: CallContext

    /// The REST API. Throws `ClientError` when the database cannot be opened.
    func client() async throws -> RoostClient { try await session.client() }
}

/// Why a tool could not do what it was asked: a result for the model, not an error of the protocol.
package struct ToolError: Error, Sendable, CustomStringConvertible {
    let message: String
    /// What to do next, a sentence each.
    let hints: [String]
    let status: Int?
    /// More members of the answer, such as the value that a stale write did not know.
    let facts: JSONObject

    init(_ message: String, hints: [String] = [], status: Int? = nil, facts: JSONObject = JSONObject()) {
        // They quote arguments and names, which may be of any length.
        self.message = ShortText.beginning(of: message, 2000)
        self.hints = hints.map { ShortText.beginning(of: $0, 2000) }
        self.status = status
        self.facts = facts
    }

    /// What a tool's action threw, as the model is to read it.
    init(_ error: any Error) {
        switch error {
        case let error as ToolError: self = error
        case let error as ClientError: self.init(error.description, status: error.status)
        case let failure as HubFailure: self = failure.error
        default: self.init("\(error)")
        }
    }

    /// For people: what happened and what to do.
    package var description: String { ([message] + hints).joined(separator: " ") }

    var json: JSONValue {
        var object = JSONObject([("error", .string(message))])
        if let status { object["status"] = .int(Int64(status)) }
        for member in facts.members { object[member.name] = member.value }
        object.add(hints: hints)
        return .object(object)
    }
}
