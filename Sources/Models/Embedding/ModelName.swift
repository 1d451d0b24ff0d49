/// What the name of a model tells: what to call it, and which texts its makers put before what is embedded.
struct ModelName: Sendable, Equatable {
    /// `bge-small-en-v1.5`
    let name: String
    private let words: Set<Substring>

    /// - Parameter path: the model's folder; in the cache of the Hugging Face hub that is
    ///   `models--BAAI--bge-small-en-v1.5/snapshots/<hash>`.
    init(path: String) {
        let parts = path.split(separator: "/").filter { $0 != "." }
        let hub = parts.last { $0.hasPrefix("models--") }?.split(separator: "-").joined(separator: "-")
        if let hub, parts.count >= 2, parts[parts.count - 2] == "snapshots" {
            name = hub.split(separator: "-").dropFirst(2).joined(separator: "-")
        } else {
            name = parts.last.map(String.init) ?? "model"
        }
        let small = (hub ?? name).lowercased()
        words = Set(small.split { !($0.isLetter || $0.isNumber) })
    }

    /// Whether its makers read the first token's vector; said in their files too, where those are complete.
    var poolsFirstToken: Bool { words.contains("bge") }

    /// The texts that e5 and bge were trained with, which none of their files holds (their model cards do).
    var prefixes: Prefixes {
        if words.contains("e5") { return Prefixes(query: "query: ", passage: "passage: ") }
        if words.contains("bge"), words.contains("zh") { return Prefixes(query: "为这个句子生成表示以用于检索相关文章：", passage: "") }
        if words.contains("bge") {
            return Prefixes(query: "Represent this sentence for searching relevant passages: ", passage: "")
        }
        return Prefixes(query: "", passage: "")
    }
}

/// What is put before a text, by its purpose; most models want nothing.
package struct Prefixes: Sendable, Hashable {
    package var query: String
    package var passage: String

    package init(query: String, passage: String) {
        self.query = query
        self.passage = passage
    }
}
