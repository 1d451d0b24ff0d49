import Glibc
import Platform

/// What lists of results are worth: the means of the usual measures.
struct RecallScore: Sendable, Equatable {
    private(set) var questions = 0
    private var sums = [Double](repeating: 0, count: names.count)

    static let names = ["recall@1", "recall@5", "recall@10", "MRR", "nDCG@10"]

    var means: [Double] { sums.map { questions == 0 ? 0 : $0 / Double(questions) } }

    /// - Parameters:
    ///   - ranked: ids, the best first.
    ///   - relevant: at least one.
    mutating func add(_ ranked: [String], relevant: Set<String>) {
        let hits = ranked.enumerated().filter { relevant.contains($0.element) }.map(\.offset)
        func recall(_ most: Int) -> Double { Double(hits.filter { $0 < most }.count) / Double(relevant.count) }
        let gain = hits.filter { $0 < 10 }.reduce(0) { $0 + 1 / log2(Double($1) + 2) }
        let best = (0..<min(10, relevant.count)).reduce(0) { $0 + 1 / log2(Double($1) + 2) }
        // With several relevant notes the first place cannot hold them all: it is right or it is not.
        let first = hits.first == 0 ? 1.0 : 0
        let rank = hits.first.map { $0 < 20 ? 1 / Double($0 + 1) : 0 } ?? 0
        let values = [first, recall(5), recall(10), rank, gain / best]
        for index in sums.indices { sums[index] += values[index] }
        questions += 1
    }
}

/// How often results are marked relevant, where there is an answer and where there is none.
struct RelevanceMarks: Sendable, Equatable {
    var questions = 0
    var withRelevant = 0

    mutating func add(_ hasRelevant: Bool) {
        questions += 1
        if hasRelevant { withRelevant += 1 }
    }
}
