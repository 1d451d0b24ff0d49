/// Finds what somebody probably meant.
package enum NearMatch {
    /// The candidate with the fewest edits from a word, when they are few for its length.
    package static func best(for word: String, among candidates: [String]) -> String? {
        let word = word.lowercased()
        guard word.utf8.count <= 100 else { return nil }
        let ranked = candidates.map { (name: $0, edits: edits(word, $0.lowercased())) }
        guard let best = ranked.min(by: { $0.edits < $1.edits }) else { return nil }
        return best.edits <= max(2, word.count / 3) ? best.name : nil
    }

    /// Levenshtein distance.
    static func edits(_ left: String, _ right: String) -> Int {
        let left = Array(left.unicodeScalars)
        let right = Array(right.unicodeScalars)
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
