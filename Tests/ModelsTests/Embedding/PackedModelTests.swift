import Domain
import Foundation
import Platform
import Testing

@testable import Models

@Suite struct PackedModelTests {
    private let packed = "e5-tiny-v2/roost-fp32.packed"

    private func open(_ tiny: TinyModel, cache: String? = nil) throws -> LocalEmbedder {
        try LocalEmbedder(LocalModel(folder: tiny.path, cache: cache, precision: .fp32))
    }

    private func inode(_ path: String) throws -> UInt64 {
        let number = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? UInt64
        return try #require(number)
    }

    @Test func `a folder is packed once, and again when a file of it changes`() throws {
        let tiny = try TinyModel("e5-tiny-v2")
        let first = try open(tiny).model.id
        let file = "\(tiny.folder.path)/\(packed)"
        let made = try inode(file)
        #expect(try open(tiny).model.id == first)
        #expect(try inode(file) == made)

        try tiny.folder.write("e5-tiny-v2/sentence_bert_config.json", #"{"max_seq_length":32}"#)
        let shorter = try open(tiny)
        #expect(shorter.maximumTokens == 32)
        #expect(shorter.model.id != first)
        #expect(try inode(file) != made)

        // One that was not there counts as a change too.
        try tiny.folder.write("e5-tiny-v2/config_sentence_transformers.json", #"{"prompts":{"query":"q: "}}"#)
        #expect(try open(tiny).model.id != shorter.model.id)
    }

    @Test func `a packed model that is cut short or damaged is made again`() async throws {
        let tiny = try TinyModel("e5-tiny-v2")
        let model = try open(tiny).model
        let bytes = try tiny.folder.read(packed)
        for length in [0, 1, 63, 64, 1000, bytes.count / 2, bytes.count - 1] {
            try tiny.folder.write(packed, Array(bytes.prefix(length)))
            #expect(try open(tiny).model == model, "\(length) bytes")
        }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20 {
            var changed = bytes
            for _ in 0..<8 { changed[.random(in: 0..<64, using: &generator)] = .random(in: 0...255, using: &generator) }
            try tiny.folder.write(packed, changed)
            #expect(try open(tiny).model == model)
        }
        let embedder = try open(tiny)
        let vectors = try await embedder.embed(["memory"], as: .query)
        let expected = try #require(try TinyModel.expected("e5-tiny-v2/expected.json").first { $0.text == "memory" })
        #expect(cosine(vectors[0], expected.vector) > 0.99999)
    }

    @Test func `damage inside of the weights is found by whoever looks for it`() async throws {
        let tiny = try TinyModel("e5-tiny-v2")
        try await open(tiny).verify()
        var bytes = try tiny.folder.read(packed)
        bytes[bytes.count / 2] ^= 1
        try tiny.folder.write(packed, bytes)
        let damaged = try open(tiny)
        let error = await #expect(throws: EmbeddingError.self) { try await damaged.verify() }
        #expect(error?.message.contains("\(tiny.folder.path)/\(packed)") == true)
        #expect(error?.message.contains("Delete it") == true)
    }

    @Test func `the identity is of the contents, not of the place`() throws {
        let one = try TinyModel("e5-tiny-v2")
        let other = try TinyModel("e5-tiny-v2")
        #expect(try open(one).model == open(other).model)
        #expect(try open(TinyModel("gte-tiny")).model.id != open(one).model.id)
        let prefixed = try LocalEmbedder(LocalModel(folder: one.path, precision: .fp32, queryPrefix: "ask: "))
        #expect(try prefixed.model.id != open(one).model.id)
        // Their vectors can be compared.
        #expect(try LocalEmbedder(LocalModel(folder: one.path, precision: .bf16)).model == open(one).model)
    }

    @Test func `a weight that changes by one bit changes the identity`() throws {
        let tiny = try TinyModel("e5-tiny-v2")
        let before = try open(tiny).model.id
        var bytes = try tiny.folder.read("e5-tiny-v2/model.safetensors")
        bytes[bytes.count - 2] ^= 1
        try tiny.folder.write("e5-tiny-v2/model.safetensors", bytes)
        #expect(try open(tiny).model.id != before)
    }

    @Test func `a folder that takes no file is packed into the cache, and found there again`() throws {
        let tiny = try TinyModel("e5-tiny-v2")
        let cache = try ScratchFolder()
        // In the way of the file, also for root, who may write everywhere.
        try tiny.folder.write(packed + "/in-the-way", "x")
        #expect(throws: EmbeddingError.self) { try open(tiny) }
        _ = try open(tiny, cache: cache.path + "/models")
        let names = try FileManager.default.contentsOfDirectory(atPath: cache.path + "/models")
        #expect(names.count == 1)
        let made = try inode(cache.path + "/models/" + names[0])
        _ = try open(tiny, cache: cache.path + "/models")
        #expect(try inode(cache.path + "/models/" + names[0]) == made)
        #expect(try FileManager.default.contentsOfDirectory(atPath: tiny.path).allSatisfy { !$0.hasSuffix(".new") })
    }

    @Test func `what killed writers left behind is removed, what another is writing is not`() throws {
        let tiny = try TinyModel("e5-tiny-v2")
        let old = try tiny.folder.write(packed + ".abc.new", "x")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -7200)], ofItemAtPath: old)
        try tiny.folder.write(packed + ".def.new", "x")
        _ = try open(tiny)
        let names = try FileManager.default.contentsOfDirectory(atPath: tiny.path)
            .filter { $0.hasPrefix("roost-") }.sorted()
        #expect(names == ["roost-fp32.packed", "roost-fp32.packed.def.new"])
    }

    @Test func `many at the same time pack the same folder and agree`() async throws {
        let tiny = try TinyModel("e5-tiny-v2")
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await LocalEmbedder.open(LocalModel(folder: tiny.path, precision: .fp32)).model.id
                }
            }
            var ids: Set<String> = []
            for try await id in group { ids.insert(id) }
            return ids
        }
        #expect(ids.count == 1)
        let names = try FileManager.default.contentsOfDirectory(atPath: tiny.path)
        #expect(names.filter { $0.hasPrefix("roost-") } == ["roost-fp32.packed"])
    }
}
