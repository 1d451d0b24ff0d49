import Domain
import Platform
import Testing

@testable import Engine

@Suite struct ModelCatalogueTests {
    /// Time that passes when a test says so.
    private final class Clock: Sendable {
        private let time = Lock(ContinuousClock.now)
        var now: ContinuousClock.Instant { time.withLock { $0 } }
        func pass(_ duration: Duration) { time.withLock { $0 += duration } }
    }

    /// A provider that answers when it is let, and counts how often it is asked.
    private final class Service: Sendable {
        private let count = Lock(0)
        private let answers = Lock<[Result<[OfferedModel], ChatError>]>([])
        private let gate = Lock<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((true, []))

        var asked: Int { count.withLock { $0 } }
        func next(_ answer: Result<[OfferedModel], ChatError>) { answers.withLock { $0.append(answer) } }

        func close() { gate.withLock { $0.isOpen = false } }
        func open() {
            let waiting = gate.withLock { gate in
                defer { gate = (true, []) }
                return gate.waiting
            }
            for continuation in waiting { continuation.resume() }
        }

        func ask() async throws -> [OfferedModel] {
            count.withLock { $0 += 1 }
            await withCheckedContinuation { continuation in
                let isOpen = gate.withLock { gate in
                    if !gate.isOpen { gate.waiting.append(continuation) }
                    return gate.isOpen
                }
                if isOpen { continuation.resume() }
            }
            return try answers.withLock { $0.removeFirst() }.get()
        }

        func source(_ revision: String = "1", remembered: [OfferedModel]? = nil) -> ModelCatalogue.Source {
            ModelCatalogue.Source(id: "a", revision: revision, remembered: remembered) { try await self.ask() }
        }
    }

    private static let long = ContinuousClock.now + .seconds(3600)
    private static let never = ContinuousClock.now - .seconds(1)

    private func names(_ answer: ModelCatalogue.Answer?) -> [String]? {
        guard case .models(let models) = answer else { return nil }
        return models.map(\.name)
    }

    private func model(_ name: String) -> OfferedModel { OfferedModel(name: name, kind: .chat) }

    /// Waits until no question runs: the answer of one that does is waited for.
    private func settle(_ catalogue: ModelCatalogue, _ source: ModelCatalogue.Source, _ names: [String]) async {
        while self.names(await catalogue.offered(by: [source], until: Self.long).first) != names { await Task.yield() }
    }

    @Test func `an answer is kept, then refreshed behind those who ask`() async {
        let (clock, service) = (Clock(), Service())
        let catalogue = ModelCatalogue { clock.now }
        service.next(.success([model("one")]))
        #expect(names(await catalogue.offered(by: [service.source()], until: Self.long).first) == ["one"])
        clock.pass(ModelCatalogue.freshFor - .seconds(1))
        #expect(names(await catalogue.offered(by: [service.source()], until: Self.long).first) == ["one"])
        #expect(service.asked == 1)
        clock.pass(.seconds(2))
        service.close()
        service.next(.success([model("two")]))
        for _ in 0..<5 {
            #expect(names(await catalogue.offered(by: [service.source()], until: Self.long).first) == ["one"])
        }
        service.open()
        await settle(catalogue, service.source(), ["two"])
        #expect(service.asked == 2)
    }

    @Test func `one who does not answer in time is unknown, and known later`() async {
        let service = Service()
        let catalogue = ModelCatalogue()
        service.close()
        service.next(.success([model("late")]))
        let first = await catalogue.offered(by: [service.source()], until: Self.never).first
        guard case .unknown = first else { return #expect(Bool(false), "\(String(describing: first))") }
        service.open()
        await settle(catalogue, service.source(), ["late"])
        #expect(service.asked == 1)
    }

    @Test func `a failure is left alone briefly`() async {
        let (clock, service) = (Clock(), Service())
        let catalogue = ModelCatalogue { clock.now }
        service.next(.failure(ChatError(.unavailable, "down")))
        for _ in 0..<3 {
            let answer = await catalogue.offered(by: [service.source()], until: Self.long).first
            guard case .failed(let error) = answer else { return #expect(Bool(false), "\(String(describing: answer))") }
            #expect(error.code == .unavailable)
        }
        #expect(service.asked == 1)
        clock.pass(ModelCatalogue.failedFor + .seconds(1))
        service.next(.success([model("up")]))
        #expect(names(await catalogue.offered(by: [service.source()], until: Self.long).first) == ["up"])
    }

    @Test func `what was said before stands while a provider is down`() async {
        let (clock, service) = (Clock(), Service())
        let catalogue = ModelCatalogue { clock.now }
        service.next(.failure(ChatError(.unavailable, "down")))
        let source = service.source(remembered: [model("before")])
        for _ in 0..<10 {
            #expect(names(await catalogue.offered(by: [source], until: Self.long).first) == ["before"])
        }
    }

    @Test func `a key that is taken away offers nothing`() async {
        let (clock, service) = (Clock(), Service())
        let catalogue = ModelCatalogue { clock.now }
        service.next(.success([model("one")]))
        _ = await catalogue.offered(by: [service.source()], until: Self.long)
        clock.pass(ModelCatalogue.freshFor + .seconds(1))
        service.next(.failure(ChatError(.authentication, "no")))
        while names(await catalogue.offered(by: [service.source()], until: Self.long).first) != nil {
            await Task.yield()
        }
        #expect(service.asked == 2)
    }

    @Test func `a changed provider is asked anew`() async {
        let service = Service()
        let catalogue = ModelCatalogue()
        service.next(.success([model("one")]))
        service.next(.success([model("two")]))
        #expect(names(await catalogue.offered(by: [service.source("1")], until: Self.long).first) == ["one"])
        #expect(names(await catalogue.offered(by: [service.source("2")], until: Self.long).first) == ["two"])
    }

    @Test func `those who ask at once share one question`() async {
        let service = Service()
        let catalogue = ModelCatalogue()
        service.next(.success([model("one")]))
        let answers = await withTaskGroup(of: [String]?.self) { group in
            for _ in 0..<20 {
                group.addTask { names(await catalogue.offered(by: [service.source()], until: Self.long).first) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == Array(repeating: ["one"], count: 20))
        #expect(service.asked == 1)
    }
}
