import Foundation
import Platform
import Testing

@testable import Storage

@Suite struct ChromaFileTests {
    private static let folder =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/Fixtures/Chroma"
    private static let versions = ["0.4.24", "0.5.23", "1.5.9"]

    private static func collection(_ name: String, _ file: ChromaFile) throws -> ChromaFile.Collection {
        try #require(try file.collections().first { $0.name == name })
    }

    @Test(arguments: versions) func `documents are read with their metadata and time`(version: String) throws {
        let file = try ChromaFile("\(Self.folder)/\(version)")
        #expect(try file.collections().map(\.name) == ["notes", "vectors_only"])
        let notes = try Self.collection("notes", file)
        #expect(notes.count == 4)
        let documents = try file.documents(of: notes, after: 0).documents
        #expect(documents.map(\.id) == ["n1", "n2", "n4", "n5"])
        #expect(documents[0].text == "Deploys happen on Tuesdays.")
        #expect(documents[0].metadata["year"] == 2026)
        #expect(documents[0].metadata["score"] == 0.5)
        #expect(documents[0].metadata["done"] == true)
        #expect(documents[0].metadata["chroma:document"] == nil)
        #expect(documents[1].text == "Port 8283 is free again.")
        #expect(documents[2].text == "Grüße aus Linz — 東京")
        #expect(documents[0].createdAt != nil)
        #expect(try file.queue(of: notes).isEmpty, "what is written is not queued any more")
    }

    @Test func `a page ends where it is told to, and the next one goes on`() throws {
        let file = try ChromaFile("\(Self.folder)/1.5.9")
        let notes = try Self.collection("notes", file)
        let first = try file.documents(of: notes, after: 0, limit: 3)
        #expect(first.documents.map(\.id) == ["n1", "n2", "n4"])
        let second = try file.documents(of: notes, after: first.key, limit: 3)
        #expect(second.documents.map(\.id) == ["n5"])
        #expect(try file.documents(of: notes, after: second.key).documents.isEmpty)
    }

    @Test func `a vector without a document has no text`() throws {
        let file = try ChromaFile("\(Self.folder)/0.4.24")
        let documents = try file.documents(of: Self.collection("vectors_only", file), after: 0).documents
        #expect(documents.map(\.text) == [nil])
        #expect(documents[0].metadata["kind"] == "picture")
    }

    @Test func `what is only queued is told in the order of the calls`() throws {
        let file = try ChromaFile("\(Self.folder)/1.5.9-queued")
        let queue = try file.queue(of: Self.collection("notes", file))
        let told = queue.map { item in
            switch item {
            case .put(let document): "put \(document.id): \(document.text ?? "")"
            case .change(let document): "change \(document.id): \(document.text ?? "")"
            case .remove(let id): "remove \(id)"
            }
        }
        #expect(
            told == [
                "change n2: Port 8283 is free again.", "remove n3", "put n4: Grüße aus Linz — 東京",
                "put n5: Newest of all.",
            ])
    }

    @Test(arguments: versions) func `reading changes nothing in the folder`(version: String) throws {
        let folder = try TemporaryFolder()
        let copy = folder.path + "/chroma.sqlite3"
        try FileManager.default.copyItem(atPath: "\(Self.folder)/\(version)/chroma.sqlite3", toPath: copy)
        let before = FileManager.default.contents(atPath: copy)
        let file = try ChromaFile(folder.path)
        for collection in try file.collections() {
            _ = try file.documents(of: collection, after: 0)
            _ = try file.queue(of: collection)
        }
        #expect(FileManager.default.contents(atPath: copy) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["chroma.sqlite3"])
    }

    @Test func `a folder without a store and a stranger's database are refused`() throws {
        let folder = try TemporaryFolder()
        #expect(throws: StoreError.self) { try ChromaFile(folder.path) }
        let store = try folder.open()
        #expect { try ChromaFile(folder.database) } throws: { ($0 as? StoreError) != nil }
        let path = folder.path + "/other.sqlite3"
        try FileManager.default.copyItem(atPath: folder.database, toPath: path)
        #expect { try ChromaFile(path) } throws: { ($0 as? StoreError)?.code == .notADatabase }
        withExtendedLifetime(store) {}
    }
}
