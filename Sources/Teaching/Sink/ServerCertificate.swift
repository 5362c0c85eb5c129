import FoundationEssentials
import Glibc
internal import NIOSSL

/// The certificate and key that STARTTLS shows.
public struct ServerCertificate: Sendable {
    let context: NIOSSLContext

    /// A certificate chain and its key, both PEM files.
    public init(certificateFile: String, keyFile: String) throws(SinkError) {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificateFile)
            let key = try NIOSSLPrivateKey(file: keyFile, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            // Old software is what a sink wants to hear; nothing secret passes.
            configuration.minimumTLSVersion = .tlsv1
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw SinkError("\(certificateFile), \(keyFile): no certificate with its key (\(error)): use PEM files")
        }
    }

    /// A fresh self-signed certificate for `name`, made by the `openssl` program.
    public static func selfSigned(name: String) throws(SinkError) -> ServerCertificate {
        let directory = FileManager.default.temporaryDirectory.appending(path: "argot-sink-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        } catch {
            throw SinkError("\(directory.path): cannot be made (\(error)): set TMPDIR to a directory you may write")
        }
        defer { try? FileManager.default.removeItem(at: directory) }
        let certificate = directory.appending(path: "certificate.pem").path
        let key = directory.appending(path: "key.pem").path
        let status = run(
            "openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "365", "-subj", "/CN=\(name)", "-keyout", key,
                "-out", certificate,
            ])
        guard status == 0 else {
            throw SinkError(
                "openssl made no certificate for STARTTLS (status \(status)): install openssl, or use "
                    + "--tls-certificate and --tls-key, or leave STARTTLS out of --offer")
        }
        return try ServerCertificate(certificateFile: certificate, keyFile: key)
    }

    /// Runs a program found in PATH without input and output; its exit status, or 127 when it cannot be started.
    private static func run(_ program: String, _ arguments: [String]) -> Int32 {
        // posix_spawn takes C strings and a file description of its own: a C boundary without a safe form.
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var words: [UnsafeMutablePointer<CChar>?] = unsafe ([program] + arguments).map { unsafe strdup($0) }
        unsafe words.append(nil)
        defer { unsafe words.forEach { unsafe free($0) } }
        var child = pid_t()
        guard unsafe posix_spawnp(&child, program, &actions, nil, words, environ) == 0 else { return 127 }
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) == -1 { guard errno == EINTR else { return 127 } }
        // The exit status is the second byte; the first is the signal, if one ended it.
        return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f)
    }
}
