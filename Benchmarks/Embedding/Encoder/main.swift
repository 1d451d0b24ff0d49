import Domain
import Glibc
import Models
import Platform

// The encoder without the tokenizer, for Benchmarks/Embedding/compare.py.
//
//     EncoderBenchmark pack MODEL_FOLDER FILE bf16|fp32
//     EncoderBenchmark run MODEL_FOLDER FILE bf16|fp32 INSTRUCTIONS TOKENS REPEAT VECTORS
//
// TOKENS: a file with one sequence a line. Prints the processor seconds of the fastest of REPEAT rounds over all
// sequences, and of one sequence at a time; writes the vectors as fp32.

func processorSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6
}

func bytes(_ path: String) throws -> [UInt8] {
    let file = try MappedFile(path: path)
    return withExtendedLifetime(file) { Array(file.bytes) }
}

func shape(_ folder: String) throws -> BertShape {
    let path = folder + "/config.json"
    return try BertShape(config: JSONValue(parsing: bytes(path)), path: path)
}

func sequences(_ path: String) throws -> [[Int32]] {
    try bytes(path).split(separator: UInt8(ascii: "\n")).map { line in
        line.split(separator: UInt8(ascii: " ")).map { number in
            number.reduce(0) { $0 * 10 + Int32($1 - UInt8(ascii: "0")) }
        }
    }
}

func fastest(_ rounds: Int, _ work: () throws -> Void) rethrows -> Double {
    var least = Double.infinity
    for _ in 0..<rounds {
        let start = processorSeconds()
        try work()
        least = min(least, processorSeconds() - start)
    }
    return least
}

func pack(_ folder: String, _ path: String, _ precision: WeightPrecision) throws {
    var file = try ModelFileWriter(path: path)
    let packing = WeightsPacking(
        try Safetensors(path: folder + "/model.safetensors"), shape: try shape(folder), precision: precision)
    try packing.add(to: &file)
    try file.finish(metadata: .emptyObject)
}

func run(_ arguments: [String], _ precision: WeightPrecision) throws {
    guard let instructions = InstructionSet.allCases.first(where: { "\($0)" == arguments[4] }),
        InstructionSet.available.contains(instructions)
    else {
        print("this processor has \(InstructionSet.available)")
        exit(2)
    }
    let texts = try sequences(arguments[5])
    let start = processorSeconds()
    let weights = try PackedWeights(ModelFile(path: arguments[2]), shape: shape(arguments[1]), precision: precision)
    let encoder = BertEncoder(weights, instructions: instructions)
    _ = try encoder.encode([texts[0]])
    let first = processorSeconds() - start
    let rounds = Int(arguments[6]) ?? 3
    var vectors: [[Float]] = []
    let together = try fastest(rounds) { vectors = try encoder.encode(texts) }
    let single = try fastest(rounds) { for text in texts { _ = try encoder.encode([text]) } }
    let bytes = vectors.joined().flatMap { withUnsafeBytes(of: $0) { Array($0) } }
    let file = fopen(arguments[7], "w")
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
    print("{\"first\": \(first), \"together\": \(together), \"single\": \(single)}")
}

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 4, let precision = WeightPrecision(rawValue: arguments[3]) else {
    print("arguments: see Benchmarks/Embedding/README.md")
    exit(2)
}
if arguments[0] == "pack" {
    try pack(arguments[1], arguments[2], precision)
} else {
    try run(arguments, precision)
}
