/// A member of a PATCH body: not named, named as null, or given a value.
package enum Patch<Value: Sendable>: Sendable {
    case absent
    case null
    case value(Value)

    package var isAbsent: Bool { if case .absent = self { true } else { false } }

    /// The value given, nil when absent or null.
    package var given: Value? { if case .value(let value) = self { value } else { nil } }

    /// What the member is after the patch: kept when absent, nil when null.
    package func applied(to current: Value?) -> Value? {
        switch self {
        case .absent: current
        case .null: nil
        case .value(let value): value
        }
    }

    package func map<Other: Sendable>(_ transform: (Value) throws -> Other) rethrows -> Patch<Other> {
        switch self {
        case .absent: .absent
        case .null: .null
        case .value(let value): .value(try transform(value))
        }
    }
}

extension Patch: Equatable where Value: Equatable {}
