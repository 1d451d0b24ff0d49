import CVectorMath
package import Domain

/// A passage or message and the cosine of its vector with the query's.
package struct VectorMatch: Sendable, Equatable {
    package let key: Int
    package let similarity: Float
}

/// Finds the passages or messages whose vectors are nearest to a query's. What it gives are candidates; ranking them is the
/// engine's.
package struct VectorSearch {
    let connection: any Connection
    let index: VectorIndex

    /// Candidates beyond what is asked for that are compared exactly: their places by bytes are not quite right.
    static let margin = 30

    package var dimensions: Int { index.dimensions }
    private var kind: VectorKind { index.kind }

    /// The passages of the scope that pass the filter and whose vectors are nearest to the query's, best first, with the
    /// exact cosine. A query of another number of dimensions than the model's finds nothing.
    package func nearest(
        _ vector: [Float], _ scope: PassageScope, _ filter: PassageFilter, limit: Int
    ) throws -> [VectorMatch] {
        if scope.isEmpty { return [] }
        return try nearest(vector, VectorTarget(scope, filter, connection), limit: limit)
    }

    func nearest(_ vector: [Float], _ target: VectorTarget, limit: Int) throws -> [VectorMatch] {
        guard vector.count == dimensions, limit > 0 else { return [] }
        let query = VectorQuery(vector)
        guard let state = try index.state(connection) else {
            return Array(try compared(query, target.condition).prefix(limit))
        }
        let view = VectorView(state, archives: target.owners, index.tuning)
        if target.reach == .everything {
            let candidates = view.best(Self.wanted(limit), query)
            return Array(try exact(candidates, query).prefix(limit))
        }
        if target.reach == .few, let keys = try passing(target) {
            let candidates = view.best(Self.wanted(limit), query, among: keys)
            return Array(try exact(candidates, query).prefix(limit))
        }
        return try bestPassing(view, query, target, limit)
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
        if scope.isEmpty { return [:] }
        return try similarities(vector, of: keys, VectorTarget(scope, PassageFilter(archiveIDs: nil), connection))
    }

    func similarities(_ vector: [Float], of keys: [Int], _ target: VectorTarget) throws -> [Int: Float] {
        guard vector.count == dimensions, !keys.isEmpty else { return [:] }
        let query = VectorQuery(vector)
        guard let state = try index.state(connection) else {
            let compared = try compared(
                query, "\(sql: kind.alias).key IN \(list: keys) AND \(sql: target.owned)")
            return Dictionary(compared.map { ($0.key, $0.similarity) }) { first, _ in first }
        }
        return Dictionary(
            VectorView(state, archives: target.owners, index.tuning).scores(query, among: keys).map {
                ($0.key.passage, min(1, max(-1, $0.score)))
            }
        ) { first, _ in first }
    }

    private static func wanted(_ limit: Int) -> Int { limit + max(margin, limit / 4) }

    // MARK: Filters

    /// The texts that pass a filter; nil when there are many.
    private func passing(_ target: VectorTarget) throws -> [Int]? {
        let keys = try passing(target.condition, limit: index.tuning.mostCollected + 1)
        return keys.count > index.tuning.mostCollected ? nil : keys
    }

    private func passing(_ condition: SQL, limit: Int = .max) throws -> [Int] {
        let alias = kind.alias
        return try connection.rows(
            """
            SELECT \(sql: alias).key FROM \(sql: kind.texts) \(sql: alias) WHERE \(sql: condition) LIMIT \(limit)
            """
        ) { $0.int(0) }
    }

    /// Looks at the best, then at more of the best, until enough pass; when they are too rare there, at all that pass.
    private func bestPassing(
        _ view: VectorView, _ query: VectorQuery, _ target: VectorTarget, _ limit: Int
    ) throws -> [VectorMatch] {
        let wanted = Self.wanted(limit)
        for amount in [4 * wanted, 32 * wanted] where amount < view.count || target.reach == .most {
            let best = view.best(amount, query)
            let keys = best.map(\.key.passage)
            let passing = Set(try passing("\(sql: kind.alias).key IN \(list: keys) AND \(sql: target.each)"))
            // Fewer than asked for: these are all there are.
            if passing.count < wanted, best.count == amount, amount < view.count { continue }
            let candidates = best.filter { passing.contains($0.key.passage) }
            return Array(try exact(Array(candidates.prefix(wanted)), query).prefix(limit))
        }
        return Array(
            try exact(view.best(wanted, query, among: try passing(target.condition)), query).prefix(limit))
    }

    // MARK: Exact similarity

    /// The candidates that are still there, by what the database keeps.
    private func exact(_ candidates: [VectorCandidate], _ query: VectorQuery) throws -> [VectorMatch] {
        let texts = Dictionary(candidates.map { ($0.key.row, $0.key.passage) }) { first, _ in first }
        let matches = try connection.rows(
            """
            SELECT key, \(sql: kind.textKey), vector FROM \(sql: kind.vectors) \
            WHERE key IN \(list: candidates.map(\.key.row)) AND model_key = \(index.model)
            """
        ) { row -> VectorMatch? in
            let text = row.int(1)
            guard texts[row.int(0)] == text, let similarity = query.similarity(row.blob(2)) else { return nil }
            return VectorMatch(key: text, similarity: similarity)
        }
        return Self.sorted(matches.compactMap { $0 })
    }

    /// Everything that a condition on the texts holds for, compared one by one: while there is no index.
    private func compared(_ query: VectorQuery, _ condition: SQL) throws -> [VectorMatch] {
        let alias = kind.alias
        let matches = try connection.rows(
            """
            SELECT \(sql: alias).key, v.vector FROM \(sql: kind.texts) \(sql: alias) JOIN \(sql: kind.vectors) v \
            ON v.\(sql: kind.textKey) = \(sql: alias).key AND v.model_key = \(index.model) WHERE \(sql: condition)
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
    package func vectorSearch(_ kind: VectorKind = .passages, model: Int) throws -> VectorSearch? {
        try (vectorIndexes ?? VectorIndexes()).index(kind, of: model, connection).map {
            VectorSearch(connection: connection, index: $0)
        }
    }
}
