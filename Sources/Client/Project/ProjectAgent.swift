import Glibc
import HTTP
package import Platform

/// An agent as tools need it: whose memory a call is about.
package struct MemoryAgent: Sendable, Equatable {
    package let id: String
    package let name: String
    package let tags: [String]

    /// Nil when this is not an agent's JSON.
    package init?(_ json: JSONValue) {
        guard let id = json["id"]?.string, let name = json["name"]?.string else { return nil }
        self.id = id
        self.name = name
        tags = json["tags"]?.strings ?? []
    }

    /// As it is called in texts that a model reads: whoever writes agents chose it.
    var shownName: String { ShortText.name(name) }

    /// The project that it was made for.
    package var project: String? {
        tags.first { $0.hasPrefix("project:") }.map { String($0.dropFirst("project:".count)) }
    }
}

/// The agent that keeps the memory of a project, `memory-<project>`, or of a person in all of theirs, `memory-user-<name>`.
package struct ProjectAgent: Sendable {
    private enum Owner { case project, user }

    let client: RoostClient
    /// Of the project, or of the person.
    private let owned: String
    private let owner: Owner

    package init(client: RoostClient, project: String) {
        self.client = client
        owned = project
        owner = .project
    }

    package init(client: RoostClient, user: String) {
        self.client = client
        owned = user
        owner = .user
    }

    package var name: String { owner == .project ? Project.agentName(owned) : Project.agentName("user-" + owned) }
    private var tag: String { (owner == .project ? "project:" : "user:") + owned }

    /// The oldest agent of that name, else the oldest with the project's tag.
    package func find() async throws -> MemoryAgent? {
        if let named = try await oldest([("name", name)], where: { $0.name == name }) { return named }
        // The agents of a person's projects have the person's tag too.
        if owner == .user { return nil }
        return try await oldest([("tags", tag)], where: { $0.tags.contains(tag) })
    }

    private func oldest(
        _ filter: [(String, String)], where fits: (MemoryAgent) -> Bool
    ) async throws -> MemoryAgent? {
        let query = filter + [("order", "asc"), ("limit", "20")] + APIPath.tagsAlone
        let found = try await client.get("/v1/agents/", query: query).array ?? []
        return found.compactMap { MemoryAgent($0) }.first(where: fits)
    }

    /// Makes it unless it is there. Of several processes that do so at once, one makes it, and all get the same.
    /// - Parameters:
    ///   - user: whose machine it is, when that is known.
    ///   - team: tagged with it when it is made.
    package func findOrCreate(user: String?, team: String? = nil) async throws -> MemoryAgent {
        // A key is kept for a day. When its agent was deleted since, the next one is tried, by all in the same order.
        for generation in 0..<Self.mostGenerations {
            if let found = try await find() { return found }
            do {
                if let made = MemoryAgent(try await create(user: user, team: team, key: key(generation))),
                    try await isThere(made)
                {
                    return made
                }
            } catch let error as ClientError {
                // Somebody else was faster, or was so with an agent that is gone.
                guard error.status == 409 else { throw error }
            }
        }
        throw ClientError("The agent '\(name)' could not be made in \(client.transport.place). Try again.", status: 409)
    }

    /// The same in every process. One that is too long to send has a digest for its end, which is the project's own.
    private func key(_ generation: Int) -> String {
        let key = "\(owner)-agent-\(generation)-\(percentEncoded(owned))"
        guard key.utf8.count > 255 else { return key }
        let digest = StableKey.of(owned)
        return key.prefix(180) + "-" + digest
    }

    private static let mostGenerations = 100

    private func isThere(_ agent: MemoryAgent) async throws -> Bool {
        do { try await client.call(.get, APIPath.agent(agent.id), query: APIPath.tagsAlone) } catch let error
            as ClientError
        {
            guard error.status == 404 else { throw error }
            return false
        }
        return true
    }

    private func create(user: String?, team: String?, key: String) async throws -> JSONValue {
        var tags = [tag, "source:claude-code", "type:user-agent"]
        if let user { tags.append("user:" + user) }
        if let team { tags.append("team:" + team) }
        let about = owner == .project ? owned : "\(owned)'s projects"
        var body = JSONObject([
            ("name", .string(name)), ("description", .string("What coding sessions learned about \(about).")),
            ("tags", .array(tags.uniqued.map { .string($0) })),
            ("memory_blocks", .array(ProjectBlocks.all(about, isUser: owner == .user))),
        ])
        if owner == .project { body["metadata"] = ["project": .string(owned)] }
        return try await client.createAgent(body, onceFor: key).agent
    }

    /// Who runs this process, by the system's list of users.
    package static var user: String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16 << 10) { buffer in
            guard let start = buffer.baseAddress, getpwuid_r(getuid(), &entry, start, buffer.count, &found) == 0,
                found != nil, let name = entry.pw_name, name.pointee != 0
            else { return nil }
            return String(cString: name)
        }
    }
}

/// The blocks that a project's memory begins with.
enum ProjectBlocks {
    /// What a block of this label begins with; nil for one that a project's memory does not begin with.
    static func value(_ label: String, of project: String) -> String? {
        all(project, isUser: true).first { $0["label"]?.string == label }?["value"]?.string
    }

    /// Whether a block still says what it began with, so that it tells nothing.
    static func isUnwritten(_ block: MemoryBlock, _ project: String) -> Bool {
        value(block.label, of: project) == block.value
    }

    /// The label of the block that says what has to be known of a project.
    static let context = "project_context"

    /// What `project_context` says as long as nobody wrote into it.
    static func untouchedContext(_ project: String) -> String {
        """
        # \(project)
        Stack:
        Layout:
        Build and test:
        Conventions:
        """
    }

    static func all(_ project: String, isUser: Bool = false) -> [JSONValue] {
        let preferences = block(
            "user_preferences", "How the person likes to work, in every project.",
            "Nothing is known yet. Keep tools, style and habits here that hold in every project.")
        return [
            block(
                "human", "The person: name, role, how they like to work.",
                "Nothing is known about the user yet. Keep their name, role, languages and preferences here."),
            block(
                "persona", "What this memory is for.",
                """
                I am the memory of \(project) across coding sessions: decisions and their reasons, bugs and their fixes, \
                conventions, preferences. I keep what will matter again and leave out what passes.
                """),
            block(
                context, "What has to be known about the project at every start.", untouchedContext(project)),
            block(
                "learnings", "Dated lessons, newest last; below the line.",
                """
                # Learnings
                [date] [category] lesson
                ---
                """),
        ] + (isUser ? [preferences] : [])
    }

    private static func block(_ label: String, _ description: String, _ value: String) -> JSONValue {
        ["label": .string(label), "description": .string(description), "value": .string(value)]
    }
}
