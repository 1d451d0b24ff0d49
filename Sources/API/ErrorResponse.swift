import Domain
import Engine
import HTTP
import Platform
import Wire

/// The only map from errors to status and V1 body (wire notes, section 4).
enum ErrorResponse {
    /// 422 of request validation: `detail` is one text, `errors` lists the same for programs.
    static func invalid(_ issues: [ValidationIssue], examples: [String] = []) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.field("trace_id", "")
            json.field("detail", issues.map(\.text).joined(separator: "; "))
            json.array("errors") { json in
                for issue in issues {
                    json.object { json in
                        json.field("loc", issue.location)
                        json.field("msg", issue.message)
                        json.field("type", issue.type)
                    }
                }
            }
            if !examples.isEmpty { json.field("examples", examples) }
        }
        return .json(422, json.bytes)
    }

    static func response(for error: any Error, log: Log, requestID: String) -> Response {
        switch error {
        case let refusal as Refusal: return response(for: refusal)
        case let replay as Replay: return response(for: replay)
        case is CancellationError: return .detail(499, "The client closed the request.")
        default:
            // The type only: an unknown error's text may hold content.
            log.error("request_failed", ("id", .string(requestID)), ("error", .string("\(type(of: error))")))
            return .detail(500, "An unknown error occurred (request \(requestID))")
        }
    }

    private static func response(for refusal: Refusal) -> Response {
        var json = JSONWriter()
        json.object { json in
            if let facts = refusal.facts {
                json.object("detail") { json in
                    json.field("message", refusal.message)
                    for member in facts.members {
                        json.key(text: member.name)
                        json.element(member.value)
                    }
                }
            } else {
                if refusal.code == .unprocessable { json.field("trace_id", "") }
                json.field("detail", refusal.message)
                if !refusal.examples.isEmpty { json.field("examples", refusal.examples) }
            }
            for member in refusal.beside?.members ?? [] {
                json.key(text: member.name)
                json.element(member.value)
            }
        }
        var response = Response.json(status(of: refusal.code), json.bytes)
        if refusal.code == .unavailable { response.headers.set("retry-after", "1") }
        return response
    }

    private static func status(of code: Refusal.Code) -> Int {
        switch code {
        case .invalid, .readOnly: 400
        case .unauthorized: 401
        case .forbidden: 403
        case .notFound: 404
        case .timedOut: 408
        case .conflict: 409
        case .expired: 410
        case .tooLarge: 413
        case .unprocessable: 422
        case .notServed: 501
        case .unreachable: 502
        case .unavailable: 503
        case .storageFull: 507
        }
    }

    /// The version in a kept reply that is a block: headers are not kept, and a block's reply has its version as ETag.
    private static func blockVersion(_ body: [UInt8]) -> Int? {
        guard body.starts(with: Array("{\"id\":\"block-".utf8)) else { return nil }
        // A kept reply is JSON that was written here; without a version there is no ETag.
        return (try? JSONValue(parsing: body))?["version"]?.int
    }

    /// The first answer to the same idempotency key again.
    private static func response(for replay: Replay) -> Response {
        guard let kept = replay.reply else {
            return .detail(
                409, "This Idempotency-Key was applied already, but its reply was not kept. Read the object.")
        }
        var response = kept.body.isEmpty ? Response(status: kept.status) : .json(kept.status, kept.body)
        response.headers.set("idempotent-replayed", "true")
        if let version = blockVersion(kept.body) { response.headers.set("etag", "\"\(version)\"") }
        return response
    }
}
