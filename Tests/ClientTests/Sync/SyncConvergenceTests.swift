import Client
import Foundation
import Platform
import RoostTesting
import Testing

enum Glob {
    /// The first file of a pattern with one `*` in its last part.
    static func first(_ pattern: String) -> String? {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let slash = parts[0].lastIndex(of: "/") else { return nil }
        let folder = String(parts[0][..<slash])
        // A folder that is not there has no files.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().first { $0.hasSuffix(parts[1]) }.map { folder + "/" + $0 }
    }
}

/// Random edits on two machines and the server, random syncs, some of which are ended in the middle: in the end all are the
/// same, and no text is lost that somebody wrote and nobody replaced or deleted knowingly.
@Suite struct SyncConvergenceTests {
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    @Test(arguments: 0..<12) func `random edits, syncs and interruptions end in the same memory everywhere`(
        seed: UInt64
    ) async throws {
        try await SyncBench.with(2) { bench in
            var dice = Dice(state: seed &* 7919 &+ 13)
            let stores = bench.machines + [bench.server]
            var lines: Set<String> = []
            /// Texts that have to be there in the end: written, and neither replaced nor deleted since by anybody.
            var texts: Set<String> = []
            var count = 0
            for _ in 0..<40 {
                let store = try #require(stores.randomElement(using: &dice))
                count += 1
                switch Int.random(in: 0..<10, using: &dice) {
                case 0...2:
                    try await bench.add("text \(count)", to: store, tags: [.string("t\(count)")])
                    texts.insert("text \(count)")
                case 3:
                    if let passage = try await bench.passages(store).randomElement(using: &dice) {
                        let id = passage["id"]?.string ?? ""
                        _ = try await store.patch("/v1/roost/passages/\(id)", ["text": .string("edit \(count)")])
                        texts.insert("edit \(count)")
                        texts.remove(passage["text"]?.string ?? "")
                    }
                case 4:
                    if let passage = try await bench.passages(store).randomElement(using: &dice) {
                        _ = try await store.delete("/v1/roost/passages/\(passage["id"]?.string ?? "")")
                        texts.remove(passage["text"]?.string ?? "")
                    }
                case 5:
                    let value = try await bench.value("learnings", on: store)
                    try await bench.set("learnings", value + "\n- lesson \(count)", on: store)
                    lines.insert("- lesson \(count)")
                case 6:
                    try await bench.set("human", "Name: person \(count)", on: store)
                default:
                    let machine = Int.random(in: 0..<2, using: &dice)
                    let end = Bool.random(using: &dice) ? Int.random(in: 1...6, using: &dice) : nil
                    do { _ = try await bench.sync(machine, endAfter: end) } catch is Interruption {}
                }
            }
            for _ in 0..<3 { for machine in 0..<2 { _ = try await bench.sync(machine) } }
            let contents = try await bench.contents(bench.server)
            for machine in bench.machines {
                let other = try await bench.contents(machine)
                #expect(other == contents, "seed \(seed)")
            }
            let found = Set(try await bench.texts(bench.server))
            #expect(texts.subtracting(found).isEmpty, "seed \(seed)")
            let value = try await bench.value("learnings", on: bench.server)
            let kept = value + found.joined(separator: "\n")
            #expect(lines.allSatisfy { kept.contains($0) }, "seed \(seed)")
            for line in lines { #expect(value.components(separatedBy: line + "\n").count <= 2, "seed \(seed)") }
            for machine in 0..<2 { #expect(try await bench.sync(machine).isQuiet, "seed \(seed)") }
        }
    }
}
