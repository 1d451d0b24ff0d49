import CSodium
import Domain
import Foundation
import Platform
import Testing

@testable import Storage

@Suite struct SecretBoxTests {
    private static let place = SecretBox.Place(
        organization: "org-1", kind: "provider", id: "provider-1", field: "api_key")

    private static func hex(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

    private func box(_ folder: TemporaryFolder, key: String? = nil) -> SecretBox {
        var source = EncryptionKeySource(file: folder.path + "/encryption.key")
        source.key = key.map(Secret.init)
        return SecretBox(source)
    }

    /// `draft-irtf-cfrg-xchacha-03`, A.3.1: also what the declarations of the library's functions are held against.
    @Test func `the published vector is what the library makes`() throws {
        var problem = [CChar](repeating: 0, count: 256)
        try #require(roost_sodium_load(&problem, problem.count) == 0)
        let message = Array(
            ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
                + "sunscreen would be it.").utf8)
        let context: [UInt8] = [0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7]
        var sealed = [UInt8](repeating: 0, count: message.count + 16)
        roost_sodium_seal(
            &sealed, message, message.count, context, context.count, Array(0x40...0x57), Array(0x80...0x9f))
        let expected = """
            bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb\
            731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452\
            2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9\
            21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49
            """
        #expect(Self.hex(sealed) == expected)
    }

    @Test(arguments: ["sk-test-1234", "", "ключ 🔑", String(repeating: "x", count: 9000)])
    func `what is sealed opens again`(_ text: String) throws {
        let folder = try TemporaryFolder()
        let sealed = try box(folder).seal(Secret(text), at: Self.place)
        #expect(sealed.count == text.utf8.count + 45)
        #expect(text.isEmpty || String(decoding: sealed, as: UTF8.self).firstRange(of: text) == nil)
        #expect(try box(folder).open(sealed, at: Self.place) == Secret(text))
    }

    @Test func `the same value is never sealed alike`() throws {
        let folder = try TemporaryFolder()
        let box = box(folder)
        let all = try (0..<50).map { _ in try box.seal(Secret("same"), at: Self.place) }
        #expect(Set(all).count == 50)
    }

    @Test func `a change of any byte is noticed`() throws {
        let folder = try TemporaryFolder()
        let box = box(folder)
        let sealed = try box.seal(Secret("sk-test"), at: Self.place)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            let error = #expect(throws: EncryptionError.self) { try box.open(changed, at: Self.place) }
            // The four bytes after the version name the key.
            #expect(error?.code == ((1...4).contains(index) ? .otherKey : .damaged), "byte \(index)")
        }
        for count in sealed.indices {
            let error = #expect(throws: EncryptionError.self) { try box.open(Array(sealed[..<count]), at: Self.place) }
            #expect(error?.code == .damaged)
        }
        #expect(throws: EncryptionError.self) { try box.open(sealed + [0], at: Self.place) }
    }

    @Test func `a value does not open in another row`() throws {
        let folder = try TemporaryFolder()
        let box = box(folder)
        let sealed = try box.seal(Secret("sk-test"), at: Self.place)
        let others = [
            SecretBox.Place(organization: "org-2", kind: "provider", id: "provider-1", field: "api_key"),
            SecretBox.Place(organization: "org-1", kind: "agent", id: "provider-1", field: "api_key"),
            SecretBox.Place(organization: "org-1", kind: "provider", id: "provider-2", field: "api_key"),
            SecretBox.Place(organization: "org-1", kind: "provider", id: "provider-1", field: "access_key"),
            // The same letters, cut elsewhere.
            SecretBox.Place(organization: "org-1p", kind: "rovider", id: "provider-1", field: "api_key"),
        ]
        for place in others {
            let error = #expect(throws: EncryptionError.self) { try box.open(sealed, at: place) }
            #expect(error?.code == .damaged)
        }
    }

    @Test func `another key is told from damage, and named`() throws {
        let (first, second) = (try TemporaryFolder(), try TemporaryFolder())
        let sealed = try box(first).seal(Secret("sk-test"), at: Self.place)
        _ = try box(second).seal(Secret("other"), at: Self.place)
        let error = #expect(throws: EncryptionError.self) { try box(second).open(sealed, at: Self.place) }
        #expect(error?.code == .otherKey)
        #expect(error?.message.contains(second.path + "/encryption.key") == true)
        #expect(error?.message.contains("ROOST_ENCRYPTION_KEY") == true)
    }

    @Test func `the text of a key file does for the file`() throws {
        let folder = try TemporaryFolder()
        let sealed = try box(folder).seal(Secret("sk-test"), at: Self.place)
        let text = try FileText.readText(folder.path + "/encryption.key")
        let other = try TemporaryFolder()
        let key = String(text.dropLast())
        #expect(try box(other, key: key).open(sealed, at: Self.place) == Secret("sk-test"))
        let bytes = try #require(Base64.decode(key))
        #expect(try box(other, key: Self.hex(bytes)).open(sealed, at: Self.place) == Secret("sk-test"))
        #expect(!FileText.exists(other.path + "/encryption.key"))
    }

    @Test func `a phrase is stretched the same way each time`() throws {
        let folder = try TemporaryFolder()
        try SecretBox.loadLibrary()
        let key = try EncryptionKey(text: "correct horse battery staple", origin: "X")
        // As libsodium's crypto_pwhash gives it.
        #expect(Self.hex(key.bytes) == "36a3e6395fd867227ac320bcd677446401d675c64796dae5e05ac01d04c1a427")
        let sealed = try box(folder, key: "correct horse battery staple").seal(Secret("sk"), at: Self.place)
        #expect(try box(folder, key: "correct horse battery staple").open(sealed, at: Self.place) == Secret("sk"))
        let error = #expect(throws: EncryptionError.self) {
            try box(folder, key: "short").seal(Secret("x"), at: Self.place)
        }
        #expect(error?.code == .unusableKey)
        #expect(error?.message.contains("too short") == true)
    }

    // MARK: The key file

    @Test func `the file is its owner's alone`() throws {
        let folder = try TemporaryFolder()
        _ = try box(folder).seal(Secret("sk"), at: Self.place)
        let mode = try #require(FileText.mode(folder.path + "/encryption.key"))
        #expect(mode & 0o777 == 0o600)
        #expect(FileText.names(in: folder.path) == ["encryption.key"])
    }

    @Test(arguments: [0o640, 0o604, 0o620] as [mode_t]) func `a file that others can read is refused`(_ mode: mode_t)
        throws
    {
        let folder = try TemporaryFolder()
        let sealed = try box(folder).seal(Secret("sk"), at: Self.place)
        chmod(folder.path + "/encryption.key", mode)
        let opening = #expect(throws: EncryptionError.self) { try box(folder).open(sealed, at: Self.place) }
        let sealing = #expect(throws: EncryptionError.self) { try box(folder).seal(Secret("x"), at: Self.place) }
        for error in [opening, sealing] {
            #expect(error?.code == .unusableKey)
            #expect(error?.message.contains("chmod 600 \(folder.path)/encryption.key") == true)
        }
    }

    @Test func `reading never makes a key`() throws {
        let folder = try TemporaryFolder()
        let sealed = try box(folder).seal(Secret("sk"), at: Self.place)
        try FileManager.default.removeItem(atPath: folder.path + "/encryption.key")
        let error = #expect(throws: EncryptionError.self) { try box(folder).open(sealed, at: Self.place) }
        #expect(error?.code == .unusableKey)
        #expect(error?.message.contains("missing") == true)
        #expect(FileText.names(in: folder.path).isEmpty)
    }

    @Test(arguments: ["", "\n", "not a key\n", "c2hvcnQ=\n"]) func `a file that holds no key is refused`(_ text: String)
        throws
    {
        let folder = try TemporaryFolder()
        try FileText.writePrivate(Array(text.utf8), to: folder.path + "/encryption.key")
        let error = #expect(throws: EncryptionError.self) { try box(folder).seal(Secret("sk"), at: Self.place) }
        #expect(error?.code == .unusableKey)
        #expect(try FileText.readText(folder.path + "/encryption.key") == text)
    }

    @Test func `of many that make the key at once one wins`() async throws {
        let folder = try TemporaryFolder()
        let sealed = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for number in 0..<32 {
                group.addTask { try box(folder).seal(Secret("sk-\(number)"), at: Self.place) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let last = box(folder)
        let opened = try sealed.map { try last.open($0, at: Self.place).reveal }
        #expect(Set(opened) == Set((0..<32).map { "sk-\($0)" }))
        #expect(FileText.names(in: folder.path) == ["encryption.key"])
    }
}
