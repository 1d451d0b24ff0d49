import Domain
import Engine
import HTTP
import Platform

extension PreparedRun {
    /// The answer as a stream that the run ends with: a client that goes away cancels the run.
    func response(_ stream: RunStream) -> Response {
        .events { writer in
            let pinging = PingedWriter(writer, runID: stream.includesPings ? self.run.id : nil)
            let shared = SharedRunStream(stream)
            try await pinging.during {
                _ = await self.carry { event in
                    for frame in await shared.frames(event) { try await pinging.write(frame(nil)) }
                }
            }
            try await pinging.write(RunStream.done)
        }
    }
}

extension Response {
    /// A `text/event-stream`.
    static func events(_ produce: @escaping @Sendable (BodyWriter) async throws -> Void) -> Response {
        Response(
            headers: ["content-type": "text/event-stream", "cache-control": "no-cache", "x-accel-buffering": "no"],
            body: .stream(produce))
    }
}

/// A stream's writer that sends a ping when nothing was written for a while.
final class PingedWriter: Sendable {
    private let writer: BodyWriter
    private let runID: String?
    private let last = Lock(ContinuousClock.now)

    /// Silence after which clients are told that the run still goes on (wire notes, section 7).
    private static let silence = Duration.seconds(20)

    /// - Parameter runID: nil for a stream without pings.
    init(_ writer: BodyWriter, runID: String?) {
        self.writer = writer
        self.runID = runID
    }

    func write(_ frame: String) async throws {
        last.withLock { $0 = .now }
        try await writer.write(Array(frame.utf8))
    }

    /// Pings while the work goes on.
    func during(_ work: @escaping @Sendable () async throws -> Void) async throws {
        guard let runID else { return try await work() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.ping(runID) }
            defer { group.cancelAll() }
            try await work()
        }
    }

    private func ping(_ runID: String) async throws {
        while true {
            let due = last.withLock { $0 } + Self.silence
            // Ends when the work does: then nothing is left to say.
            do { try await Task.sleep(until: due, clock: .continuous) } catch { return }
            if last.withLock({ $0 }) + Self.silence <= .now { try await write(RunStream.ping(runID)(nil)) }
        }
    }
}

/// Frames for a run whose events come one after the other, from a task of its own. Guards the stream's state.
actor SharedRunStream {
    private var stream: RunStream

    init(_ stream: RunStream) { self.stream = stream }

    func frames(_ event: RunEvent) -> [RunStream.Frame] { stream.frames(event) }
}
