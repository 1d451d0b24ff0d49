package import Platform

/// Searches that somebody gave a name, for all of their projects: a file of `ROOST_HOME`. It is not in the project's folder,
/// because looking something up must not change a repository, and a question may hold what others should not read.
package struct SavedSearches: Sendable {
    /// One search as it was written: its options and its words.
    package struct Search: Sendable, Equatable {
        package var options: [String: [String]]
        package var words: [String]

        package init(options: [String: [String]], words: [String]) {
            self.options = options
            self.words = words
        }

        /// Nil when this is not the JSON of one.
        init?(_ json: JSONValue) {
            guard let words = json["words"]?.strings, let options = json["options"]?.object else { return nil }
            self.init(options: [:], words: words)
            for member in options.members { self.options[member.name] = member.value.strings ?? [] }
        }

        package var json: JSONValue {
            var object = JSONObject()
            for name in options.keys.sorted() {
                object[name] = .array((options[name] ?? []).map { .string($0) })
            }
            return ["options": .object(object), "words": .array(words.map { .string($0) })]
        }
    }

    private let home: String
    private var path: String { home + "/searches.json" }

    /// - Parameter home: `ROOST_HOME`.
    package init(home: String) { self.home = home }

    /// In the order they were saved. Throws `ClientError` when the file is not what it should be: it holds a person's work.
    package func all() throws -> [(name: String, search: Search)] {
        guard FileText.exists(path) else { return [] }
        let bytes = try FileText.read(path, limit: 4 << 20)
        // Why it is no JSON does not help whoever has to look at it.
        guard let object = (try? JSONValue(parsing: bytes))?.object else {
            throw ClientError("\(path) is not a JSON object. Correct it, or remove it to begin anew.")
        }
        return object.members.compactMap { member in Search(member.value).map { (member.name, $0) } }
    }

    package func find(_ name: String) throws -> Search {
        let all = try all()
        if let found = all.first(where: { $0.name == name }) { return found.search }
        let names = all.map(\.name)
        let near = NearMatch.best(for: name, among: names).map { " Did you mean '\($0)'?" } ?? ""
        let known = names.isEmpty ? "None is saved yet." : "Saved: \(names.joined(separator: ", "))."
        throw ClientError("There is no saved search '\(name)'.\(near) \(known)")
    }

    /// Keeps it under a name, in place of one that was called so.
    package func save(_ search: Search, as name: String) throws {
        try FileText.makeFolder(home)
        try FileLock.hold(path + ".lock") {
            var object = JSONObject()
            for saved in try all() { object[saved.name] = saved.search.json }
            object[name] = search.json
            let bytes = JSONIndent.indented(Array(JSONValue.object(object).text.utf8))
            try FileText.writePrivate(bytes, to: path)
        }
    }
}
