import MCP
import Platform

/// What the tools of one client work on: the server, and whose memory is meant when a call names no agent.
package struct ToolSession: Sendable {
    /// Whose memory a client means without saying so.
    package struct Scope: Sendable, Equatable {
        /// An agent by id or name (`LETTA_AGENT_ID`).
        package var agent: String?
        package var project: String?
        /// The folder the client works in; only known on the same machine.
        package var folder: String?

        package init(agent: String? = nil, project: String? = nil, folder: String? = nil) {
            self.agent = agent
            self.project = project
            self.folder = folder
        }
    }

    package let scope: Scope
    private let open: @Sendable () async throws -> RoostClient
    let state = SessionState()
    let agents: KnownAgents

    /// - Parameters:
    ///   - agents: may be shared with other sessions on the same server.
    ///   - open: gives the client; called for every use, so it keeps what it opens. Throws `ClientError` or `Failure` with a
    ///     text for people.
    package init(
        scope: Scope, agents: KnownAgents = KnownAgents(), open: @escaping @Sendable () async throws -> RoostClient
    ) {
        self.scope = scope
        self.agents = agents
        self.open = open
    }

    package init(scope: Scope = Scope(), client: RoostClient) {
        self.init(scope: scope) { client }
    }

    package func client() async throws -> RoostClient {
        let client = try await open()
        state.noteOpened()
        return client
    }
}

/// What a session has found out, shared by all copies of it.
final class SessionState: Sendable {
    private struct Known {
        var isOpened = false
        var agent: MemoryAgent?
        var project: Project?
        var hasToldOfLoss = false
        var origin: MemoryOrigin?
    }

    private let known = Lock(Known())
    /// Changes of blocks, one after the other.
    let edits = Slots(1)

    /// Whether somebody needed the server already: nothing else should be the reason to open a database.
    var isOpened: Bool { known.withLock { $0.isOpened } }
    func noteOpened() { known.withLock { $0.isOpened = true } }

    /// True the first time only.
    func tellsOfLoss() -> Bool {
        known.withLock { known in
            defer { known.hasToldOfLoss = true }
            return !known.hasToldOfLoss
        }
    }

    /// The agent that calls without one mean.
    var agent: MemoryAgent? {
        get { known.withLock { $0.agent } }
        set { known.withLock { $0.agent = newValue } }
    }

    /// What decided whose memory it is.
    var origin: MemoryOrigin? {
        get { known.withLock { $0.origin } }
        set { known.withLock { $0.origin = newValue } }
    }

    /// What the files of the client's folder said when they were read last.
    var project: Project? {
        get { known.withLock { $0.project } }
        set { known.withLock { $0.project = newValue } }
    }
}

/// What decided whose memory is meant when a call does not say: docs/design/mcp.md, "Whose memory".
enum MemoryOrigin: Sendable, Equatable {
    /// The connection names the agent.
    case connection
    /// A file of the folder does.
    case file(String)
    /// It is the agent of this project.
    case project(String)
    /// There is no other.
    case onlyAgent
}
