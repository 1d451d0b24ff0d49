import Platform
import Testing

@testable import MCP

@Suite struct EventLogTests {
    private func log(
        keepsTaken: Bool = true, _ change: (inout TransportLimits) -> Void = { _ in }
    ) -> EventLog {
        var limits = TransportLimits()
        change(&limits)
        return EventLog(limits, TransportLoad(limits), keepsTaken: keepsTaken)
    }

    private func message(_ count: Int) -> [UInt8] { [UInt8](repeating: 7, count: count) }

    /// The numbers of what follows an event; nil when there is nothing.
    private func numbers(
        _ log: EventLog, _ stream: Int, _ reader: EventLog.Reader, after number: Int = 0
    ) async throws -> [Int]? {
        guard case .events(let events) = try await log.read(stream, as: reader, after: number, within: .zero) else {
            return nil
        }
        return events.map(\.number)
    }

    @Test func `the oldest goes first, by size and by count`() async throws {
        for change: (inout TransportLimits) -> Void in [{ $0.logBytes = 30 }, { $0.logEvents = 3 }] {
            let log = log(change)
            for _ in 1...5 { log.append(message(10), to: EventLog.standalone) }
            let reader = try #require(log.attach(EventLog.standalone, after: 0, replacing: false))
            #expect(try await numbers(log, EventLog.standalone, reader) == [3, 4, 5])
            #expect(log.keptBytes == 30)
        }
    }

    @Test func `an answer that is waited for is not dropped, nor what came last`() async throws {
        let log = log { $0.logBytes = 25 }
        let stream = log.open()
        let reader = try #require(log.attach(stream, after: 0, replacing: false))
        log.append(message(100), to: stream, isAnswer: true)
        for _ in 1...5 { log.append(message(10), to: EventLog.standalone) }
        #expect(log.keptBytes == 110)
        #expect(try await numbers(log, stream, reader) == [1])
        log.detach(reader, from: stream)
        log.append(message(10), to: EventLog.standalone)
        #expect(log.keptBytes == 20)
        #expect(log.attach(stream, after: 0, replacing: true) == nil)
        log.append(message(1000), to: EventLog.standalone)
        #expect(log.keptBytes == 1000)
    }

    @Test func `when all logs are full only what somebody waits for is kept`() async throws {
        var limits = TransportLimits()
        limits.allLogBytes = 50
        let load = TransportLoad(limits)
        let (first, second) = (EventLog(limits, load), EventLog(limits, load))
        for _ in 1...5 { first.append(message(10), to: EventLog.standalone) }
        #expect(first.keptBytes == 50)
        second.append(message(10), to: EventLog.standalone)
        #expect(second.keptBytes == 0)
        let reader = try #require(second.attach(EventLog.standalone, after: nil, replacing: false))
        for _ in 1...2 { second.append(message(10), to: EventLog.standalone) }
        #expect(second.keptBytes == 10)
        #expect(try await numbers(second, EventLog.standalone, reader, after: 1) == [3])
        first.append(message(10), to: EventLog.standalone)
        #expect(first.keptBytes == 0)
        second.append(message(10), to: EventLog.standalone)
        #expect(second.keptBytes == 20)
    }

    @Test func `what was read is not kept where nobody can ask for it again`() async throws {
        let log = log(keepsTaken: false)
        let stream = EventLog.standalone
        let reader = try #require(log.attach(stream, after: 0, replacing: false))
        log.append(message(10), to: stream)
        #expect(try await numbers(log, stream, reader) == [1])
        #expect(try await numbers(log, stream, reader, after: 1) == nil)
        #expect(log.keptBytes == 0)
    }

    @Test func `a reader is woken by what comes, by its end and by another reader`() async throws {
        let log = log()
        let stream = EventLog.standalone
        let reader = try #require(log.attach(stream, after: 0, replacing: false))
        let waiting = Task { try await log.read(stream, as: reader, after: 0, within: .seconds(3600)) }
        log.append(message(1), to: stream)
        guard case .events = try await waiting.value else {
            Issue.record("not woken")
            return
        }
        let replaced = Task { try await log.read(stream, as: reader, after: 1, within: .seconds(3600)) }
        let other = try #require(log.attach(stream, after: 1, replacing: true))
        guard case .ended = try await replaced.value else {
            Issue.record("not replaced")
            return
        }
        let ended = Task { try await log.read(stream, as: other, after: 1, within: .seconds(3600)) }
        log.close()
        guard case .ended = try await ended.value else {
            Issue.record("not ended")
            return
        }
        guard case .silence = try await self.log().silence() else {
            Issue.record("not silent")
            return
        }
    }

    @Test func `a reader that is cancelled stops waiting`() async throws {
        let log = log()
        let reader = try #require(log.attach(EventLog.standalone, after: 0, replacing: false))
        let waiting = Task { try await log.read(EventLog.standalone, as: reader, after: 0, within: .seconds(3600)) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { _ = try await waiting.value }
    }

    @Test func `many senders and one reader lose nothing`() async throws {
        let log = log { $0.logEvents = 100_000 }
        let stream = EventLog.standalone
        let reader = try #require(log.attach(stream, after: 0, replacing: false))
        let sending = Task {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { for _ in 0..<500 { log.append([1], to: stream) } } }
            }
        }
        var seen: [Int] = []
        while seen.count < 4000 {
            if case .events(let events) = try await log.read(
                stream, as: reader, after: seen.last ?? 0, within: .seconds(60))
            {
                seen += events.map(\.number)
            }
        }
        await sending.value
        #expect(seen == Array(1...4000))
    }
}

extension EventLog {
    /// Reads where nothing comes.
    fileprivate func silence() async throws -> Reading? {
        guard let reader = attach(Self.standalone, after: 0, replacing: false) else { return nil }
        return try await read(Self.standalone, as: reader, after: 0, within: .milliseconds(5))
    }
}
