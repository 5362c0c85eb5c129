import Envelopes
import SMTP

/// Events as a reader of the session makes them.
extension ClaimObserver {
    /// An observer of a client without a name, of which the name service says nothing.
    init() { self.init(clientName: nil, resolution: .unknown) }

    mutating func helo(_ argument: String) {
        let bytes = Array(argument.utf8)
        take(.helo(HELOShape(form: .fqdn)), bytes.span)
    }

    mutating func header(_ name: [UInt8], _ value: [UInt8]) {
        take(.header(nameLength: name.count), (name + [0] + value).span)
    }
}

extension EnvelopeObserver {
    mutating func mail(_ argument: String) {
        let bytes = Array(argument.utf8)
        take(.mail(MailAddress(argument: bytes)), bytes.span)
    }

    mutating func header(_ name: [UInt8], _ value: [UInt8]) {
        take(.header(nameLength: name.count), (name + [0] + value).span)
    }
}
