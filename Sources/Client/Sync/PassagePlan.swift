import Platform

/// What has to be done so that the passages of both sides are the same.
struct PassagePlan: Sendable {
    enum Step: Sendable, Equatable {
        /// A copy of a passage, which is to stand on `place`.
        case create(on: SyncPlace, SyncPassage, instead: SyncState.Pair?)
        /// The copy on `place` gets the content of the other one.
        case update(on: SyncPlace, SyncPassage, like: SyncPassage)
        case delete(on: SyncPlace, SyncPassage, SyncState.Pair)
        /// Both were changed: the newer content stands, the older text becomes a passage of its own.
        case keepBoth(newer: SyncPlace, local: SyncPassage, remote: SyncPassage)
        /// Both have tags or metadata that the other has not.
        case unite(local: SyncPassage, remote: SyncPassage)
    }

    private(set) var steps: [Step] = []
    /// Passages that are the same already.
    private(set) var pairs: [SyncState.Pair] = []
    /// Pairs of which nothing is left.
    private(set) var gone: [SyncState.Pair] = []

    init(_ state: SyncState, local: SyncView, remote: SyncView) {
        var known = state.pairs
        let found = Self.found(state, local, remote)
        for pair in found { known[pair.local] = pair }
        let paired = Set(found.map(\.remote))
        for pair in known.values.sorted(by: { $0.local < $1.local })
        where local.knows(pair.local) && remote.knows(pair.remote) {
            add(pair, local, remote, isNew: state.pairs[pair.local] != pair)
        }
        for passage in local.passages.values.sorted(by: Self.isEarlier) where known[passage.id] == nil {
            steps.append(.create(on: .remote, passage, instead: nil))
        }
        for passage in remote.passages.values.sorted(by: Self.isEarlier)
        where state.pair(.remote, passage.id) == nil && !paired.contains(passage.id) {
            steps.append(.create(on: .local, passage, instead: nil))
        }
    }

    private static func isEarlier(_ left: SyncPassage, _ right: SyncPassage) -> Bool {
        (left.createdAt, left.id) < (right.createdAt, right.id)
    }

    // MARK: One pair

    private mutating func add(_ pair: SyncState.Pair, _ local: SyncView, _ remote: SyncView, isNew: Bool) {
        switch (local.passages[pair.local], remote.passages[pair.remote]) {
        case (nil, nil): gone.append(pair)
        case (let left?, nil): missing(on: .remote, hasGoneBack: remote.hasGoneBack, left, pair)
        case (nil, let right?): missing(on: .local, hasGoneBack: local.hasGoneBack, right, pair)
        case (let left?, let right?): both(left, right, pair, isNew: isNew)
        }
    }

    /// A deletion goes over to the other side, unless that was changed since.
    private mutating func missing(
        on place: SyncPlace, hasGoneBack: Bool, _ other: SyncPassage, _ pair: SyncState.Pair
    ) {
        if hasGoneBack || other.digest != pair.digest {
            steps.append(.create(on: place, other, instead: pair))
        } else {
            steps.append(.delete(on: place.other, other, pair))
        }
    }

    private mutating func both(_ left: SyncPassage, _ right: SyncPassage, _ pair: SyncState.Pair, isNew: Bool) {
        if left.digest == right.digest {
            let now = SyncState.Pair(local: left.id, remote: right.id, digest: left.digest)
            if isNew || now != pair { pairs.append(now) }
        } else if left.digest == pair.digest {
            steps.append(.update(on: .local, left, like: right))
        } else if right.digest == pair.digest {
            steps.append(.update(on: .remote, right, like: left))
        } else if Array(left.text.utf8) == Array(right.text.utf8) {
            steps.append(.unite(local: left, remote: right))
        } else {
            let isLocal = (left.updatedAt, left.text) > (right.updatedAt, right.text)
            steps.append(.keepBoth(newer: isLocal ? .local : .remote, local: left, remote: right))
        }
    }

    // MARK: Pairs that nobody wrote down

    /// Copies whose making was begun and not noted, then passages that are the same on both sides.
    private static func found(_ state: SyncState, _ local: SyncView, _ remote: SyncView) -> [SyncState.Pair] {
        var free: [SyncPlace: [SyncPassage]] = [
            .local: local.passages.values.filter { state.pairs[$0.id] == nil }.sorted(by: isEarlier),
            .remote: remote.passages.values.filter { state.pair(.remote, $0.id) == nil }.sorted(by: isEarlier),
        ]
        var found: [SyncState.Pair] = []
        func take(_ place: SyncPlace, _ id: String) { free[place]?.removeAll { $0.id == id } }
        for begun in state.pending where state.pair(begun.from, begun.id) == nil {
            let copy = free[begun.from.other]?.first { $0.birth == begun.birth && $0.digest == begun.digest }
            guard let copy else { continue }
            let isLocal = begun.from == .local
            found.append(
                SyncState.Pair(
                    local: isLocal ? begun.id : copy.id, remote: isLocal ? copy.id : begun.id, digest: begun.digest))
            take(begun.from, begun.id)
            take(begun.from.other, copy.id)
        }
        // The same text from the same moment first; the same text learned twice is kept once.
        for same in [\SyncPassage.birth, \SyncPassage.text] {
            var others = Dictionary(grouping: free[.remote] ?? [], by: { Array($0[keyPath: same].utf8) })
            for left in free[.local] ?? [] {
                let key = Array(left[keyPath: same].utf8)
                guard let right = others[key]?.first else { continue }
                others[key]?.removeFirst()
                // Without a common past nothing tells which side changed: no digest fits.
                let digest = left.digest == right.digest ? left.digest : ""
                found.append(SyncState.Pair(local: left.id, remote: right.id, digest: digest))
            }
            let (lefts, rights) = (Set(found.map(\.local)), Set(found.map(\.remote)))
            free[.local]?.removeAll { lefts.contains($0.id) }
            free[.remote]?.removeAll { rights.contains($0.id) }
        }
        return found
    }
}
