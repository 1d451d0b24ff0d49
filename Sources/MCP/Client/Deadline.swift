/// Runs `body` for so many seconds at most.
/// - Throws: `MCPClientError(.timedOut)` with `message`, what `body` throws, `CancellationError`. `body` must end when
///   it is cancelled.
func within<Value: Sendable>(
    _ seconds: Double, _ message: @autoclosure @Sendable () -> String,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let message = message()
    return try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: .seconds(seconds))
            throw MCPClientError(.timedOut, message)
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}
