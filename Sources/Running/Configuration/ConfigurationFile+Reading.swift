import FoundationEssentials

extension ConfigurationFile {
    /// Reads and takes apart the file at `path`.
    init(reading path: String) throws(ConfigurationError) {
        self.init(name: path, bytes: try Self.bytes(of: path))
    }

    /// Whether there is nothing at `path`. What cannot be looked at, or is a link to nothing, is not absent.
    static func isAbsent(_ path: String) -> Bool {
        do {
            _ = try FileManager.default.attributesOfItem(atPath: path)
            return false
        } catch {
            return isMissing(error)
        }
    }

    /// The paths of the files in `directory` whose names end in `.conf` and do not start with a dot, in the order of
    /// their names' bytes.
    static func dropIns(in directory: String) throws(ConfigurationError) -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw unreadable(directory, error)
        }
        let shown = names.filter { $0.hasSuffix(".conf") && !$0.hasPrefix(".") }
        return shown.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { "\(directory)/\($0)" }
    }

    private static func bytes(of path: String) throws(ConfigurationError) -> [UInt8] {
        do {
            let target = URL(filePath: path).resolvingSymlinksInPath().path
            if target == "/dev/null" { return [] }
            let attributes = try FileManager.default.attributesOfItem(atPath: target)
            guard attributes[.type] as? FileAttributeType == .typeRegular else {
                throw ConfigurationError(
                    .unreadableFile, at: .file(path, line: 0), problem: "it is not a regular file",
                    remedy: "name a text file")
            }
            try checkLength(attributes[.size] as? UInt ?? 0, of: path)
            let data = try Data(contentsOf: URL(filePath: path))
            try checkLength(UInt(data.count), of: path)
            return Array(data)
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw unreadable(path, error)
        }
    }

    private static func checkLength(_ length: UInt, of path: String) throws(ConfigurationError) {
        guard length <= maximumLength else {
            throw ConfigurationError(
                .fileTooLarge, at: .file(path, line: 0), problem: "the file has \(length) bytes",
                remedy: "use at most \(maximumLength), or check that it is the configuration")
        }
    }

    private static func isMissing(_ error: any Error) -> Bool {
        let code = (error as? CocoaError)?.code
        return code == .fileReadNoSuchFile || code == .fileNoSuchFile
    }

    private static func unreadable(_ path: String, _ error: any Error) -> ConfigurationError {
        let (problem, remedy) =
            if isMissing(error) {
                ("it does not exist", "create it, or name another one")
            } else if (error as? CocoaError)?.code == .fileReadNoPermission {
                ("permission denied", "let the daemon's user read it")
            } else {
                ("it cannot be read", "check its type and permissions")
            }
        return ConfigurationError(.unreadableFile, at: .file(path, line: 0), problem: problem, remedy: remedy)
    }
}
