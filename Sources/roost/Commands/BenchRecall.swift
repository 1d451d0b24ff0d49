import Client
import Glibc
import Platform

/// `roost bench recall`: how well the search finds what a question is about.
enum BenchRecall {
    static var command: Command {
        var command = Command("bench recall", "Scores the search on a test set, over a database of its own") { call in
            try await run(call)
        }
        command.detail =
            "FOLDER holds notes.jsonl and questions.jsonl; Benchmarks/Recall/README.md describes them. The notes go "
            + "into a temporary database, through the same API that clients use."
        command.operands = [Operand("FOLDER", "The folder with the test set")]
        command.options = Setting.all.filter { $0.section == .memory }.map(\.option) + Settings.fileOptions
        command.examples = ["roost bench recall Benchmarks/Recall/notes"]
        return command
    }

    private static func run(_ call: Invocation) async throws {
        let set = try RecallSet(folder: call.operand(0) ?? "")
        var settings = try Settings.read(call)
        let folder = try temporaryFolder(in: call.surroundings.environment["TMPDIR"] ?? "/tmp")
        defer { remove(folder) }
        settings.database = folder + "/roost.db"
        let assembly = try Assembly(
            settings: settings, log: Log(level: .error, isJSON: settings.logsJSON ?? !call.terminal.isErrorTerminal))
        let line = ProgressLine(call.terminal)
        let result: Swift.Result<RecallBench.Result, any Error>
        do {
            try await assembly.prepare()
            let client = RoostClient(transport: assembly.transport())
            let bench = RecallBench(client: client, set: set) { what, done, total in
                line.show("\(done) of \(total) \(what)", done: done, part: Double(done) / Double(total))
            }
            result = .success(try await bench())
        } catch {
            result = .failure(error)
        }
        await assembly.close()
        line.clear()
        do { show(try result.get(), call) } catch let error as ClientError { throw Failure(error.description) }
    }

    // MARK: Showing it

    private static func show(_ result: RecallBench.Result, _ call: Invocation) {
        let splits = ["all"] + result.scores.keys.filter { $0 != "all" }.sorted()
        if call.isJSON { return call.terminal.print(json: json(result, splits)) }
        for split in splits {
            var table = Table("QUESTIONS", "KIND", "R@1", "R@5", "R@10", "MRR", "NDCG@10")
            for kind in ["all"] + result.kinds.sorted() {
                guard let score = result.scores[split]?[kind] else { continue }
                let means = score.means.map(decimals)
                table.add(String(score.questions), kind, means[0], means[1], means[2], means[3], means[4])
            }
            call.terminal.print((split == splits[0] ? "" : "\n") + call.terminal.style.bold(split))
            call.terminal.print(table.text(style: call.terminal.style))
        }
        let model = result.model.map { "Found by words and meaning, with \($0)." }
        call.terminal.print("\n" + (model ?? "Found by words alone: there is no embedding model (docs/embeddings.md)."))
        let marks = [("with an answer", result.answerable), ("without an answer", result.unanswerable)]
        for (name, mark) in marks where mark.questions > 0 {
            call.terminal.print("Questions \(name): \(mark.withRelevant) of \(mark.questions) get a relevant result.")
        }
        let times = result.milliseconds.sorted()
        call.terminal.print(
            "One question: p50 \(decimals(percentile(times, 50))) ms, p95 \(decimals(percentile(times, 95))) ms.")
    }

    private static func json(_ result: RecallBench.Result, _ splits: [String]) -> JSONValue {
        var scores = JSONObject()
        for split in splits {
            var kinds = JSONObject()
            for kind in ["all"] + result.kinds.sorted() {
                guard let score = result.scores[split]?[kind] else { continue }
                var row = JSONObject([("questions", .int(Int64(score.questions)))])
                for (name, mean) in zip(RecallScore.names, score.means) { row[name] = .double(rounded(mean)) }
                kinds[kind] = .object(row)
            }
            scores[split] = .object(kinds)
        }
        func marks(_ marks: RelevanceMarks) -> JSONValue {
            ["questions": .int(Int64(marks.questions)), "with_relevant": .int(Int64(marks.withRelevant))]
        }
        let times = result.milliseconds.sorted()
        return [
            "model": result.model.map { .string($0) } ?? .null,
            "scores": .object(scores),
            "marked_relevant": ["answerable": marks(result.answerable), "unanswerable": marks(result.unanswerable)],
            "milliseconds": [
                "p50": .double(rounded(percentile(times, 50))), "p95": .double(rounded(percentile(times, 95))),
            ],
        ]
    }

    private static func percentile(_ sorted: [Double], _ part: Int) -> Double {
        sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * part / 100)]
    }

    private static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }

    /// Three decimals.
    private static func decimals(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        let rest = String(thousandths % 1000)
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    // MARK: The temporary folder

    private static func temporaryFolder(in base: String) throws -> String {
        var pattern = Array((base + "/roost-bench-XXXXXX").utf8CString)
        guard mkdtemp(&pattern) != nil else {
            throw Failure("Cannot make a temporary folder in \(base): \(FileText.reason()).")
        }
        return String(decoding: pattern.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The folder and everything in it.
    private static func remove(_ folder: String) {
        if let handle = opendir(folder) {
            while let entry = readdir(handle) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                guard name != ".", name != ".." else { continue }
                // The vector indexes have a folder of their own.
                if unlink(folder + "/" + name) != 0, errno == EISDIR { remove(folder + "/" + name) }
            }
            closedir(handle)
        }
        rmdir(folder)
    }
}
