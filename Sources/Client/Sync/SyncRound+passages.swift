import HTTP
import Platform

extension SyncRound {
    mutating func settlePassages(_ here: SyncView, _ there: SyncView) async throws {
        let plan = PassagePlan(state, local: here, remote: there)
        if !isDry, !plan.pairs.isEmpty || !plan.gone.isEmpty { try state.add(plan.pairs, removing: plan.gone) }
        var copies: [SyncPlace: [(SyncPassage, SyncState.Pair?)]] = [:]
        for step in plan.steps {
            switch step {
            case .create(let place, let passage, let pair):
                guard mayWrite(place, "add the passage \(passage.id)") else { continue }
                copies[place, default: []].append((passage, pair))
            case .update(let place, let old, let new): try await update(place, old, like: new)
            case .delete(let place, let passage, let pair): try await delete(place, passage, pair)
            case .keepBoth(let newer, let left, let right): try await keepBoth(newer, left, right)
            case .unite(let left, let right): try await unite(left, right)
            }
        }
        for place in SyncPlace.allCases { try await copy(copies[place] ?? [], to: place) }
    }

    private mutating func update(_ place: SyncPlace, _ old: SyncPassage, like new: SyncPassage) async throws {
        guard mayWrite(place, "change the passage \(old.id)") else { return }
        guard try await write(new.text, new.tags, new.metadata, to: old, on: place) else { return }
        try pair(place == .local ? old : new, place == .local ? new : old, new.digest)
    }

    private mutating func pair(_ left: SyncPassage, _ right: SyncPassage, _ digest: String) throws {
        try state.add([SyncState.Pair(local: left.id, remote: right.id, digest: digest)])
    }

    /// Gives a passage this content, if it is still as it was seen.
    private mutating func write(
        _ text: String, _ tags: [String], _ metadata: JSONValue, to passage: SyncPassage, on place: SyncPlace
    ) async throws -> Bool {
        if SyncPassage.digest(text, tags, metadata) == passage.digest { return true }
        let body: JSONValue = [
            "text": .string(text), "tags": .array(tags.map { .string($0) }), "metadata": metadata,
            "expected_version": .int(Int64(passage.version)),
        ]
        let client = side(place).client
        let isDone = try await attempt("passage \(passage.id)") {
            try await client.call(.patch, APIPath.passage(passage.id), body: body)
        }
        if isDone { count(place, \.updated) }
        return isDone
    }

    private mutating func delete(_ place: SyncPlace, _ passage: SyncPassage, _ pair: SyncState.Pair) async throws {
        // What only left this memory with its archive was not deleted by anybody.
        if try await side(place.other).has(pair[place.other]) { return }
        guard mayWrite(place, "delete the passage \(passage.id)") else { return }
        let client = side(place).client
        let isDone = try await attempt("passage \(passage.id)") {
            try await client.call(.delete, APIPath.passage(passage.id), ifVersion: passage.version)
        }
        guard isDone else { return }
        try state.add([], removing: [pair])
        count(place, \.deleted)
    }

    private mutating func keepBoth(_ newer: SyncPlace, _ left: SyncPassage, _ right: SyncPassage) async throws {
        let (stays, goes) = newer == .local ? (left, right) : (right, left)
        guard mayWrite(newer.other, "settle a conflict in the passage \(goes.id)") else { return }
        var body = goes.copy
        body["tags"] = .array((goes.tags + ["sync-conflict"]).uniqued.map { .string($0) })
        guard try await addNote(body, about: "passage \(goes.id)") else { return }
        report.conflicts.append(
            "The passage \(left.id) (\(right.id) on the server) was changed on both sides: the newer text stands, the other "
                + "one is kept as a passage tagged sync-conflict.")
        guard try await write(stays.text, stays.tags, stays.metadata, to: goes, on: newer.other) else { return }
        try pair(left, right, stays.digest)
    }

    private mutating func unite(_ left: SyncPassage, _ right: SyncPassage) async throws {
        let isLocalNewer = (left.updatedAt, left.digest) > (right.updatedAt, right.digest)
        let tags = (left.tags + right.tags).uniqued
        var metadata = (isLocalNewer ? right : left).metadata.object ?? JSONObject()
        for member in (isLocalNewer ? left : right).metadata.object?.members ?? [] {
            metadata[member.name] = member.value
        }
        let digest = SyncPassage.digest(left.text, tags, .object(metadata))
        for (place, passage) in [(SyncPlace.remote, right), (.local, left)] where passage.digest != digest {
            guard mayWrite(place, "add tags or metadata to the passage \(passage.id)") else { return }
        }
        for (place, passage) in [(SyncPlace.remote, right), (.local, left)] {
            guard try await write(left.text, tags, .object(metadata), to: passage, on: place) else { return }
        }
        try pair(left, right, digest)
    }

    // MARK: Copies

    private static let batchBytes = 1 << 20
    private static let batchCount = 100

    private mutating func copy(_ all: [(SyncPassage, SyncState.Pair?)], to place: SyncPlace) async throws {
        var archive: String?
        var rest = all[...]
        while !rest.isEmpty {
            // The first copy tells which archive the agent writes to.
            var size = 0
            let most = archive == nil ? 1 : Self.batchCount
            let batch = Array(
                rest.prefix(most).prefix { passage, _ in
                    defer { size += passage.text.utf8.count }
                    return size < Self.batchBytes
                })
            rest = rest.dropFirst(batch.count)
            let made = try await copy(batch, to: place, archive: archive)
            if let found = made.first?["archive_id"]?.string { archive = found }
        }
    }

    private mutating func copy(
        _ batch: [(SyncPassage, SyncState.Pair?)], to place: SyncPlace, archive: String?
    ) async throws -> [JSONValue] {
        let side = side(place)
        try state.begin(
            batch.map { passage, _ in
                SyncState.Pending(from: place.other, id: passage.id, birth: passage.birth, digest: passage.digest)
            })
        let bodies = batch.map { JSONValue.object($0.0.copy) }
        let path = archive.map { "/v1/archives/\(percentEncoded($0))/passages/batch" }
        let body: JSONValue = path == nil ? bodies[0] : ["passages": .array(bodies)]
        let ids = batch.map(\.0.id).joined(separator: " ")
        let key = "sync-" + StableKey.of("\(side.agentID) \(ids) \(body.text)")
        var made: [JSONValue] = []
        let isDone = try await attempt("\(batch.count) passages, the first \(batch[0].0.id)") {
            made =
                try await side.client.call(
                    .post, path ?? APIPath.passages(ofAgent: side.agentID), body: body, onceFor: key
                ).array ?? []
        }
        guard isDone, made.count == batch.count else { return made }
        let pairs = zip(batch, made).map { item, copy in
            let id = copy["id"]?.string ?? ""
            return SyncState.Pair(
                local: place == .local ? id : item.0.id, remote: place == .local ? item.0.id : id,
                digest: item.0.digest)
        }
        try state.add(pairs, removing: batch.compactMap(\.1))
        count(place, \.created, by: pairs.count)
        return made
    }
}
