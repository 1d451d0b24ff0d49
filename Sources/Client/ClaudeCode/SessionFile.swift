import Glibc
package import Platform

/// What the hooks of one Claude Code session have to know of each other, each of them being a process of its own: a small
/// JSON file of named parts. Several hooks run at once; each change is made under a lock and replaces the file in one step.
package struct SessionFile: Sendable {
    let path: String

    /// - Parameters:
    ///   - home: `ROOST_HOME`.
    ///   - session: as Claude Code calls it; only letters, digits and `-` become part of the file's name.
    package init(home: String, session: String) {
        let name = session.unicodeScalars.prefix(100).map { scalar -> String in
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            return isPlain || scalar == "-" ? String(scalar) : "_"
        }
        path = Self.folder(home: home) + "/" + name.joined() + ".json"
    }

    /// A session whose file is known.
    init(path: String) { self.path = path }

    static func folder(home: String) -> String { home + "/sessions" }

    /// As it is; empty when there is none, or it cannot be read: what was known is then found out anew.
    package func read() -> JSONObject {
        guard FileText.exists(path), let bytes = try? FileText.read(path, limit: 16 << 20) else { return JSONObject() }
        return (try? JSONValue(parsing: bytes))?.object ?? JSONObject()
    }

    /// Changes it. Throws what `body` throws, and `FileError`.
    package func change<Value>(_ body: (inout JSONObject) throws -> Value) throws -> Value {
        try FileText.makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
        return try FileLock.hold(path + ".lock") {
            let before = read()
            var object = before
            let value = try body(&object)
            if object == before { return value }
            // A disk may take longer to be sure than a hook has; after a power failure the session is over anyway.
            let bytes = Array(JSONValue.object(object).text.utf8)
            try FileText.writePrivate(bytes, to: path, isDurable: false)
            return value
        }
    }
}
