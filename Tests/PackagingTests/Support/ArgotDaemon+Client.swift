import DaemonLab
import FakeMTA

extension ArgotDaemon {
    /// Whether a mail server is answered now: a client that says HELO and goes.
    func isServing() -> Bool {
        do {
            let session = try FakeMTASession(socket: socket, timeout: .seconds(60))
            _ = try session.connect(ClientPeer(ip: "192.0.2.14"))
            _ = try session.helo("client.example")
            try session.quit()
            return true
        } catch {
            return false
        }
    }
}
