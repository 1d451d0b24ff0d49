import Domain
import HTTP
import Platform

/// `POST /api/embed` of Ollama. Its interface in OpenAI's manner cuts long texts without a word; here it can be told not
/// to.
struct OllamaEmbeddings: EmbeddingInterface {
    private let url: String
    private let headers: [(String, String)]
    private let model: String
    private let dimensions: Int?

    init(_ embedding: RemoteEmbedding) {
        // The address is often given for the other interface.
        let root =
            embedding.address.text.hasSuffix("/v1")
            ? String(embedding.address.text.dropLast(3)) : embedding.address.text
        url = root + "/api/embed"
        headers = embedding.key.map { [("authorization", "Bearer " + $0.reveal)] } ?? []
        model = embedding.handle.model
        dimensions = embedding.dimensions
    }

    func request(_ texts: [String], as purpose: EmbeddingPurpose) -> ClientRequest {
        var body = JSONObject([
            ("model", .string(model)), ("input", .array(texts.map { .string($0) })), ("truncate", false),
        ])
        if let dimensions { body["dimensions"] = .int(Int64(dimensions)) }
        return .post(url, headers, .object(body))
    }

    func vectors(in answer: JSONValue, of count: Int) throws(UnusableAnswer) -> [[Float]] {
        guard let items = answer["embeddings"]?.array else { throw UnusableAnswer("has no list \"embeddings\"") }
        guard items.count == count else { throw .count(items.count, of: count) }
        var vectors: [[Float]] = []
        for item in items { vectors.append(try item.vector()) }
        return vectors
    }
}
