import HTTP
import Platform

extension SyncRound {
    mutating func settleBlocks(_ here: SyncView, _ there: SyncView) async throws {
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
        let key = "sync-block-" + StableKey.of(side.agentID + JSONValue.object(body).text)
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
            "provenance": .object(Provenance(source: "sync", trust: .assistant).json),
        ]
        return try await addNote(body, about: "block '\(label)'")
    }
}
