import Domain

/// Cursor pagination over (a time, id): strict, so that a client that pages to the empty page never loops.
enum Keyset {
    /// The part of a WHERE clause that starts at the page's cursor; empty without one.
    ///
    /// A cursor whose row is gone matches nothing; tables check it first and answer as the contract says.
    static func condition(_ alias: String, _ table: String, _ page: PageRequest, column: String = "created_at") -> SQL {
        var condition: SQL = ""
        if let after = page.after {
            condition = condition + side(alias, table, column, after, greater: page.ascending)
        }
        if let before = page.before {
            condition = condition + side(alias, table, column, before, greater: !page.ascending)
        }
        return condition
    }

    private static func side(_ alias: String, _ table: String, _ column: String, _ id: String, greater: Bool) -> SQL {
        let comparison = greater ? ">" : "<"
        return SQL(unsafe: " AND (\(value(alias, column)), \(alias).id) \(comparison) ")
            + SQL(unsafe: "(SELECT \(value("c", column)), c.id FROM \(table) c WHERE c.id = ") + "\(id))"
    }

    /// ORDER BY and LIMIT. The items just before a cursor are read backwards; `arranged` turns them round.
    static func order(_ alias: String, _ page: PageRequest, column: String = "created_at") -> SQL {
        let word = page.ascending != isBackwards(page) ? "ASC" : "DESC"
        return SQL(unsafe: "ORDER BY \(value(alias, column)) \(word), \(alias).id \(word) ")
            + "LIMIT \(page.limit) OFFSET \(page.offset)"
    }

    /// What never happened is older than everything: NULL is neither less nor greater, and a cursor there would end the
    /// list.
    private static func value(_ alias: String, _ column: String) -> String {
        column == "last_run_completion" ? "coalesce(\(alias).\(column), 0)" : "\(alias).\(column)"
    }

    static func arranged<Item>(_ items: [Item], _ page: PageRequest) -> [Item] {
        isBackwards(page) ? items.reversed() : items
    }

    private static func isBackwards(_ page: PageRequest) -> Bool { page.before != nil && page.after == nil }
}
