import Platform

/// Arguments of a call as the object that some services want them to be sent back as.
enum JSONArguments {
    /// What is no object is put into one, so that the model sees what it has written.
    static func object(_ text: String) -> JSONValue {
        if text.allSatisfy(\.isWhitespace) { return .emptyObject }
        do throws(JSONError) {
            let value = try JSONValue(parsing: text)
            return value.object != nil ? value : ["arguments": value]
        } catch {
            return ["arguments": .string(text)]
        }
    }

    /// The text of arguments that came as text or as an object.
    static func text(_ value: JSONValue?) -> String? {
        switch value {
        case nil, .null: nil
        case .string(let text): text
        case .some(let value): value.text
        }
    }
}
