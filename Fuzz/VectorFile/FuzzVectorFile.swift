import CFuzzer
import CVectorMath
import Glibc

@testable import Storage

/// Any bytes as an index's file: it is refused, or every search in it stays inside of it. The first byte says whether the
/// header and the checksums are made right, so that what is behind them is reached.
@main enum FuzzVectorFile {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = withUnsafeMutablePointer(to: &arguments) { LLVMFuzzerRunDriver(&count, $0, one) }
    }
}

private let one: @Sendable @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32 = { bytes, count in
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    guard let kind = input.first, input.count > 8 else { return 0 }
    let content = kind & 1 == 0 ? Array(input.dropFirst()) : framed(Array(input.dropFirst()))
    write(content)
    let memory = VectorMemory(budget: kind & 2 == 0 ? .max : 0)
    guard let file = VectorFile(path, memory) else { return 0 }
    precondition(file.layout.size == content.count)
    search(file, among: Array(input.suffix(8)).map { Int(Int8(bitPattern: $0)) })
    _ = file.isWhole()
    return 0
}

private let path = "/tmp/roost-fuzz-\(getpid()).index"

private func write(_ content: [UInt8]) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    precondition(file >= 0 && Glibc.write(file, content, content.count) == content.count, "no file to work with")
    close(file)
}

/// A file with one to 16 dimensions and up to 127 rows of what the input has, again and again; its archives are good ones
/// where the fourth byte is even.
private func framed(_ content: [UInt8]) -> [UInt8] {
    let rows = Int(content[1] & 127)
    let archives = min(rows, Int(content[2] & 7) + 1)
    let layout = VectorFileLayout(dimensions: Int(content[0] & 15) + 1, rows: rows, archives: archives)
    var bytes = (0..<layout.size).map { content[$0 % content.count] }
    let directory = layout.directory
    if content[3] & 1 == 0, archives > 0 {
        for entry in 0..<archives {
            let (first, next) = (rows * entry / archives, rows * (entry + 1) / archives)
            for (index, number) in [entry + 1, first, next - first].enumerated() {
                withUnsafeBytes(of: Int64(number).littleEndian) {
                    let place = directory + entry * 24 + index * 8
                    bytes.replaceSubrange(place..<place + 8, with: $0)
                }
            }
        }
    }
    let header = bytes.withUnsafeBytes { raw in
        VectorFileHeader(
            layout, model: 1, modelID: "m", VectorPosition(seq: 1, mark: 1),
            checksum: roost_checksum(raw.baseAddress.map { $0 + VectorFileLayout.page }, raw.count - VectorFileLayout.page),
            directoryChecksum: roost_checksum(raw.baseAddress.map { $0 + directory }, layout.directoryBytes))
    }
    bytes.replaceSubrange(0..<VectorFileLayout.page, with: header.bytes)
    return bytes
}

private func search(_ file: VectorFile, among passages: [Int]) {
    let vector = (0..<file.layout.dimensions).map { Float($0 % 5) - 2 }
    let query = VectorQuery(vector)
    for mostByBytes in [0, 1 << 20] {
        var tuning = VectorTuning()
        tuning.mostByBytes = mostByBytes
        tuning.nearBySigns = 4
        for archives in [nil, [1], [1, 3]] as [[Int]?] {
            let view = VectorView(
                VectorState(file, inode: file.inode, file.header.position, dimensions: vector.count),
                archives: archives.map { Set($0) }, tuning)
            let best = view.best(10, query)
            precondition(best.count <= min(10, file.rows))
            _ = view.best(3, query, among: passages)
        }
    }
    for passage in passages {
        if let row = file.row(of: passage) { precondition(file.key(row).passage == passage) }
        precondition(file.rows(of: passage).upperBound <= file.rows)
    }
}
