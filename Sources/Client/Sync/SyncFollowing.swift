import Platform

/// Synchronizes whenever one of the sides changes, until its task is cancelled.
package struct SyncFollowing: Sendable {
    package enum News: Sendable {
        case report(SyncReport)
        /// A side does not answer; it is tried again.
        case lost(String)
    }

    let sync: Sync
    /// Changes that come together are one.
    private static let calm = Duration.milliseconds(400)
    private static let shortestPause = Duration.seconds(2)
    private static let longestPause = Duration.seconds(60)
    /// Looks without a sign too, in case one was missed.
    private static let longestRest = Duration.seconds(300)

    package init(_ sync: Sync) { self.sync = sync }

    package func run(_ tell: @escaping @Sendable (News) async -> Void) async throws {
        let (signs, sign) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for session in [sync.local, sync.remote] {
                group.addTask { await Self.listen(to: session) { sign.yield() } }
            }
            group.addTask {
                while !Task.isCancelled {
                    try await Task.sleep(for: Self.longestRest)
                    sign.yield()
                }
            }
            group.addTask { try await work(signs, sign, tell) }
            // The first that ends was cancelled, or cannot go on.
            defer { group.cancelAll() }
            for try await _ in group {}
        }
    }

    private func work(
        _ signs: AsyncStream<Void>, _ sign: AsyncStream<Void>.Continuation,
        _ tell: @Sendable (News) async -> Void
    ) async throws {
        var pause = Self.shortestPause
        var isLost = false
        sign.yield()
        for await _ in signs {
            try await Task.sleep(for: Self.calm)
            do {
                let report = try await sync.run()
                if isLost || !report.isQuiet { await tell(.report(report)) }
                (pause, isLost) = (Self.shortestPause, false)
            } catch let error as ClientError where error.status == nil || (error.status ?? 0) >= 500 {
                // Offline is nothing special: what happened is synchronized later.
                if !isLost { await tell(.lost(error.description)) }
                isLost = true
                try await Task.sleep(for: pause)
                pause = min(pause * 2, Self.longestPause)
                sign.yield()
            }
            try Task.checkCancellation()
        }
        try Task.checkCancellation()
    }

    private static func listen(to session: ToolSession, _ heard: @escaping @Sendable () -> Void) async {
        while !Task.isCancelled {
            // Whatever breaks the stream, it is opened again, and the work is looked at meanwhile.
            try? await session.client().events(
                "/v1/roost/events", query: [("kinds", "block,passage,archive,store")], opened: { heard() }
            ) { _ in heard() }
            // Only cancellation ends a sleep early, and the loop sees that.
            try? await Task.sleep(for: shortestPause)
        }
    }
}
