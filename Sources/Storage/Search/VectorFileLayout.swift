import CVectorMath

/// What is where in an index's file. All numbers are little endian, all parts begin at a page.
///
/// 1. a page for the header
/// 2. the archives, by key: key, first row, number of rows (8 bytes each)
/// 3. the signs of all rows, in blocks (`scan.h`)
/// 4. the bytes of all rows
/// 5. their scales (4 bytes)
/// 6. their passages' keys (8 bytes), 7. the keys of their rows in `passage_vectors` (8 bytes)
/// 8. the passages' keys again, sorted, 9. the rows they belong to (4 bytes)
///
/// Rows are sorted by archive and passage.
struct VectorFileLayout: Sendable, Equatable {
    static let page = 4096

    let dimensions: Int
    let rows: Int
    let archives: Int

    var stride: Int { roost_byte_stride(dimensions) }
    var signWords: Int { roost_sign_words(dimensions) }

    var directory: Int { Self.page }
    var directoryBytes: Int { archives * 24 }
    var signs: Int { after(directory, directoryBytes) }
    var signBytes: Int { (rows + 7) / 8 * 8 * signWords * 8 }
    var bytes: Int { after(signs, signBytes) }
    var scales: Int { after(bytes, rows * stride) }
    var passages: Int { after(scales, rows * 4) }
    var rowKeys: Int { after(passages, rows * 8) }
    var sortedPassages: Int { after(rowKeys, rows * 8) }
    var sortedRows: Int { after(sortedPassages, rows * 8) }
    var size: Int { after(sortedRows, rows * 4) }

    private func after(_ start: Int, _ bytes: Int) -> Int { (start + bytes + Self.page - 1) / Self.page * Self.page }
}

/// The first page of an index's file.
struct VectorFileHeader: Sendable, Equatable {
    static let magic: UInt64 = 0x3178_6456_7473_6F52  // "RostVdx1"
    static let version = 1
    private static let words = 11
    private static let longestID = 1024

    let layout: VectorFileLayout
    let model: Int
    /// `embedding_models.id`.
    let modelID: String
    /// The log's place that the file holds everything up to.
    let position: VectorPosition
    /// Of everything after the header.
    let checksum: UInt64
    /// Of the archives alone, which are checked whenever the file is opened.
    let directoryChecksum: UInt64

    var bytes: [UInt8] {
        let id = Array(modelID.utf8.prefix(Self.longestID))
        let words: [UInt64] = [
            Self.magic, UInt64(Self.version), UInt64(layout.dimensions), UInt64(layout.rows), UInt64(layout.archives),
            UInt64(bitPattern: Int64(model)), UInt64(position.seq), UInt64(bitPattern: Int64(position.mark)), checksum,
            directoryChecksum, UInt64(id.count),
        ]
        var page = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) } } + id
        let sum = roost_checksum(page, page.count)
        page += (0..<8).map { UInt8(truncatingIfNeeded: sum >> UInt64($0 * 8)) }
        return page + [UInt8](repeating: 0, count: VectorFileLayout.page - page.count)
    }

    init(
        _ layout: VectorFileLayout, model: Int, modelID: String, _ position: VectorPosition, checksum: UInt64,
        directoryChecksum: UInt64
    ) {
        self.layout = layout
        self.model = model
        self.modelID = modelID
        self.position = position
        self.checksum = checksum
        self.directoryChecksum = directoryChecksum
    }

    /// Nil when the page is no header of this version, or damaged.
    init?(_ page: UnsafeRawBufferPointer) {
        guard page.count >= VectorFileLayout.page else { return nil }
        func word(at offset: Int) -> UInt64 {
            UInt64(littleEndian: page.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        func number(_ index: Int) -> Int? { Int(exactly: word(at: index * 8)) }
        guard word(at: 0) == Self.magic, number(1) == Self.version, let idCount = number(10),
            idCount <= Self.longestID
        else { return nil }
        let end = Self.words * 8 + idCount
        guard roost_checksum(page.baseAddress, end) == word(at: end) else { return nil }
        guard let dimensions = number(2), let rows = number(3), let archives = number(4), let seq = number(6),
            (1...1 << 20).contains(dimensions), rows <= Int(UInt32.max) / 2, archives <= rows
        else { return nil }
        layout = VectorFileLayout(dimensions: dimensions, rows: rows, archives: archives)
        model = Int(truncatingIfNeeded: word(at: 40))
        position = VectorPosition(seq: seq, mark: Int(truncatingIfNeeded: word(at: 56)))
        checksum = word(at: 64)
        directoryChecksum = word(at: 72)
        modelID = String(decoding: page[Self.words * 8..<end], as: UTF8.self)
    }
}
