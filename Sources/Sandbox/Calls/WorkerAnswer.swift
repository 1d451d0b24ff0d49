import Domain
import Platform

/// What a worker answered: data of a place that is not trusted, read with limits.
enum WorkerAnswer: Sendable, Equatable {
    case value(text: String, JSONValue?)
    case schema(JSONObject)
    case failure(kind: String, message: String, traceback: String?, line: Int?)

    /// Values of one answer: a byte of JSON can take a hundred in memory.
    private static let mostValues = 500_000

    /// - Throws: a text for the model.
    init(_ line: [UInt8]) throws(Unreadable) {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: line, maximumValues: Self.mostValues)
        } catch {
            throw Unreadable(text: "What it returned cannot be read: \(error.description).")
        }
        switch json["ok"]?.bool {
        case true?:
            if let schema = json["schema"]?.object {
                self = .schema(schema)
            } else {
                self = .value(text: json["text"]?.string ?? "", json["value"])
            }
        case false?:
            self = .failure(
                kind: json["kind"]?.string ?? "Error", message: json["message"]?.string ?? "",
                traceback: json["traceback"]?.string, line: json["line"]?.int)
        case nil: throw Unreadable(text: "What it returned is not an answer.")
        }
    }

    struct Unreadable: Error {
        let text: String
    }
}
