import Testing

@testable import Sink

struct ServerCertificateTests {
    @Test("A certificate is made for any name, a new one each time", arguments: ["mx.example", "", "a/b=c, \"d\" ✉"])
    func selfSigned(name: String) throws {
        _ = try ServerCertificate.selfSigned(name: name)
    }

    @Test("Files that are not there are named")
    func missingFiles() throws {
        let error = try #require(throws: SinkError.self) {
            try ServerCertificate(certificateFile: "/nonexistent/c.pem", keyFile: "/nonexistent/k.pem")
        }
        #expect("\(error)".contains("/nonexistent/c.pem, /nonexistent/k.pem"))
    }
}
