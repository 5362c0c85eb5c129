import Seeded
import Testing

@testable import SMTP

/// Whose a host name is.
struct OrganisationNameTests {
    @Test(
        "The registered domain of a host",
        arguments: [
            ("mx1.mail.example.net", "example.net"), ("Mail.Example.ORG.", "example.org"),
            ("example.net", "example.net"),
            ("mx.example.co.uk", "example.co.uk"), ("a.mx.Example.CO.UK", "example.co.uk"), ("co.uk", "co.uk"),
            ("example.co.uk", "example.co.uk"), ("mx.example.co.com", "co.com"),
            ("mx.bücher.example", "bücher.example"),
            ("localhost", nil), ("", nil), (".", nil), (".net", nil), ("a..net", nil), ("a.b..", nil),
        ] as [(String, String?)])
    func domains(host: String, domain: String?) {
        #expect(OrganisationName(host: host)?.description == domain)
        #expect(OrganisationName(host: ("x" + host).dropFirst())?.description == domain)
    }

    @Test func fromTheEndOrLabelByLabelItIsTheSame() {
        var generator = SeededGenerator(seed: 11)
        let labels = ["a", "co", "uk", "example", "COM", "x1", "-", "", "Gov", "de", "ne", "jp", "info"]
        for _ in 0..<20_000 {
            var host = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                labels[Int.random(in: 0..<labels.count, using: &generator)]
            }.joined(separator: ".")
            if Bool.random(using: &generator) { host += "." }
            #expect(OrganisationName(host: host)?.description == OrganisationName.domain(byLabelsOf: host), "\(host)")
        }
    }
}
