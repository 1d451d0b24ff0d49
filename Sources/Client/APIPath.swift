import HTTP

/// Paths of the REST API to one object. Ids are encoded: they may be what somebody wrote.
package enum APIPath {
    package static func agent(_ id: String) -> String { "/v1/agents/" + percentEncoded(id) }
    static func archive(_ id: String) -> String { "/v1/archives/" + percentEncoded(id) }
    static func block(_ id: String) -> String { "/v1/blocks/" + percentEncoded(id) }
    static func folder(_ id: String) -> String { "/v1/folders/" + percentEncoded(id) }
    static func mcpServer(_ id: String) -> String { "/v1/mcp-servers/" + percentEncoded(id) }
    static func passage(_ id: String) -> String { "/v1/roost/passages/" + percentEncoded(id) }
    static func tool(_ id: String) -> String { "/v1/tools/" + percentEncoded(id) }

    static func blocks(ofAgent id: String) -> String { agent(id) + "/core-memory/blocks" }
    static func passages(ofAgent id: String) -> String { agent(id) + "/archival-memory" }

    /// The query with which agents are shown without their blocks and tools, which the server then does not read.
    static let tagsAlone = [("include", "agent.tags")]
}
