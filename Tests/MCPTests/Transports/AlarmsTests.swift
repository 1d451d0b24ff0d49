import Platform
import Testing

@testable import MCP

@Suite struct AlarmsTests {
    @Test func `an alarm rings once, and one that was cancelled does not`() async throws {
        let alarms = Alarms(tick: .milliseconds(5))
        let rung = Lock<[String]>([])
        let ring: @Sendable (String) -> @Sendable () -> Void = { name in { rung.withLock { $0.append(name) } } }
        let cancelled = alarms.set(at: .now + .milliseconds(20), ring("cancelled"))
        _ = alarms.set(at: .now + .milliseconds(20), ring("first"))
        _ = alarms.set(at: .now + .seconds(3600), ring("far"))
        alarms.cancel(cancelled)
        while rung.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(5)) }
        // Ticking goes on for those that are left, and begins anew after a pause.
        _ = alarms.set(at: .now, ring("second"))
        while rung.withLock({ $0.count }) < 2 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(rung.withLock { $0 } == ["first", "second"])
    }
}
