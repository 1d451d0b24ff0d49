import Client
import Glibc
import HTTP
import Platform

/// Turns the texts of settings into values; an error names the setting, its source and what it may be.
struct SettingReader {
    let values: SettingValues
    let userHome: String

    func text(_ name: String) -> String? { values[name].texts.last }

    /// - Parameter home: the folder that the default is in.
    func database(home: String) throws -> String {
        let path = try path("database") ?? "HOME/roost.db"
        return path == "HOME/roost.db" ? home + "/roost.db" : path
    }

    func compression() throws -> Compression {
        switch try choice("compression") {
        case "always": .always
        case "never": .never
        default: .remotePeers
        }
    }

    func logLevel() throws -> Log.Level {
        let level = Log.Level(try choice("log-level") ?? "info") ?? .info
        return try toggle("debug") ? .debug : level
    }

    /// Nil: as it fits where the log goes.
    func logsJSON() throws -> Bool? {
        switch try choice("log-format") {
        case "json": true
        case "text": false
        default: nil
        }
    }

    /// Who commands say they are. In a container there is often no variable that tells; the system knows nonetheless.
    func author() -> String {
        [text("author"), ProjectAgent.user].lazy.compactMap { $0 }.first(where: Self.isSendable) ?? "uid-\(getuid())"
    }

    /// Whether a name can stand in a header.
    private static func isSendable(_ name: String) -> Bool {
        !name.isEmpty && name.unicodeScalars.count <= 100
            && name.unicodeScalars.allSatisfy {
                !$0.properties.isWhitespace && $0.properties.generalCategory != .control
            }
    }

    func path(_ name: String) throws -> String? {
        guard let text = text(name) else { return nil }
        if text == "~" { return userHome }
        return text.hasPrefix("~/") ? userHome + text.dropFirst() : text
    }

    func integer(_ name: String) throws -> Int? {
        guard let text = text(name), case .integer(let range)? = setting(name)?.kind else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw wrong(name, text, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// An integer that has a default in the table.
    func number(_ name: String) throws -> Int {
        guard let number = try integer(name) else { throw wrong(name, "", "a number") }
        return number
    }

    /// The setting has a default in the table.
    func seconds(_ name: String) throws -> Double {
        let text = text(name) ?? ""
        guard let number = Double(text), number >= 0, number <= 86_400 else {
            throw wrong(name, text, "a number of seconds from 0 to 86400")
        }
        return number
    }

    /// Bytes; `kB`, `MB` and `GB` are powers of 1024. The setting has a default in the table.
    func size(_ name: String) throws -> Int {
        let text = text(name) ?? ""
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let shift: Int? =
            switch SettingValues.trimmed(text.dropFirst(digits.count)).lowercased() {
            case "", "b": 0
            case "k", "kb", "kib": 10
            case "m", "mb", "mib": 20
            case "g", "gb", "gib": 30
            default: nil
            }
        guard let number = Int(digits), let shift, number > 0, number <= (1 << 40) >> shift else {
            throw wrong(name, text, "a size such as 50MB")
        }
        return number << shift
    }

    func choice(_ name: String) throws -> String? {
        guard let text = text(name)?.lowercased(), case .choice(let choices)? = setting(name)?.kind else { return nil }
        // Levels of other servers' spelling.
        let other = ["warn": "warning", "critical": "error", "trace": "debug"][text] ?? text
        guard choices.contains(other) else { throw wrong(name, text, "one of " + choices.joined(separator: ", ")) }
        return other
    }

    func toggle(_ name: String) throws -> Bool {
        guard let text = text(name) else { return false }
        guard let flag = Bool(word: text) else { throw wrong(name, text.lowercased(), "true or false") }
        return flag
    }

    /// A model handle: `provider/model`.
    func handle(_ name: String) throws -> String? {
        guard let text = text(name) else { return nil }
        guard let slash = text.firstIndex(of: "/"), slash > text.startIndex, text.index(after: slash) < text.endIndex
        else { throw wrong(name, text, "of the form provider/model") }
        return text
    }

    func tls() throws -> TLSFiles? {
        switch (try path("tls-cert"), try path("tls-key")) {
        case (nil, nil): return nil
        case (let certificate?, let key?): return TLSFiles(certificate: certificate, key: key)
        case (_?, nil): throw Failure("tls-cert is set without tls-key: TLS needs both files.")
        case (nil, _?): throw Failure("tls-key is set without tls-cert: TLS needs both files.")
        }
    }

    func hooks() throws -> HookOptions {
        var options = HookOptions()
        options.startBudget = try number("hook-budget")
        options.promptBudget = try number("hook-prompt-budget")
        options.relevance = Double(try number("hook-relevance")) / 100
        for (text, rule) in GuardRule.rules(values["hook-guard"].texts) {
            guard let rule else { throw wrong("hook-guard", text, "Tool or Tool(pattern), such as Bash(sudo *)") }
            options.guardRules.append(rule)
        }
        return options
    }

    /// Where addresses may lead that the operator did not set.
    func outgoing() throws -> AddressPolicy {
        var strange = ""
        guard let hosts = AllowedHosts(values["outgoing-hosts"].texts, wrong: &strange) else {
            throw wrong(
                "outgoing-hosts", strange, "names, addresses or networks, such as intranet.lan:8080, *.lan, 10.0.0.0/8")
        }
        return AddressPolicy(allowing: hosts)
    }

    func password() throws -> String? {
        if let password = text("password") { return password }
        return try path("password-file").map(FileText.readPassword)
    }

    private func setting(_ name: String) -> Setting? { Setting.all.first { $0.name == name } }

    private func wrong(_ name: String, _ text: String, _ allowed: String) -> Failure {
        let source = values[name].source
        let isFlag = if case .flag = source { true } else { false }
        return Failure(
            "\(source.shown) is '\(Table.cut(Table.oneLine(text), to: 60))', but \(name) has to be \(allowed).",
            code: isFlag ? 2 : 1)
    }
}
