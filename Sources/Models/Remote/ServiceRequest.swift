import HTTP
import Platform

/// What is wrong with an answer of status 200; begins with a verb: `has 3 vectors for 2 texts`.
struct UnusableAnswer: Error {
    let text: String
    init(_ text: String) { self.text = text }
}

extension ClientRequest {
    /// A JSON body by POST.
    static func post(_ url: String, _ headers: [(String, String)], _ body: JSONValue) -> ClientRequest {
        var request = ClientRequest(.post, url, body: Array(body.text.utf8))
        request.headers.append("content-type", "application/json")
        for (name, value) in headers { request.headers.append(name, value) }
        return request
    }
}
