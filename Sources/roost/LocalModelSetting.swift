import Domain
import Glibc
import Models
import Platform

extension Setting {
    /// Settings of the model that runs in this process.
    static let localModel: [Setting] = [
        Setting(
            .embedding, "embedding-model", ["ROOST_EMBEDDING_MODEL"], .path, "",
            "The folder of the local embedding model, or none; unset: all-MiniLM-L6-v2 where it is installed"),
        Setting(
            .embedding, "embedding-precision", ["ROOST_EMBEDDING_PRECISION"], .choice(["auto", "bf16", "fp32"]), "auto",
            "How the local model calculates; auto: bf16 where the processor has it, else fp32"),
    ]
}

/// The local embedding model as the operator wants it.
struct LocalModelSettings: Sendable {
    /// The setting's own words: a folder, `none`, or nothing.
    let model: String?
    let precision: WeightPrecision?
    let queryPrefix: String?
    let passagePrefix: String?

    /// The model that is installed with Roost.
    static let builtIn = "all-MiniLM-L6-v2"

    init(_ read: SettingReader) throws {
        model = try read.path("embedding-model")
        precision = try read.choice("embedding-precision").flatMap(WeightPrecision.init(rawValue:))
        // The prefixes belong to the default model, which may be a service's.
        let isDefault = try read.handle("default-embedding").map { try ModelHandle($0).isLocalEmbedding } ?? true
        queryPrefix = isDefault ? Self.prefix(read.text("embedding-query-prefix")) : nil
        passagePrefix = isDefault ? Self.prefix(read.text("embedding-passage-prefix")) : nil
    }

    static func prefix(_ text: String?) -> String? { text == "none" ? "" : text }

    /// The model to open; nil when there is none, or none is wanted.
    /// - Parameter home: `ROOST_HOME`, which may have models, and keeps what cannot be written beside the model.
    func localModel(home: String, executable: String = Self.executable) -> LocalModel? {
        if model?.lowercased() == "none" { return nil }
        let folder =
            model ?? Self.places(home: home, executable: executable).first { FileText.exists($0 + "/config.json") }
        return folder.map {
            LocalModel(
                folder: $0, cache: home + "/models", precision: precision, queryPrefix: queryPrefix,
                passagePrefix: passagePrefix)
        }
    }

    /// Where the built-in model is looked for, the first place first: the user's, the installation's, the build's.
    static func places(home: String, executable: String) -> [String] {
        let folder = executable.split(separator: "/").dropLast()
        func above(_ levels: Int) -> String { "/" + folder.dropLast(levels).joined(separator: "/") }
        return [home + "/models", above(1) + "/share/roost/models", above(1) + "/models", above(2) + "/models"]
            .map { "\($0)/\(builtIn)" }
    }

    /// The path of this program, whatever links it was started by.
    static var executable: String {
        guard let path = realpath("/proc/self/exe", nil) else { return "/" }
        defer { free(path) }
        return String(cString: path)
    }
}
