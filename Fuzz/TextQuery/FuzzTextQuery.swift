import CFuzzer

@testable import Storage

/// Any text: what it becomes must be a query that the index takes, and must find only rows of the scope asked for.
@main enum FuzzTextQuery {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = withUnsafeMutablePointer(to: &arguments) { LLVMFuzzerRunDriver(&count, $0, one) }
    }
}

// SAFETY: libFuzzer calls from one thread.
nonisolated(unsafe) private let index: SQLiteConnection = {
    do {
        let connection = try SQLiteConnection(path: ":memory:", mode: .create, busySeconds: 0)
        try connection.execute(
            "CREATE TABLE texts (key INTEGER PRIMARY KEY, text TEXT NOT NULL, scope TEXT NOT NULL)")
        for statement in connection.dialect.textIndex("found", of: "texts") { try connection.execute(statement) }
        for (text, scope) in [("apples and pears", "m1"), ("and or not near", "m2"), ("scope text m1 m2", "m2")] {
            try connection.execute("INSERT INTO texts (text, scope) VALUES (\(text), \(scope))")
        }
        return connection
    } catch {
        fatalError("no index: \(error)")
    }
}()

private let one: @Sendable @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32 = { bytes, count in
    guard let bytes, count > 0 else { return 0 }
    let text = String(decoding: UnsafeBufferPointer(start: bytes + 1, count: count - 1), as: UTF8.self)
    let options = bytes[0]
    let scopes: [String]? = options & 1 == 0 ? nil : ["m2", options & 2 == 0 ? "" : text]
    guard
        let match = TextQuery.match(
            text, scopes: scopes, prefixLast: options & 4 != 0, requireAll: options & 8 != 0,
            limit: Int(options >> 4) + 1)
    else { return 0 }
    do {
        let found = try index.rows(
            "SELECT texts.scope FROM texts JOIN found ON found.rowid = texts.key WHERE found MATCH \(match)"
        ) { $0.text(0) }
        // The second scope is the text itself, which may name the first row's.
        let allowed = Set(["m2"] + (scopes ?? ["m1"]).map { $0.lowercased() })
        precondition(found.allSatisfy(allowed.contains), "a row of another scope")
    } catch {
        fatalError("the index does not take \(match): \(error)")
    }
    return 0
}
