package import Domain
import Platform

/// Providers that users stored. Keys come and go encrypted; this table knows no other form.
package struct ProviderTable {
    let connection: any Connection

    private static let columns: SQL = """
        p.id, p.name, p.provider_type, p.base_url, p.region, p.api_version, p.api_key, p.access_key, p.models, \
        p.last_synced, p.sync_error, p.created_at, p.updated_at
        """

    package func find(_ id: String, organization: String) throws -> StoredProvider? {
        try connection.first(
            """
            SELECT \(sql: Self.columns) FROM providers p WHERE p.id = \(id) AND p.organization_id = \(organization)
            """, Self.provider)
    }

    package func find(name: String, organization: String) throws -> StoredProvider? {
        try connection.first(
            """
            SELECT \(sql: Self.columns) FROM providers p WHERE p.organization_id = \(organization) AND p.name = \(name)
            """, Self.provider)
    }

    package func list(_ filter: ProviderFilter, _ page: PageRequest, organization: String) throws -> [StoredProvider] {
        var conditions: [SQL] = []
        if let name = filter.name { conditions.append("p.name = \(name)") }
        if let type = filter.type { conditions.append("p.provider_type = \(type)") }
        let rows = try connection.rows(
            """
            SELECT \(sql: Self.columns) FROM providers p WHERE p.organization_id = \(organization) \
            \(sql: conditions.conditions) \(sql: Keyset.condition("p", "providers", page)) \(sql: Keyset.order("p", page))
            """, Self.provider)
        return Keyset.arranged(rows, page)
    }

    /// Throws `StoreError(.conflict)` on `providers.name` when the name is taken.
    package func insert(_ provider: StoredProvider, by actorID: String, organization: String) throws {
        try connection.execute(
            """
            INSERT INTO providers (id, organization_id, name, provider_type, provider_category, base_url, region, \
            api_version, api_key, access_key, models, last_synced, sync_error, created_at, updated_at, created_by_id, \
            last_updated_by_id) VALUES (\(provider.id), \(organization), \(provider.name), \(provider.type), \("byok"), \
            \(provider.baseURL), \(provider.region), \(provider.apiVersion), \(provider.sealedKey), \
            \(provider.sealedAccessKey), \(provider.models.map(Self.text)), \(provider.lastSynced), \
            \(provider.syncError), \(provider.createdAt), \(provider.updatedAt), \(actorID), \(actorID))
            """)
    }

    /// Writes all members of a changed provider. False when it is gone.
    package func update(_ provider: StoredProvider, by actorID: String) throws -> Bool {
        try connection.execute(
            """
            UPDATE providers SET base_url = \(provider.baseURL), region = \(provider.region), \
            api_version = \(provider.apiVersion), api_key = \(provider.sealedKey), \
            access_key = \(provider.sealedAccessKey), models = \(provider.models.map(Self.text)), \
            last_synced = \(provider.lastSynced), sync_error = \(provider.syncError), \
            updated_at = \(provider.updatedAt), last_updated_by_id = \(actorID) WHERE id = \(provider.id)
            """) > 0
    }

    package func delete(_ id: String) throws { try connection.execute("DELETE FROM providers WHERE id = \(id)") }

    private static func provider(_ row: any Row) -> StoredProvider {
        var provider = StoredProvider(
            id: row.text(0), name: row.text(1), type: row.text(2), createdAt: row.timestamp(11))
        provider.baseURL = row.optionalText(3)
        provider.region = row.optionalText(4)
        provider.apiVersion = row.optionalText(5)
        provider.sealedKey = row.isNull(6) ? nil : row.blob(6)
        provider.sealedAccessKey = row.isNull(7) ? nil : row.blob(7)
        provider.models = row.optionalJSON(8).map { ($0.value.array ?? []).compactMap(OfferedModel.init(stored:)) }
        provider.lastSynced = row.optionalTimestamp(9)
        provider.syncError = row.optionalText(10)
        provider.updatedAt = row.timestamp(12)
        return provider
    }

    private static func text(_ models: [OfferedModel]) -> String { JSONValue.array(models.map(\.stored)).text }
}

extension OfferedModel {
    /// The form in the column `models`.
    fileprivate var stored: JSONValue {
        var object: JSONObject = ["name": .string(name), "kind": .string(kind == .chat ? "chat" : "embedding")]
        if let contextWindow { object["context_window"] = .int(Int64(contextWindow)) }
        if let dimensions { object["dimensions"] = .int(Int64(dimensions)) }
        return .object(object)
    }

    fileprivate init?(stored json: JSONValue) {
        guard let name = json["name"]?.string else { return nil }
        self.init(
            name: name, kind: json["kind"] == "embedding" ? .embedding : .chat,
            contextWindow: json["context_window"]?.int, dimensions: json["dimensions"]?.int)
    }
}

extension StoredProvider {
    /// Where one of its secrets stands.
    package func place(_ field: String, organization: String) -> SecretBox.Place {
        SecretBox.Place(organization: organization, kind: "provider", id: id, field: field)
    }
}

extension ReadTransaction {
    package var providers: ProviderTable { ProviderTable(connection: connection) }
}

extension WriteTransaction {
    package var providers: ProviderTable { ProviderTable(connection: connection) }
}
