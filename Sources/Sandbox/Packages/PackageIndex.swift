import Glibc
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

    /// What the installer reads: configuration and certificates by their bytes, folders of wheels as they are. The user
    /// that it runs as may not be allowed to where they are.
    struct Files {
        var contents: [(bytes: [UInt8], place: String)] = []
        var folders: [String] = []
    }

    private static let longest = 4 << 20

    static func files(of variables: [(name: String, value: String)], home: String) -> Files {
        var files = Files()
        var texts = variables.map(\.value)
        let pip = ["/etc/pip.conf", "/etc/xdg/pip/pip.conf"].map { ($0, $0) }
        let own = ["\(home)/.config/pip/pip.conf", "\(home)/.pip/pip.conf"].map { ($0, "/tmp/.config/pip/pip.conf") }
        let uv = [("/etc/uv/uv.toml", "/etc/uv/uv.toml"), ("\(home)/.config/uv/uv.toml", "/tmp/.config/uv/uv.toml")]
        for (source, place) in pip + own + uv where !files.contents.contains(where: { $0.place == place }) {
            guard let bytes = FileText.readPlain(source) else { continue }
            files.contents.append((bytes, place))
            texts.append(String(decoding: bytes, as: UTF8.self))
        }
        // A folder of wheels, a certificate: paths that they name.
        let words = texts.flatMap { $0.split { " \n\t=,'\"".contains($0) } }.map(String.init)
        for word in words.uniqued where word.hasPrefix("/") && !isShown(word) && FileText.exists(word) {
            if let bytes = FileText.readPlain(word, limit: longest) {
                files.contents.append((bytes, word))
            } else if word.split(separator: "/").count > 1, isForAll(word) {
                files.folders.append(word)
            }
        }
        return files
    }

    /// Whether any user may enter a folder: the installer is another one where the server is root's.
    private static func isForAll(_ path: String) -> Bool {
        var place = ""
        for part in path.split(separator: "/") {
            place += "/" + part
            guard let mode = FileText.mode(place), mode & 0o001 != 0 || getuid() != 0 else { return false }
        }
        return true
    }

    /// What the sandbox shows in any case.
    private static func isShown(_ path: String) -> Bool {
        ["/usr/", "/etc/ssl/", "/etc/pki/", "/dev", "/proc", "/packages"].contains(where: path.hasPrefix)
    }
}

extension Bubblewrap {
    /// A place with the network and one folder that can be written.
    /// - Parameters:
    ///   - filter, users: descriptors.
    ///   - folder: what can be written.
    ///   - contents: descriptors of files, and where they are shown.
    ///   - folders: shown read-only.
    func installerArguments(
        filter: Int32, users: Int32, folder: String, contents: [(Int32, place: String)], folders: [String]
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
        for (file, place) in contents { words += ["--perms", "0444", "--ro-bind-data", "\(file)", place] }
        for folder in folders { words += ["--ro-bind-try", folder, folder] }
        words += ["--bind", folder, Self.packagesFolder, "--remount-ro", "/dev", "--remount-ro", "/"]
        return words + ["--chdir", Self.home, "--seccomp", "\(filter)", "--"]
    }
}
