import MCP
import Platform

/// The memory as resources: `memory://blocks/{label}`, `memory://passages/{id}`, `memory://projects`.
struct MemoryResources: Sendable {
    let session: ToolSession

    static let templates: [ListedItem] = []

    func list() async throws -> [ListedItem] { [] }

    func read(_ uri: String) async throws -> ResourceContents? { nil }

    func completions(
        of reference: CompletionReference, argument: String, value: String
    ) async throws -> [String] { [] }

    func changes() -> AsyncStream<ResourceChange> { AsyncStream { $0.finish() } }
}
