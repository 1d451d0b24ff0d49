import CVectorMath

/// A passage that may be among the nearest.
struct VectorCandidate {
    let key: VectorKey
    /// The cosine, about.
    let score: Float
}

/// The part of a state that a search looks at.
struct VectorView {
    private let state: VectorState
    /// Nil is all.
    private let archives: Set<Int>?

    init(_ state: VectorState, _ scope: PassageScope, _ connection: any Connection) throws {
        self.state = state
        if scope.isEverything {
            archives = nil
        } else if scope.organization == nil {
            archives = Set(scope.keys)
        } else {
            archives = Set(try connection.rows("SELECT key FROM (\(sql: scope.archives)) AS found") { $0.int(0) })
        }
    }

    /// How many vectors a scan looks at, not fewer than there are.
    var count: Int { state.overlay.count }

    /// The best by their short forms, best first.
    func best(_ wanted: Int, _ query: VectorQuery) -> [VectorCandidate] {
        let top = VectorTop(wanted)
        state.overlay.scan(query, archives: archives, base: 0, into: top)
        return top.sorted().map { VectorCandidate(key: state.overlay.key(Int($0.row)), score: $0.score) }
    }

    /// The best of given passages.
    func best(_ wanted: Int, _ query: VectorQuery, among passages: [Int]) -> [VectorCandidate] {
        Array(scores(query, among: passages).sorted { $0.score > $1.score }.prefix(wanted))
    }

    /// Given passages, in no order; those that are not in the scope or have no vector are left out.
    func scores(_ query: VectorQuery, among passages: [Int]) -> [VectorCandidate] {
        passages.compactMap { passage in
            guard let slot = state.overlay.slot(of: passage) else { return nil }
            let key = state.overlay.key(slot)
            if let archives, !archives.contains(key.archive) { return nil }
            return VectorCandidate(key: key, score: state.overlay.score(query, slot: slot))
        }
    }
}
