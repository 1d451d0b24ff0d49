import CSQLite
import Glibc

/// How a connection waits for locks of other connections. SQLite's own waiting backs off to 100 ms between looks and
/// starves beside a busy writer; short random pauses find the gap between two of its commits.
final class SQLiteWaiting {
    var seconds: Double
    private var started = ContinuousClock.now

    init(seconds: Double) { self.seconds = seconds }

    /// Called by SQLite each time a lock is taken by somebody else; false gives up.
    fileprivate func pause(_ calls: Int32) -> Bool {
        if calls == 0 { started = .now }
        guard ContinuousClock.now - started < .seconds(seconds) else { return false }
        Self.sleep(calls)
        return true
    }

    private static func sleep(_ calls: Int32) {
        // 0.3 ms at first, up to 5 ms, always random.
        let most = min(5000, 300 + Int(calls) * 100)
        usleep(UInt32.random(in: UInt32(most / 3)...UInt32(most)))
    }

    /// Runs a body again while it says `busy`: SQLite does not wait by itself where it sees a deadlock coming, while a
    /// file changes to a write-ahead log, or while it is recovered.
    @discardableResult
    static func retrying<T>(seconds: Double, _ body: () throws -> T) throws -> T {
        let started = ContinuousClock.now
        var calls: Int32 = 0
        while true {
            do {
                return try body()
            } catch let error as StoreError
                where error.code == .busy && ContinuousClock.now - started < .seconds(seconds)
            {
                sleep(calls)
                calls += 1
            }
        }
    }
}

let waitForLock: @Sendable @convention(c) (UnsafeMutableRawPointer?, Int32) -> Int32 = { raw, calls in
    guard let raw else { return 0 }
    return Unmanaged<SQLiteWaiting>.fromOpaque(raw).takeUnretainedValue().pause(calls) ? 1 : 0
}
