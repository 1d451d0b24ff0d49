import Domain
import Glibc
import Platform

/// One request to a worker: what it answers and prints, until it has answered or runs into a limit. The worker has ended when
/// `run` returns.
struct WorkerCall: Sendable {
    enum End: Sendable, Equatable {
        /// The line, without its newline.
        case answered([UInt8])
        /// Without an answer.
        case ended(ChildProcess.Ending)
        /// For using too much of something, which the text says.
        case stopped(String)
        case timedOut
        case cancelled
    }

    struct Outcome: Sendable {
        var end: End
        var output = Capture()
        var error = Capture()
    }

    /// What a stream brought, up to a limit.
    struct Capture: Sendable {
        var bytes: [UInt8] = []
        /// Read and thrown away.
        var dropped = 0
    }

    let worker: Worker
    let limits: CodeLimits
    /// Whether the number of processes is watched because the kernel does not limit it.
    let watchesProcesses: Bool
    private let settled = Settlement()

    init(worker: Worker, limits: CodeLimits, watchesProcesses: Bool) {
        self.worker = worker
        self.limits = limits
        self.watchesProcesses = watchesProcesses
    }

    /// Beyond what is kept, as many bytes as this are read and thrown away before printing is too much.
    private static let patience = 64 << 20

    /// Files of no size take memory, too, which no limit of the kernel's counts.
    private static let mostFiles = 200_000

    func run(_ request: [UInt8]) async -> Outcome {
        await withTaskCancellationHandler {
            await withTaskGroup(of: Part.self) { group in
                group.addTask { await send(request) }
                group.addTask { .output(await capture(worker.process.output)) }
                group.addTask { .error(await capture(worker.process.error)) }
                group.addTask { await readAnswer() }
                group.addTask { await watchTime() }
                group.addTask { await watchMemory() }
                return await collect(&group)
            }
        } onCancel: {
            stop(.cancelled)
        }
    }

    private enum Part: Sendable {
        case output(Capture), error(Capture), answer, other
    }

    private func collect(_ group: inout TaskGroup<Part>) async -> Outcome {
        var outcome = Outcome(end: .cancelled)
        var streams = 0
        for await part in group {
            switch part {
            case .output(let capture): outcome.output = capture
            case .error(let capture): outcome.error = capture
            case .answer: break
            case .other: continue
            }
            streams += 1
            // All are at their end, and read to it: nothing of it lives.
            if streams == 3 { group.cancelAll() }
        }
        let ending = await worker.process.ended()
        outcome.end = settled.end ?? .ended(ending)
        return outcome
    }

    /// The first end that is noted counts.
    private func stop(_ end: End) {
        settled.settle(end)
        worker.stop()
    }

    private func send(_ request: [UInt8]) async -> Part {
        // When it takes no more it has ended, which the answer's end tells.
        try? await worker.process.input?.write(request)
        worker.process.input?.close()
        return .other
    }

    private func capture(_ stream: PipeEnd?) async -> Capture {
        var capture = Capture()
        // An error is the end of the stream, too; so is being cancelled, which kills the worker.
        while let part = try? await stream?.read(), !part.isEmpty {
            let kept = min(part.count, limits.output - capture.bytes.count)
            capture.bytes += part[..<kept]
            capture.dropped += part.count - kept
            if capture.dropped > Self.patience {
                stop(
                    .stopped("It was stopped because it printed more than \((limits.output + Self.patience) >> 20) MB.")
                )
            }
        }
        return capture
    }

    private func readAnswer() async -> Part {
        var bytes: [UInt8] = []
        while let part = try? await worker.answer.read(), !part.isEmpty {
            if let newline = part.firstIndex(of: UInt8(ascii: "\n")) {
                bytes += part[..<newline]
                if bytes.count <= limits.reply {
                    stop(.answered(bytes))
                    return .answer
                }
            }
            bytes += part
            if bytes.count > limits.reply {
                stop(.stopped("It was stopped because what it returned is larger than \(limits.reply) bytes."))
                return .answer
            }
        }
        // Without an answer: it ends by itself, or has closed its only way to answer.
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await worker.process.ended() }
            group.addTask {
                // Cancelled when it has ended.
                if (try? await Task.sleep(for: .seconds(1))) != nil {
                    stop(.stopped("It was stopped because it closed the descriptor that results are returned by."))
                }
            }
            await group.next()
            group.cancelAll()
        }
        return .answer
    }

    private func watchTime() async -> Part {
        // Cancelled when it has ended.
        if (try? await Task.sleep(for: .seconds(limits.seconds))) != nil { stop(.timedOut) }
        return .other
    }

    /// The memory of all processes together, which limits of single processes do not hold.
    private func watchMemory() async -> Part {
        // Cancelled when it has ended.
        while (try? await Task.sleep(for: .milliseconds(50))) != nil {
            let excess: String? = await BlockingThread.run(name: "roost-watch") { self.excess() }
            if let excess { stop(.stopped(excess)) }
        }
        return .other
    }

    private func excess() -> String? {
        let use = ProcessTree.use(below: worker.root)
        if watchesProcesses, use.processes > limits.processes {
            return "It was stopped because it had more than \(limits.processes) processes."
        }
        if worker.fileCount > Self.mostFiles {
            return "It was stopped because it made more than \(Self.mostFiles) files."
        }
        if use.resident > limits.memory, ProcessTree.exactMemory(below: worker.root) > limits.memory {
            return Self.tooMuchMemory(limits)
        }
        return nil
    }

    static func tooMuchMemory(_ limits: CodeLimits) -> String {
        "It was stopped because its processes used more than \(limits.memory >> 20) MB of memory."
    }
}

/// How a call ended, once.
private final class Settlement: Sendable {
    private let state = Lock(WorkerCall.End?.none)

    var end: WorkerCall.End? { state.withLock { $0 } }

    func settle(_ end: WorkerCall.End) { state.withLock { if $0 == nil { $0 = end } } }
}
