import Platform

/// What setup writes into `settings.json`, and takes out of it again.
struct SettingsChange: Sendable {
    let plan: SetupOptions

    /// Gives the settings everything they need. Settings that have it stay as they are.
    /// - Throws: `SetupError` for what setup must not touch, `JSONError`.
    func install(_ edit: inout JSONEdit, _ notes: inout [String]) throws {
        try requireShapes(edit)
        try takeOutDeadMatchers(&edit, &notes)
        try correctVariables(&edit, &notes)
        if plan.usesPlugin {
            try Self.removeHooks(&edit)
            try takeOutPredecessors(&edit)
            try edit.set(["extraKnownMarketplaces", RoostTool.server], plan.marketplace)
            try edit.set(["enabledPlugins", Self.plugin], true)
        } else {
            try Self.removePlugin(&edit)
            for event in HookEntries.events { try installHook(event, &edit) }
            try takeOutPredecessors(&edit)
        }
        try allow(&edit)
    }

    /// What is not what Claude Code would read is somebody's mistake, and not ours to write over.
    private func requireShapes(_ edit: JSONEdit) throws {
        let objects = [["hooks"], ["env"], ["permissions"], ["enabledPlugins"], ["extraKnownMarketplaces"]]
        let lists = [["permissions", "allow"]] + HookEntries.events.map { ["hooks", $0.rawValue] }
        for path in objects where edit.value(path).map({ $0.object == nil }) == true {
            throw SetupError("\(path[0]) in \(plan.settings) is not an object. Correct it; nothing was changed.")
        }
        for path in lists where edit.value(path).map({ $0.array == nil }) == true {
            throw SetupError(
                "\(path.joined(separator: ".")) in \(plan.settings) is not a list. Correct it; nothing was changed.")
        }
    }

    private func allow(_ edit: inout JSONEdit) throws {
        let path = ["permissions", "allow"]
        guard let list = edit.value(path)?.array else {
            return try edit.set(path, .array(plan.permissions.map { .string($0) }))
        }
        for name in plan.permissions where !list.contains(.string(name)) { try edit.append(path, .string(name)) }
    }

    /// Takes our own parts out, and what is empty then.
    /// - Parameter server: the address that setup wrote into them.
    static func remove(_ edit: inout JSONEdit, server: String?) throws {
        try removeHooks(&edit)
        try removePlugin(&edit)
        try edit.pruning([["permissions", "allow"], ["permissions"]]) { edit in
            while let list = edit.tree.node(["permissions", "allow"]),
                let index = edit.tree.elements(of: list).firstIndex(where: { node in
                    edit.tree.value(of: node)?.string.map(RoostTool.isOurs) == true
                })
            { try edit.remove(element: index, of: list) }
        }
        if let server, edit.value(["env", "LETTA_BASE_URL"]) == .string(server) {
            try edit.pruning([["env"]]) { try $0.remove(["env", "LETTA_BASE_URL"]) }
        }
    }

    static let plugin = "roost@roost"

    // MARK: Hooks

    private func installHook(_ event: HookEvent, _ edit: inout JSONEdit) throws {
        let entries = HookEntries(command: plan.command)
        let path = ["hooks", event.rawValue]
        // Ours, else a predecessor's, whose place it takes.
        for isKnown in [HookEntries.isOurs, HookEntries.isPredecessor] {
            guard let place = Self.places(path, edit, where: isKnown).first else { continue }
            let group = edit.tree.elements(of: edit.tree.node(path))[place.group]
            let node = edit.tree.elements(of: edit.tree.member("hooks", of: group)?.value)[place.entry]
            try Self.refuseSecret(node, edit)
            let matcher = edit.tree.string("matcher", of: group).flatMap { $0.isEmpty || $0 == "*" ? nil : $0 }
            let isAlone = edit.tree.elements(of: edit.tree.member("hooks", of: group)?.value).count == 1
            if matcher != HookEntries.matcher(event) {
                // Others in the group keep their matcher; the predecessor's hook is taken out of it below.
                guard isAlone else { continue }
                return try edit.replace(group, with: entries.group(event))
            }
            return try edit.replace(node, with: entries.entry(event))
        }
        try edit.append(path, entries.group(event))
    }

    private func takeOutPredecessors(_ edit: inout JSONEdit) throws {
        for member in edit.tree.members(of: edit.tree.node(["hooks"])) {
            for place in Self.places(["hooks", member.name], edit, where: HookEntries.isPredecessor) {
                let group = edit.tree.elements(of: edit.tree.node(["hooks", member.name]))[place.group]
                try Self.refuseSecret(
                    edit.tree.elements(of: edit.tree.member("hooks", of: group)?.value)[place.entry], edit)
            }
            try Self.removeHooks(["hooks", member.name], &edit, where: HookEntries.isPredecessor)
        }
    }

    /// What is taken out is kept for the way back, and a password must not be.
    private static func refuseSecret(_ node: JSONTree.Node, _ edit: JSONEdit) throws {
        guard let entry = edit.tree.value(of: node), SecretName.isIn(HookEntries.words(entry)) else { return }
        throw SetupError(
            "The hook in line \(edit.tree.line(of: node)) holds a password or key in its command. Move it to the "
                + "environment (export LETTA_PASSWORD=…), then run setup again.")
    }

    private static func removeHooks(_ edit: inout JSONEdit) throws {
        for member in edit.tree.members(of: edit.tree.node(["hooks"])) {
            try removeHooks(["hooks", member.name], &edit, where: HookEntries.isOurs)
        }
    }

    /// Removes entries of an event, the groups that are empty then, and the event when no group is left.
    private static func removeHooks(
        _ path: [String], _ edit: inout JSONEdit, where isMeant: (JSONValue) -> Bool
    ) throws {
        try edit.pruning([path, ["hooks"]]) { edit in
            while let place = places(path, edit, where: isMeant).first, let list = edit.tree.node(path) {
                let group = edit.tree.elements(of: list)[place.group]
                guard let hooks = edit.tree.member("hooks", of: group)?.value else { return }
                if edit.tree.elements(of: hooks).count == 1 {
                    try edit.remove(element: place.group, of: list)
                } else {
                    try edit.remove(element: place.entry, of: hooks)
                }
            }
        }
    }

    private struct Place {
        let group: Int
        let entry: Int
    }

    private static func places(
        _ path: [String], _ edit: JSONEdit, where isMeant: (JSONValue) -> Bool
    ) -> [Place] {
        var places: [Place] = []
        for (group, node) in edit.tree.elements(of: edit.tree.node(path)).enumerated() {
            for (entry, hook) in edit.tree.elements(of: edit.tree.member("hooks", of: node)?.value).enumerated() {
                if let value = edit.tree.value(of: hook), isMeant(value) {
                    places.append(Place(group: group, entry: entry))
                }
            }
        }
        return places
    }

    // MARK: What does nothing

    private func takeOutDeadMatchers(_ edit: inout JSONEdit, _ notes: inout [String]) throws {
        for member in edit.tree.members(of: edit.tree.node(["hooks"])) {
            try edit.pruning([["hooks", member.name], ["hooks"]]) { edit in
                try Self.takeOutDeadMatchers(of: member.name, &edit, &notes)
            }
        }
    }

    private static func takeOutDeadMatchers(of event: String, _ edit: inout JSONEdit, _ notes: inout [String]) throws {
        var index = 0
        while let list = edit.tree.node(["hooks", event]), index < edit.tree.elements(of: list).count {
            let group = edit.tree.elements(of: list)[index]
            index += 1
            guard let node = edit.tree.member("matcher", of: group)?.value, let text = edit.tree.value(of: node)?.string
            else { continue }
            let matcher = HookMatcher(text)
            guard !matcher.withArguments.isEmpty || !matcher.ofNoTool.isEmpty else { continue }
            if let living = matcher.living {
                try edit.replace(node, with: .string(living))
                continue
            }
            let hooks = edit.tree.elements(of: edit.tree.member("hooks", of: group)?.value)
            for hook in hooks { try refuseSecret(hook, edit) }
            notes.append(
                "The \(event) hook with the matcher \(text) never ran: a matcher is compared with the tool's name alone. "
                    + "It is taken out; what it was meant to forbid belongs in permissions.deny.")
            index -= 1
            try edit.remove(element: index, of: list)
        }
    }

    // MARK: Environment

    private func correctVariables(_ edit: inout JSONEdit, _ notes: inout [String]) throws {
        for (name, value) in edit.value(["env"])?.object?.members.map({ ($0.name, $0.value) }) ?? [] {
            guard name.hasPrefix("LETTA_") || name.hasPrefix("ROOST_"), let text = value.string else { continue }
            if text.hasPrefix("${"), text.hasSuffix("}") {
                notes.append(
                    "env.\(name) was the text \(text): settings are not expanded, so it hid the variable of your shell. It is "
                        + "taken out; export \(name) instead.")
            } else if name == "LETTA_AGENT_ID", text.hasPrefix("agent-xx") {
                notes.append(
                    "env.LETTA_AGENT_ID was not filled in. It is taken out: the project's agent is found without it.")
            } else {
                continue
            }
            try edit.pruning([["env"]]) { try $0.remove(["env", name]) }
        }
        if let server = plan.server {
            let present = edit.value(["env", "LETTA_BASE_URL"])?.string
            if present.map({ ServerAddress.same($0, server) }) != true {
                guard !SecretName.isIn(present ?? "") else {
                    throw SetupError(
                        "env.LETTA_BASE_URL in \(plan.settings) holds a password. Take it out of the address and export "
                            + "LETTA_PASSWORD; then run setup again.")
                }
                try edit.set(["env", "LETTA_BASE_URL"], .string(server))
            }
        } else if edit.value(["env", "LETTA_API_KEY"]) != nil, edit.value(["env", "LETTA_BASE_URL"]) == nil {
            notes.append(
                "With LETTA_API_KEY alone the SDK talks to the hosted service; LETTA_BASE_URL now stands beside it.")
            try edit.set(["env", "LETTA_BASE_URL"], "http://localhost:8283")
        }
    }

    // MARK: The plugin

    private static func removePlugin(_ edit: inout JSONEdit) throws {
        for path in [["enabledPlugins", plugin], ["extraKnownMarketplaces", RoostTool.server]]
        where edit.value(path) != nil {
            try edit.pruning([[path[0]]]) { try $0.remove(path) }
        }
    }
}

extension JSONEdit {
    /// Changes something, and takes objects and lists away that have become empty by it.
    mutating func pruning(_ paths: [[String]], _ body: (inout JSONEdit) throws -> Void) throws {
        let before = paths.map { value($0) }
        try body(&self)
        for (path, old) in zip(paths, before) where value(path) != old {
            if let value = value(path), value == .emptyObject || value == .array([]) { try remove(path) }
        }
    }
}
