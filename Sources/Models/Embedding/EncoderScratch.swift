import CVectorMath

/// The memory between the layers of an encoder: one block, made larger when a pass needs more.
struct EncoderScratch: ~Copyable {
    /// The vectors of the tokens, fp32.
    private(set) var rows: UnsafeMutablePointer<Float>
    /// The same as the next layer takes them; `copy` is where they are to be written, nil when `rows` serves.
    private(set) var input: UnsafeMutableRawPointer
    private(set) var copy: UnsafeMutableRawPointer?
    /// Queries, keys and values, fp32; later the feed-forward block's middle, as activations.
    private(set) var wide: UnsafeMutableRawPointer
    /// What attention gives, as activations.
    private(set) var context: UnsafeMutableRawPointer
    /// What is added to the vectors, fp32.
    private(set) var sums: UnsafeMutableRawPointer
    /// What the kernels themselves need.
    private(set) var kernel: UnsafeMutablePointer<Float>

    let activationBytes: Int
    private let shape: BertShape
    private var block: UnsafeMutableRawPointer
    private var tokens = 0
    private var longest = 0

    init(_ shape: BertShape, _ kernels: roost_encoder_kernels) {
        self.shape = shape
        activationBytes = kernels.activations == ROOST_BF16 ? 2 : 4
        block = .allocate(byteCount: 64, alignment: 64)
        rows = block.assumingMemoryBound(to: Float.self)
        (input, wide, context, sums) = (block, block, block, block)
        kernel = rows
    }

    deinit { block.deallocate() }

    /// Makes room for a pass; what was there is lost when there was too little.
    mutating func reserve(tokens: Int, longest: Int) {
        guard tokens > self.tokens || longest > self.longest else { return }
        self.tokens = max(tokens, self.tokens)
        self.longest = max(longest, self.longest)
        let hidden = shape.paddedHidden
        let depth = max(hidden, shape.contextWidth, shape.paddedIntermediate)
        let kernelFloats = max(
            roost_linear_scratch(depth), roost_attention_scratch(self.longest, shape.paddedHeadWidth))
        let sizes = [
            4 * hidden * self.tokens,
            activationBytes == 4 ? 0 : activationBytes * hidden * self.tokens,
            max(12 * shape.contextWidth, activationBytes * shape.paddedIntermediate) * self.tokens,
            activationBytes * shape.contextWidth * self.tokens,
            4 * hidden * self.tokens,
            4 * kernelFloats,
        ]
        var places = [0]
        for size in sizes { places.append((places[places.count - 1] + size + 63) / 64 * 64) }
        block.deallocate()
        block = .allocate(byteCount: places[sizes.count], alignment: 64)
        rows = block.assumingMemoryBound(to: Float.self)
        copy = activationBytes == 4 ? nil : block + places[1]
        input = copy ?? block
        wide = block + places[2]
        context = block + places[3]
        sums = block + places[4]
        kernel = (block + places[5]).assumingMemoryBound(to: Float.self)
    }
}
