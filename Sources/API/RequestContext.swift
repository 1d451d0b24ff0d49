package import Domain
package import Engine
package import HTTP
package import Platform

/// What an action sees of one request, already checked against the route's operation.
package struct RequestContext: Sendable {
    package let request: Request
    package let parameters: [String: String]
    /// Query parameters; for an upload the form's fields come first.
    package let query: Query
    /// The JSON body; an empty object when there was none.
    package let body: JSONObject
    /// The uploaded file of an operation with a form; such an action always gets one.
    package let file: UploadedFile?
    package let caller: Caller
    package let engine: Engine
    package let log: Log

    /// A path parameter; the router filled in every one the template names.
    package subscript(parameter name: String) -> String { parameters[name] ?? "" }

    // MARK: Query parameters; their form was checked before the action ran

    package func text(_ name: String) -> String? { query[name].flatMap { $0.isEmpty ? nil : $0 } }
    package func texts(_ name: String) -> [String] { query.all(name).filter { !$0.isEmpty } }
    package func integer(_ name: String) -> Int? { query[name].flatMap { Int($0) } }
    package func flag(_ name: String) -> Bool? { query[name].flatMap { QueryCheck.boolean($0) } }

    /// The page asked for, by cursors, by `offset`, or by `page` and `page_size` (1-based; decisions, REST 3).
    package func page(limit defaultLimit: Int, ascending: Bool) -> PageRequest {
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
    package var isCurrentSDK: Bool {
        if request.headers["x-stainless-package-version"] != nil { return true }
        guard let agent = request.headers["user-agent"] else { return true }
        guard let slash = agent.range(of: "letta-client/") else { return false }
        return agent[slash.upperBound...].first.map { $0 != "0" && $0.isNumber } ?? false
    }
}

extension String {
    /// The first place of a text, found without Foundation.
    func range(of text: String) -> Range<String.Index>? { ranges(of: text).first }
}
