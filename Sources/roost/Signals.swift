import Glibc
import Platform
import Synchronization

/// The signals that a running server obeys, as a stream: the handler only writes a byte to a pipe.
enum Signals {
    /// From now on these signals do not end the process but arrive in the stream. Call once.
    static func stream(of signals: [Int32]) -> AsyncStream<Int32> {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return AsyncStream { $0.finish() } }
        writingEnd.store(ends[1], ordering: .relaxed)
        for signal in signals {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = noteSignal
            action.sa_flags = SA_RESTART
            sigaction(signal, &action, nil)
        }
        let readingEnd = ends[0]
        return AsyncStream { stream in
            BlockingThread.start(name: "signals") {
                var byte: UInt8 = 0
                while true {
                    let count = read(readingEnd, &byte, 1)
                    if count < 0, errno == EINTR { continue }
                    guard count == 1 else { break }
                    stream.yield(Int32(byte))
                }
                stream.finish()
            }
        }
    }
}

private let writingEnd = Atomic<Int32>(-1)

/// Runs in a signal's context: only what POSIX allows there.
private let noteSignal: @Sendable @convention(c) (Int32) -> Void = { signal in
    let code = errno
    var byte = UInt8(truncatingIfNeeded: signal)
    _ = write(writingEnd.load(ordering: .relaxed), &byte, 1)
    errno = code
}
