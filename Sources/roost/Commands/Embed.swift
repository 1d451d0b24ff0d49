import Domain
import Glibc
import Models
import Platform

/// `roost embed`: the vectors of texts, for scripts and for measuring.
enum Embed {
    static var command: Command {
        var command = Command("embed", "Prints the vectors of texts, a line of JSON each") { call in try await run(call)
        }
        command.detail = """
            Uses the local embedding model, without a server or a database. Each line is {"tokens": how many the text has,
            "vector": numbers of length 1}. Texts of any length are embedded whole.
            """
        command.operands = [Operand("TEXT", "What to embed", optional: true, repeated: true)]
        command.options =
            [
                Option("file", "PATH", "Embed each line of a file; - is standard input"),
                Option("query", nil, "As questions, where the model tells them from passages"),
                Option("time", nil, "Say on standard error what it cost"),
            ] + Setting.embedding.map(\.option) + Setting.all.filter { $0.name == "home" }.map(\.option)
            + Settings.fileOptions
        command.examples = [
            "roost embed 'the deployment window is on Tuesday'", "roost embed --query 'when do we deploy?' --time",
            "roost embed --file notes.txt > vectors.jsonl",
        ]
        return command
    }

    /// Texts that are embedded together; their vectors are printed before the next ones are.
    private static let textsAtOnce = 256

    private static func run(_ call: Invocation) async throws {
        let settings = try Settings.read(call)
        let texts = try texts(call)
        guard let model = settings.localModel.localModel(home: settings.home) else { throw noModel(settings) }
        do {
            let embedder = try LocalEmbedder(model)
            var cost = Cost()
            for start in stride(from: 0, to: texts.count, by: textsAtOnce) {
                let some = Array(texts[start..<min(start + textsAtOnce, texts.count)])
                let begun = Cost.now
                let vectors = try await embedder.embed(some, as: call.flag("query") ? .query : .passage)
                cost.processor += Cost.now - begun
                let counts = some.map(embedder.tokenCount)
                cost.tokens += counts.reduce(0, +)
                for (count, vector) in zip(counts, vectors) { call.terminal.write(line(count, vector)) }
            }
            if call.flag("time") { call.terminal.printError(cost.text(texts.count, embedder)) }
        } catch let error as EmbeddingError {
            throw Failure(error.message)
        }
    }

    private static func texts(_ call: Invocation) throws -> [String] {
        var texts = call.operands
        if let path = call.text("file") {
            texts += try FileText.readText(path).split(whereSeparator: \.isNewline).map(String.init)
        }
        guard !texts.isEmpty else {
            throw UsageError(message: "What is to be embedded? Give a text, or --file.", path: call.command.path)
        }
        return texts
    }

    private static func noModel(_ settings: Settings) -> Failure {
        if settings.localModel.model != nil { return Failure("The local embedding model is switched off (none).") }
        let places = LocalModelSettings.places(home: settings.home, executable: LocalModelSettings.executable)
        return Failure(
            "There is no local embedding model in any of \(places.joined(separator: ", ")). 'make bootstrap' installs one, "
                + "or name a model's folder with --embedding-model.")
    }

    private static func line(_ tokens: Int, _ vector: [Float]) -> [UInt8] {
        Array("{\"tokens\":\(tokens),\"vector\":[\(vector.map(\.description).joined(separator: ","))]}\n".utf8)
    }
}

/// What embedding has cost, for `--time`.
private struct Cost {
    /// Seconds of all threads.
    var processor = 0.0
    var tokens = 0

    /// The processor time of this process so far.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    func text(_ texts: Int, _ embedder: LocalEmbedder) -> String {
        let rate = Int(Double(tokens) / max(processor, 1e-9))
        return "\(embedder.model.handle) \(embedder.precision.rawValue): \(texts) texts, \(tokens) tokens, "
            + "\(Self.milliseconds(processor)) ms of processor time (\(rate) tokens/s); the whole process "
            + "\(Self.milliseconds(Self.now)) ms, \(Self.resident) kB resident at most"
    }

    private static func milliseconds(_ seconds: Double) -> Double { (seconds * 100_000).rounded() / 100 }

    private static var resident: String {
        // Without /proc nobody knows.
        guard let status = try? FileText.readText("/proc/self/status") else { return "?" }
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split { !$0.isNumber }.first.map(String.init) ?? "?"
    }
}
