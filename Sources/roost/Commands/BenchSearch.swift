import Domain
import Glibc
import Models
import Platform
import Storage

/// `roost bench search`: how long searches take in a database of a given size, made for the purpose.
enum BenchSearch {
    static var command: Command {
        var command = Command("bench search", "Measures searches in a made-up database") { try await run($0) }
        command.options = [
            Option("passages", "NUMBER", "Passages to search (10000)", kind: .integer(1...20_000_000)),
            Option("archives", "NUMBER", "Archives that share them (1)", kind: .integer(1...1_000_000)),
            Option("dimensions", "NUMBER", "Components of a vector (384)", kind: .integer(1...16_384)),
            Option("queries", "NUMBER", "Searches to measure (200)", kind: .integer(1...100_000)),
            Option("exact", "NUMBER", "Searches to compare with exact ones (20)", kind: .integer(0...10_000)),
            Option("folder", "PATH", "Keep the database here, or search the one kept; else a temporary one"),
        ]
        command.detail = """
            Makes a database with passages of made-up words, as frequent as words are, with rare identifiers, and with
            made-up vectors in clusters: embedding so many texts would take hours. Times are of the processor, of one
            thread.
            """
        command.examples = [
            "roost bench search --passages 100000", "roost bench search --passages 1000000 --archives 1000",
        ]
        return command
    }

    private static func run(_ call: Invocation) async throws {
        let size = BenchDatabase.Size(
            passages: call.integer("passages") ?? 10_000, archives: call.integer("archives") ?? 1,
            dimensions: call.integer("dimensions") ?? 384)
        let temporary = call.text("folder") == nil
        let folder = call.text("folder") ?? "/tmp/roost-bench-" + Identifier.uuid()
        try FileText.makeFolder(folder)
        defer { if temporary { remove(folder) } }
        var configuration = StoreConfiguration(path: folder + "/roost.db")
        configuration.durability = .processEnd
        configuration.batchSeconds = 1
        let store = try Store.open(configuration, log: Log(level: .warning, isJSON: false))
        let outcome: Result<[BenchLine], any Error>
        do {
            outcome = .success(try await measure(store, size, call))
        } catch {
            outcome = .failure(error)
        }
        await store.close()
        show(try outcome.get(), call)
    }

    private static func measure(_ store: Store, _ size: BenchDatabase.Size, _ call: Invocation) async throws
        -> [BenchLine]
    {
        let database = BenchDatabase(store: store, size: size)
        let started = ContinuousClock.now
        let made = try await database.fill { done in
            call.terminal.printError("\(done) of \(size.passages) passages …")
        }
        var lines = [
            BenchLine("made passages a second", Double(made) / ((ContinuousClock.now - started) / .seconds(1)))
        ]
        let model = size.dimensions == 384 ? try await localModel(call) : nil
        let runs = BenchRuns(store: store, database: database, engine: BenchEngine(database, model))
        lines += try await runs.all(queries: call.integer("queries") ?? 200, exact: call.integer("exact") ?? 20)
        return lines
    }

    /// The installed model, for what embedding a question costs.
    private static func localModel(_ call: Invocation) async throws -> LocalEmbedder? {
        let settings = try Settings.read(call)
        guard let model = settings.localModel.localModel(home: settings.home) else { return nil }
        return try await LocalEmbedder.open(model)
    }

    private static func show(_ lines: [BenchLine], _ call: Invocation) {
        if call.isJSON {
            let members = lines.map { ($0.name, JSONValue.object(JSONObject($0.values.map { ($0.0, .double($0.1)) }))) }
            return call.terminal.print(json: .object(JSONObject(members)))
        }
        call.terminal.print("Vectors and words are made up. Milliseconds are of the processor, on one thread.")
        for line in lines { call.terminal.print(line.text) }
    }

    private static func remove(_ folder: String) {
        for name in ["roost.db", "roost.db-wal", "roost.db-shm", "roost.db-vectors/1.index", "roost.db-vectors/lock"] {
            unlink(folder + "/" + name)
        }
        rmdir(folder + "/roost.db-vectors")
        rmdir(folder)
    }
}

/// One thing that was measured.
struct BenchLine: Sendable {
    let name: String
    /// Names and numbers; the name is empty where there is only one.
    let values: [(String, Double)]

    init(_ name: String, _ value: Double) {
        self.name = name
        values = [("value", value)]
    }

    /// Times, in milliseconds.
    init(_ name: String, milliseconds: [Double]) {
        self.name = name
        let sorted = milliseconds.sorted()
        func part(_ share: Double) -> Double { sorted.isEmpty ? 0 : sorted[Int(share * Double(sorted.count - 1))] }
        values = [("p50_ms", part(0.5)), ("p95_ms", part(0.95))]
    }

    var text: String {
        let numbers = values.map { name, value in
            (value < 10 ? "\((value * 1000).rounded() / 1000)" : "\((value * 10).rounded() / 10)")
                + (name == "value" ? "" : " " + name.split(separator: "_").joined(separator: " "))
        }
        return "\(name): " + numbers.joined(separator: ", ")
    }
}
