import Domain
import HTTP
import Platform

/// `POST /embeddings` of OpenAI, which vLLM, LM Studio, Text Embeddings Inference and many others answer too, and
/// Azure's spelling of it.
struct OpenAIEmbeddings: EmbeddingInterface {
    private let url: String
    private let headers: [(String, String)]
    private let model: String
    private let dimensions: Int?
    /// Four bytes a number instead of ten or more digits, when the service knows it.
    private let base64: Bool

    init(_ embedding: RemoteEmbedding, base64: Bool) {
        url = embedding.address.root(orElse: "/v1") + "/embeddings"
        headers = embedding.key.map { [("authorization", "Bearer " + $0.reveal)] } ?? []
        model = embedding.handle.model
        dimensions = embedding.dimensions
        self.base64 = base64
    }

    /// Azure: version 1, which takes the deployment as the model, or with an api-version the deployment's own path.
    init(azure embedding: RemoteEmbedding) {
        headers = embedding.key.map { [("api-key", $0.reveal)] } ?? []
        model = embedding.handle.model
        dimensions = embedding.dimensions
        base64 = true
        if let version = embedding.apiVersion {
            let deployment = percentEncoded(embedding.handle.model)
            url =
                embedding.address.root(orElse: "/openai") + "/deployments/\(deployment)/embeddings?api-version="
                + percentEncoded(version)
        } else {
            url = embedding.address.root(orElse: "/openai/v1") + "/embeddings"
        }
    }

    func request(_ texts: [String], as purpose: EmbeddingPurpose) -> ClientRequest {
        var body = JSONObject([("input", .array(texts.map { .string($0) })), ("model", .string(model))])
        if let dimensions { body["dimensions"] = .int(Int64(dimensions)) }
        if base64 { body["encoding_format"] = "base64" }
        return .post(url, headers, .object(body))
    }

    func vectors(in answer: JSONValue, of count: Int) throws(UnusableAnswer) -> [[Float]] {
        guard let items = answer["data"]?.array else { throw UnusableAnswer("has no list \"data\"") }
        guard items.count == count else { throw .count(items.count, of: count) }
        var vectors = [[Float]?](repeating: nil, count: count)
        for (position, item) in items.enumerated() {
            let index = item["index"]?.int ?? position
            guard vectors.indices.contains(index), vectors[index] == nil else {
                throw UnusableAnswer("numbers its vectors wrongly")
            }
            guard let embedding = item["embedding"] else { throw UnusableAnswer("has an item without \"embedding\"") }
            // Whatever was asked for: some servers know only one of the two.
            vectors[index] =
                if let text = embedding.string { try Base64Vector.decode(text) } else { try embedding.vector() }
        }
        return vectors.compactMap { $0 }
    }
}
