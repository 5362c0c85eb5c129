internal import CryptoExtras
import FoundationEssentials
internal import NIOSSL
internal import SwiftASN1
internal import X509

/// The certificate and key that STARTTLS shows.
public struct ServerCertificate: Sendable {
    let context: NIOSSLContext

    /// A certificate chain and its key, both PEM files.
    public init(certificateFile: String, keyFile: String) throws(SinkError) {
        do {
            try self.init(
                NIOSSLCertificate.fromPEMFile(certificateFile), key: NIOSSLPrivateKey(file: keyFile, format: .pem))
        } catch {
            throw SinkError("\(certificateFile), \(keyFile): no certificate with its key (\(error)): use PEM files")
        }
    }

    private init(_ chain: [NIOSSLCertificate], key: NIOSSLPrivateKey) throws {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        // Old software is what a sink wants to hear; nothing secret passes.
        configuration.minimumTLSVersion = .tlsv1
        context = try NIOSSLContext(configuration: configuration)
    }

    /// A fresh self-signed certificate for `name`, valid for a year. Its key is of RSA, which the oldest clients know.
    public static func selfSigned(name: String) throws(SinkError) -> ServerCertificate {
        do {
            let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
            let subject = try DistinguishedName { CommonName(name) }
            let now = Date()
            let certificate = try Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(key.publicKey),
                notValidBefore: now, notValidAfter: now.addingTimeInterval(365 * 86_400), issuer: subject,
                subject: subject, signatureAlgorithm: .sha256WithRSAEncryption,
                extensions: Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                }, issuerPrivateKey: .init(key))
            var serializer = DER.Serializer()
            try serializer.serialize(certificate)
            return try ServerCertificate(
                [NIOSSLCertificate(bytes: serializer.serializedBytes, format: .der)],
                key: NIOSSLPrivateKey(bytes: Array(key.derRepresentation), format: .der))
        } catch {
            throw SinkError(
                "no certificate for STARTTLS could be made for \(name) (\(error)): use --tls-certificate and --tls-key, "
                    + "or leave STARTTLS out of --offer")
        }
    }
}
