package import Platform

/// A value as a database takes it.
package enum SQLValue: Sendable, Equatable {
    case null
    case int(Int64)
    case double(Double)
    case text(String)
    case blob([UInt8])
}

/// What may be written as `\(value)` in an `SQL` literal.
package protocol SQLBindable {
    var sqlValue: SQLValue { get }
}

extension String: SQLBindable {
    package var sqlValue: SQLValue { .text(self) }
}

extension Substring: SQLBindable {
    package var sqlValue: SQLValue { .text(String(self)) }
}

extension Int: SQLBindable {
    package var sqlValue: SQLValue { .int(Int64(self)) }
}

extension Int64: SQLBindable {
    package var sqlValue: SQLValue { .int(self) }
}

extension Bool: SQLBindable {
    package var sqlValue: SQLValue { .int(self ? 1 : 0) }
}

extension Double: SQLBindable {
    package var sqlValue: SQLValue { .double(self) }
}

extension Timestamp: SQLBindable {
    package var sqlValue: SQLValue { .int(microseconds) }
}

extension [UInt8]: SQLBindable {
    package var sqlValue: SQLValue { .blob(self) }
}

extension Optional: SQLBindable where Wrapped: SQLBindable {
    package var sqlValue: SQLValue { self?.sqlValue ?? .null }
}

extension SQLValue: SQLBindable {
    package var sqlValue: SQLValue { self }
}

/// One SQL statement, or a piece of one, with its values kept apart from its text.
///
///     let found: SQL = "SELECT id FROM blocks WHERE label = \(label) AND id IN \(list: ids)"
///
/// A literal is text, an interpolation is a value: outside text can only get in through `SQL(unsafe:)`.
package struct SQL: Sendable, Equatable, ExpressibleByStringInterpolation {
    /// The text, with `?` for every value; a driver that wants another spelling rewrites it.
    package private(set) var text: String
    package private(set) var binds: [SQLValue]

    /// Takes text as it is. For names chosen by our own code, never for anything a caller sent.
    package init(unsafe text: String) {
        self.text = text
        binds = []
    }

    package init(stringLiteral value: StaticString) {
        text = value.description
        binds = []
    }

    package init(stringInterpolation: Interpolation) {
        text = stringInterpolation.text
        binds = stringInterpolation.binds
    }

    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""
        fileprivate var binds: [SQLValue] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 2)
            binds.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: StaticString) {
            literal.withUTF8Buffer { text += String(decoding: $0, as: UTF8.self) }
        }

        /// Binds a value.
        package mutating func appendInterpolation<Value: SQLBindable>(_ value: Value) {
            text += "?"
            binds.append(value.sqlValue)
        }

        /// Binds a value or NULL.
        package mutating func appendInterpolation<Value: SQLBindable>(_ value: Value?) {
            text += "?"
            binds.append(value?.sqlValue ?? .null)
        }

        /// `(?, ?, ?)`. An empty list is `(NULL)`, which neither `IN` nor `NOT IN` is true for. A long list goes as one
        /// value: a statement can bind only so many, and compiling it would take longer than running it.
        package mutating func appendInterpolation<Values: Sequence>(list values: Values)
        where Values.Element: SQLBindable {
            let list = values.map(\.sqlValue)
            if list.count > SQL.longestList, let json = SQL.json(list) {
                text += "(SELECT value FROM json_each(?))"
                binds.append(.text(json))
            } else {
                text += list.isEmpty ? "(NULL)" : "(?" + String(repeating: ", ?", count: list.count - 1) + ")"
                binds += list
            }
        }

        /// Splices another piece, its values included.
        package mutating func appendInterpolation(sql: SQL) {
            text += sql.text
            binds += sql.binds
        }
    }

    /// Longer lists are sent as one JSON text.
    private static let longestList = 500

    /// Nil when a value has no form in JSON that compares the same.
    private static func json(_ values: [SQLValue]) -> String? {
        var elements: [JSONValue] = []
        elements.reserveCapacity(values.count)
        for value in values {
            switch value {
            case .int(let value): elements.append(.int(value))
            case .text(let value): elements.append(.string(value))
            case .null, .double, .blob: return nil
            }
        }
        return JSONValue.array(elements).text
    }

    package static func + (left: SQL, right: SQL) -> SQL {
        var result = left
        result += right
        return result
    }

    package static func += (left: inout SQL, right: SQL) {
        left.text += right.text
        left.binds += right.binds
    }
}

extension Sequence<SQL> {
    /// The pieces one after the other with a separator between, as `", "` or `" AND "`.
    package func joined(separator: SQL = ", ") -> SQL {
        var result = SQL(unsafe: "")
        for (index, piece) in enumerated() {
            if index > 0 { result += separator }
            result += piece
        }
        return result
    }

    /// ` AND a AND b`, to follow a condition; nothing when there is none.
    var conditions: SQL { reduce(SQL("")) { $0 + " AND " + $1 } }
}
