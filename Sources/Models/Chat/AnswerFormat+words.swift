import Domain
import Platform

/// The form of an answer in words, for services that cannot be held to it, or want to hear it too.
extension AnswerFormat {
    static let jsonWish = "Answer with one JSON object and nothing else."

    var words: String {
        switch self {
        case .json: Self.jsonWish
        case .schema(_, let schema, _): Self.jsonWish + " It fits this JSON schema: \(schema.text)"
        }
    }
}
