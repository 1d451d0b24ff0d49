import HTTP
package import Platform

/// Blocks that agents of a team share: they have the tag `shared`, and `team:X` of the teams they are for.
package struct TeamBlocks: Sendable {
    package static let tag = "shared"

    package let client: RoostClient

    package init(client: RoostClient) { self.client = client }

    /// Whom a block is for.
    package enum Members: Sendable {
        /// Every agent with one of these tags.
        case tagged([String])
        /// Agents by id or name.
        case named([String])
    }

    /// What became of attaching one block to one agent.
    package struct Attachment: Sendable, Equatable {
        package let agent: String
        package let label: String
        package let outcome: Outcome

        package enum Outcome: Sendable, Equatable {
            case attached, already
            case failed(String)
        }

        package var json: JSONValue {
            var object: JSONObject = ["agent": .string(agent), "label": .string(label)]
            switch outcome {
            case .attached: object["status"] = "attached"
            case .already: object["status"] = "already"
            case .failed(let reason):
                object["status"] = "failed"
                object["error"] = .string(reason)
            }
            return .object(object)
        }

        package var hasFailed: Bool { if case .failed = outcome { true } else { false } }
    }

    // MARK: Finding

    /// Blocks that are shared: by their tag, or because several agents have them.
    package func all() async throws -> [JSONValue] {
        let tagged = try await client.list("/v1/blocks/", query: [("tags", Self.tag)])
        let attached = try await client.list("/v1/blocks/", query: [("connected_to_agents_count_gt", "1")])
        let known = Set(tagged.compactMap { $0["id"]?.string })
        return tagged + attached.filter { !known.contains($0["id"]?.string ?? "") }
    }

    /// The block of a reference: its id, or its label, where shared ones come first. Nil when there is none.
    /// - Parameter onlyShared: passes over blocks that agents have for themselves.
    package func find(_ reference: String, onlyShared: Bool = false) async throws -> JSONValue? {
        if Identifier.isValid(reference, .block) { return try await client.get(APIPath.block(reference)) }
        let found = try await client.list("/v1/blocks/", query: [("label", reference)], limit: 200)
        let shared = found.filter { $0["tags"]?.strings?.contains(Self.tag) == true }
        let candidates = shared.isEmpty && !onlyShared ? found : shared
        if candidates.count > 1 {
            let ids = candidates.prefix(5).compactMap { $0["id"]?.string }.joined(separator: "\n  ")
            throw ClientError(
                "\(candidates.count) blocks are called '\(reference)'. Name one by its id:\n  \(ids)", status: 409)
        }
        return candidates.first
    }

    package func required(_ reference: String) async throws -> JSONValue {
        if let block = try await find(reference) { return block }
        let value = TeamTemplate.named(reference) == nil ? "--value TEXT" : "--template"
        throw ClientError(
            "There is no block '\(reference)' in \(client.transport.place). 'roost team list' shows those there are; to make it: "
                + "roost team share \(reference) \(value)", status: 404)
    }

    // MARK: Sharing

    /// Makes a shared block. One that agents have already becomes a shared one.
    package func share(_ label: String, _ body: JSONObject, tags: [String]) async throws -> (JSONValue, isNew: Bool) {
        let wanted = ([Self.tag] + tags).uniqued
        // A block that an agent has for itself stays its own when another value is to be shared.
        guard let block = try await find(label, onlyShared: body["value"] != nil) else {
            var body = body
            body["label"] = .string(label)
            body["value"] = body["value"] ?? ""
            body["tags"] = .array(wanted.map { .string($0) })
            return (try await client.call(.post, "/v1/blocks/", body: .object(body)), true)
        }
        if body["value"] != nil {
            throw ClientError(
                "The block '\(label)' is there already, so its value was not replaced. Change it with 'roost team update "
                    + "\(label)'; to share it as it is, leave the value out.", status: 409)
        }
        var body = body
        let tags = block["tags"]?.strings ?? []
        let all = (tags + wanted).uniqued
        if all.count > tags.count { body["tags"] = .array(all.map { .string($0) }) }
        if body.isEmpty { return (block, false) }
        let path = APIPath.block(block["id"]?.string ?? "")
        return (try await client.call(.patch, path, body: .object(body)), false)
    }

    /// Attaches a block to each agent; one that cannot have it does not keep it from the others.
    package func attach(_ block: JSONValue, to members: Members) async throws -> [Attachment] {
        let label = block["label"]?.string ?? ""
        let id = block["id"]?.string ?? ""
        let owners = Set(
            try await client.list("/v1/blocks/\(percentEncoded(id))/agents", query: APIPath.tagsAlone).compactMap {
                $0["id"]?.string
            })
        var report: [Attachment] = []
        for (name, find) in try await agents(members) {
            func note(_ outcome: Attachment.Outcome) {
                report.append(Attachment(agent: name, label: label, outcome: outcome))
            }
            do {
                let agent = try await find()
                if owners.contains(agent) {
                    note(.already)
                    continue
                }
                try await client.call(
                    .patch, APIPath.agent(agent) + "/core-memory/blocks/attach/\(percentEncoded(id))")
                note(.attached)
            } catch let error as ClientError where error.status != nil {
                note(.failed(error.description))
            }
        }
        return report
    }

    private func agents(
        _ members: Members
    ) async throws -> [(name: String, id: @Sendable () async throws -> String)] {
        switch members {
        case .named(let references):
            return references.map { reference in (reference, { try await client.id(of: .agent, reference) }) }
        case .tagged(let tags):
            let query = tags.map { ("tags", $0) } + APIPath.tagsAlone
            let found = try await client.list("/v1/agents/", query: query)
            if found.isEmpty {
                throw ClientError(
                    "No agent has the tag \(tags.map { "'\($0)'" }.joined(separator: " or ")). Tag agents with 'roost "
                        + "agent edit AGENT --tag …', or name them with --agents.", status: 404)
            }
            return found.map { agent in
                (agent["name"]?.string ?? "", { agent["id"]?.string ?? "" })
            }
        }
    }

    /// Makes agents that have these blocks from the beginning; each is one call.
    package func createAgents(
        _ names: [String], sharing blocks: [String], tags: [String], model: String?
    ) async throws -> [(name: String, result: Result<JSONValue, ClientError>)] {
        var ids: [String] = []
        for block in blocks { ids.append(try await required(block)["id"]?.string ?? "") }
        var made: [(name: String, result: Result<JSONValue, ClientError>)] = []
        for name in names {
            var body: JSONObject = ["name": .string(name), "block_ids": .array(ids.map { .string($0) })]
            if !tags.isEmpty { body["tags"] = .array(tags.map { .string($0) }) }
            if let model { body["model"] = .string(model) }
            do { made.append((name, .success(try await client.createAgent(body).agent))) } catch let error
                as ClientError where error.status != nil
            {
                made.append((name, .failure(error)))
            }
        }
        return made
    }
}
