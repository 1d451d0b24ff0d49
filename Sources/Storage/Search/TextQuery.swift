/// Turns what somebody typed into the text index's query language. A word of theirs can only ever become a quoted word
/// of ours, so no input is a syntax error or reaches another column.
package enum TextQuery {
    /// The index's query text; nil when nothing in `text` is a word.
    ///
    /// - Parameters:
    ///   - scopes: search only rows with one of these `scope` values (`a12`, `m7`); nil searches all, an empty list none.
    ///     The caller checks the rows' archive or agent in SQL all the same.
    ///   - prefixLast: the last word may be unfinished.
    ///   - requireAll: every word must occur, not only one.
    ///   - limit: the most words that take part; the first ones of a longer text do.
    package static func match(
        _ text: String, scopes: [String]? = nil, prefixLast: Bool = false, requireAll: Bool = false, limit: Int = 32
    ) -> String? {
        let chosen = tellingWords(text, limit: limit)
        guard !chosen.isEmpty else { return nil }
        // The word being typed is the text's last one, unless it was left out.
        let unfinished = prefixLast && text.unicodeScalars.last.map(isWordPart) == true ? words(text).last : nil
        var terms = chosen.map { $0 == unfinished && $0.utf8.count > 1 ? "\"\($0)\" *" : "\"\($0)\"" }
        if terms.count == 1 { terms[0] = "text : \(terms[0])" }
        let wanted =
            terms.count == 1 ? terms[0] : "text : (\(terms.joined(separator: requireAll ? " AND " : " OR ")))"
        guard let scopes else { return wanted }
        let allowed = scopes.filter { !$0.isEmpty && $0.utf8.allSatisfy(isPlain) }
        guard !allowed.isEmpty else { return nil }
        return "scope : (\(allowed.map { "\"\($0)\"" }.joined(separator: " OR "))) AND \(wanted)"
    }

    /// The words of a text as the index cuts them: runs of letters, digits and marks between spaces and signs. The index
    /// itself makes cases and accents equal.
    package static func words(_ text: String) -> [String] {
        var result: [String] = []
        var word = String.UnicodeScalarView()
        var hasLetter = false
        func finish() {
            // A word that is nothing but marks is nothing to the index.
            if hasLetter, word.count <= longestWord { result.append(String(word)) }
            word.removeAll(keepingCapacity: true)
            hasLetter = false
        }
        for scalar in text.unicodeScalars {
            if isWordPart(scalar) {
                word.append(scalar)
                hasLetter = hasLetter || isLetterOrNumber(scalar)
            } else {
                finish()
            }
        }
        finish()
        return result
    }

    /// Longer runs are no words of a language; nobody finds anything by them.
    private static let longestWord = 200

    /// The first distinct words of a text that are no stop words; when all are, the first of all.
    static func tellingWords(_ text: String, limit: Int) -> [String] {
        let all = words(text)
        let telling = all.filter { !StopWords.english.contains($0.lowercased()) }
        var seen = Set<String>()
        var result: [String] = []
        for word in telling.isEmpty ? all : telling
        where result.count < max(1, limit) && seen.insert(word.lowercased()).inserted { result.append(word) }
        return result
    }

    /// Everything but spaces, punctuation, symbols and controls. The index's tokenizer also cuts at some marks and format
    /// characters, others it folds away; a quoted word with one inside is then a phrase of its pieces, so both agree.
    private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return isPlain(UInt8(scalar.value)) }
        switch scalar.properties.generalCategory {
        case .spaceSeparator, .lineSeparator, .paragraphSeparator, .control, .connectorPunctuation, .dashPunctuation,
            .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation, .otherPunctuation, .mathSymbol,
            .currencySymbol, .modifierSymbol, .otherSymbol:
            return false
        default: return true
        }
    }

    /// What makes a word; marks and format characters alone are none.
    private static func isLetterOrNumber(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .privateUse:
            return true
        default: return false
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            return true
        default: return false
        }
    }
}

/// Words too common to tell passages apart.
enum StopWords {
    static let english: Set<String> = Set(list.split(separator: " ").map(String.init))

    /// With the pieces that an apostrophe leaves behind, as in `don't` and `we've`.
    private static let list = """
        a about above after again against ain all am an and any are aren as at be because been before being below \
        between both but by can could couldn d did didn do does doesn doing don down during each few for from further \
        had hadn has hasn have haven having he her here hers herself him himself his how i if in into is isn it its \
        itself just ll m ma me mightn more most mustn my myself needn no nor not now o of off on once only or other \
        our ours ourselves out over own re s same shan she should shouldn so some such t than that the their theirs \
        them themselves then there these they this those through to too under until up ve very was wasn we were weren \
        what when where which while who whom why will with won would wouldn y you your yours yourself yourselves
        """
}
