import Platform

/// A test set of recall: notes, and questions with the notes that answer them. The form is described in
/// Benchmarks/Recall/README.md.
struct RecallSet: Sendable {
    struct Note: Sendable {
        let id: String
        /// As `POST /v1/archives/{id}/passages/batch` takes it.
        let passage: JSONValue
    }

    struct Question: Sendable {
        let text: String
        let relevant: Set<String>
        let kind: String
        let split: String
        /// When it is asked: what "last week" counts from.
        let now: String?
    }

    let notes: [Note]
    let questions: [Question]

    /// - Parameter folder: has `notes.jsonl` and `questions.jsonl`. Throws `Failure`.
    init(folder: String) throws {
        notes = try Self.lines(folder + "/notes.jsonl") { line in
            guard let id = line["id"]?.string, let text = line["text"]?.string else { return nil }
            var passage = JSONObject([("text", .string(text))])
            for name in ["created_at", "tags", "metadata"] { passage[name] = line[name] }
            return Note(id: id, passage: .object(passage))
        }
        questions = try Self.lines(folder + "/questions.jsonl") { line in
            guard let text = line["question"]?.string, let relevant = line["relevant"]?.strings else { return nil }
            return Question(
                text: text, relevant: Set(relevant), kind: line["kind"]?.string ?? "all",
                split: line["split"]?.string ?? "all", now: line["now"]?.string)
        }
        let known = Set(notes.map(\.id))
        for question in questions {
            guard let stranger = question.relevant.subtracting(known).first else { continue }
            throw Failure("\(folder): a question names the note '\(stranger)', which is not there.")
        }
    }

    private static func lines<Item>(_ path: String, _ read: (JSONValue) -> Item?) throws -> [Item] {
        var items: [Item] = []
        for (index, line) in try FileText.readText(path).split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated() where line.contains(where: { !$0.isWhitespace })
        {
            let value: JSONValue
            do { value = try JSONValue(parsing: String(line)) } catch {
                throw Failure("\(path):\(index + 1): not JSON: \(error).")
            }
            guard let item = read(value) else { throw Failure("\(path):\(index + 1): a member is missing.") }
            items.append(item)
        }
        guard !items.isEmpty else { throw Failure("\(path) is empty.") }
        return items
    }
}
