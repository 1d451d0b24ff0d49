import CVectorMath
package import Domain
package import Platform

/// A model made ready for use: named sections of bytes in one file, mapped, so that a process that starts reads nothing
/// it does not need, and all processes share the pages. `ModelFileWriter` makes it; layout: docs/design/embedding.md.
package struct ModelFile: Sendable {
    package let file: MappedFile
    /// What the writer said about it.
    package let metadata: JSONValue
    private let sections: [String: Section]

    struct Section: Sendable {
        let range: Range<Int>
        let hash: UInt64
    }

    /// Opens a file and checks its frame: the header, the table of sections, the length, the metadata.
    /// The contents of the other sections are not read; see `verify`.
    /// Throws `EmbeddingError(.model)` when the file is not there, is cut short, damaged or of another version.
    package init(path: String) throws(EmbeddingError) { try self.init(MappedFile(path: path)) }

    package init(_ file: MappedFile) throws(EmbeddingError) {
        self.file = file
        sections = try ModelFileLayout.sections(of: file)
        guard let section = sections[ModelFileLayout.metadata] else {
            throw Self.damaged(file.path, "it has no metadata")
        }
        let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[section.range])
        guard ModelFileLayout.hash(bytes) == section.hash else { throw Self.damaged(file.path, "its metadata changed") }
        do throws(JSONError) {
            metadata = try JSONValue(parsing: Array(bytes))
        } catch { throw Self.damaged(file.path, "its metadata is not JSON: \(error.description)") }
    }

    package var names: [String] { sections.keys.sorted() }

    /// The bytes of a section, at an address that is a multiple of 64. They are good for as long as `file` lives.
    /// Throws `EmbeddingError(.model)` when there is none of that name.
    package func section(_ name: String) throws(EmbeddingError) -> UnsafeRawBufferPointer {
        guard let section = sections[name] else { throw Self.damaged(file.path, "it has no section \(name)") }
        return UnsafeRawBufferPointer(rebasing: file.bytes[section.range])
    }

    /// Reads everything and compares it with the checksums; takes as long as reading the file.
    package func verify() throws(EmbeddingError) {
        for (name, section) in sections {
            let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[section.range])
            guard ModelFileLayout.hash(bytes) == section.hash else {
                throw Self.damaged(file.path, "the section \(name) changed")
            }
        }
    }

    static func damaged(_ path: String, _ what: String) -> EmbeddingError {
        EmbeddingError(.model, "\(path) is no packed model that can be used: \(what). Delete it; it is made again.")
    }
}

/// The bytes that frame the sections. All numbers are little-endian.
///
///     header     64 bytes: magic 8, version 4, sections 4, total length 8, offset of the table 8, hash of the table 8,
///                zeros 16, hash of the 56 bytes before it 8
///     sections   each at a multiple of 64
///     table      64 bytes a section: name 32 (UTF-8, zeros after it), offset 8, length 8, hash 8, zeros 8
enum ModelFileLayout {
    static let magic = Array("ROOSTMDL".utf8)
    /// Counts up when the layout, or what is in the sections, changes: older files are then made again.
    static let version: UInt32 = 1
    static let alignment = 64
    static let metadata = "metadata"

    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        roost_content_hash(bytes.baseAddress, bytes.count, 0)
    }

    static func sections(of file: MappedFile) throws(EmbeddingError) -> [String: ModelFile.Section] {
        let bytes = file.bytes
        guard bytes.count >= 64 else { throw ModelFile.damaged(file.path, "it is cut short") }
        guard bytes.prefix(8).elementsEqual(magic) else {
            throw ModelFile.damaged(file.path, "it does not begin as one")
        }
        guard hash(UnsafeRawBufferPointer(rebasing: bytes[..<56])) == number(bytes, 56) else {
            throw ModelFile.damaged(file.path, "its header is damaged")
        }
        let found = UInt32(truncatingIfNeeded: number(bytes, 8))
        guard found == version else {
            throw ModelFile.damaged(file.path, "it has version \(found), where this Roost reads \(version)")
        }
        guard number(bytes, 16) == UInt64(bytes.count) else {
            throw ModelFile.damaged(file.path, "it has \(bytes.count) bytes instead of \(number(bytes, 16))")
        }
        let count = Int(number(bytes, 8) >> 32)
        guard let table = range(number(bytes, 24), UInt64(count) * 64, in: bytes.count),
            hash(UnsafeRawBufferPointer(rebasing: bytes[table])) == number(bytes, 32)
        else { throw ModelFile.damaged(file.path, "its table of sections is damaged") }
        var sections: [String: ModelFile.Section] = [:]
        for entry in stride(from: table.lowerBound, to: table.upperBound, by: 64) {
            let name = String(decoding: bytes[entry..<(entry + 32)].prefix { $0 != 0 }, as: UTF8.self)
            guard let range = range(number(bytes, entry + 32), number(bytes, entry + 40), in: bytes.count) else {
                throw ModelFile.damaged(file.path, "the section \(name) is outside of the file")
            }
            sections[name] = ModelFile.Section(range: range, hash: number(bytes, entry + 48))
        }
        return sections
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    private static func range(_ start: UInt64, _ length: UInt64, in count: Int) -> Range<Int>? {
        guard start % UInt64(alignment) == 0, start <= UInt64(count), length <= UInt64(count) - start else {
            return nil
        }
        return Int(start)..<Int(start + length)
    }
}
