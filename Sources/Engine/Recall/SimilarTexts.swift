/// Finds texts that say the same. Exact copies apart from case and signs, and long texts with nearly the same words;
/// texts that differ in a number say different things.
struct SimilarTexts {
    private let candidates: [RecallCandidate]
    private let hashes: [UInt64]
    /// How many words each has.
    private let counts: [Int]

    /// Only the best ones are compared: nobody sees the others.
    private static let compared = 30
    /// The share of equal words from which on two texts say the same.
    private static let nearlyAll: Float = 0.9
    /// Among fewer words one that differs matters.
    private static let fewestWords = 8

    init(_ candidates: [RecallCandidate], hashes: [UInt64], counts: [Int]) {
        self.candidates = candidates
        self.hashes = hashes
        self.counts = counts
    }

    /// By candidate, whether it repeats one that comes before it in an order.
    func duplicates(in order: [Int]) -> [Bool] {
        var repeats = [Bool](repeating: false, count: candidates.count)
        var seen = Set<UInt64>()
        for index in order { repeats[index] = !seen.insert(hashes[index]).inserted }
        var kept: [Int] = []
        var words: [Int: Words] = [:]
        func read(_ index: Int) -> Words {
            if let known = words[index] { return known }
            let read = Words(candidates[index].text)
            words[index] = read
            return read
        }
        for index in order.prefix(Self.compared) where !repeats[index] && counts[index] >= Self.fewestWords {
            repeats[index] = kept.contains { other in
                mayRepeat(index, other) && read(index).saysSame(as: read(other), Self.nearlyAll)
            }
            if !repeats[index] { kept.append(index) }
        }
        return repeats
    }

    /// What can be told without comparing words: the same length, and near each other in meaning.
    private func mayRepeat(_ index: Int, _ other: Int) -> Bool {
        let (few, many) = (min(counts[index], counts[other]), max(counts[index], counts[other]))
        guard Float(few) >= 0.8 * Float(many) else { return false }
        guard let first = candidates[index].similarity, let second = candidates[other].similarity else { return true }
        return abs(first - second) <= 0.1
    }

    /// Puts behind what resembles a better one (maximal marginal relevance; Carbonell and Goldstein, 1998).
    func diversified(_ order: [Int], _ sums: [Float], by diversity: Float) -> [Int] {
        var rest = Array(order.prefix(Self.compared))
        let words = Dictionary(uniqueKeysWithValues: rest.map { ($0, Words(candidates[$0].text)) })
        guard let best = rest.first, let worst = rest.last else { return order }
        let scale = diversity * max(0, sums[best] - sums[worst])
        var chosen: [Int] = []
        var loss = [Int: Float](uniqueKeysWithValues: rest.map { ($0, 0) })
        func value(_ index: Int) -> Float { sums[index] - scale * loss[index, default: 0] }
        while let next = rest.max(by: { value($0) < value($1) }) {
            chosen.append(next)
            rest.removeAll { $0 == next }
            guard let said = words[next] else { continue }
            for index in rest {
                let share = words[index]?.overlap(with: said) ?? 0
                loss[index] = max(loss[index, default: 0], share)
            }
        }
        return chosen + order.dropFirst(Self.compared)
    }

    /// The different words of a text.
    private struct Words {
        /// Sorted hashes.
        var all: [UInt64] = []
        var numbers: [UInt64] = []
        /// A bit for each word, to see quickly that two texts differ.
        var bits: UInt64 = 0

        init(_ text: String) {
            var text = text
            text.withUTF8 { bytes in
                var start = 0
                for index in 0...bytes.count where index == bytes.count || !FoldedWord.isWordPart(bytes[index]) {
                    if index > start { add(bytes[start..<index]) }
                    start = index + 1
                }
            }
            all = Self.sortedOnce(all)
            numbers = Self.sortedOnce(numbers)
        }

        private mutating func add(_ word: Slice<UnsafeBufferPointer<UInt8>>) {
            let hash = TextReader.hash(word.map(FoldedWord.lowered))
            all.append(hash)
            bits |= 1 << (hash >> 58)
            if word.contains(where: { $0 &- 0x30 < 10 }) { numbers.append(hash) }
        }

        private static func sortedOnce(_ hashes: [UInt64]) -> [UInt64] {
            var result: [UInt64] = []
            for hash in hashes.sorted() where hash != result.last { result.append(hash) }
            return result
        }

        func saysSame(as other: Words, _ share: Float) -> Bool {
            let (few, many) = (Float(min(all.count, other.all.count)), Float(max(all.count, other.all.count)))
            let differing = Float((bits ^ other.bits).nonzeroBitCount)
            guard few >= share * many, differing <= 2 * (1 - share) * many + 1, numbers == other.numbers else {
                return false
            }
            return overlap(with: other) >= share
        }

        /// The share of the words of both that are equal (Jaccard).
        func overlap(with other: Words) -> Float {
            var (left, right, equal) = (0, 0, 0)
            while left < all.count, right < other.all.count {
                if all[left] == other.all[right] {
                    equal += 1
                    left += 1
                    right += 1
                } else if all[left] < other.all[right] {
                    left += 1
                } else {
                    right += 1
                }
            }
            let union = all.count + other.all.count - equal
            return union > 0 ? Float(equal) / Float(union) : 1
        }
    }
}
