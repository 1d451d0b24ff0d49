import CLinux
import Domain
import Glibc
import Platform

/// What a worker gets beside its standard streams, in order, from descriptor 3 on. Closes them.
struct GivenDescriptors: ~Copyable {
    /// This process's numbers of them.
    private(set) var theirs: [Int32] = []

    deinit { for descriptor in theirs { Glibc.close(descriptor) } }

    /// The number that the worker knows the last one by.
    var last: Int32 { Int32(theirs.count) + 2 }

    /// A pipe that the worker writes and this process reads.
    mutating func addPipe() throws -> PipeEnd {
        let (reading, writing) = try Self.pipe()
        theirs.append(writing)
        return PipeEnd(reading)
    }

    /// Bytes that the worker reads to their end.
    mutating func add(_ bytes: [UInt8]) throws -> Int32 {
        let file = roost_memory_file()
        guard file >= 0 else { throw Self.failure() }
        theirs.append(file)
        guard writeAll(bytes, to: file), lseek(file, 0, SEEK_SET) == 0 else { throw Self.failure() }
        return last
    }

    mutating func addFolder(_ path: String) throws -> Int32 {
        let folder = roost_open_folder(path)
        guard folder >= 0 else {
            throw CodeError(
                .requirements, "The folder of packages \(path) cannot be opened: \(String(cString: strerror(errno))).")
        }
        theirs.append(folder)
        return last
    }

    mutating func close() {
        for descriptor in theirs { Glibc.close(descriptor) }
        theirs = []
    }

    private static func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        guard roost_pipe(&ends) == 0 else { throw failure() }
        return (ends[0], ends[1])
    }

    private static func failure() -> CodeError {
        CodeError(.unavailable, "Code cannot be run now: \(String(cString: strerror(errno))).")
    }
}
