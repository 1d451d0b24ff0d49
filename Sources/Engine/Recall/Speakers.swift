/// Who says each candidate. A label in a text is a speaker's name only when several texts have it.
struct Speakers {
    /// By candidate: the number of the speaker.
    private(set) var of: [Int?] = []
    /// Their names' words, folded.
    private var list: [[[UInt8]]] = []
    /// How many of the candidates have a speaker: what kind of texts these are.
    private(set) var share: Float = 0
    /// Hashes of the words of all names.
    private(set) var names: Set<UInt64> = []
    private var labels: [String] = []

    /// A label that fewer candidates have is a heading.
    private static let fewest = 3

    init(_ candidates: [RecallCandidate], _ readings: [TextReading]) {
        var numbers: [[[UInt8]]: Int] = [:]
        var counts: [Int] = []
        var isGiven: [Bool] = []
        for (candidate, reading) in zip(candidates, readings) {
            let given = candidate.speaker.map { RecallQuestion.spelled($0).map(\.folded) } ?? []
            let name = given.isEmpty ? reading.label : given
            guard !name.isEmpty else {
                of.append(nil)
                continue
            }
            let number = numbers[name, default: list.count]
            if number == list.count {
                numbers[name] = number
                list.append(name)
                counts.append(0)
                isGiven.append(false)
            }
            counts[number] += 1
            isGiven[number] = isGiven[number] || !given.isEmpty
            of.append(number)
        }
        of = of.map { number in number.flatMap { counts[$0] >= Self.fewest || isGiven[$0] ? $0 : nil } }
        let known = Set(of.compactMap(\.self))
        for number in known { names.formUnion(list[number].map(TextReader.hash)) }
        labels = list.map { $0.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ") }
        share = candidates.isEmpty ? 0 : Float(of.count { $0 != nil }) / Float(candidates.count)
    }

    /// 1 when the question names the speaker of a candidate, first or alone; less when it names others before.
    func match(_ index: Int, _ named: [Int]) -> (Float, String?) {
        guard let number = of[index], let rank = named.firstIndex(of: number) else { return (0, nil) }
        return (rank == 0 ? 1 : 0.4, labels[number])
    }

    /// The speakers that a question names, in its order.
    func named(in question: RecallQuestion) -> [Int] {
        let known = Set(of.compactMap(\.self))
        let places = known.compactMap { number in place(of: list[number], in: question.spelled).map { ($0, number) } }
        return places.sorted { $0 < $1 }.map(\.1)
    }

    /// Where a name's first word stands in a question, with a capital. In a question all in small letters every word
    /// may be a name.
    private func place(of name: [[UInt8]], in words: [RecallQuestion.Spelled]) -> Int? {
        let hasCapitals = words.contains(where: \.isCapitalised)
        return words.firstIndex { $0.folded == name[0] && ($0.isCapitalised || !hasCapitals) }
    }
}
