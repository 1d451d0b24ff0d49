import Platform

/// The parameters of a query, in order. `a[]=1` reads as `a=1`.
package struct Query: Sendable {
    private let items: [(name: String, value: String)]

    /// Parameters that are decoded already, such as the fields of a form.
    package init(_ items: [(name: String, value: String)]) { self.items = items }

    /// These parameters, then those of another query.
    package func followed(by other: Query) -> Query { Query(items + other.items) }

    /// Nil when a name or a value is not percent-encoded UTF-8.
    package init?(parsing raw: String) {
        var items: [(name: String, value: String)] = []
        for part in raw.split(separator: "&") {
            let equals = part.firstIndex(of: "=") ?? part.endIndex
            let rest = equals == part.endIndex ? part[equals...] : part[part.index(after: equals)...]
            guard var name = percentDecoded(part[..<equals], plusIsSpace: true),
                let value = percentDecoded(rest, plusIsSpace: true)
            else { return nil }
            if name.hasSuffix("[]") { name.removeLast(2) }
            items.append((name, value))
        }
        self.items = items
    }

    /// The first value of a parameter.
    package subscript(_ name: String) -> String? {
        for item in items where item.name == name { return item.value }
        return nil
    }

    package func all(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

    /// Every name once, in order of first appearance.
    package var names: [String] { items.map(\.name).uniqued }
}
