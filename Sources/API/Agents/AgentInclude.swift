import Domain
import Engine
import HTTP

extension RequestContext {
    /// The reply of the lists of agents that something is attached to.
    func agents(linkedBy link: AgentLink, to id: String) async throws -> Response {
        .agents(
            try await engine.agents.linked(
                by: link, to: id, page(limit: 50, ascending: false), parts: includedParts, by: caller))
    }

    /// Which relations a reply shows: all for older clients, none but those named for the 1.x SDKs (wire notes, 2).
    var includedParts: AgentRelations.Parts {
        let named = texts("include").map { $0.hasPrefix("agent.") ? String($0.dropFirst(6)) : $0 }
        if let older = olderInclude { return Self.parts(older + named) }
        if !named.isEmpty || isCurrentSDK { return Self.parts(named) }
        return .all
    }

    /// `include_relationships`, whose values have no prefix; nil when it was not sent.
    private var olderInclude: [String]? {
        let values = query.all("include_relationships")
        return values.isEmpty ? nil : values
    }

    private static func parts(_ names: [String]) -> AgentRelations.Parts {
        var parts: AgentRelations.Parts = []
        for name in names {
            switch name {
            case "blocks", "memory": parts.insert(.blocks)
            case "tools": parts.insert(.tools)
            case "tags": parts.insert(.tags)
            case "secrets", "tool_exec_environment_variables": parts.insert(.secrets)
            case "identities", "identity_ids": parts.insert(.identities)
            case "pending_approval": parts.insert(.pendingApproval)
            default: break
            }
        }
        return parts
    }
}
