import Platform

/// Reads the settings of one call: the environment, the files that the flags name, the flags.
extension Settings {
    /// Options that name files of settings.
    static let fileOptions = [
        Option("config", "FILE", "Read settings from FILE: lines of name = value"),
        Option("env-file", "FILE", "Read variables from FILE, such as a .env file"),
    ]

    /// Throws `Failure` for a file that cannot be read and for a setting that is wrong.
    static func read(_ call: Invocation) throws -> Settings {
        try read(flags: call.options, environment: call.surroundings.environment)
    }

    static func read(flags: [String: [String]], environment: [String: String]) throws -> Settings {
        let configurationFile = flags["config"]?.last ?? environment["ROOST_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        var variables: [String: String] = [:]
        if let path = flags["env-file"]?.last {
            for (name, value) in try KeyValueFile.parse(FileText.readText(path), path: path) { variables[name] = value }
        }
        var configuration: [(String, String)] = []
        if let path = configurationFile {
            configuration = try KeyValueFile.parse(FileText.readText(path), path: path)
        }
        let values = try SettingValues(
            flags: flags, environment: environment, environmentFile: variables, configuration: configuration)
        return try Settings(values, userHome: userHome(environment))
    }

    private static func userHome(_ environment: [String: String]) -> String {
        environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "/var/lib/roost"
    }

    /// The text of a setting as it is used: paths in full, secrets masked. Nil when it is unset.
    func shown(_ setting: Setting) -> String? {
        let texts = values[setting.name].texts
        if texts.isEmpty { return nil }
        if setting.isSecret { return "********" }
        switch setting.name {
        case "home": return home
        case "database": return database
        default: return texts.joined(separator: ",")
        }
    }

    /// The settings as a configuration file with the source of each value; secrets are masked.
    func configurationText(sections: [Setting.Section]) -> String {
        var text = ""
        for section in sections {
            text += "# \(section.rawValue)\n"
            for setting in Setting.all where setting.section == section {
                let value = values[setting.name]
                let isUnset = value.texts.isEmpty
                let shown = shown(setting) ?? ""
                let line = "\(setting.name) = \(shown.contains(" #") ? "\"\(shown)\"" : shown)"
                text += (isUnset || setting.isSecret ? "# " : "") + line + (isUnset ? "(unset)" : "")
                text += value.source == .fallback ? "\n" : "   # from \(value.source.shown)\n"
            }
            text += "\n"
        }
        return text
    }
}
