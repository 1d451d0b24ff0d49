/// What a word has to do with times and numbers. English.
enum TimeWord {
    case none
    /// `yesterday`, `Friday`, `July`, `2024`.
    case time
    /// `last`, `next`, `this`: with a unit after it, a time.
    case lastOrNext
    case unit
    case number

    /// - Parameter word: folded.
    init(_ word: [UInt8]) {
        guard let first = word.first, (3...9).contains(word.count) else {
            self = .none
            return
        }
        if first &- 0x30 < 10 {
            let isYear =
                word.count == 4 && word.allSatisfy { $0 &- 0x30 < 10 }
                && (word.starts(with: "19".utf8) || word.starts(with: "20".utf8))
            self = isYear ? .time : .none
            return
        }
        guard Self.beginnings[Int(first)] else {
            self = .none
            return
        }
        self = Self.kinds[word] ?? .none
    }

    private static let kinds: [[UInt8]: TimeWord] = {
        var kinds: [[UInt8]: TimeWord] = [:]
        let lists: [(TimeWord, String)] = [
            (
                .time,
                """
                yesterday today tonight tomorrow ago weekend monday tuesday wednesday thursday friday saturday sunday \
                january february march april june july august september october november december recently
                """
            ),
            (.lastOrNext, "last next this"),
            (.unit, "night week month year summer winter spring fall autumn"),
            (
                .number,
                """
                one two three four five six seven eight nine ten dozen hundred thousand twice once couple few several \
                half
                """
            ),
        ]
        for (kind, words) in lists {
            for word in words.split(separator: " ") { kinds[Array(word.utf8)] = kind }
        }
        return kinds
    }()

    private static let beginnings: [Bool] = {
        var beginnings = [Bool](repeating: false, count: 256)
        for word in kinds.keys { beginnings[Int(word[0])] = true }
        return beginnings
    }()
}
