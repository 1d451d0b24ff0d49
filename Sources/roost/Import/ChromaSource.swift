import Client
import Platform
import Storage

/// The documents of a local Chroma store as records: those in its tables, with what Chroma has only queued applied.
struct ChromaSource: ImportSource {
    private let file: ChromaFile
    private let folder: String
    private let total: Int
    private var collections: ArraySlice<ChromaFile.Collection>
    private var current: ChromaFile.Collection?
    private var key = 0
    private var isAtEnd = false
    /// What to do with a document of the tables, by its id; nil takes it out.
    private var pending: [String: Pending] = [:]
    private var order: [String] = []
    private var documents: ArraySlice<ChromaFile.Document> = []
    private var seen = 0

    private enum Pending { case put(ChromaFile.Document), change(ChromaFile.Document), remove }

    /// - Parameter name: of one collection; nil means all of them. Throws `Failure`.
    init(_ folder: String, collection name: String?) throws {
        self.folder = folder
        do {
            file = try ChromaFile(folder)
            let all = try file.collections()
            let chosen = all.filter { name == nil || $0.name == name }
            guard !chosen.isEmpty else {
                let names = all.map(\.name).joined(separator: ", ")
                throw Failure(
                    name.map { "\(folder) has no collection '\($0)', but \(names.isEmpty ? "none at all" : names)." }
                        ?? "\(folder) has no collections.")
            }
            collections = chosen[...]
            total = chosen.reduce(0) { $0 + $1.count }
        } catch let error as StoreError {
            throw Failure(error.message)
        }
    }

    var progress: Double? { total == 0 ? 1 : min(1, Double(seen) / Double(total)) }

    mutating func next() throws -> ImportRecord? {
        do {
            while true {
                while let document = documents.popFirst() {
                    seen += 1
                    if let record = try record(applied(document)) { return record }
                }
                guard try fill() else { return nil }
            }
        } catch let error as StoreError {
            throw ImportProblem(folder, error.message, endsSource: true)
        }
    }

    // MARK: Reading on

    /// The next page of documents. False behind the last one.
    private mutating func fill() throws -> Bool {
        guard let collection = current else { return try begin() }
        if isAtEnd {
            current = nil
            return try begin()
        }
        let page = try file.documents(of: collection, after: key)
        key = page.key
        documents = page.documents[...]
        if page.documents.isEmpty {
            // What was queued for documents that the tables do not have yet.
            isAtEnd = true
            documents =
                order.compactMap { id in
                    switch pending[id] {
                    case .put(let document)?, .change(let document)?: document
                    case .remove?, nil: nil
                    }
                }[...]
            pending = [:]
        }
        return true
    }

    private mutating func begin() throws -> Bool {
        guard let collection = collections.popFirst() else { return false }
        current = collection
        key = 0
        isAtEnd = false
        pending = [:]
        order = []
        for item in try file.queue(of: collection) {
            switch item {
            case .put(let document): note(.put(document), document.id)
            case .remove(let id): note(.remove, id)
            case .change(let document):
                switch pending[document.id] {
                case .put(let earlier)?: note(.put(earlier.changed(by: document)), document.id)
                case .change(let earlier)?: note(.change(earlier.changed(by: document)), document.id)
                case .remove?: continue
                case nil: note(.change(document), document.id)
                }
            }
        }
        return true
    }

    private mutating func note(_ action: Pending, _ id: String) {
        if pending.updateValue(action, forKey: id) == nil { order.append(id) }
    }

    private mutating func applied(_ document: ChromaFile.Document) -> ChromaFile.Document? {
        switch pending.removeValue(forKey: document.id) {
        case nil: document
        case .put(let new)?: new
        case .change(let change)?: document.changed(by: change)
        case .remove?: nil
        }
    }

    private func record(_ document: ChromaFile.Document?) throws -> ImportRecord? {
        guard let document, let collection = current?.name else { return nil }
        let place = "\(folder), collection \(collection), id \(document.id)"
        guard let text = document.text, text.contains(where: { !$0.isWhitespace }) else {
            throw ImportProblem(place, "has no document, only a vector or metadata.")
        }
        var metadata = document.metadata
        var tags: [String] = []
        if let given = metadata["tags"], let texts = given.strings ?? given.string.map({ [$0] }) {
            tags = texts.flatMap { $0.split(separator: ",") }.map { String($0).trimmed }.filter { !$0.isEmpty }
            metadata["tags"] = nil
        }
        if metadata["source_id"] == nil { metadata["source_id"] = .string(document.id) }
        if metadata["collection"] == nil { metadata["collection"] = .string(collection) }
        return ImportRecord(
            text: text, tags: tags, metadata: metadata, createdAt: document.createdAt, place: place,
            identity: ["chroma", collection, document.id])
    }
}

extension ChromaFile.Document {
    /// Chroma's update: members that are given replace the old ones, the others stay.
    fileprivate func changed(by change: ChromaFile.Document) -> ChromaFile.Document {
        var merged = metadata
        for member in change.metadata.members { merged[member.name] = member.value.isNull ? nil : member.value }
        return ChromaFile.Document(
            id: id, text: change.text ?? text, metadata: merged, createdAt: createdAt)
    }
}
