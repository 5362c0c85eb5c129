/// Somebody who may use the page.
struct WebUser: Sendable, Hashable {
    /// The name.
    let name: String

    /// What the user may do.
    let role: WebRole

    /// The password as ``PasswordHash`` keeps it; `nil` for users that only the proxy brings.
    let password: PasswordHash?

    /// Whether a name can be one: it stands in the file and in headers.
    static func isName(_ text: String) -> Bool {
        1...64 ~= text.utf8.count
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
                default: "-._@+".utf8.contains(byte)
                }
            }
    }
}
