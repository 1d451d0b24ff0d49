import HTTP
package import Platform

/// One value that a block has or had.
package struct BlockVersion: Sendable, Equatable {
    package let version: Int
    package let value: String
    /// Who wrote it, as the client called itself; nil when nobody said.
    package let author: String?
    /// When it was written; nil for a value whose beginning is not kept any more.
    package let writtenAt: String?
    package let isCurrent: Bool
}

/// The values of a block through time, made of the block and its history: a revision holds a value, and who replaced it when.
package struct BlockVersions: Sendable {
    package let block: JSONValue
    /// The newest first.
    package let all: [BlockVersion]

    /// - Parameter limit: how many earlier ones are asked for.
    package init(_ client: RoostClient, blockID: String, limit: Int = 200) async throws {
        let path = "/v1/roost/blocks/\(percentEncoded(blockID))/history"
        // The block first: a version that comes between the two is then only missed, never shown twice.
        let block = try await client.get(APIPath.block(blockID))
        let current = block["version"]?.int ?? 1
        self.block = block
        let revisions = try await client.get(path, query: [("limit", String(min(1000, limit)))]).array ?? []
        all = Self.versions(block, revisions.filter { ($0["version"]?.int ?? 0) < current })
    }

    static func versions(_ block: JSONValue, _ revisions: [JSONValue]) -> [BlockVersion] {
        let current = block["version"]?.int ?? 1
        let author = current == 1 ? "created_by_id" : "last_updated_by_id"
        let newest = BlockVersion(
            version: current, value: block["value"]?.string ?? "", author: Author.name(block[author]),
            writtenAt: (current == 1 ? block["created_at"] : revisions.first?["changed_at"] ?? block["updated_at"])?
                .string, isCurrent: true)
        let earlier = revisions.enumerated().map { place, revision in
            let before: JSONValue? = revisions.indices.contains(place + 1) ? revisions[place + 1] : nil
            let version = revision["version"]?.int ?? 0
            return BlockVersion(
                version: version, value: revision["value"]?.string ?? "",
                author: Author.name(version == 1 ? block["created_by_id"] : before?["actor_id"]),
                writtenAt: (version == 1 ? block["created_at"] : before?["changed_at"])?.string, isCurrent: false)
        }
        return [newest] + earlier
    }

    package subscript(version: Int) -> BlockVersion? { all.first { $0.version == version } }

    /// A version that has to be kept. Throws `ClientError` that names those that are.
    package func required(_ version: Int) throws -> BlockVersion {
        if let found = self[version] { return found }
        let oldest = all.last?.version ?? 1
        throw ClientError(
            "Version \(version) of this block is not kept: versions \(oldest) to \(all[0].version) are. "
                + "See 'roost team log'.", status: 404)
    }
}

/// Who changed something, as the server writes it down: `user-ann`.
package enum Author {
    /// The name alone; nil for the user of a client that did not say who it is for.
    package static func name(_ id: JSONValue?) -> String? {
        guard let id = id?.string, !Identifier.isValid(id, .user) else { return nil }
        return id.hasPrefix("user-") ? String(id.dropFirst("user-".count)) : id
    }
}
