import Domain
import Platform

/// Why a passage was found, in words a person understands.
enum Reasons {
    /// Which of the words occur in a text, in whatever form.
    static func words(_ roots: [WordRoot], in text: String) -> [Bool] {
        var found = [Bool](repeating: false, count: roots.count)
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            for index in 0...bytes.count where index == bytes.count || !WordRoot.isWordPart(bytes[index]) {
                if index > start {
                    let word = UnsafeBufferPointer(rebasing: bytes[start..<index])
                    for (place, root) in roots.enumerated() where !found[place] { found[place] = root.matches(word) }
                }
                start = index + 1
            }
        }
        return found
    }

    /// The filters that a passage passed.
    static func filters(_ filter: PassageFilter, _ passage: Passage) -> [String] {
        var why = passage.tags.filter { filter.tags.contains($0) }.map { "tag: \($0)" }
        why += filter.metadata.map { "metadata: \($0.name)" }
        if !filter.trust.isEmpty, let trust = passage.provenance.trust { why.append("trust: \(trust.rawValue)") }
        if filter.start != nil || filter.end != nil { why.append("date: \(passage.createdAt.iso8601.prefix(10))") }
        return why
    }
}

/// A query's word without its English ending, to see which words of a text it stood for. It only explains; what is
/// found is decided by the text index.
struct WordRoot: Sendable {
    let word: String
    private let root: [UInt8]
    /// How much longer than the query's word its form in a text may be, as `deploy` and `deployments`.
    private static let longestEnding = 5

    init(_ word: String) {
        self.word = word.lowercased()
        root = Self.root(of: self.word.utf8.map(Self.lowered))
    }

    private static func root(of word: [UInt8]) -> [UInt8] {
        var root = word
        for ending in ["ing", "ies", "ed", "es", "ly", "s", "e", "y"] where root.count - ending.utf8.count >= 3 {
            if root.suffix(ending.utf8.count).elementsEqual(ending.utf8) {
                root.removeLast(ending.utf8.count)
                break
            }
        }
        // `running` is a form of `run`.
        if root.count > 3, root.count < word.count, root[root.count - 1] == root[root.count - 2] { root.removeLast() }
        return root
    }

    func matches(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
        guard word.count >= root.count, word.count <= self.word.utf8.count + Self.longestEnding else { return false }
        for index in 0..<root.count where Self.lowered(word[index]) != root[index] { return false }
        return word.count == root.count || root.count >= 3
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    /// Letters, digits, and every byte of a character beyond ASCII.
    static func isWordPart(_ byte: UInt8) -> Bool {
        byte >= 0x80 || lowered(byte) &- 0x61 < 26 || byte &- 0x30 < 10
    }
}
