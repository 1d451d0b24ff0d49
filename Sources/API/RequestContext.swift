import Domain
import Engine
import HTTP
import Platform

/// What an action sees of one request, already checked against the route's operation.
struct RequestContext: Sendable {
    let request: Request
    let parameters: [String: String]
    /// Query parameters; for an upload the form's fields come first.
    let query: Query
    /// The JSON body; an empty object when there was none.
    let body: JSONObject
    /// The uploaded file of an operation with a form; such an action always gets one.
    let file: UploadedFile?
    let caller: Caller
    let engine: Engine

    /// A path parameter; the router filled in every one the template names.
    subscript(parameter name: String) -> String { parameters[name] ?? "" }

    // MARK: Query parameters; their form was checked before the action ran

    func text(_ name: String) -> String? { query[name].flatMap { $0.isEmpty ? nil : $0 } }
    func texts(_ name: String) -> [String] { query.all(name).filter { !$0.isEmpty } }
    /// A parameter that may be repeated, or hold several values separated by commas.
    func list(_ name: String) -> [String] {
        texts(name).flatMap { $0.split(separator: ",") }.map { text in
            String(text.drop { $0 == " " }.prefix { $0 != " " })
        }.filter { !$0.isEmpty }
    }
    func integer(_ name: String) -> Int? { query[name].flatMap { Int($0) } }
    func flag(_ name: String) -> Bool? { query[name].flatMap { Bool(word: $0) } }

    /// The page asked for, by cursors, by `offset`, or by `page` and `page_size` (1-based; decisions, REST 3).
    func page(limit defaultLimit: Int, ascending: Bool) -> PageRequest {
        let size = integer("limit") ?? integer("page_size") ?? defaultLimit
        var offset = integer("offset") ?? 0
        if let number = integer("page"), number > 1 { offset += (number - 1) * size }
        let isAscending: Bool
        switch text("order") {
        case "asc": isAscending = true
        case "desc": isAscending = false
        default: isAscending = flag("ascending") ?? ascending
        }
        return PageRequest(
            limit: size, offset: offset, after: text("after"), before: text("before"), ascending: isAscending)
    }

    /// Whether the caller is an SDK of the 1.x generation, for which relations are left out unless asked for; a request
    /// without a User-Agent counts as one (wire notes, section 2).
    var isCurrentSDK: Bool {
        if request.headers["x-stainless-package-version"] != nil { return true }
        guard let agent = request.headers["user-agent"] else { return true }
        guard let slash = agent.firstRange(of: "letta-client/") else { return false }
        return agent[slash.upperBound...].first.map { $0 != "0" && $0.isNumber } ?? false
    }
}
