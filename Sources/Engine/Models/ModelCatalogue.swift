import Domain
import Platform

/// What providers offer, as they last said. Asking goes over the network, so what was said is kept for a while: an answer
/// that is old is still given while one question runs in the background, and a provider that fails is left alone briefly.
final class ModelCatalogue: Sendable {
    /// A provider that may be asked.
    struct Source: Sendable {
        let id: String
        /// Changes with the provider; what was said before is then forgotten.
        var revision = ""
        /// Said in an earlier process.
        var remembered: [OfferedModel]?
        let ask: @Sendable () async throws -> [OfferedModel]
    }

    enum Answer: Sendable {
        case models([OfferedModel])
        case failed(ChatError)
        /// Not there yet.
        case unknown
    }

    private struct Entry {
        let revision: String
        var models: [OfferedModel]?
        var freshUntil: ContinuousClock.Instant?
        var failure: ChatError?
        var askAgain: ContinuousClock.Instant?
        var question: Task<[OfferedModel], any Error>?
    }

    static let freshFor = Duration.seconds(600)
    static let failedFor = Duration.seconds(30)

    private let entries = Lock<[String: Entry]>([:])
    private let now: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) { self.now = now }

    /// What each source offers, all asked at once. Waits until `end` for those of whom nothing is known.
    func offered(by sources: [Source], until end: ContinuousClock.Instant) async -> [Answer] {
        let begun = sources.map { begin($0) }
        var answers: [Answer] = []
        for (answer, question) in begun {
            guard case .unknown = answer, let question else {
                answers.append(answer)
                continue
            }
            answers.append(await Self.answer(of: question, until: end))
        }
        return answers
    }

    private static func answer(
        of question: Task<[OfferedModel], any Error>, until end: ContinuousClock.Instant
    ) async -> Answer {
        do {
            return .models(try await Embedders.answer(of: question, until: end).get())
        } catch let error as ChatError {
            return .failed(error)
        } catch {
            // Late, or the caller left: it is there for the next one.
            return .unknown
        }
    }

    /// What is known of a source, and the question that runs; begins one when it is time.
    private func begin(_ source: Source) -> (Answer, Task<[OfferedModel], any Error>?) {
        let now = now()
        return entries.withLock { entries in
            var entry =
                entries[source.id].flatMap { $0.revision == source.revision ? $0 : nil }
                ?? Entry(revision: source.revision, models: source.remembered)
            let isFresh = entry.freshUntil.map { now < $0 } ?? false
            let isResting = entry.askAgain.map { now < $0 } ?? false
            if !isFresh, !isResting, entry.question == nil { entry.question = question(source) }
            entries[source.id] = entry
            if let models = entry.models { return (.models(models), entry.question) }
            if entry.question == nil, let failure = entry.failure { return (.failed(failure), nil) }
            return (.unknown, entry.question)
        }
    }

    private func question(_ source: Source) -> Task<[OfferedModel], any Error> {
        Task {
            do {
                let models = try await source.ask()
                finish(source) { entry, now in
                    entry.models = models
                    entry.freshUntil = now + Self.freshFor
                    entry.failure = nil
                    entry.askAgain = nil
                }
                return models
            } catch {
                let failure = error as? ChatError ?? ChatError(.unavailable, "\(error)")
                finish(source) { entry, now in
                    entry.failure = failure
                    entry.askAgain = now + Self.failedFor
                    // What is offered to a key that does not work is nothing.
                    if failure.code == .authentication { entry.models = nil }
                }
                throw failure
            }
        }
    }

    private func finish(_ source: Source, _ change: (inout Entry, ContinuousClock.Instant) -> Void) {
        let now = now()
        entries.withLock { entries in
            guard var entry = entries[source.id], entry.revision == source.revision else { return }
            entry.question = nil
            change(&entry, now)
            entries[source.id] = entry
        }
    }
}
