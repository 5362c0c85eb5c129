import ClientLab
import FakeMTA
import Foundation

/// What `argot lies campaigns --json` lists.
public struct ListedCampaign: Decodable, Hashable, Sendable {
    /// Its name.
    public var campaign: String
    /// Messages, once for each recipient, and those of them to traps, and to recipients that were lied about.
    public var messages, to_traps, to_lied_about: Int
    /// Client networks.
    public var networks: Int
}

extension ArgotDaemon {
    /// The campaigns that are kept, once so many messages are.
    public func campaigns(ofMessages count: Int, within limit: Duration = .seconds(60)) throws -> [ListedCampaign] {
        var listed: [ListedCampaign] = []
        _ = try Poll.until(.after(limit)) {
            let tag = UUID().uuidString
            let child = try ChildProcess(
                FilterProcess.executable("argot"), ["lies", "campaigns", "--json", "--config", configurationFile],
                output: path("out-\(tag)"), errors: path("err-\(tag)"))
            guard child.wait(until: .after(.seconds(60))) == .exited(0) else { return false }
            listed = try JSONDecoder().decode([ListedCampaign].self, from: Data(contents(of: "out-\(tag)").utf8))
            return listed.reduce(0) { $0 + $1.messages } >= count
        }
        return listed
    }
}
