import HTTP
import Platform

/// The message in the body of a POST.
enum PostedMessage {
    /// Why there is none.
    struct Refused: Error {
        let response: Response
    }

    static func read(_ request: HTTP.Request) throws(Refused) -> Message {
        if let type = request.headers["content-type"], !isJSON(type) {
            let error = RPCError.invalidRequest("The Content-Type has to be application/json.")
            throw Refused(response: .refusal(error, status: 415))
        }
        let json: JSONValue
        do throws(RPCError) { json = try Message.parse(request.body) } catch {
            throw Refused(response: .refusal(error, status: 400))
        }
        do throws(RPCError) { return try Message(json) } catch {
            throw Refused(response: .refusal(error, Message.id(of: json), status: 400))
        }
    }

    private static func isJSON(_ type: String) -> Bool {
        type.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased() == "application/json"
    }
}
