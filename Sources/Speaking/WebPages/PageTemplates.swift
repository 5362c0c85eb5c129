internal import Mustache

/// The templates, read once; a template that cannot be read is a mistake of this program, which the tests find.
enum PageTemplates {
    /// One of them, by its file's name.
    enum Name: String, CaseIterable {
        case layout, login, now, figures, sessions, session, report, settings, lies, message
    }

    private static let all: [Name: MustacheTemplate] = {
        var all: [Name: MustacheTemplate] = [:]
        for name in Name.allCases {
            all[name] = try? MustacheTemplate(string: String(decoding: source(name), as: UTF8.self))
        }
        return all
    }()

    /// Whether every template can be read.
    static var areComplete: Bool { all.count == Name.allCases.count }

    /// Fills in a template. Every value is text and is escaped; only what another template has made goes in as it is.
    static func filled(_ name: Name, with model: Any) -> String { all[name]?.render(model) ?? "" }

    private static func source(_ name: Name) -> [UInt8] {
        switch name {
        case .layout: PackageResources.layout_mustache
        case .login: PackageResources.login_mustache
        case .now: PackageResources.now_mustache
        case .figures: PackageResources.figures_mustache
        case .sessions: PackageResources.sessions_mustache
        case .session: PackageResources.session_mustache
        case .report: PackageResources.report_mustache
        case .settings: PackageResources.settings_mustache
        case .lies: PackageResources.lies_mustache
        case .message: PackageResources.message_mustache
        }
    }
}

/// Files that pages refer to.
public enum PageFiles {
    /// The style sheet.
    public static var style: [UInt8] { PackageResources.argot_css }

    /// The script of *Now*.
    public static var script: [UInt8] { PackageResources.live_js }

    /// The picture in a browser's tab.
    public static var icon: [UInt8] { PackageResources.icon_svg }
}
