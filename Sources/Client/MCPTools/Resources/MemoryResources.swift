import MCP
import Platform

/// The memory as resources: `memory://blocks/{label}`, `memory://passages/{id}`, `memory://projects`.
struct MemoryResources: Sendable {
    let session: ToolSession

    /// How many of the newest passages are listed; the others are read by their ids.
    private static let listedPassages = 20

    static let templates: [ListedItem] = [
        template("memory://blocks/{label}", "block", "Memory block", "A block of the project's memory", "text/plain"),
        template(
            "memory://passages/{id}", "passage", "Note", "A stored note, with where it came from", "application/json"),
    ]

    private static func template(
        _ uri: String, _ name: String, _ title: String, _ description: String, _ type: String
    ) -> ListedItem {
        var json = JSONWriter()
        json.object { json in
            json.field("uriTemplate", uri)
            json.field("name", name)
            json.field("title", title)
            json.field("description", description)
            json.field("mimeType", type)
        }
        return ListedItem(name: name, json: JSONText(trusted: json.text))
    }

    // MARK: Lists

    func list() async throws -> [ListedItem] {
        var items = [
            Self.item(
                .projects, "projects", title: "Projects", "The projects that have a memory here", "application/json")
        ]
        guard let agent = try await agentIfAny() else { return items }
        let client = try await session.client()
        for block in try await AgentBlocks(client: client, agent: agent).all() {
            let description = block.description.map { ShortText.preview($0, 200) }
            items.append(
                Self.item(
                    .block(block.label), block.label, title: ShortText.preview(block.label, 80), description,
                    "text/plain", block.value))
        }
        let passages = AgentPassages(client: client, agentID: agent.id)
        for passage in try await passages.newest(Self.listedPassages) {
            guard let note = Recalled(passage: passage) else { continue }
            // Lists are shown without a warning, so words of programs and web pages have no place in them.
            let title = note.isForeign ? "Words of a program or a web page" : ShortText.preview(note.text, 80)
            items.append(Self.item(.passage(note.id), note.id, title: title, nil, "application/json"))
        }
        return items
    }

    private static func item(
        _ uri: MemoryURI, _ name: String, title: String, _ description: String?, _ type: String, _ text: String? = nil
    ) -> ListedItem {
        var json = JSONWriter()
        json.object { json in
            json.field("uri", uri.text)
            json.field("name", name)
            json.field("title", title)
            if let description { json.field("description", description) }
            json.field("mimeType", type)
            if let text { json.field("size", text.utf8.count) }
        }
        return ListedItem(name: name, json: JSONText(trusted: json.text))
    }

    /// The agent whose memory this is; nil when the project has none, or it is not clear who is meant: a list of
    /// resources is asked for by clients on their own, and shows what there is.
    private func agentIfAny() async throws -> MemoryAgent? {
        do { return try await session.agent(forReading: nil) } catch is ToolError { return nil }
    }

    // MARK: Reading

    func read(_ uri: String) async throws -> ResourceContents? {
        switch MemoryURI(uri) {
        case nil: return nil
        case .projects:
            let projects = try await ProjectList(client: try await session.client()).json()
            return ResourceContents(projects.text, type: "application/json")
        case .block(let label):
            guard let agent = try await agentIfAny() else { return nil }
            let blocks = AgentBlocks(client: try await session.client(), agent: agent)
            // By its label alone: an id would be another name of the same resource.
            guard let block = try await blocks.all().first(where: { $0.label == label }) else { return nil }
            return ResourceContents(block.value, type: "text/plain")
        case .passage(let id):
            guard let agent = try await agentIfAny() else { return nil }
            let passages = AgentPassages(client: try await session.client(), agentID: agent.id)
            guard let passage = try await passages.find(id) else { return nil }
            return ResourceContents(Self.passage(passage, of: agent).text, type: "application/json")
        }
    }

    private static func passage(_ passage: JSONValue, of agent: MemoryAgent) -> JSONValue {
        var object = JSONObject([("note", .string(MemoryTools.caution))])
        for name in ["id", "text", "created_at", "tags", "metadata", "provenance"] { object[name] = passage[name] }
        object["memory"] = .string(agent.name)
        return .object(object)
    }

    // MARK: Completions

    private static let mostCompletions = 100

    func completions(
        of reference: CompletionReference, argument: String, value: String
    ) async throws -> [String] {
        let all = try await candidates(reference, argument)
        let typed = value.lowercased()
        return Array(all.uniqued.filter { $0.lowercased().hasPrefix(typed) }.prefix(Self.mostCompletions))
    }

    private func candidates(_ reference: CompletionReference, _ argument: String) async throws -> [String] {
        switch (reference, argument) {
        case (.resourceTemplate("memory://blocks/{label}"), "label"):
            guard let agent = try await agentIfAny() else { return [] }
            return try await AgentBlocks(client: try await session.client(), agent: agent).all().map(\.label)
        case (.resourceTemplate("memory://passages/{id}"), "id"):
            return try await newest().compactMap { $0["id"]?.string }
        case (.prompt("project-init"), "name"):
            let projects = try await ProjectList(client: try await session.client()).agents().compactMap(\.project)
            return [await session.projectName()].compactMap { $0 } + projects
        case (.prompt("save"), "what"):
            return ["decisions", "bugs and their fixes", "preferences of the user", "learnings", "conventions"]
        case (.prompt("recall"), "query"):
            return try await newest().flatMap { $0["tags"]?.strings ?? [] }.map { tag in
                tag.firstIndex(of: ":").map { String(tag[tag.index(after: $0)...]) } ?? tag
            }
        default: return []
        }
    }

    private func newest() async throws -> [JSONValue] {
        guard let agent = try await agentIfAny() else { return [] }
        return try await AgentPassages(client: try await session.client(), agentID: agent.id).newest(100)
    }
}
