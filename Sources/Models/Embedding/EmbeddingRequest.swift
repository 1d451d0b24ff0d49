import Domain

/// Texts on their way through the encoder. Texts are taken into tokens when their turn comes, so that a request of any
/// size needs the memory of its vectors only.
struct EmbeddingRequest: Sendable {
    let reply: EmbeddingReply
    private let texts: [String]
    private let prefix: String
    private let tokenizer: WordPieceTokenizer
    private let maximumTokens: Int
    private var next = 0
    /// Windows of texts that have been taken and are not encoded yet.
    private var waiting: [Sequence] = []
    private var vectors: [[Float]] = []
    /// How many windows of a text are not encoded yet, for those that have more than one.
    private var missing: [Int: Int] = [:]

    /// One run of tokens, with those before and after it.
    struct Sequence: Sendable {
        let text: Int
        let numbers: [Int32]
        /// Its part in the vector of its text; 0 for the only window.
        let weight: Float
    }

    init(_ texts: [String], prefix: String, model: PackedModel, reply: EmbeddingReply) {
        self.texts = texts
        self.prefix = prefix
        self.reply = reply
        tokenizer = model.tokenizer
        maximumTokens = model.maximumTokens
        vectors.reserveCapacity(texts.count)
    }

    /// Sequences to encode next: about as many tokens as asked for, at least one sequence while there are any.
    mutating func take(tokens: Int) -> [Sequence] {
        var taken: [Sequence] = []
        var count = 0
        while count < tokens {
            if waiting.isEmpty {
                guard next < texts.count else { break }
                waiting = sequences(of: next).reversed()
                if waiting.count > 1 { missing[next] = waiting.count }
                vectors.append([])
                next += 1
            }
            guard let sequence = waiting.popLast() else { break }
            count += sequence.numbers.count
            taken.append(sequence)
        }
        return taken
    }

    private func sequences(of index: Int) -> [Sequence] {
        let rules = tokenizer.rules
        let room = maximumTokens - 2
        let whole = tokenizer.tokens(of: prefix + texts[index])
        guard whole.numbers.count > room else {
            return [Sequence(text: index, numbers: [rules.start] + whole.numbers + [rules.end], weight: 0)]
        }
        // Each window gets the prefix, unless that is most of it.
        var before = prefix.isEmpty ? [] : tokenizer.tokens(of: prefix).numbers
        if before.count > room / 2 || !whole.numbers.starts(with: before) { before = [] }
        return TokenWindows(capacity: room - before.count).windows(whole, from: before.count).map { window in
            Sequence(
                text: index, numbers: [rules.start] + before + whole.numbers[window] + [rules.end],
                weight: Float(window.count))
        }
    }

    /// Adds the vector of a sequence; the windows of a text are weighted by their length.
    mutating func put(_ vector: [Float], of sequence: Sequence) {
        let text = sequence.text
        guard let left = missing[text] else {
            vectors[text] = vector
            return
        }
        if vectors[text].isEmpty { vectors[text] = [Float](repeating: 0, count: vector.count) }
        for index in vector.indices { vectors[text][index] += sequence.weight * vector[index] }
        missing[text] = left - 1
        guard left == 1 else { return }
        missing[text] = nil
        let length = vectors[text].reduce(0) { $0 + $1 * $1 }.squareRoot()
        // Windows that cancel each other out exactly: the last one stands for all.
        vectors[text] = length > 0 ? vectors[text].map { $0 / length } : vector
    }

    /// Answers when all is there; false as long as something is missing.
    func answerWhenDone() -> Bool {
        guard next == texts.count, waiting.isEmpty else { return false }
        reply.answer(.success(vectors))
        return true
    }
}
