import CVectorMath
package import Domain

/// A passage and the cosine of its vector with the query's.
package struct VectorMatch: Sendable, Equatable {
    package let key: Int
    package let similarity: Float
}

/// Finds the passages whose vectors are nearest to a query's. What it gives are candidates; ranking them is the engine's.
package struct VectorSearch {
    let connection: any Connection
    let index: VectorIndex

    /// Candidates beyond what is asked for that are compared exactly: their places by bytes are not quite right.
    static let margin = 30

    package var dimensions: Int { index.dimensions }

    /// The passages of the scope that pass the filter and whose vectors are nearest to the query's, best first, with the
    /// exact cosine. A query of another number of dimensions than the model's finds nothing.
    package func nearest(
        _ vector: [Float], _ scope: PassageScope, _ filter: PassageFilter, limit: Int
    ) throws -> [VectorMatch] {
        guard vector.count == dimensions, limit > 0, !scope.isEmpty else { return [] }
        let query = VectorQuery(vector)
        guard let state = try index.state(connection) else {
            return try nearestOfAll(vector, scope, filter, limit: limit)
        }
        let view = try VectorView(state, scope, index.tuning, connection)
        if filter.isOpen {
            let candidates = view.best(Self.wanted(limit), query)
            return Array(try exact(candidates, query).prefix(limit))
        }
        if let keys = try passing(filter, scope) {
            let candidates = view.best(Self.wanted(limit), query, among: keys)
            return Array(try exact(candidates, query).prefix(limit))
        }
        return try bestPassing(view, query, scope, filter, limit)
    }

    /// The same without the index: every vector of the scope is compared. For measurements, and while there is no index.
    package func nearestOfAll(
        _ vector: [Float], _ scope: PassageScope, _ filter: PassageFilter, limit: Int
    ) throws -> [VectorMatch] {
        guard vector.count == dimensions, limit > 0, !scope.isEmpty else { return [] }
        let condition = PassageTable.condition(filter, scope, connection.dialect)
        return Array(try compared(VectorQuery(vector), condition).prefix(limit))
    }

    /// How near given passages are; those without a vector and those outside of the scope are left out. Exact to about
    /// 0.002.
    package func similarities(_ vector: [Float], of keys: [Int], _ scope: PassageScope) throws -> [Int: Float] {
        guard vector.count == dimensions, !keys.isEmpty, !scope.isEmpty else { return [:] }
        let query = VectorQuery(vector)
        guard let state = try index.state(connection) else {
            let compared = try compared(query, "p.key IN \(list: keys) AND \(sql: scope.conditionOfEach)")
            return Dictionary(compared.map { ($0.key, $0.similarity) }) { first, _ in first }
        }
        return Dictionary(
            try VectorView(state, scope, index.tuning, connection).scores(query, among: keys).map {
                ($0.key.passage, min(1, max(-1, $0.score)))
            }
        ) { first, _ in first }
    }

    private static func wanted(_ limit: Int) -> Int { limit + max(margin, limit / 4) }

    // MARK: Filters

    /// The passages that pass a filter; nil when there are many.
    private func passing(_ filter: PassageFilter, _ scope: PassageScope) throws -> [Int]? {
        let keys = try connection.rows(
            """
            SELECT p.key FROM passages p WHERE \(sql: PassageTable.condition(filter, scope, connection.dialect)) \
            LIMIT \(index.tuning.mostCollected + 1)
            """
        ) { $0.int(0) }
        return keys.count > index.tuning.mostCollected ? nil : keys
    }

    /// Looks at the best, then at more of the best, until enough pass; when they are too rare there, at all that pass.
    private func bestPassing(
        _ view: VectorView, _ query: VectorQuery, _ scope: PassageScope, _ filter: PassageFilter, _ limit: Int
    ) throws -> [VectorMatch] {
        let dialect = connection.dialect
        let wanted = Self.wanted(limit)
        for amount in [4 * wanted, 32 * wanted] where amount < view.count {
            let best = view.best(amount, query)
            let passing = Set(
                try connection.rows(
                    """
                    SELECT p.key FROM passages p WHERE p.key IN \(list: best.map(\.key.passage)) \
                    AND \(sql: PassageTable.condition(filter, scope, dialect, each: true))
                    """
                ) { $0.int(0) })
            if passing.count < wanted, best.count == amount { continue }
            let candidates = best.filter { passing.contains($0.key.passage) }
            return Array(try exact(Array(candidates.prefix(wanted)), query).prefix(limit))
        }
        let keys = try connection.rows(
            "SELECT p.key FROM passages p WHERE \(sql: PassageTable.condition(filter, scope, dialect))"
        ) { $0.int(0) }
        return Array(try exact(view.best(wanted, query, among: keys), query).prefix(limit))
    }

    // MARK: Exact similarity

    /// The candidates that are still there, by what the database keeps.
    private func exact(_ candidates: [VectorCandidate], _ query: VectorQuery) throws -> [VectorMatch] {
        let passages = Dictionary(candidates.map { ($0.key.row, $0.key.passage) }) { first, _ in first }
        let matches = try connection.rows(
            """
            SELECT key, passage_key, vector FROM passage_vectors \
            WHERE key IN \(list: candidates.map(\.key.row)) AND model_key = \(index.model)
            """
        ) { row -> VectorMatch? in
            let passage = row.int(1)
            guard passages[row.int(0)] == passage, let similarity = query.similarity(row.blob(2)) else { return nil }
            return VectorMatch(key: passage, similarity: similarity)
        }
        return Self.sorted(matches.compactMap { $0 })
    }

    /// Everything that a condition on the passages `p` holds for, compared one by one: while there is no index.
    private func compared(_ query: VectorQuery, _ condition: SQL) throws -> [VectorMatch] {
        let matches = try connection.rows(
            """
            SELECT p.key, v.vector FROM passages p \
            JOIN passage_vectors v ON v.passage_key = p.key AND v.model_key = \(index.model) WHERE \(sql: condition)
            """
        ) { row in query.similarity(row.blob(1)).map { VectorMatch(key: row.int(0), similarity: $0) } }
        return Self.sorted(matches.compactMap { $0 })
    }

    /// Best first; of equals the newest.
    private static func sorted(_ matches: [VectorMatch]) -> [VectorMatch] {
        matches.sorted { $0.similarity != $1.similarity ? $0.similarity > $1.similarity : $0.key > $1.key }
    }
}

extension ReadTransaction {
    /// A search through the vectors of a model (its key in `embedding_models`); nil when the database has no such model.
    package func vectorSearch(model: Int) throws -> VectorSearch? {
        try (vectorIndexes ?? VectorIndexes()).index(of: model, connection).map {
            VectorSearch(connection: connection, index: $0)
        }
    }
}
