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

    /// - Parameter open: gives the client; called for every use, so it keeps what it opens. Throws `ClientError` or `Failure`
    ///   with a text for people.
    package init(scope: Scope, open: @escaping @Sendable () async throws -> RoostClient) {
        self.scope = scope
        self.open = open
    }

    package init(scope: Scope = Scope(), client: RoostClient) {
        self.init(scope: scope) { client }
    }

    package func client() async throws -> RoostClient { try await open() }
}
