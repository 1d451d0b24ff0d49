import Domain
import HTTP
import Platform

/// `models/NAME:batchEmbedContents` of Google's Gemini. The key goes in a header: addresses are logged on their way.
struct GoogleEmbeddings: EmbeddingInterface {
    private let url: String
    private let headers: [(String, String)]
    private let model: String
    private let dimensions: Int?
    private let takesTaskType: Bool

    init(_ embedding: RemoteEmbedding) {
        model = "models/" + embedding.handle.model
        let name = percentEncoded(embedding.handle.model)
        url = embedding.address.root(orElse: "/v1beta") + "/models/\(name):batchEmbedContents"
        headers = embedding.key.map { [("x-goog-api-key", $0.reveal)] } ?? []
        dimensions = embedding.dimensions
        takesTaskType = embedding.takesTaskType
    }

    func request(_ texts: [String], as purpose: EmbeddingPurpose) -> ClientRequest {
        let requests = texts.map { text -> JSONValue in
            var item = JSONObject([
                ("model", .string(model)), ("content", ["parts": [["text": .string(text)]]]),
            ])
            if takesTaskType { item["taskType"] = purpose == .query ? "RETRIEVAL_QUERY" : "RETRIEVAL_DOCUMENT" }
            if let dimensions { item["outputDimensionality"] = .int(Int64(dimensions)) }
            return .object(item)
        }
        return .post(url, headers, ["requests": .array(requests)])
    }

    func vectors(in answer: JSONValue, of count: Int) throws(UnusableAnswer) -> [[Float]] {
        guard let items = answer["embeddings"]?.array else { throw UnusableAnswer("has no list \"embeddings\"") }
        guard items.count == count else { throw .count(items.count, of: count) }
        var vectors: [[Float]] = []
        for item in items {
            guard let values = item["values"] else { throw UnusableAnswer("has an item without \"values\"") }
            vectors.append(try values.vector())
        }
        return vectors
    }

    func pause(in answer: JSONValue) -> Double? { RetryAfter.seconds(in: answer) }
}
