package import Domain
import Platform

/// Weights in a safetensors file (https://github.com/huggingface/safetensors, "Format"): eight bytes with the length of
/// a JSON header, the header, the tensors' bytes.
package struct Safetensors: Sendable {
    package let file: MappedFile
    private let tensors: [String: Tensor]

    package struct Tensor: Sendable {
        /// `F32`, `F16`, `BF16`, `I64`, as the file says it.
        package let kind: String
        /// Rows first, as in PyTorch.
        package let shape: [Int]
        /// Where its bytes are in the file; aligned to nothing.
        package let range: Range<Int>
    }

    /// Throws `EmbeddingError(.model)` when the file cannot be read, is cut short or is not of this format.
    package init(path: String) throws(EmbeddingError) {
        try self.init(MappedFile(path: path))
    }

    package init(_ file: MappedFile) throws(EmbeddingError) {
        self.file = file
        guard file.bytes.count >= 8 else { throw Self.damaged(file, "it is cut short") }
        let length = UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self))
        guard length <= UInt64(file.bytes.count - 8), length < 100 << 20 else {
            throw Self.damaged(file, "its header would be \(length) bytes long")
        }
        let start = 8 + Int(length)
        let header: JSONValue
        do throws(JSONError) {
            header = try JSONValue(parsing: Array(file.bytes[8..<start]), maximumValues: 10_000_000)
        } catch { throw Self.damaged(file, "its header is not JSON: \(error.description)") }
        guard let members = header.object?.members else { throw Self.damaged(file, "its header is not an object") }
        var tensors: [String: Tensor] = [:]
        for member in members where member.name != "__metadata__" {
            tensors[Self.usualName(member.name)] = try Self.tensor(member.value, member.name, start, file)
        }
        self.tensors = tensors
    }

    package var names: some Collection<String> { tensors.keys }

    package func contains(_ name: String) -> Bool { tensors[name] != nil }

    /// The values of a tensor, which must have this shape; names are those of a bare `BertModel`.
    /// Throws `EmbeddingError(.model)` when it is not there or is something else.
    package func floats(_ name: String, shape: [Int]) throws(EmbeddingError) -> [Float] {
        guard let tensor = tensors[name] else {
            throw Self.damaged(file, "it has no tensor \(name)")
        }
        guard tensor.shape == shape else {
            throw Self.damaged(file, "\(name) has the shape \(tensor.shape), not \(shape)")
        }
        guard ["F32", "F16", "BF16"].contains(tensor.kind) else {
            throw Self.damaged(file, "\(name) is stored as \(tensor.kind), where F32, F16 or BF16 can be read")
        }
        let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[tensor.range])
        let count = shape.reduce(1, *)
        return [Float](unsafeUninitializedCapacity: count) { floats, initialized in
            // Not for each value: a debug build takes seconds otherwise.
            switch tensor.kind {
            case "F32": UnsafeMutableRawBufferPointer(floats).copyMemory(from: bytes)
            case "BF16":
                for index in 0..<count {
                    let half = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
                    floats[index] = Float(bitPattern: UInt32(half) << 16)
                }
            default:
                for index in 0..<count {
                    let half = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
                    floats[index] = Self.float(half: half)
                }
            }
            initialized = count
        }
    }

    // MARK: Reading the header

    /// What the tensor is called in a bare model: some files put the model's name before it, and the first BERT files
    /// called the two parts of a layer norm gamma and beta.
    private static func usualName(_ name: String) -> String {
        var name = name
        if name.hasPrefix("bert.") { name.removeFirst(5) }
        if name.hasSuffix("LayerNorm.gamma") { name = name.dropLast(5) + "weight" }
        if name.hasSuffix("LayerNorm.beta") { name = name.dropLast(4) + "bias" }
        return name
    }

    private static func tensor(
        _ value: JSONValue, _ name: String, _ start: Int, _ file: MappedFile
    ) throws(EmbeddingError) -> Tensor {
        guard let kind = value["dtype"]?.string, let sizes = value["shape"]?.array, sizes.count <= 8,
            let ends = value["data_offsets"]?.array, ends.count == 2, let from = ends[0].int, let to = ends[1].int
        else { throw damaged(file, "the header's entry \(name) has no kind, shape or place") }
        guard from >= 0, to >= from, to <= file.bytes.count - start else {
            throw damaged(file, "it is cut short: \(name) would end \(to) bytes after the header")
        }
        var shape: [Int] = []
        var count = 1
        for size in sizes {
            guard let size = size.int, size >= 0, count == 0 || size <= Int.max >> 8 / count else {
                throw damaged(file, "the shape of \(name) makes no sense")
            }
            shape.append(size)
            count *= size
        }
        let width: Int? = ["F32": 4, "F16": 2, "BF16": 2][kind]
        if let width, width * count != to - from {
            throw damaged(file, "\(name) has \(to - from) bytes, where its shape needs \(width * count)")
        }
        return Tensor(kind: kind, shape: shape, range: (start + from)..<(start + to))
    }

    private static func damaged(_ file: MappedFile, _ what: String) -> EmbeddingError {
        EmbeddingError(.model, "\(file.path) is no safetensors file that can be used: \(what). Download it again.")
    }

    /// IEEE 754 binary16.
    private static func float(half: UInt16) -> Float {
        let sign = UInt32(half & 0x8000) << 16
        let exponent = UInt32(half >> 10) & 0x1F
        let fraction = UInt32(half & 0x3FF)
        switch exponent {
        case 0: return Float(bitPattern: sign | Float(fraction).bitPattern) * 0x1p-24
        case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
