/// Where a row of elements stands in another one, in a time that grows with the sum of their lengths (Knuth, Morris and Pratt
/// 1977): texts that repeat themselves must not hold up the writer, which all agents share.
struct Occurrences<Element: Equatable> {
    private let wanted: [Element]
    /// By the number of elements that matched: how many of them are the beginning of another match.
    private let rest: [Int]

    init(of wanted: [Element]) {
        self.wanted = wanted
        var rest = [Int](repeating: 0, count: wanted.count + 1)
        var length = 0
        for place in wanted.indices.dropFirst() {
            while length > 0, wanted[place] != wanted[length] { length = rest[length] }
            if wanted[place] == wanted[length] { length += 1 }
            rest[place + 1] = length
        }
        self.rest = rest
    }

    /// The places where matches begin; none for an empty row.
    /// - Parameter overlapping: whether a match may begin inside of another one.
    func places(in elements: [Element], overlapping: Bool) -> [Int] {
        if wanted.isEmpty { return [] }
        var places: [Int] = []
        var length = 0
        for (place, element) in elements.enumerated() {
            while length > 0, element != wanted[length] { length = rest[length] }
            if element == wanted[length] { length += 1 }
            guard length == wanted.count else { continue }
            places.append(place + 1 - length)
            length = overlapping ? rest[length] : 0
        }
        return places
    }
}
