import Domain
import Platform
import Storage

/// Does the `EmbeddingWork` of a server in the background, from `start` to `stop`.
package final class EmbeddingWorker: Sendable {
    private let engine: Engine
    private let interval: Duration
    private let tasks = Lock<[Task<Void, Never>]>([])

    /// - Parameter interval: how often to look for what other processes left; what this one leaves is seen at once.
    package init(engine: Engine, interval: Duration = .seconds(5)) {
        self.engine = engine
        self.interval = interval
    }

    package func start() {
        let signal = engine.embeddingWork
        let signals = signal.listen()
        let interval = interval
        let work = Task { [engine] in
            await engine.embedding.replaceLocalModels()
            await Self.work(engine, signals)
        }
        let clock = Task {
            // Ends when it is cancelled.
            while (try? await Task.sleep(for: interval)) != nil { signal.signal() }
        }
        tasks.withLock { $0 += [work, clock] }
        signal.signal()
    }

    /// Gives up what is under way; it is begun again at the next start.
    package func stop() async {
        let running = tasks.withLock { tasks in
            defer { tasks = [] }
            return tasks
        }
        for task in running { task.cancel() }
        for task in running { await task.value }
    }

    private static func work(_ engine: Engine, _ signals: AsyncStream<Void>) async {
        var work = EmbeddingWork(engine: engine)
        for await _ in signals {
            do {
                while try await work.step() {}
            } catch is CancellationError {
                return
            } catch {
                if Task.isCancelled { return }
                // The database is full, busy or gone: those who write are told; here it is tried again later.
                engine.log.warning("embedding_work_failed", ("error", .string("\(type(of: error))")))
            }
        }
    }
}
