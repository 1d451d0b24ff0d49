import CFuzzer
import Domain
import Platform

@testable import Models

/// Any bytes, after a first one that says what they are taken for: a safetensors file, a packed model, a vocabulary and a
/// text. What is read must be inside, and what a reader refuses, it must refuse as `EmbeddingError`.
@main enum FuzzModelFile {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = withUnsafeMutablePointer(to: &arguments) { LLVMFuzzerRunDriver(&count, $0, one) }
    }
}

private let one: @Sendable @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32 = { bytes, count in
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    guard let kind = input.first, input.count > 1 else { return 0 }
    let content = Array(input.dropFirst())
    switch kind % 5 {
    case 0: readSafetensors(content)
    case 1: readModelFile(content)
    case 4: readModelFile(framed(content))
    case 2: readVocabulary(content)
    default: tokenize(content)
    }
    return 0
}

private func readSafetensors(_ content: [UInt8]) {
    do throws(EmbeddingError) {
        let file = try Safetensors(MappedFile(copying: content, named: "input"))
        for name in file.names { _ = try? file.floats(name, shape: [1]) }
    } catch { precondition(error.code == .model) }
}

private func readModelFile(_ content: [UInt8]) {
    do throws(EmbeddingError) {
        let file = try ModelFile(MappedFile(copying: content, named: "input"))
        for name in file.names {
            let section = try file.section(name)
            precondition(section.count <= content.count)
        }
        _ = try? file.verify()
        _ = try? TokenizerRules(file.metadata["tokenizer"] ?? .null)
    } catch { precondition(error.code == .model) }
}

/// The same with a header and checksums that are right, so that what is behind them is reached: the first byte says how
/// many sections the table at the end has.
private func framed(_ content: [UInt8]) -> [UInt8] {
    let wanted = Int(content[0])
    let body = [UInt8](repeating: 0, count: 64) + content.dropFirst()
    var content = body + [UInt8](repeating: 0, count: (64 - body.count % 64) % 64)
    let sections = min(wanted, content.count / 64 - 1)
    let table = content.count - 64 * sections
    func put(_ number: UInt64, at offset: Int) {
        withUnsafeBytes(of: number.littleEndian) { content.replaceSubrange(offset..<(offset + 8), with: $0) }
    }
    content.replaceSubrange(0..<8, with: ModelFileLayout.magic)
    put(UInt64(ModelFileLayout.version) | UInt64(sections) << 32, at: 8)
    put(UInt64(content.count), at: 16)
    put(UInt64(table), at: 24)
    put(content[table...].withUnsafeBytes { ModelFileLayout.hash($0) }, at: 32)
    put(content[..<56].withUnsafeBytes { ModelFileLayout.hash($0) }, at: 56)
    return content
}

/// The first two bytes say how much of the rest is the vocabulary; the text is what follows.
private func readVocabulary(_ content: [UInt8]) {
    guard content.count > 2 else { return }
    let length = min(Int(content[0]) << 8 | Int(content[1]), content.count - 2)
    guard length > 0 else { return }
    let file = MappedFile(copying: Array(content[2..<(2 + length)]), named: "input")
    guard let vocabulary = try? Vocabulary(file.bytes, owner: file) else { return }
    check(WordPieceTokenizer(vocabulary: vocabulary, rules: TokenizerRules()), Array(content[(2 + length)...]))
}

/// The first byte is the rules.
private func tokenize(_ content: [UInt8]) {
    var rules = small.rules
    rules.lowercases = content[0] & 1 != 0
    rules.stripsAccents = content[0] & 2 != 0
    rules.splitsIdeographs = content[0] & 4 != 0
    rules.cleans = content[0] & 8 != 0
    if content[0] & 16 != 0 { rules.longestWord = Int(content[0] >> 5) + 1 }
    check(WordPieceTokenizer(vocabulary: small.vocabulary, rules: rules), Array(content.dropFirst()))
}

private func check(_ tokenizer: WordPieceTokenizer, _ text: [UInt8]) {
    let tokens = text.withUnsafeBufferPointer { tokenizer.tokens(of: $0) }
    precondition(tokens.numbers.count == tokens.breaks.count)
    precondition(tokens.numbers.count <= text.count * 3, "more tokens than letters")
    let windows = TokenWindows(capacity: 7).windows(tokens, from: 0)
    precondition(windows.last?.upperBound == tokens.numbers.count)
    // A valid text means the same, as a string and as bytes.
    guard let string = String(validating: text, as: UTF8.self) else { return }
    precondition(tokenizer.tokens(of: string).numbers == tokens.numbers)
}

private let small: WordPieceTokenizer = {
    let texts = ["[UNK]", "[CLS]", "[SEP]", "a", "##a", "b", "ab", "##b", "é", "ά", "中", "\u{302E}", "\u{302F}", "."]
    let pieces = texts.enumerated().map { (text: Array($0.element.utf8), number: $0.offset) }
    let file = MappedFile(copying: Vocabulary.packed(pieces, prefix: Array("##".utf8)), named: "vocabulary")
    var rules = TokenizerRules()
    rules.added = [TokenizerRules.Added(text: "[SEP]", number: 2), TokenizerRules.Added(text: "[SE", number: 3)]
    guard let vocabulary = try? Vocabulary(file.bytes, owner: file) else { preconditionFailure("no vocabulary") }
    return WordPieceTokenizer(vocabulary: vocabulary, rules: rules)
}()
