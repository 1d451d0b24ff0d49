import HTTP
import Platform

/// What the tools do with blocks; the profiles differ only in how they ask and answer. Gives blocks as the API does.
struct BlockCalls: Sendable {
    let client: RoostClient

    init(_ call: ToolCall) async throws { client = try await call.client() }

    /// A block by its id or label.
    struct Reference: Sendable {
        let block: String
        /// Among whose blocks it is meant; nil: among all.
        let agent: String?

        init(_ block: String, agent: String? = nil) {
            self.block = block
            self.agent = agent
        }

        /// A block by its id among all; by a label among those of the agent that the call names, else among all.
        init(_ block: String, of call: ToolCall) async throws {
            self.init(block, agent: Identifier.isValid(block, .block) ? nil : try await call.namedAgent())
        }

        var path: String {
            guard let agent else { return APIPath.block(block) }
            return APIPath.blocks(ofAgent: agent) + "/" + percentEncoded(block)
        }
    }

    private static let unknown = [
        404: "List the blocks to see their ids and labels.", 422: "List the blocks to see their ids and labels.",
        409: "List the blocks to see their ids.",
    ]

    func read(_ reference: Reference) async throws -> JSONValue {
        try await ToolError.advising(Self.unknown) { try await client.get(reference.path) }
    }

    /// - Parameter agent: to whom the new block is attached. When that is refused, there is no new block.
    func create(_ body: JSONObject, attachedTo agent: String?) async throws -> JSONValue {
        let block = try await client.call(.post, "/v1/blocks/", body: .object(body))
        guard let agent, let id = block["id"]?.string else { return block }
        do {
            try await attach(id, to: agent)
        } catch {
            try await client.call(.delete, Reference(id).path)
            throw error
        }
        return block
    }

    /// Throws `ToolError` for a block that is read-only, and for a version that has passed.
    func update(_ reference: Reference, _ patch: JSONObject) async throws -> JSONValue {
        try refuseReadOnly(try await read(reference), "changed")
        do {
            return try await client.call(.patch, reference.path, body: .object(patch))
        } catch let error as ClientError where error.status == 409 && patch["expected_version"] != nil {
            let version = try await read(reference)["version"]?.int ?? 0
            throw ToolError(
                error.description,
                hints: [
                    "Its version is \(version) now. Read the block again, carry your change over to what it says, and "
                        + "repeat with expected_version \(version)."
                ], status: 409)
        } catch let error as ClientError where error.status == 422 {
            throw ToolError(
                error.description,
                hints: ["Nothing was changed. What is too long for a block can be shortened, or moved to a passage."],
                status: 422)
        }
    }

    func delete(_ reference: Reference) async throws -> JSONValue {
        let block = try await read(reference)
        try refuseReadOnly(block, "deleted")
        try await client.call(.delete, Reference(block["id"]?.string ?? reference.block).path)
        return block
    }

    func attach(_ block: String, to agent: String) async throws {
        let path = APIPath.blocks(ofAgent: agent) + "/attach/" + percentEncoded(block)
        try await client.call(.patch, path)
    }

    /// - Parameter block: an id, or a label among the agent's blocks.
    /// - Returns: the block.
    func detach(_ block: String, from agent: String) async throws -> JSONValue {
        let found = try await read(Reference(block, agent: agent))
        let id = found["id"]?.string ?? block
        let path = APIPath.blocks(ofAgent: agent) + "/detach/" + percentEncoded(id)
        try await client.call(.patch, path)
        return found
    }

    func agents(using block: String, _ page: PageArguments) async throws -> [JSONValue] {
        try await ToolError.advising(Self.unknown) {
            let query = page.query + APIPath.tagsAlone
            return try await client.get(Reference(block).path + "/agents", query: query).array ?? []
        }
    }

    /// A tool is called by a model, and a read-only block is meant to be kept from models.
    private func refuseReadOnly(_ block: JSONValue, _ what: String) throws {
        guard block["read_only"]?.bool == true else { return }
        throw ToolError(
            "The block is read-only: it can be read, but not \(what).",
            hints: [
                "Keep what you have to say in another block or in a passage. A person can make it writable: "
                    + "roost block edit \(block["id"]?.string ?? "ID") --writable"
            ])
    }
}
