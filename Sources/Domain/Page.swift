/// Which part of a list is asked for (wire notes, section 6). `after` and `before` are ids, in the requested order:
/// `after` gives what follows that item, `before` the items just before it.
package struct PageRequest: Sendable, Equatable {
    package var limit: Int
    package var offset: Int
    package var after: String?
    package var before: String?
    package var ascending: Bool

    package init(limit: Int, offset: Int = 0, after: String? = nil, before: String? = nil, ascending: Bool = false) {
        self.limit = limit
        self.offset = offset
        self.after = after
        self.before = before
        self.ascending = ascending
    }

    package static let maximumLimit = 10_000

    /// Whether the items just before a cursor are asked for: they are read in the other direction and turned round.
    package var isBackwards: Bool { before != nil && after == nil }
}
