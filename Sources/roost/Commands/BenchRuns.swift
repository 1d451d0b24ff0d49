import Domain
import Glibc
import Platform
import Storage

/// Searches that are measured.
struct BenchRuns: Sendable {
    let store: Store
    let database: BenchDatabase
    let engine: BenchEngine

    private static let wanted = 10
    /// As many as ranking asks of each half.
    private static let candidates = 100

    func all(queries: Int, exact: Int) async throws -> [BenchLine] {
        let model = try await database.model()
        var lines = [try await firstSearch(model)]
        for number in 0..<5 { _ = try await vectorSearch(number, model) }
        lines.append(
            BenchLine("vectors, best 10", milliseconds: try await times(queries) { try await vectorSearch($0, model) }))
        lines.append(
            BenchLine(
                "vectors, best 100",
                milliseconds: try await times(queries) { try await vectorSearch($0, model, Self.candidates) }))
        lines.append(BenchLine("words, best 100", milliseconds: try await times(queries) { try await textSearch($0) }))
        lines.append(
            BenchLine(
                "similarities of 100", milliseconds: try await times(queries) { try await similarities($0, model) }))
        for number in 0..<5 { _ = try await engine.search(queries + number) }
        lines.append(BenchLine(engine.name, milliseconds: try await times(queries) { try await engine.search($0) }))
        await engine.finish()
        lines.append(BenchLine("insert seen by the next search (1 is yes)", try await insertIsSeen(model)))
        if exact > 0 { lines.append(BenchLine("recall of 10 against exact", try await recall(exact, model))) }
        lines.append(BenchLine("index file, MB", Double(store.vectorFileBytes) / 1e6))
        lines.append(BenchLine("resident memory, MB", Double(Self.residentKilobytes) / 1e3))
        return lines
    }

    /// Processor time of this thread.
    private static var threadMilliseconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    }

    private static var residentKilobytes: Int {
        let status = (try? FileText.readText("/proc/self/status")) ?? ""  // 0 where there is no such file
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return Int(line.filter(\.isNumber)) ?? 0
    }

    private func times(_ count: Int, _ body: (Int) async throws -> Double) async throws -> [Double] {
        var times: [Double] = []
        for number in 0..<count { times.append(try await body(number)) }
        return times
    }

    /// One archive for each question, when there are several.
    private func scope(_ tx: ReadTransaction, _ number: Int) throws -> PassageScope {
        let organization = Actor.default.organizationID
        guard database.size.archives > 1 else { return try tx.scope(of: nil, organization: organization) }
        let links = try tx.archives.links(organization: organization, limit: database.size.archives)
        return try tx.scope(of: [links[number * 7919 % links.count]], organization: organization)
    }

    /// Runs a search on a reader's thread and tells its processor time.
    private func time(_ number: Int, _ body: @escaping @Sendable (ReadTransaction, PassageScope) throws -> Void)
        async throws
        -> Double
    {
        try await store.read { tx in
            let scope = try scope(tx, number)
            let start = Self.threadMilliseconds
            try body(tx, scope)
            return Self.threadMilliseconds - start
        }
    }

    // MARK: Searches

    private func firstSearch(_ model: Int) async throws -> BenchLine {
        let written = try await vectorSearch(0, model)
        return BenchLine("first search, with the index's file written or opened, ms", written)
    }

    private func vectorSearch(_ number: Int, _ model: Int, _ limit: Int = wanted) async throws -> Double {
        let question = database.question(number)
        return try await time(number) { tx, scope in
            _ = try tx.vectorSearch(model: model)?.nearest(
                question, scope, PassageFilter(archiveIDs: nil), limit: limit)
        }
    }

    private func textSearch(_ number: Int) async throws -> Double {
        let words = PassageSearch.words(database.words.question(number, passages: database.size.passages))
        return try await time(number) { tx, scope in
            _ = try tx.passageSearch.candidates(words, scope, PassageFilter(archiveIDs: nil), limit: Self.candidates)
        }
    }

    private func similarities(_ number: Int, _ model: Int) async throws -> Double {
        let question = database.question(number)
        var dice = BenchDice(UInt64(number))
        let keys = (0..<Self.candidates).map { _ in 1 + Int(dice.next() % UInt64(database.size.passages)) }
        return try await time(number) { tx, scope in
            _ = try tx.vectorSearch(model: model)?.similarities(question, of: keys, scope)
        }
    }

    private func insertIsSeen(_ model: Int) async throws -> Double {
        let vector = database.question(1 << 40)
        let links = try await database.archives()
        let row = BenchmarkRow(archive: links[0], text: "new", vector: vector)
        try await store.write(by: .default) { try $0.insertBenchmark([row], model: model) }
        let found = try await store.read { tx in
            let scope = try tx.scope(of: [links[0]], organization: Actor.default.organizationID)
            return try tx.vectorSearch(model: model)?.nearest(vector, scope, PassageFilter(archiveIDs: nil), limit: 1)
        }
        return (found?.first?.similarity ?? 0) > 0.999 ? 1 : 0
    }

    private func recall(_ count: Int, _ model: Int) async throws -> Double {
        var share = 0.0
        for number in 0..<count {
            let question = database.question(number)
            share += try await store.read { tx in
                let scope = try scope(tx, number)
                guard let search = try tx.vectorSearch(model: model) else { return 0 }
                let open = PassageFilter(archiveIDs: nil)
                let exact = Set(try search.nearestOfAll(question, scope, open, limit: Self.wanted).map(\.key))
                let found = try search.nearest(question, scope, open, limit: Self.wanted)
                return exact.isEmpty ? 1 : Double(found.count { exact.contains($0.key) }) / Double(exact.count)
            }
        }
        return share / Double(count)
    }
}
