import Domain
import Testing

@testable import Models

@Suite struct SafetensorsTests {
    /// A file with this header and so many bytes after it.
    static func file(_ header: String, _ data: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8) + data
    }

    private func open(_ header: String, _ data: [UInt8]) throws -> Safetensors {
        let folder = try ScratchFolder()
        return try Safetensors(path: try folder.write("model.safetensors", Self.file(header, data)))
    }

    private func reason(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "nothing was wrong"
        } catch let error as EmbeddingError {
            return error.code == .model ? error.message : "another code: \(error)"
        } catch { return "another error: \(error)" }
    }

    @Test func `a tensor has the values that were written, in each of three kinds`() throws {
        let header =
            #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"#
            + #""b":{"dtype":"F16","shape":[5],"data_offsets":[8,18]},"c":{"dtype":"BF16","shape":[2],"data_offsets":[18,22]}}"#
        // 1, -2.5; 1, -2, the smallest subnormal, infinity, 65504; 1, -3.140625
        let data: [UInt8] =
            [0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC0] + [0, 0x3C, 0, 0xC0, 1, 0, 0, 0x7C, 0xFF, 0x7B]
            + [0x80, 0x3F, 0x49, 0xC0]
        let file = try open(header, data)
        #expect(file.names.sorted() == ["a", "b", "c"])
        #expect(try file.floats("a", shape: [1, 2]) == [1, -2.5])
        #expect(try file.floats("b", shape: [5]) == [1, -2, 0x1p-24, .infinity, 65504])
        #expect(try file.floats("c", shape: [2]) == [1, -3.140625])
    }

    @Test func `names of older files and of models with a head are those of a bare model`() throws {
        let file = try open(
            #"{"bert.embeddings.LayerNorm.gamma":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
                + #""bert.embeddings.LayerNorm.beta":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
            [0, 0, 0, 0])
        #expect(file.names.sorted() == ["embeddings.LayerNorm.bias", "embeddings.LayerNorm.weight"])
    }

    @Test func `a tensor that is missing, of another shape or another kind is refused by name`() throws {
        let file = try open(#"{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#, [UInt8](repeating: 0, count: 8))
        #expect(reason { _ = try file.floats("b", shape: [1]) }.contains("no tensor b"))
        #expect(reason { _ = try file.floats("a", shape: [2]) }.contains("the shape [1], not [2]"))
        #expect(reason { _ = try file.floats("a", shape: [1]) }.contains("stored as I64"))
    }

    @Test(arguments: [
        (#"[1]"#, "not an object"),
        (#"{"a":"#, "not JSON"),
        (#"{"a":{"dtype":"F32"}}"#, "no kind, shape or place"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,400]}}"#, "cut short"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}"#, "cut short"),
        (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, "its shape needs 12"),
        (#"{"a":{"dtype":"F32","shape":[9223372036854775807,4],"data_offsets":[0,8]}}"#, "makes no sense"),
        (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}"#, "makes no sense"),
        (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}"#, "makes no sense"),
    ])
    func `a header that lies is refused, with the reason`(_ header: String, _ why: String) {
        let text = reason { _ = try open(header, [UInt8](repeating: 0, count: 8)) }
        #expect(text.contains(why), "\(text)")
        #expect(text.contains("Download it again"))
    }

    @Test func `a file that is cut at any byte is refused`() throws {
        let whole = Self.file(
            #"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#, [UInt8](repeating: 7, count: 16))
        let folder = try ScratchFolder()
        for length in 0..<whole.count {
            let path = try folder.write("model.safetensors", Array(whole.prefix(length)))
            #expect(throws: EmbeddingError.self) { try Safetensors(path: path) }
        }
        #expect(reason { _ = try Safetensors(path: folder.path) }.contains("is not a file"))
        #expect(reason { _ = try Safetensors(path: folder.path + "/none") }.contains("No such file"))
    }
}
