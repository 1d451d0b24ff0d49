import Platform
import Wire

/// Which part of a list a call asks for: `limit` and `offset`, in `pagination` or beside it, or `page` and `pageSize`.
struct ListPage: Sendable, Equatable {
    static let maximumLimit = 1000

    static let fields: [Field] = [.optional("limit", .integer()), .optional("offset", .integer())]
    static let numbered: [Field] = [.optional("page", .integer()), .optional("pageSize", .integer())]

    let limit: Int
    let offset: Int

    init(_ arguments: ToolArguments, limit defaultLimit: Int = 50) throws {
        let nested = arguments.object("pagination")
        let limit = arguments.integer("limit") ?? nested?["limit"]?.int ?? arguments.integer("pageSize") ?? defaultLimit
        guard (1...Self.maximumLimit).contains(limit) else {
            throw ToolError("A page has 1 to \(Self.maximumLimit) items, not \(limit).")
        }
        let page = arguments.integer("page") ?? 1
        guard (1...1_000_000).contains(page) else { throw ToolError("Pages are counted from 1.") }
        let offset = arguments.integer("offset") ?? nested?["offset"]?.int ?? (page - 1) * limit
        guard (0...1_000_000_000).contains(offset) else { throw ToolError("'offset' is not below 0.") }
        self.limit = limit
        self.offset = offset
    }

    var query: [(String, String)] {
        [("limit", String(limit))] + (offset == 0 ? [] : [("offset", String(offset))])
    }

    /// For routes that answer with everything at once.
    func part(of items: [JSONValue]) -> [JSONValue] { Array(items.dropFirst(offset).prefix(limit)) }

    /// How to go on in a list whose length is known.
    func hints(of total: Int) -> [String] {
        offset + limit < total ? ["There are more: offset \(offset + limit)."] : []
    }

    /// How to go on after a full page.
    func hints(after shown: Int) -> [String] {
        shown == limit ? ["There may be more: offset \(offset + limit)."] : []
    }
}
