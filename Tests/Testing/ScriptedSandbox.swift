package import Domain
package import Platform

/// A sandbox that runs nothing: it keeps what it was given and answers as a test says.
package final class ScriptedSandbox: CodeSandbox {
    package typealias Answer = @Sendable (CodeCall) async throws -> CodeResult

    private let given = Lock<[CodeCall]>([])
    private let answer: Answer
    private let schema: @Sendable (String) throws -> JSONObject
    package let obstacle: String?

    package init(
        obstacle: String? = nil,
        answer: @escaping Answer = { _ in CodeResult(.returned, text: "None", value: .null) },
        schema: @escaping @Sendable (String) throws -> JSONObject = { _ in
            throw CodeError(.unavailable, "No schemas here.")
        }
    ) {
        self.obstacle = obstacle
        self.schema = schema
        self.answer = answer
    }

    /// What was run, in order.
    package var calls: [CodeCall] { given.withLock { $0 } }

    package func obstacle(to language: CodeLanguage) async -> String? { obstacle }

    package func run(_ call: CodeCall) async throws -> CodeResult {
        given.withLock { $0.append(call) }
        return try await answer(call)
    }

    package func schema(of source: String, in language: CodeLanguage) async throws -> JSONObject { try schema(source) }
}
