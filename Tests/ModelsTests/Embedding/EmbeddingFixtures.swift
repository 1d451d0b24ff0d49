import Foundation
import Platform

@testable import Models

/// The files of Tests/Fixtures/embedding, and the model that `make` installs.
enum EmbeddingFixtures {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
    static let folder = root + "/Tests/Fixtures/embedding"

    /// The installed all-MiniLM-L6-v2; tests with it are skipped where it is not.
    static let model = root + "/.build/models/all-MiniLM-L6-v2"
    static let isInstalled = FileManager.default.fileExists(atPath: model + "/model.safetensors")

    static func lines(_ name: String) throws -> [JSONValue] {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")).split(separator: 0x0A)
            .map { try JSONValue(parsing: Array($0)) }
    }

    static func tokenizer(_ folder: String, _ change: (inout TokenizerRules) -> Void = { _ in }) throws
        -> WordPieceTokenizer
    {
        let reading = try TokenizerReading(FolderFiles(path: folder))
        let file = MappedFile(copying: Vocabulary.packed(reading.pieces, prefix: reading.prefix), named: "vocabulary")
        var rules = reading.rules
        change(&rules)
        return WordPieceTokenizer(vocabulary: try Vocabulary(file.bytes, owner: file), rules: rules)
    }
}
