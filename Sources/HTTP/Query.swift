import Platform

/// Decodes `%41`; nil for a bad escape or when the bytes are not UTF-8.
/// - Parameter plusIsSpace: true for queries and forms, false for paths.
package func percentDecoded(_ text: String, plusIsSpace: Bool) -> String? {
    percentDecoded(text[...], plusIsSpace: plusIsSpace)
}

package func percentDecoded(_ text: Substring, plusIsSpace: Bool) -> String? {
    let utf8 = text.utf8
    if !utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) { return String(text) }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(utf8.count)
    var rest = utf8.makeIterator()
    while let byte = rest.next() {
        switch byte {
        case UInt8(ascii: "%"):
            guard let first = rest.next().flatMap(ByteClass.hex), let second = rest.next().flatMap(ByteClass.hex)
            else { return nil }
            decoded.append(first << 4 | second)
        case UInt8(ascii: "+") where plusIsSpace: decoded.append(UInt8(ascii: " "))
        default: decoded.append(byte)
        }
    }
    return String(validating: decoded, as: UTF8.self)
}

/// A text as one segment of a path, or as a name or value of a query: everything but letters, digits and `-_.~` escaped.
package func percentEncoded(_ text: String) -> String {
    let hex = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "~"):
            bytes.append(byte)
        default: bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}

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
        for piece in raw.utf8.split(separator: UInt8(ascii: "&")) {
            let part = Substring(piece)
            let equals = piece.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            let rest = equals == part.endIndex ? part[equals...] : part[piece.index(after: equals)...]
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
