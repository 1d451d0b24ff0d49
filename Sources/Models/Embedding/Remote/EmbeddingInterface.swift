import Domain
import HTTP
import Platform

/// How a service spells a request for vectors and its answer.
protocol EmbeddingInterface: Sendable {
    /// - Parameter texts: not empty, with their prefixes.
    func request(_ texts: [String], as purpose: EmbeddingPurpose) -> ClientRequest

    /// The vectors of an answer, as many as texts were sent and in their order, else an error.
    func vectors(in answer: JSONValue, of count: Int) throws(UnusableAnswer) -> [[Float]]

    /// Seconds to wait that a refusal names in its body.
    func pause(in answer: JSONValue) -> Double?
}

extension EmbeddingInterface {
    func pause(in answer: JSONValue) -> Double? { nil }
}

extension UnusableAnswer {
    static func count(_ found: Int, of wanted: Int) -> UnusableAnswer {
        UnusableAnswer("has \(found) vectors for \(wanted) texts")
    }
}

extension RemoteEmbedding {
    var interface: any EmbeddingInterface {
        switch provider.interface {
        case .openAI(let base64): OpenAIEmbeddings(self, base64: base64)
        case .azure: OpenAIEmbeddings(azure: self)
        case .ollama: OllamaEmbeddings(self)
        case .google: GoogleEmbeddings(self)
        }
    }
}

extension JSONValue {
    /// A list of numbers as a vector.
    func vector() throws(UnusableAnswer) -> [Float] {
        guard let list = array else { throw UnusableAnswer("has a vector that is not a list of numbers") }
        var vector: [Float] = []
        vector.reserveCapacity(list.count)
        for element in list {
            guard let number = element.double else {
                throw UnusableAnswer("has something else than a number in a vector")
            }
            vector.append(Float(number))
        }
        return vector
    }
}
