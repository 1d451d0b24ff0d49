/// Cuts texts that are longer than the model's longest sequence into windows that overlap a little.
struct TokenWindows: Sendable {
    /// The most tokens of a window.
    let capacity: Int

    /// What two neighbours share, so that what is said across a cut is whole in one of them.
    var overlap: Int { min(32, capacity / 8) }

    /// Windows that together cover all tokens, in order; one, when they fit. A window ends where the most ends
    /// (paragraph, line, sentence, word) in its last quarter.
    func windows(_ text: TokenizedText, from first: Int = 0) -> [Range<Int>] {
        let count = text.numbers.count
        var windows: [Range<Int>] = []
        var start = first
        while count - start > capacity {
            let end = cut(text.breaks, after: start)
            windows.append(start..<end)
            start = resume(text.breaks, before: end, after: start)
        }
        windows.append(start..<count)
        return windows
    }

    private func cut(_ breaks: [TokenizedText.Break], after start: Int) -> Int {
        var best = start + capacity
        for index in stride(from: start + capacity, to: start + capacity * 3 / 4, by: -1)
        where breaks[index] > breaks[best] { best = index }
        return best
    }

    /// Where the next window begins: at the first word of the overlap.
    private func resume(_ breaks: [TokenizedText.Break], before end: Int, after start: Int) -> Int {
        let earliest = max(end - overlap, start + 1)
        return (earliest..<end).first { breaks[$0] >= .word } ?? earliest
    }
}
