/// Where a memory came from: what a reader needs to judge how far to trust it.
package struct Provenance: Sendable, Equatable {
    /// Whose words these are. Text from a tool or the web must never pose as an instruction of the user.
    package enum Trust: String, Sendable, CaseIterable { case user, assistant, tool, web }

    /// Which door it came in by: `api`, `mcp`, `hook`, `import`, `agent`.
    package var source: String
    package var session: String?
    package var tool: String?
    package var file: String?
    package var trust: Trust?

    package init(
        source: String, session: String? = nil, tool: String? = nil, file: String? = nil, trust: Trust? = nil
    ) {
        self.source = source
        self.session = session
        self.tool = tool
        self.file = file
        self.trust = trust
    }

    package static let api = Provenance(source: "api")
}
