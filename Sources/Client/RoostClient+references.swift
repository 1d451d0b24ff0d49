import Platform

/// Objects as people name them: by id, or by a name that only one of them has.
extension RoostClient {
    package enum Named: Sendable {
        case agent, block, archive, identity, tool, folder, provider

        var kind: IdentifierKind {
            switch self {
            case .agent: .agent
            case .block: .block
            case .archive: .archive
            case .identity: .identity
            case .tool: .tool
            case .folder: .folder
            case .provider: .provider
            }
        }

        /// The member that people call it by, and the filter of its list route.
        var names: [(member: String, filter: String)] {
            switch self {
            case .agent, .archive: [("name", "name")]
            case .block: [("label", "label")]
            case .identity: [("identifier_key", "identifier_key"), ("name", "name")]
            case .tool, .folder, .provider: [("name", "name")]
            }
        }

        var path: String {
            switch self {
            case .agent: "/v1/agents/"
            case .block: "/v1/blocks/"
            case .archive: "/v1/archives/"
            case .identity: "/v1/identities/"
            case .tool: "/v1/tools/"
            case .folder: "/v1/folders/"
            case .provider: "/v1/providers/"
            }
        }

        var plural: String { self == .identity ? "identities" : "\(self)s" }

        /// The command that lists them, as advice; empty where there is none.
        var advice: String {
            switch self {
            case .agent, .block, .archive, .identity, .provider: " See 'roost \(self) list'."
            case .tool, .folder: ""
            }
        }
    }

    /// The id of an object. Throws `ClientError` when no object, or more than one, has the name.
    package func id(of named: Named, _ reference: String) async throws -> String {
        if Identifier.isValid(reference, named.kind) { return reference }
        for (member, filter) in named.names {
            let found = try await list(named.path, query: [(filter, reference)], limit: 100)
                .filter { $0[member]?.string == reference }
            if found.count == 1, let id = found[0]["id"]?.string { return id }
            if found.count > 1 {
                let ids = found.prefix(5).compactMap { $0["id"]?.string }.joined(separator: "\n  ")
                throw ClientError(
                    "\(found.count) \(named.plural) are called '\(reference)'. Name one by its id:\n  \(ids)")
            }
        }
        throw try await notFound(named, reference)
    }

    private func notFound(_ named: Named, _ reference: String) async throws -> ClientError {
        let known = try await list(named.path, limit: 300)
        let names = named.names.flatMap { name in known.compactMap { $0[name.member]?.string } }
        let near = NearMatch.best(for: reference, among: names).map { " Did you mean '\($0)'?" } ?? ""
        return ClientError(
            "There is no \(named) '\(reference)' in \(transport.place).\(near)\(named.advice)", status: 404)
    }
}
