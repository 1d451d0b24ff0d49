import Platform
import Wire

/// The part of a list that a call asks for: by `limit` and `offset`, also within `pagination`, or by `page` and `pageSize`.
struct PageArguments: Sendable, Equatable {
    static let fields: [Field] = [
        .optional("limit", .integer()), .optional("offset", .integer()),
        .optional("pagination", .freeObject, note: "{limit, offset}"),
    ]
    static let numbered: [Field] = [.optional("page", .integer()), .optional("pageSize", .integer())]

    let limit: Int
    let offset: Int

    /// Throws `ToolError` for what is no part of any list.
    /// - Parameters:
    ///   - standard: the limit of a call that names none.
    ///   - most: so that a reply stays readable; a larger limit means this.
    init(_ arguments: ToolArguments, standard: Int = 50, most: Int = 200) throws {
        let size =
            try arguments.integer("limit") ?? Self.nested("limit", arguments) ?? arguments.integer("pageSize")
            ?? standard
        guard size >= 1 else { throw ToolError("A page has 1 to \(most) entries, not \(size).") }
        let page = arguments.integer("page") ?? 1
        guard (1...1_000_000).contains(page) else { throw ToolError("'page' counts from 1.") }
        limit = min(size, most)
        offset = try arguments.integer("offset") ?? Self.nested("offset", arguments) ?? (page - 1) * limit
        guard (0...1_000_000_000).contains(offset) else { throw ToolError("'offset' counts from 0.") }
    }

    /// A member of `pagination`; passing over one that cannot be read would show another page than was asked for.
    private static func nested(_ name: String, _ arguments: ToolArguments) throws -> Int? {
        guard let value = arguments.object("pagination")?[name], !value.isNull else { return nil }
        guard let number = value.int ?? value.string.flatMap({ Int($0) }) else {
            throw ToolError("'pagination.\(name)' has to be a number.")
        }
        return number
    }

    var query: [(String, String)] { [("limit", String(limit)), ("offset", String(offset))] }

    /// 1-based.
    var page: Int { offset / limit + 1 }

    /// Of items that are all at hand.
    func part<Item>(of items: [Item]) -> [Item] { Array(items.dropFirst(offset).prefix(limit)) }

    /// What to say of a list that may go on.
    func hints(after count: Int) -> [String] {
        count < limit ? [] : ["There may be more: repeat the call with offset \(offset + limit)."]
    }

    /// How to go on in a list whose length is known.
    func hints(of total: Int) -> [String] {
        offset + limit < total ? ["There are more: repeat the call with offset \(offset + limit)."] : []
    }
}
