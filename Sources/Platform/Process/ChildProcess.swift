import CLinux
import Glibc

/// A running program of which this process is the parent. It ends with this process, however that ends; and its whole
/// process group is killed when it ends, and when nobody holds this object any more.
///
///     let child = try await ChildProcess.start(ChildProgram("/bin/cat"))
///     try await child.input?.write(Array("hello".utf8))
///     child.input?.close()
///     let echo = try await child.output?.read()
///     let ending = await child.ended()
package final class ChildProcess: Sendable {
    package enum Ending: Sendable, Equatable {
        case exited(Int32)
        /// By a signal: SIGKILL is 9.
        case signalled(Int32)
    }

    /// It is not another process's as long as `ending` is nil.
    package let id: Int32
    package let input: PipeEnd?
    package let output: PipeEnd?
    package let error: PipeEnd?
    private let life: Life

    /// Starts a program; it is loaded when this returns. SIGPIPE is ignored from then on in the whole process.
    /// - Throws: `ChildProcessError`.
    package static func start(_ program: ChildProgram) async throws -> ChildProcess {
        let result: Result<ChildProcess, ChildProcessError> = await withCheckedContinuation { waiter in
            Starter.shared.run {
                waiter.resume(returning: Result { () throws(ChildProcessError) in try ChildProcess(program) })
            }
        }
        return try result.get()
    }

    /// On the starter's thread.
    private init(_ program: ChildProgram) throws(ChildProcessError) {
        var started = try StartedProgram(program)
        id = started.id
        input = started.ends[0].map(PipeEnd.init)
        output = started.ends[1].map(PipeEnd.init)
        error = started.ends[2].map(PipeEnd.init)
        started.ends = []
        life = Life(id: id, handle: started.handle)
        life.watch()
    }

    deinit { life.send(SIGKILL) }

    /// Nil while it runs.
    package var ending: Ending? { life.ending }

    /// Waits for the end, as many callers as there are; also a cancelled task waits.
    @discardableResult package func ended() async -> Ending { await life.ended() }

    /// Sends a signal to the program's process group; nothing when the program has ended.
    package func send(_ signal: Int32) { life.send(signal) }

    /// Kills the process group and waits for the program's end.
    @discardableResult package func kill() async -> Ending {
        send(SIGKILL)
        return await ended()
    }
}

/// The end of a process: noticed once, told to all.
private final class Life: Sendable {
    private struct State {
        var ending: ChildProcess.Ending?
        var waiters: [CheckedContinuation<ChildProcess.Ending, Never>] = []
    }

    private let id: Int32
    private let handle: Int32
    private let state = Lock(State())

    init(id: Int32, handle: Int32) {
        self.id = id
        self.handle = handle
    }

    deinit { close(handle) }

    var ending: ChildProcess.Ending? { state.withLock { $0.ending } }

    func ended() async -> ChildProcess.Ending {
        await withCheckedContinuation { waiter in
            let ending = state.withLock { state in
                if state.ending == nil { state.waiters.append(waiter) }
                return state.ending
            }
            if let ending { waiter.resume(returning: ending) }
        }
    }

    func send(_ signal: Int32) {
        // Under the lock: as long as the end is not noted the process is not reaped, and the number is still its own.
        state.withLock { if $0.ending == nil { kill(-id, signal) } }
    }

    /// Holds this object until the process has ended.
    func watch() {
        _ = ReadinessThread.shared.whenReady(handle, for: .reading) { self.noteEnd() }
    }

    private func noteEnd() {
        var code: Int32 = 0
        var status: Int32 = 0
        let waiters = state.withLock { state -> [CheckedContinuation<ChildProcess.Ending, Never>]? in
            guard roost_process_ended(handle, 0, &code, &status) != 0 else { return nil }
            // What it leaves behind, before its number can be another's.
            kill(-id, SIGKILL)
            _ = roost_process_ended(handle, 1, &code, &status)
            state.ending = code == Int32(CLD_EXITED) ? .exited(status) : .signalled(status)
            defer { state.waiters = [] }
            return state.waiters
        }
        guard let waiters else { return watch() }
        ReadinessThread.shared.forget(handle)
        for waiter in waiters { waiter.resume(returning: ending ?? .exited(-1)) }
    }
}

/// The thread that starts all children. It never ends: the kernel kills a child that is to die with its parent when the
/// thread that started it does.
private final class Starter: Sendable {
    static let shared = Starter()
    private let work = BlockingQueue<@Sendable () -> Void>()

    private init() {
        signal(SIGPIPE, SIG_IGN)
        // Ignored, children would be reaped by the kernel and their end be unknown.
        signal(SIGCHLD, SIG_DFL)
        let work = work
        BlockingThread.start(name: "roost-starter") {
            while let body = work.pop() { body() }
        }
    }

    func run(_ body: @escaping @Sendable () -> Void) { _ = work.push(body) }
}
