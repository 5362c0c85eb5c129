import Glibc

/// Where an installed program lies.
public enum Executable {
    private static let directories = [
        "/usr/lib/postfix/sbin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/bin",
    ]

    /// The path of `name` in the standard directories, or nil.
    public static func path(of name: String) -> String? {
        directories.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// The path of `name`; throws an error that names the Debian package to install.
    public static func require(_ name: String, package: String) throws(LabError) -> String {
        if let path = path(of: name) { return path }
        throw LabError(.missingProgram, "\(name) not found", remedy: "apt-get install \(package)")
    }
}
