import Client
import HTTP
import Platform

/// Stores the notes of a test set through the REST API, asks its questions and scores the answers.
struct RecallBench: Sendable {
    struct Result: Sendable {
        /// By split and kind; `all` is everything.
        var scores: [String: [String: RecallScore]] = [:]
        var kinds: [String] = []
        /// What the notes were embedded with; nil when words alone have found.
        var model: String?
        var answerable = RelevanceMarks()
        var unanswerable = RelevanceMarks()
        /// Of each question.
        var milliseconds: [Double] = []
    }

    let client: RoostClient
    let set: RecallSet
    /// Results asked for.
    var top = 20
    let progress: @Sendable (_ what: String, _ done: Int, _ of: Int) -> Void

    private static let batch = 200

    func callAsFunction() async throws -> Result {
        let archive = try await client.call(.post, "/v1/archives/", body: ["name": "recall"]).shown("id")
        let notes = try await store(in: archive)
        var result = Result()
        result.model = try await waitForVectors(of: archive)
        for (index, question) in set.questions.enumerated() {
            let began = ProgressLine.seconds()
            let items = try await ask(question, archive)
            result.milliseconds.append((ProgressLine.seconds() - began) * 1000)
            let hasRelevant = items.contains { $0["relevant"]?.bool == true }
            if question.relevant.isEmpty {
                result.unanswerable.add(hasRelevant)
            } else {
                result.answerable.add(hasRelevant)
                let ranked = items.compactMap { notes[$0["passage"]?["id"]?.string ?? ""] }
                if !result.kinds.contains(question.kind) { result.kinds.append(question.kind) }
                for split in ["all", question.split].uniqued {
                    for kind in ["all", question.kind].uniqued {
                        result.scores[split, default: [:]][kind, default: RecallScore()]
                            .add(ranked, relevant: question.relevant)
                    }
                }
            }
            progress("questions asked", index + 1, set.questions.count)
        }
        return result
    }

    /// - Returns: the note's id for each passage.
    private func store(in archive: String) async throws -> [String: String] {
        var names: [String: String] = [:]
        for start in stride(from: 0, to: set.notes.count, by: Self.batch) {
            let part = set.notes[start..<min(start + Self.batch, set.notes.count)]
            let reply = try await client.call(
                .post, "/v1/archives/\(percentEncoded(archive))/passages/batch",
                body: ["passages": .array(part.map(\.passage))])
            for (passage, note) in zip(reply.array ?? [], part) { names[passage.shown("id")] = note.id }
            progress("notes stored", names.count, set.notes.count)
        }
        return names
    }

    /// Waits until every note has its vector. Goes on without when there is no model, or nothing moves for a minute.
    /// - Returns: the handle of the model.
    private func waitForVectors(of archive: String) async throws -> String? {
        let model = try await client.get("/v1/roost/embeddings")["models"]?.array?.first?["handle"]?.string
        var least = Int.max
        var idle = 0
        while idle < 600 {
            let archives = try await client.get("/v1/roost/embeddings")["archives"]?.array ?? []
            guard let state = archives.first(where: { $0["archive_id"]?.string == archive }),
                let waiting = state["waiting"]?.int, waiting > 0, state["model"]?.isNull == false
            else { break }
            idle = waiting < least ? 0 : idle + 1
            least = min(least, waiting)
            progress("notes embedded", set.notes.count - waiting, set.notes.count)
            try await Task.sleep(for: .milliseconds(100))
        }
        return model
    }

    private func ask(_ question: RecallSet.Question, _ archive: String) async throws -> [JSONValue] {
        var body = JSONObject([
            ("query", .string(question.text)), ("archive_id", .string(archive)), ("limit", .int(Int64(top))),
        ])
        if let now = question.now { body["now"] = .string(now) }
        return try await client.call(.post, "/v1/passages/search", body: .object(body)).array ?? []
    }
}
