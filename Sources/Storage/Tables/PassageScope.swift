/// Which archives are looked at.
package struct PassageScope: Sendable {
    /// Their numbers; empty when all of an organization are looked at.
    package let keys: [Int]
    /// All archives of this organization, too many to name.
    let organization: String?
    /// True when the database has no other archive, so that nothing needs to be kept out.
    package let isEverything: Bool

    package init(_ archives: [ArchiveLink], isEverything: Bool = false) {
        keys = archives.map(\.key)
        organization = nil
        self.isEverything = isEverything
    }

    init(organization: String, isEverything: Bool) {
        keys = []
        self.organization = organization
        self.isEverything = isEverything
    }

    /// Above this many archives they are not named in a query of the text index.
    static let mostNamed = 64

    /// The text index itself can keep to these archives.
    var isNamed: Bool { organization == nil && keys.count <= Self.mostNamed }

    package var isEmpty: Bool { keys.isEmpty && organization == nil }

    /// - Parameter each: the passages are looked at one by one: no index over an archive shall be walked for a few of them.
    func condition(_ dialect: Dialect, each: Bool) -> SQL {
        let column: SQL = organization == nil ? "p.archive_key" : "p.organization_id"
        let looked = each ? dialect.unindexed(column) : column
        if let organization { return "\(sql: looked) = \(organization)" }
        return "\(sql: looked) IN \(list: keys)"
    }

    /// A list of the numbers, for `IN`.
    var archives: SQL {
        if let organization {
            "(SELECT key FROM archives WHERE organization_id = \(organization))"
        } else {
            "\(list: keys)"
        }
    }
}

extension ReadTransaction {
    /// The scope of some archives, or with nil of all of an organization.
    package func scope(of archives: [ArchiveLink]?, organization: String) throws -> PassageScope {
        let links = try archives ?? self.archives.links(organization: organization, limit: PassageScope.mostNamed + 1)
        if archives == nil, links.count > PassageScope.mostNamed {
            let others = try connection.count(
                """
                SELECT EXISTS (SELECT 1 FROM archives WHERE organization_id < \(organization)) \
                OR EXISTS (SELECT 1 FROM archives WHERE organization_id > \(organization))
                """)
            return PassageScope(organization: organization, isEverything: others == 0)
        }
        let others = try connection.rows(
            "SELECT 1 FROM archives WHERE key NOT IN \(list: links.isEmpty ? [0] : links.map(\.key)) LIMIT 1"
        ) { $0.int(0) }
        return PassageScope(links, isEverything: others.isEmpty)
    }
}
