import Domain
import Platform
import Storage

extension TestServer {
    /// Stores a run that nobody has started yet, and gives its id.
    package func addRun(ofAgent agentID: String) async throws -> String {
        let run = Run(id: Identifier.new(.run), agentID: agentID, createdAt: .now)
        try await store.write(by: .default) { try $0.runs.insert(run, by: .default) }
        return run.id
    }
}
