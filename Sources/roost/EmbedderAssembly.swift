import Engine

extension Assembly {
    /// The embedding models that the settings allow; each is loaded when it is first needed.
    static func embedders(_ settings: Settings) -> Embedders { .none }
}
