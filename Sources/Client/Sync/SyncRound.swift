import HTTP
import Platform

/// One look at both sides, and the work that follows from it.
struct SyncRound: Sendable {
    let local: SyncSide
    let remote: SyncSide
    let project: String
    let direction: Sync.Direction
    let isDry: Bool
    var state: SyncState
    var report: SyncReport

    /// Somebody changed what was to be written, so the plan is old: look again.
    private var isOld = false
    /// Why it is old, when nothing else comes of it.
    private(set) var refusal: String?
    /// Something was written, so the other side has to be looked at once more.
    private var hasWritten = false
    /// Something is left undone, so the feeds must be read from here again.
    private var hasLeft = false

    init(
        local: SyncSide, remote: SyncSide, project: String, direction: Sync.Direction, isDry: Bool, state: SyncState,
        report: SyncReport
    ) {
        self.local = local
        self.remote = remote
        self.project = project
        self.direction = direction
        self.isDry = isDry
        self.state = state
        self.report = report
        // Told anew by each round.
        self.report.problems = []
        self.report.waiting = []
        self.report.waitingCount = 0
    }

    /// False when another round is needed.
    mutating func run() async throws -> Bool {
        var here = try await local.view(after: state.cursors[.local])
        var there = try await remote.view(after: state.cursors[.remote])
        try await complete(&here, &there)
        try await settleBlocks(here, there)
        try await settlePassages(here, there)
        if isDry { return true }
        if isOld { return false }
        if hasLeft { return !hasWritten }
        try state.complete([.local: here.cursor, .remote: there.cursor])
        return !hasWritten
    }

    /// Of each pair that one side speaks of, the other copy is read too.
    private func complete(_ here: inout SyncView, _ there: inout SyncView) async throws {
        if here.asked == nil || there.asked == nil {
            // One side is known as a whole: the pairs of the other are all needed.
            if here.asked != nil { try await local.complete(&here, Set(state.pairs.keys)) }
            if there.asked != nil { try await remote.complete(&there, Set(state.pairs.values.map(\.remote))) }
            return
        }
        let asked =
            (here.asked ?? []).compactMap { state.pair(.local, $0) }
            + (there.asked ?? []).compactMap { state.pair(.remote, $0) }
        try await local.complete(&here, Set(asked.map(\.local)).subtracting(here.asked ?? []))
        try await remote.complete(&there, Set(asked.map(\.remote)).subtracting(there.asked ?? []))
    }

    private func side(_ place: SyncPlace) -> SyncSide { place == .local ? local : remote }

    /// Whether this run may write there; what it may not is told.
    private mutating func mayWrite(_ place: SyncPlace, _ what: @autoclosure () -> String) -> Bool {
        if !isDry, direction.writes(place) { return true }
        hasLeft = true
        report.wait("\(place == .local ? "local" : "server"): \(what())")
        return false
    }

    /// Runs a write. What is refused is told; what is old by now is planned anew.
    private mutating func attempt(_ what: String, _ work: () async throws -> Void) async throws -> Bool {
        do {
            try await work()
            hasWritten = true
            return true
        } catch let error as ClientError {
            switch error.status {
            case 409, 404:
                isOld = true
                refusal = "\(what): \(error.description)"
            case 400, 403, 413, 422:
                hasLeft = true
                report.problems.append("\(what): \(error.description)")
            default: throw error
            }
            return false
        }
    }

    private mutating func count(
        _ place: SyncPlace, _ member: WritableKeyPath<SyncReport.Counts, Int>, by number: Int = 1
    ) {
        report.written[place, default: SyncReport.Counts()][keyPath: member] += number
    }

    // MARK: Blocks

    private mutating func settleBlocks(_ here: SyncView, _ there: SyncView) async throws {
        var hasGoneBack: Set<SyncPlace> = []
        if here.hasGoneBack { hasGoneBack.insert(.local) }
        if there.hasGoneBack { hasGoneBack.insert(.remote) }
        let labels = Set(here.blocks.keys).union(there.blocks.keys).union(state.blocks.keys)
        for label in labels.sorted() {
            let plan = BlockPlan(
                label, base: state.blocks[label], local: here.blocks[label], remote: there.blocks[label],
                start: ProjectBlocks.value(label, of: project), hasGoneBack: hasGoneBack)
            if let plan { try await apply(plan) }
        }
    }

    private mutating func apply(_ plan: BlockPlan) async throws {
        let label = plan.label
        switch plan.step {
        case .note(let content): if !isDry { try state.set(label, content) }
        case .detach(let place, let block):
            guard mayWrite(place, "detach the block '\(label)'") else { return }
            let side = side(place)
            let path = APIPath.agent(side.agentID) + "/core-memory/blocks/detach/\(percentEncoded(block.id))"
            guard try await attempt("block '\(label)'", { try await side.client.call(.patch, path) }) else { return }
            try state.set(label, nil)
            count(place, \.deleted)
        case .create(let place, let block):
            guard mayWrite(place, "make the block '\(label)'") else { return }
            try await make(block, on: place)
        case .settle(let content, let left, let right):
            try await settle(plan, content, left, right)
        }
    }

    private mutating func make(_ block: SyncBlock, on place: SyncPlace) async throws {
        let side = side(place)
        // What was begun is made again word for word, so that the server knows the request.
        let content = state.pendingBlocks[SyncState.blockKey(place, block.label)] ?? block.content
        try state.begin(content, block.label, on: place)
        var body = content.body()
        body["label"] = .string(block.label)
        let key = "sync-block-" + ContentDigest.of(side.agentID + JSONValue.object(body).text)
        let isDone = try await attempt("block '\(block.label)'") {
            let made = try await side.client.call(.post, "/v1/blocks/", body: .object(body), onceFor: key)
            let id = percentEncoded(made["id"]?.string ?? "")
            try await side.client.call(.patch, APIPath.agent(side.agentID) + "/core-memory/blocks/attach/\(id)")
        }
        try state.set(block.label, isDone ? content : nil)
        if isDone { count(place, \.created) }
    }

    private mutating func settle(
        _ plan: BlockPlan, _ content: SyncBlockContent, _ left: SyncBlock, _ right: SyncBlock
    ) async throws {
        let label = plan.label
        let writes = [(SyncPlace.remote, right), (.local, left)].filter {
            !content.body(replacing: $1.content).isEmpty
        }
        for (place, _) in writes {
            guard mayWrite(place, plan.lost == nil ? "change the block '\(label)'" : "settle a conflict in '\(label)'")
            else { return }
        }
        if let lost = plan.lost {
            guard try await keep(lost, of: label) else { return }
            report.conflicts.append(
                "The block '\(label)' was changed on both sides in the same lines: the newer value stands, the other one is "
                    + "kept in its history and as a note tagged sync-conflict.")
        }
        for (place, block) in writes {
            var body = content.body(replacing: block.content)
            body["expected_version"] = .int(Int64(block.version))
            let (client, path) = (side(place).client, APIPath.block(block.id))
            guard try await attempt("block '\(label)'", { try await client.call(.patch, path, body: .object(body)) })
            else { return }
            count(place, \.updated)
        }
        try state.set(label, content)
    }

    /// Keeps the value that lost as a passage of the local memory, from where it goes to the server like any other.
    private mutating func keep(_ value: String, of label: String) async throws -> Bool {
        let body: JSONObject = [
            "text": .string(
                "The block '\(label)' was changed on two machines at once. The newer value stands; this is the other:\n\n"
                    + value),
            "tags": ["sync-conflict"], "metadata": ["type": "sync_conflict", "block": .string(label)],
            "provenance": ["source": "sync", "trust": "assistant"],
        ]
        return try await addNote(body, about: "block '\(label)'")
    }

    private mutating func addNote(_ body: JSONObject, about what: String) async throws -> Bool {
        let place = direction.writes(.local) ? SyncPlace.local : .remote
        let side = side(place)
        let key = "sync-conflict-" + ContentDigest.of(side.agentID + JSONValue.object(body).text)
        let path = APIPath.passages(ofAgent: side.agentID)
        return try await attempt(what) {
            do { try await side.client.call(.post, path, body: .object(body), onceFor: key) } catch let error
                as ClientError where error.status == 409
            {
                // Written by a run that was ended before it got the reply.
            }
        }
    }

    // MARK: Passages

    private mutating func settlePassages(_ here: SyncView, _ there: SyncView) async throws {
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
        let key = "sync-" + ContentDigest.of("\(side.agentID) \(ids) \(body.text)")
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
