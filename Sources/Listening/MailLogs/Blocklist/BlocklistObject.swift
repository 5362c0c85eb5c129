import FoundationEssentials
import SMTP

/// A line of a blocklist that is a JSON object: `{"cidr":"192.0.2.0/24", …}`.
struct BlocklistObject: Decodable {
    private let cidr: String?
    private let ip: String?
    private let network: String?
    private let prefix: String?
    private let address: String?
    private let type: String?

    private enum CodingKeys: String, CodingKey { case cidr, ip, network, prefix, address, type }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys) -> String? { try? fields.decodeIfPresent(String.self, forKey: key) }
        (cidr, ip, network) = (text(.cidr), text(.ip), text(.network))
        (prefix, address, type) = (text(.prefix), text(.address), text(.type))
    }

    static func entry(_ text: Substring) -> BlocklistEntry {
        guard let object = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else {
            return .fault("not a JSON object on one line")
        }
        guard let value = object.cidr ?? object.network ?? object.prefix ?? object.ip ?? object.address else {
            return object.type == "metadata" ? .nothing : .fault("a JSON object without cidr, network or ip")
        }
        guard let networks = BlocklistNetwork.networks(value[...]) else {
            return .fault("\"\(value.prefix(60))\" is not an address and not a network")
        }
        return .networks(networks)
    }
}
