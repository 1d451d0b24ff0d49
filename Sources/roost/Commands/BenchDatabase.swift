import Domain
import Glibc
import Platform
import Storage

/// Passages of made-up words with made-up vectors.
struct BenchDatabase: Sendable {
    struct Size: Sendable {
        let passages: Int
        let archives: Int
        let dimensions: Int
    }

    let store: Store
    let size: Size
    let words = BenchWords()

    /// Its vectors are made up.
    var embeddingModel: EmbeddingModel {
        let id = "bench-\(size.dimensions)"
        return EmbeddingModel(id: id, handle: id, dimensions: size.dimensions)
    }
    private static let atOnce = 2000

    /// Adds what is missing; returns how many passages were made.
    func fill(_ progress: (Int) -> Void) async throws -> Int {
        let there = try await store.read { try $0.counts().passages }
        let links = try await archives()
        let model = try await model()
        var done = there
        while done < size.passages {
            let count = min(Self.atOnce, size.passages - done)
            let first = done
            let rows = (first..<first + count).map { number in
                BenchmarkRow(
                    archive: links[number * size.archives / size.passages], text: words.text(number),
                    vector: vector(number))
            }
            try await store.write(by: .default) { try $0.insertBenchmark(rows, model: model) }
            done += count
            if done % 100_000 < Self.atOnce { progress(done) }
        }
        return done - there
    }

    func model() async throws -> Int {
        let model = embeddingModel
        return try await store.write(by: .default) { try $0.benchmarkModel(model) }
    }

    func archives() async throws -> [ArchiveLink] {
        let organization = Actor.default.organizationID
        let count = size.archives
        return try await store.write(by: .default) { tx in
            var links = try tx.reading.archives.links(organization: organization, limit: count).sorted {
                $0.key < $1.key
            }
            while links.count < count {
                let archive = Archive(id: Identifier.new(.archive), name: "bench \(links.count)", createdAt: tx.now)
                let key = try tx.archives.insert(archive, organization: organization)
                links.append(ArchiveLink(key: key, id: archive.id, isOwned: false))
            }
            return links
        }
    }

    // MARK: Vectors

    /// One of the clusters' centres, and as much again of its own: neighbours in a cluster have cosines of about 0.5.
    func vector(_ number: Int) -> [Float] {
        var dice = BenchDice(UInt64(number) &* 2 + 1)
        let clusters = max(16, size.passages / 100)
        return mixed(centre(Int(dice.next() % UInt64(clusters))), 1, &dice)
    }

    /// A vector near to a passage's, as a question is near to its answer.
    func question(_ number: Int) -> [Float] {
        var dice = BenchDice(UInt64(number) &* 2)
        return mixed(vector(Int(dice.next() % UInt64(max(1, size.passages)))), 1, &dice)
    }

    private func centre(_ number: Int) -> [Float] {
        var dice = BenchDice(UInt64(number) &+ 1 << 40)
        return mixed([Float](repeating: 0, count: size.dimensions), 1, &dice)
    }

    /// A vector of length 1 plus a random one of about the length `share`.
    private func mixed(_ vector: [Float], _ share: Float, _ dice: inout BenchDice) -> [Float] {
        let step = share / Float(size.dimensions).squareRoot()
        var sum: Float = 0
        var result = vector
        for index in result.indices {
            result[index] += dice.normal() * step
            sum += result[index] * result[index]
        }
        let length = sum.squareRoot()
        return result.map { $0 / length }
    }
}

/// Numbers that are the same in every run (SplitMix64: Steele, Lea, Flood 2014).
struct BenchDice: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0xD1B5_4A32_D192_ED03 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    /// About normally distributed: the sum of four uniform numbers.
    mutating func normal() -> Float {
        let bits = next()
        let sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + bits >> 48
        return (Float(sum) - 131_070) / 37_837
    }

    mutating func unit() -> Double { Double(next() >> 11) / Double(1 << 53) }
}

/// Texts of 30 to 80 made-up words, which are as frequent as words are (Zipf), with an identifier in some.
struct BenchWords: Sendable {
    private let words: [String]
    /// The share of all words that come up to here.
    private let shares: [Double]

    init(count: Int = 50_000) {
        var dice = BenchDice(7)
        let syllables = [
            "ka", "ro", "mi", "tel", "san", "du", "vor", "ne", "lis", "po", "gra", "ent", "hu", "bex", "ior",
        ]
        words = (0..<count).map { number in
            let length = number < 300 ? 2 : 3 + Int(dice.next() % 2)
            return (0..<length).map { _ in syllables[Int(dice.next() % 15)] }.joined()
                + (number < 3000 ? "" : "\(number % 7)")
        }
        var sum = 0.0
        let sums = (0..<count).map { number in
            sum += 1 / Double(number + 3)
            return sum
        }
        let total = sum
        shares = sums.map { $0 / total }
    }

    private func word(_ dice: inout BenchDice) -> String {
        let share = dice.unit()
        var low = 0
        var high = shares.count - 1
        while low < high {
            let middle = (low + high) / 2
            if shares[middle] < share { low = middle + 1 } else { high = middle }
        }
        return words[low]
    }

    func text(_ number: Int) -> String {
        var dice = BenchDice(UInt64(number) &+ 1 << 50)
        var parts = (0..<30 + Int(dice.next() % 51)).map { _ in word(&dice) }
        if number % 5 == 0 { parts.append("E\(number * 7919 % 1_000_003)") }
        return parts.joined(separator: " ")
    }

    /// Three to eight words of a passage; in every fourth question its identifier.
    func question(_ number: Int, passages: Int) -> String {
        var dice = BenchDice(UInt64(number) &+ 1 << 51)
        let passage = Int(dice.next() % UInt64(max(1, passages))) / 5 * 5
        let all = text(passage).split(separator: " ")
        var chosen = (0..<3 + Int(dice.next() % 6)).map { _ in all[Int(dice.next() % UInt64(all.count - 1))] }
        if number % 4 == 0, let identifier = all.last { chosen.append(identifier) }
        return chosen.joined(separator: " ")
    }
}
