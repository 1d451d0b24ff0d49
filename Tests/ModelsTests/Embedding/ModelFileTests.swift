import CVectorMath
import Domain
import Platform
import Testing

@testable import Models

@Suite struct ModelFileTests {
    private func write(_ path: String) throws {
        var writer = try ModelFileWriter(path: path)
        try writer.add("weights", [Float](repeating: 1.5, count: 33))
        try writer.add("empty", [UInt8]())
        try writer.add("odd", [UInt8](1...7))
        try writer.finish(metadata: ["name": "tiny"])
    }

    @Test func `sections come back as they were written, at multiples of 64`() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/model"
        try write(path)
        let file = try ModelFile(path: path)
        #expect(file.names == ["empty", "metadata", "odd", "weights"])
        #expect(file.metadata == ["name": "tiny"])
        let weights = try file.section("weights")
        #expect(Int(bitPattern: weights.baseAddress) % 64 == 0)
        #expect(Array(weights.bindMemory(to: Float.self)) == [Float](repeating: 1.5, count: 33))
        #expect(Array(try file.section("odd")) == Array(1...7))
        #expect(try file.section("empty").isEmpty)
        #expect(throws: EmbeddingError.self) { try file.section("none") }
        try file.verify()
    }

    @Test func `a file that is cut short anywhere is refused`() throws {
        let folder = try ScratchFolder()
        try write(folder.path + "/model")
        let bytes = try folder.read("model")
        for length in 0..<bytes.count {
            let path = try folder.write("cut", Array(bytes.prefix(length)))
            #expect(throws: EmbeddingError.self, "\(length) of \(bytes.count) bytes") { try ModelFile(path: path) }
        }
        let path = try folder.write("long", bytes + [0])
        #expect(throws: EmbeddingError.self) { try ModelFile(path: path) }
    }

    @Test func `a changed byte is found when the file is opened or when it is verified`() throws {
        let folder = try ScratchFolder()
        try write(folder.path + "/model")
        let bytes = try folder.read("model")
        let table = bytes.count - 4 * 64
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0x10
            let path = try folder.write("changed", changed)
            var isFound = false
            do {
                let file = try ModelFile(path: path)
                #expect(index >= 64 && index < table, "byte \(index) of the frame was not looked at")
                try file.verify()
            } catch { isFound = true }
            // Between sections there are zeros that belong to none.
            let isPadding = bytes[index] == 0 && index >= 64 && index < table
            #expect(isFound || isPadding, "byte \(index)")
        }
    }

    @Test func `a writer that is dropped leaves nothing behind, one that finishes one file`() throws {
        let folder = try ScratchFolder()
        do {
            var writer = try ModelFileWriter(path: folder.path + "/model")
            try writer.add("weights", [Float](repeating: 1, count: 10))
        }
        #expect(try folder.names.isEmpty)
        try write(folder.path + "/model")
        try write(folder.path + "/model")
        #expect(try folder.names == ["model"])
        #expect(throws: EmbeddingError.self) { _ = try ModelFileWriter(path: folder.path + "/none/model") }
    }

    @Test(
        arguments: [
            ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
            ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
        ] as [(String, UInt64)])
    func `the checksum is XXH64`(_ text: String, _ hash: UInt64) {
        #expect(roost_content_hash(text, text.utf8.count, 0) == hash)
    }
}
