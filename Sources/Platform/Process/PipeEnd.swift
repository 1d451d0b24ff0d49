import CLinux
import Glibc

/// One end of a pipe to a child. Nothing here blocks a thread. One task at a time reads or writes it.
package final class PipeEnd: Sendable {
    private struct State {
        var descriptor: Int32
        var wait: UInt64?
    }

    private enum Attempt {
        case done(Int)
        case later
        case failed(Int32)
    }

    private let state: Lock<State>

    /// Takes over a descriptor.
    package init(_ descriptor: Int32) {
        _ = roost_set_nonblocking(descriptor)
        state = Lock(State(descriptor: descriptor))
    }

    deinit { close() }

    /// Wakes who waits for it; they find it closed.
    package func close() {
        let wait = state.withLock { state -> UInt64? in
            guard state.descriptor >= 0 else { return nil }
            ReadinessThread.shared.forget(state.descriptor)
            Glibc.close(state.descriptor)
            state.descriptor = -1
            return state.wait
        }
        if let wait { ReadinessThread.shared.cancel(wait) }
    }

    /// The next bytes, as many as there are; empty at the end, also after `close`.
    /// - Throws: `ChildProcessError`; `CancellationError`.
    package func read(atMost limit: Int = 64 << 10) async throws -> [UInt8] {
        while true {
            if let bytes = try readNow(atMost: limit) { return bytes }
            try await wait(.reading)
        }
    }

    /// What can be read without waiting; nil when that is nothing yet.
    package func readNow(atMost limit: Int = 64 << 10) throws(ChildProcessError) -> [UInt8]? {
        var attempt = Attempt.later
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            attempt = self.attempt { Glibc.read($0, buffer.baseAddress, limit) }
            if case .done(let read) = attempt { count = read }
        }
        switch attempt {
        case .done: return bytes
        case .later: return nil
        // Closed here, or by the other side as a socket does it.
        case .failed(EBADF), .failed(ECONNRESET): return []
        case .failed(let code): throw ChildProcessError("The pipe cannot be read", code)
        }
    }

    /// Writes all of it, as fast as it is taken.
    /// - Throws: `ChildProcessError` when the other side takes no more; `CancellationError`.
    package func write(_ bytes: [UInt8]) async throws {
        var sent = 0
        while sent < bytes.count {
            let attempt = bytes.withUnsafeBytes { bytes in
                self.attempt { Glibc.write($0, bytes.baseAddress! + sent, bytes.count - sent) }
            }
            switch attempt {
            case .done(let count): sent += count
            case .later: try await wait(.writing)
            case .failed(let code): throw ChildProcessError("The program takes no more input", code)
            }
        }
    }

    private func attempt(_ call: (Int32) -> Int) -> Attempt {
        // Under the lock, so that the number is not closed and given to another file meanwhile.
        state.withLock { state in
            guard state.descriptor >= 0 else { return .failed(EBADF) }
            while true {
                let count = call(state.descriptor)
                if count >= 0 { return .done(count) }
                if errno == EINTR { continue }
                return errno == EAGAIN ? .later : .failed(errno)
            }
        }
    }

    private func wait(_ direction: ReadinessThread.Direction) async throws {
        try Task.checkCancellation()
        await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
                let isWaiting = state.withLock { state in
                    guard state.descriptor >= 0 else { return false }
                    state.wait = ReadinessThread.shared.whenReady(state.descriptor, for: direction) { waiter.resume() }
                    return true
                }
                if !isWaiting { waiter.resume() }
                // Cancelled before there was a wait to cancel.
                if Task.isCancelled { cancelWait() }
            }
        } onCancel: {
            cancelWait()
        }
        try Task.checkCancellation()
    }

    private func cancelWait() {
        let wait = state.withLock { $0.wait }
        if let wait { ReadinessThread.shared.cancel(wait) }
    }
}
