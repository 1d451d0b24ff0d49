import Foundation

/// Pages in `Tests/Fixtures/web`, written for these tests.
func fixture(_ name: String) throws -> [UInt8] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return Array(try Data(contentsOf: folder.appending(path: "Fixtures/web/\(name)")))
}
