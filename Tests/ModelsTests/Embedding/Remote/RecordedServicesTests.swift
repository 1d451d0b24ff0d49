import Domain
import Glibc
import HTTP
import Models
import Platform
import Testing

/// A recorded request and its answer; `Contract/python/services` checks the same files against the services' own
/// Python packages.
struct Recording: Sendable, CustomTestStringConvertible {
    let name: String
    let value: JSONValue

    var testDescription: String { name }

    static let all: [Recording] = {
        let folder = String(#filePath.prefix(upTo: #filePath.range(of: "/ModelsTests/").lowerBound))
        return files(folder + "/Fixtures/embedding-services")
    }()

    private static func files(_ folder: String) -> [Recording] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var found: [Recording] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasSuffix(".json"), let value = try? JSONValue(parsing: bytes(folder + "/" + name)) else {
                continue
            }
            found.append(Recording(name: String(name.dropLast(5)), value: value))
        }
        return found.sorted { $0.name < $1.name }
    }

    private static func bytes(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
        return bytes
    }

    /// What the member at a path is; the recordings are ours, so it is there.
    func text(_ path: String...) -> String { at(path)?.string ?? "" }
    func at(_ path: [String]) -> JSONValue? { path.reduce(value as JSONValue?) { $0?[$1] } }

    var options: RemoteEmbedding.Options {
        var options = patient
        options.dimensions = at(["options", "dimensions"])?.int
        options.queryPrefix = at(["options", "queryPrefix"])?.string
        options.passagePrefix = at(["options", "passagePrefix"])?.string
        return options
    }

    var vectors: [[Float]]? {
        value["vectors"]?.array?.map { ($0.array ?? []).compactMap { $0.double.map { Float($0) } } }
    }

    /// As it would be written with the members of objects in the order of their names.
    static func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let list): .array(list.map(sorted))
        case .object(let object):
            .object(JSONObject(object.members.sorted { $0.name < $1.name }.map { ($0.name, sorted($0.value)) }))
        default: value
        }
    }
}

extension StringProtocol {
    fileprivate func range(of text: String) -> Range<Index> { firstRange(of: text) ?? startIndex..<startIndex }
}

@Suite struct RecordedServicesTests {
    @Test func `there are recordings of every interface`() {
        #expect(Recording.all.count >= 18)
        #expect(Set(Recording.all.map { $0.text("sdk") }) == ["openai", "azure", "ollama", "google"])
    }

    @Test(arguments: Recording.all)
    func `a request is made and its answer read as recorded`(_ recording: Recording) async throws {
        let stub = try ServiceStub { _, _ in
            let body = recording.at(["reply", "body"]) ?? .null
            var response = Response.json(recording.at(["reply", "status"])?.int ?? 0, Array(body.text.utf8))
            for header in recording.at(["reply", "headers"])?.object?.members ?? [] {
                response.headers.append(header.name, header.value.string ?? "")
            }
            return response
        }
        let clock = StubClock()
        let provider = ConfiguredProvider(
            name: recording.text("provider", "name"), baseURL: stub.address + recording.text("provider", "path"),
            key: recording.at(["provider", "key"])?.string.map { Secret($0) },
            apiVersion: recording.at(["provider", "version"])?.string)
        let handle = try ModelHandle(recording.text("handle"))
        let purpose: EmbeddingPurpose = recording.text("purpose") == "query" ? .query : .passage
        let embedder = try #require(
            try await RemoteEmbedder.connect(
                to: handle, providers: [provider], options: recording.options, clock: clock.clock))
        do {
            let vectors = try await embedder.embed(recording.value["texts"]?.strings ?? [], as: purpose)
            let expected = try #require(recording.vectors)
            #expect(vectors.count == expected.count)
            #expect(zip(vectors, expected).allSatisfy { isClose($0, $1) })
        } catch let error as EmbeddingError {
            let message = error.message.replacing(stub.address.dropFirst("http://".count), with: "HOST")
            #expect(message == recording.text("error", "message"))
            #expect("\(error.code)" == recording.text("error", "code"))
        }
        #expect(clock.all == (recording.value["pauses"]?.array?.compactMap(\.double) ?? []))
        try checkRequest(recording, stub.requests)
        await stub.stop()
    }

    private func checkRequest(_ recording: Recording, _ requests: [Request]) throws {
        let request = try #require(requests.last)
        #expect(request.method == .post)
        #expect(request.rawPath == recording.text("request", "path"))
        #expect(request.rawQuery == recording.text("request", "query"))
        for header in recording.at(["request", "headers"])?.object?.members ?? [] {
            #expect(request.headers[header.name] == header.value.string)
        }
        if recording.at(["request", "headers", "authorization"]) == nil {
            #expect(request.headers["authorization"] == nil)
        }
        let sent = Recording.sorted(try JSONValue(parsing: request.body))
        #expect(sent == Recording.sorted(recording.at(["request", "body"]) ?? .null))
    }
}
