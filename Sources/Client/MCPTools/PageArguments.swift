import Platform

/// The part of a list that a call asks for: by `limit` and `offset`, also within `pagination`, or by `page` and `pageSize`.
struct PageArguments: Sendable {
    let limit: Int
    let offset: Int

    /// - Parameters:
    ///   - standard: the limit of a call that names none.
    ///   - most: so that a reply stays readable; a larger limit means this.
    init(_ arguments: ToolArguments, standard: Int = 50, most: Int = 200) {
        let pagination = arguments.object("pagination")
        let size = arguments.integer("limit") ?? pagination?["limit"]?.int ?? arguments.integer("pageSize")
        limit = max(1, min(size ?? standard, most))
        let start = arguments.integer("offset") ?? pagination?["offset"]?.int ?? 0
        let page = max(1, min(arguments.integer("page") ?? 1, 1_000_000))
        offset = max(0, min(start, 1_000_000_000)) + (page - 1) * limit
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
}
