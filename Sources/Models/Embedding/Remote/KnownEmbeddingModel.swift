/// What the cards of well-known embedding models say. A model that is not here works too: its dimensions are asked for.
struct KnownEmbeddingModel: Sendable {
    let dimensions: Int
    /// The longest text, in the model's tokens.
    let tokens: Int
    /// What goes before a text for the model to know what it is for.
    var prefixes = EmbeddingPrefixes()
    /// The model was trained so that the first numbers of a vector are a vector too.
    var canBeShortened = false
    /// The purpose is told by Google's `taskType` instead of a prefix.
    var takesTaskType = false

    /// - Parameter name: as a provider spells it; folders before it, tags and file kinds after it do not matter:
    ///   `BAAI/bge-m3`, `nomic-embed-text:v1.5`, `text-embedding-nomic-embed-text-v1.5`.
    static func named(_ name: String) -> KnownEmbeddingModel? {
        let name = name.lowercased()
        return table.first { fragment, _ in name.contains(fragment) }?.1
    }

    private static let search = "Represent this sentence for searching relevant passages: "

    /// A longer fragment comes before one that it contains.
    private static let table: [(String, KnownEmbeddingModel)] = [
        // OpenAI
        ("text-embedding-3-small", KnownEmbeddingModel(dimensions: 1536, tokens: 8192, canBeShortened: true)),
        ("text-embedding-3-large", KnownEmbeddingModel(dimensions: 3072, tokens: 8192, canBeShortened: true)),
        ("text-embedding-ada-002", KnownEmbeddingModel(dimensions: 1536, tokens: 8192)),
        // Google
        (
            "gemini-embedding-001",
            KnownEmbeddingModel(dimensions: 3072, tokens: 2048, canBeShortened: true, takesTaskType: true)
        ),
        (
            "gemini-embedding-2",
            KnownEmbeddingModel(
                dimensions: 3072, tokens: 8192,
                prefixes: EmbeddingPrefixes(query: "task: search result | query: ", passage: "title: none | text: "),
                canBeShortened: true)
        ),
        (
            "embeddinggemma",
            KnownEmbeddingModel(
                dimensions: 768, tokens: 2048,
                prefixes: EmbeddingPrefixes(query: "task: search result | query: ", passage: "title: none | text: "),
                canBeShortened: true)
        ),
        // Mistral
        ("mistral-embed", KnownEmbeddingModel(dimensions: 1024, tokens: 8192)),
        // Open weights
        (
            "nomic-embed-text-v2",
            KnownEmbeddingModel(
                dimensions: 768, tokens: 512,
                prefixes: EmbeddingPrefixes(query: "search_query: ", passage: "search_document: "),
                canBeShortened: true)
        ),
        (
            "nomic-embed-text",
            KnownEmbeddingModel(
                dimensions: 768, tokens: 2048,
                prefixes: EmbeddingPrefixes(query: "search_query: ", passage: "search_document: "),
                canBeShortened: true)
        ),
        (
            "mxbai-embed-large",
            KnownEmbeddingModel(dimensions: 1024, tokens: 512, prefixes: EmbeddingPrefixes(query: search))
        ),
        ("all-minilm-l12", KnownEmbeddingModel(dimensions: 384, tokens: 256)),
        ("all-minilm", KnownEmbeddingModel(dimensions: 384, tokens: 256)),
        ("bge-m3", KnownEmbeddingModel(dimensions: 1024, tokens: 8192)),
        ("bge-small-en", KnownEmbeddingModel(dimensions: 384, tokens: 512, prefixes: EmbeddingPrefixes(query: search))),
        ("bge-base-en", KnownEmbeddingModel(dimensions: 768, tokens: 512, prefixes: EmbeddingPrefixes(query: search))),
        (
            "bge-large-en",
            KnownEmbeddingModel(dimensions: 1024, tokens: 512, prefixes: EmbeddingPrefixes(query: search))
        ),
        ("e5-small", e5(384)),
        ("e5-base", e5(768)),
        ("e5-large-instruct", KnownEmbeddingModel(dimensions: 1024, tokens: 512, prefixes: task)),
        ("e5-large", e5(1024)),
        ("gte-small", KnownEmbeddingModel(dimensions: 384, tokens: 512)),
        ("gte-base", KnownEmbeddingModel(dimensions: 768, tokens: 512)),
        ("qwen3-embedding-0.6b", qwen(1024)),
        ("qwen3-embedding:0.6b", qwen(1024)),
        ("qwen3-embedding-4b", qwen(2560)),
        ("qwen3-embedding:4b", qwen(2560)),
        ("qwen3-embedding-8b", qwen(4096)),
        ("qwen3-embedding:8b", qwen(4096)),
    ]

    private static let task = EmbeddingPrefixes(
        query: "Instruct: Given a search query, retrieve relevant passages that answer the query\nQuery: ")

    private static func e5(_ dimensions: Int) -> KnownEmbeddingModel {
        KnownEmbeddingModel(
            dimensions: dimensions, tokens: 512, prefixes: EmbeddingPrefixes(query: "query: ", passage: "passage: "))
    }

    private static func qwen(_ dimensions: Int) -> KnownEmbeddingModel {
        KnownEmbeddingModel(dimensions: dimensions, tokens: 32_768, prefixes: task, canBeShortened: true)
    }
}

/// Texts that an asymmetric model wants before each query and each passage.
package struct EmbeddingPrefixes: Sendable, Equatable {
    package var query: String
    package var passage: String

    package init(query: String = "", passage: String = "") {
        self.query = query
        self.passage = passage
    }
}
