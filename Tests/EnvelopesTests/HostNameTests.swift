import SMTP
import Seeded
import Testing

@testable import Envelopes

@Suite struct HostNameTests {
    @Test(
        arguments: [
            ("pool-192-0-2-1.city.example.net", "example.net"), ("mail.example.co.uk", "example.co.uk"),
            ("example.co.uk", "example.co.uk"), ("Example.NET.", "example.net"), ("a.b.edu.au", "b.edu.au"),
            ("mail.ab.de", "ab.de"), ("localhost", "localhost"), ("", ""),
        ])
    func organisation(name: String, organisation: String) {
        #expect(String(decoding: HostName(name.utf8).organisation, as: UTF8.self) == organisation)
    }

    @Test(
        arguments: [
            ("mail.example.net", HostName.Role.mail), ("webmail2.example.net", .mail),
            ("smtp-out-3.example.net", .mail),
            ("mx1-dsl.example.net", .access), ("ppp12.example.net", .access), ("www.example.net", .server),
            ("fred.example.net", .words), ("17.example.net", .none), ("example.net", .none),
        ])
    func role(name: String, role: HostName.Role) { #expect(HostName(name.utf8).role == role) }

    @Test func everyWayToWriteAnAddressIsFound() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<500 {
            let bits = UInt32.random(in: .min ... .max, using: &generator)
            let octets = [24, 16, 8, 0].map { Int(bits >> $0 & 0xff) }
            let address = ClientAddress(ipv4: bits)
            func padded(_ octet: Int) -> String {
                String(repeating: "0", count: 3 - String(octet).count) + String(octet)
            }
            func hex(_ octet: Int) -> String { (octet < 16 ? "0" : "") + String(octet, radix: 16) }
            let forms = [
                octets.map(padded).joined(), octets.reversed().map(padded).joined(), octets.map(hex).joined(),
                "x" + octets.map(hex).joined() + "-dsl",
            ]
            for form in forms {
                #expect(HostName((form + ".example.net").utf8).addressParts(of: address) == 4, "\(form) \(address)")
            }
            let distinct = Set(octets).count == 4
            for separator in ["-", ".", "x"] where distinct {
                let name = "h" + octets.map(String.init).joined(separator: separator) + ".example.net"
                #expect(HostName(name.utf8).addressParts(of: address) == 4, "\(name)")
            }
        }
    }

    @Test func namesWithoutTheAddressDoNotHaveIt() throws {
        let address = try #require(ClientAddress("192.0.2.77"))
        #expect(HostName("mail.example.net".utf8).addressParts(of: address) == 0)
        #expect(HostName("pool-77.example.net".utf8).addressParts(of: address) == 1)
        #expect(HostName("h1920277.example.net".utf8).addressParts(of: address) == 0)
        let six = try #require(ClientAddress("2001:db8:1:2:3:4:5:6"))
        #expect(HostName("2001-0db8-0001-0002.example.net".utf8).addressParts(of: six) == 4)
        #expect(HostName("2001-0db8-0001-0003.example.net".utf8).addressParts(of: six) == 0)
    }

    @Test func anyBytesAreTakenApart() {
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let name = HostName(bytes)
            #expect(name.organisationStart <= name.bytes.count)
            #expect(name.addressParts(of: ClientAddress(ipv4: 0x7f00_0001)) <= 4)
        }
    }
}
