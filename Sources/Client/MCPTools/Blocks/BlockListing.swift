import HTTP
import Platform

/// A page of blocks.
struct BlockListing: Sendable {
    let blocks: [JSONValue]
    /// How many there are on all pages.
    let total: Int
    /// True when there are more blocks than were looked at.
    var isCut = false

    /// What a list asks for; nil means any.
    struct Filter: Sendable {
        var agent: String?
        var label: String?
        /// A text in the label, the name, the description or the value, whatever the case.
        var text: String?
        var isTemplate: Bool?

        /// The route of all blocks counts and pages these by itself.
        fileprivate var isServed: Bool { agent == nil && text == nil && isTemplate != false }

        fileprivate func matches(_ block: JSONValue) -> Bool {
            if let label, block["label"]?.string != label { return false }
            if let isTemplate, block["is_template"]?.bool != isTemplate { return false }
            guard let text else { return true }
            let sought = Array(text.lowercased().utf8)
            return ["label", "template_name", "description", "value"].contains { name in
                guard let member = block[name]?.string else { return false }
                return Array(member.lowercased().utf8).firstRange(of: sought) != nil
            }
        }
    }

    /// Blocks that a filter looks at, at most.
    fileprivate static let mostLookedAt = 5000
}

extension BlockCalls {
    func list(_ filter: BlockListing.Filter, _ page: PageArguments) async throws -> BlockListing {
        guard filter.isServed else { return try await look(for: filter, page) }
        var query = [("show_hidden_blocks", "false")]
        if let label = filter.label { query.append(("label", label)) }
        if filter.isTemplate == true { query.append(("templates_only", "true")) }
        let blocks = try await client.get("/v1/blocks/", query: query + page.query).array ?? []
        let total = try await client.get("/v1/blocks/count", query: query).int ?? blocks.count
        return BlockListing(blocks: blocks, total: total)
    }

    private func look(for filter: BlockListing.Filter, _ page: PageArguments) async throws -> BlockListing {
        let path = filter.agent.map(APIPath.blocks(ofAgent:)) ?? "/v1/blocks/"
        var query = [("order", "asc")]
        if filter.agent == nil, let label = filter.label { query.append(("label", label)) }
        let most = BlockListing.mostLookedAt
        let all = try await client.list(path, query: query, limit: most)
        let found = all.filter(filter.matches)
        return BlockListing(blocks: page.part(of: found), total: found.count, isCut: all.count == most)
    }
}

extension BlockListing {
    var hints: [String] {
        isCut ? ["Only the first \(Self.mostLookedAt) blocks were looked at: narrow it with agent_id or label."] : []
    }
}
