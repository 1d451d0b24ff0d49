import CVectorMath
import Glibc
import Platform

/// The vectors of one model in a file beside the database, mapped and shared with other processes. It is never written to:
/// a newer one takes its name.
final class VectorFile: @unchecked Sendable {
    // SAFETY: nothing changes after `init`; what is mapped is only read.
    let header: VectorFileHeader
    private let start: UnsafeRawPointer
    private let memory: VectorMemory
    /// Bytes looked at since pages were last given back.
    private let resident = Lock(0)
    /// Tells this file from a newer one of the same name.
    let inode: UInt

    var layout: VectorFileLayout { header.layout }
    var rows: Int { layout.rows }

    /// Nil when there is no file, or none that can be used; then it has to be written anew.
    init?(_ path: String, _ memory: VectorMemory) {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size >= VectorFileLayout.page,
            let mapped = mmap(nil, Int(status.st_size), PROT_READ, MAP_SHARED, descriptor, 0), mapped != MAP_FAILED
        else { return nil }
        let bytes = UnsafeRawBufferPointer(start: mapped, count: Int(status.st_size))
        guard let header = VectorFileHeader(bytes), header.layout.size == bytes.count,
            Self.hasGoodDirectory(bytes, header)
        else {
            munmap(mapped, bytes.count)
            return nil
        }
        self.header = header
        self.memory = memory
        start = UnsafeRawPointer(mapped)
        inode = UInt(status.st_ino)
        memory.mapped(bytes.count)
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: start), layout.size)
        memory.unmapped(layout.size)
    }

    /// The inode of the file at a path; nil when there is none.
    static func inode(_ path: String) -> UInt? {
        var status = stat()
        return stat(path, &status) == 0 ? UInt(status.st_ino) : nil
    }

    // MARK: Parts

    private func part<T>(_ offset: Int, _ type: T.Type) -> UnsafePointer<T> {
        (start + offset).assumingMemoryBound(to: type)
    }

    var signs: UnsafePointer<UInt64> { part(layout.signs, UInt64.self) }
    var bytes: UnsafePointer<UInt8> { part(layout.bytes, UInt8.self) }
    var scales: UnsafePointer<Float> { part(layout.scales, Float.self) }
    private var passages: UnsafePointer<Int64> { part(layout.passages, Int64.self) }
    private var rowKeys: UnsafePointer<Int64> { part(layout.rowKeys, Int64.self) }
    private var sortedPassages: UnsafePointer<Int64> { part(layout.sortedPassages, Int64.self) }
    private var sortedRows: UnsafePointer<UInt32> { part(layout.sortedRows, UInt32.self) }
    private var directory: UnsafePointer<Int64> { part(layout.directory, Int64.self) }

    func key(_ row: Int) -> VectorKey {
        VectorKey(archive: Int(directory[entry(of: row) * 3]), passage: Int(passages[row]), row: Int(rowKeys[row]))
    }

    /// The row of a passage.
    func row(of passage: Int) -> Int? {
        var low = 0
        var high = rows
        while low < high {
            let middle = (low + high) / 2
            if sortedPassages[middle] < passage { low = middle + 1 } else { high = middle }
        }
        guard low < rows, sortedPassages[low] == passage else { return nil }
        let row = Int(sortedRows[low])
        return row < rows && passages[row] == passage ? row : nil
    }

    /// The rows of an archive.
    func rows(of archive: Int) -> Range<Int> {
        var low = 0
        var high = layout.archives
        while low < high {
            let middle = (low + high) / 2
            if directory[middle * 3] < archive { low = middle + 1 } else { high = middle }
        }
        guard low < layout.archives, directory[low * 3] == archive else { return 0..<0 }
        let first = Int(directory[low * 3 + 1])
        return first..<first + Int(directory[low * 3 + 2])
    }

    /// The archive that a row belongs to, as its place in the directory.
    private func entry(of row: Int) -> Int {
        var low = 0
        var high = layout.archives
        while low + 1 < high {
            let middle = (low + high) / 2
            if directory[middle * 3 + 1] <= row { low = middle } else { high = middle }
        }
        return low
    }

    // MARK: Checks

    private static func hasGoodDirectory(_ bytes: UnsafeRawBufferPointer, _ header: VectorFileHeader) -> Bool {
        let layout = header.layout
        guard let start = bytes.baseAddress.map({ $0 + layout.directory }) else { return false }
        guard roost_checksum(start, layout.directoryBytes) == header.directoryChecksum else { return false }
        let directory = start.assumingMemoryBound(to: Int64.self)
        var next: Int64 = 0
        for entry in 0..<layout.archives {
            guard directory[entry * 3 + 1] == next, directory[entry * 3 + 2] > 0,
                directory[entry * 3 + 2] <= Int64(layout.rows)
            else { return false }
            next += directory[entry * 3 + 2]
        }
        return next == Int64(layout.rows)
    }

    /// Reads all of it: whether it is as it was written.
    func isWhole() -> Bool {
        roost_checksum(start + VectorFileLayout.page, layout.size - VectorFileLayout.page) == header.checksum
    }

    // MARK: Memory

    /// The files do not fit into the budget: bits are looked at rather than bytes.
    var isTight: Bool { memory.isTight }

    /// The most bytes that a scan looks at before it tells `looked`.
    var mostAtOnce: Int { memory.mostAtOnce }

    /// Told after so many bytes were looked at: where the files do not fit, pages are given back to the kernel.
    func looked(at bytes: Int) {
        guard memory.isTight else { return }
        let isMuch = resident.withLock { resident in
            resident += bytes
            guard resident >= memory.mostAtOnce else { return false }
            resident = 0
            return true
        }
        if isMuch { madvise(UnsafeMutableRawPointer(mutating: start), layout.size, MADV_DONTNEED) }
    }
}
