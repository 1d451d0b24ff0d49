import Platform

/// Passages and messages as the tools show them: texts as data, long ones shortened unless the whole is asked for.
struct PassageView: Sendable {
    /// Characters of a text that are shown: of many texts less each, so that a reply stays readable.
    let mostShown: Int
    let isWhole: Bool
    let hasEmbeddings: Bool

    /// - Parameter count: how many texts are shown together.
    init(_ arguments: ToolArguments, count: Int = 1) {
        isWhole = arguments.flag("verbose")
        hasEmbeddings = arguments.flag("include_embeddings")
        mostShown = max(200, min(1000, 30_000 / max(1, count)))
    }

    func passage(_ passage: JSONValue) -> JSONValue { self.passage(passage, mostShown: mostShown) }

    /// The one that was asked for by its id: with all of its text.
    func one(_ passage: JSONValue) -> JSONValue { self.passage(passage, mostShown: .max) }

    private func passage(_ passage: JSONValue, mostShown: Int) -> JSONValue {
        if isWhole { return passage }
        var object = ShortForm.members(["id"], of: passage)
        addText(passage["text"]?.string ?? "", mostShown, to: &object)
        for member in ShortForm.members(["tags", "created_at", "score"], of: passage).members {
            object[member.name] = member.value
        }
        if passage["relevant"]?.bool == false { object["relevant"] = false }
        if let trust = passage["provenance"]?["trust"]?.string { object["trust"] = .string(trust) }
        if hasEmbeddings { object["embedding"] = passage["embedding"] ?? .null }
        return .object(object)
    }

    /// What is worth knowing after a change, without the text.
    func receipt(_ passage: JSONValue) -> JSONValue {
        if isWhole { return passage }
        var object = ShortForm.members(["id", "archive_id", "tags", "metadata", "created_at"], of: passage)
        object["length"] = .int(Int64(ShortText.size(of: passage["text"]?.string ?? "")))
        if hasEmbeddings { object["embedding"] = passage["embedding"] ?? .null }
        return .object(object)
    }

    /// A result of the search in messages.
    func message(_ found: JSONValue) -> JSONValue {
        if isWhole { return found }
        let message = found["message"] ?? .null
        var object = ShortForm.members(["id", "role"], of: message)
        addText(found["embedded_text"]?.string ?? "", mostShown, to: &object)
        object["created_at"] = message["created_at"]
        return .object(object)
    }

    private func addText(_ text: String, _ mostShown: Int, to object: inout JSONObject) {
        guard let beginning = ShortText.prefix(of: text, mostShown) else {
            object["text"] = .string(text)
            return
        }
        object["text"] = .string(beginning)
        object["shortened"] = true
        object["length"] = .int(Int64(ShortText.size(of: text)))
    }

    /// What to say of passages or messages that are shown.
    func hints(_ shown: [JSONValue]) -> [String] {
        var hints: [String] = []
        if shown.contains(where: { $0["shortened"]?.bool == true }) {
            hints.append(
                "Where 'shortened' is true, 'text' is the first \(mostShown) of 'length' characters. For the whole: "
                    + "verbose true, or list_passages with the passage_id.")
        }
        if !shown.isEmpty, shown.allSatisfy({ $0["relevant"]?.bool == false }) {
            hints.append("Most likely none of these has to do with the question.")
        }
        return hints
    }
}
