import Platform

/// Where packages come from, as the operator has set it up for pip and uv.
enum PackageIndex {
    private static let prefixes = ["PIP_", "UV_"]
    private static let names: Set<String> = [
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
    ]
    /// What would have it write elsewhere, or read what is not there.
    private static let left: Set<String> = [
        "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_CACHE_DIR", "PIP_CONFIG_FILE", "PIP_REQUIREMENT",
        "PIP_LOG",
        "UV_CACHE_DIR", "UV_PYTHON", "UV_CONFIG_FILE",
    ]

    /// Of the server's environment.
    static func variables(of environment: [String: String]) -> [(name: String, value: String)] {
        environment.sorted { $0.key < $1.key }.compactMap { name, value in
            guard !left.contains(name), names.contains(name) || prefixes.contains(where: name.hasPrefix) else {
                return nil
            }
            return (name, value)
        }
    }

    /// Files and folders that the installer reads, as (here, in the sandbox).
    static func files(
        of variables: [(name: String, value: String)], home: String
    ) -> [(source: String, place: String)] {
        var files = [(source: String, place: String)]()
        var texts = variables.map(\.value)
        let pip = ["/etc/pip.conf", "/etc/xdg/pip/pip.conf"].map { ($0, $0) }
        let own = ["\(home)/.config/pip/pip.conf", "\(home)/.pip/pip.conf"].map { ($0, "/tmp/.config/pip/pip.conf") }
        let uv = [("/etc/uv/uv.toml", "/etc/uv/uv.toml"), ("\(home)/.config/uv/uv.toml", "/tmp/.config/uv/uv.toml")]
        for (source, place) in pip + own + uv where !files.contains(where: { $0.place == place }) {
            guard let text = FileText.readPlain(source) else { continue }
            files.append((source, place))
            texts.append(String(decoding: text, as: UTF8.self))
        }
        // A folder of wheels, a certificate: paths that they name.
        let words = texts.flatMap { $0.split { " \n\t=,'\"".contains($0) } }.map(String.init)
        for word in words.uniqued where word.hasPrefix("/") && word.count > 1 && FileText.exists(word) {
            files.append((word, word))
        }
        return files
    }
}

extension Bubblewrap {
    /// A place with the network and one folder that can be written.
    /// - Parameters:
    ///   - filter, users, folder: descriptors.
    ///   - files: shown read-only.
    func installerArguments(
        filter: Int32, users: Int32, folder: Int32, files: [(source: String, place: String)]
    ) -> [String] {
        var words = [
            "--unshare-all", "--unshare-user", "--disable-userns", "--uid", "1000", "--gid", "1000",
            "--die-with-parent",
            "--new-session", "--cap-drop", "ALL", "--hostname", "sandbox", "--share-net", "--ro-bind", "/usr", "/usr",
        ]
        for folder in ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"] { words += Self.systemFolder(folder) }
        words += Self.settings(network: true)
        words += ["--ro-bind-data", "\(users)", "/etc/passwd"]
        if hasProc { words += ["--proc", "/proc"] }
        words += ["--dev", "/dev", "--perms", "1777", "--size", "\(256 << 20)", "--tmpfs", Self.home]
        for file in files { words += ["--ro-bind-try", file.source, file.place] }
        words += ["--bind-fd", "\(folder)", Self.packagesFolder, "--remount-ro", "/dev", "--remount-ro", "/"]
        return words + ["--chdir", Self.home, "--seccomp", "\(filter)", "--"]
    }
}
