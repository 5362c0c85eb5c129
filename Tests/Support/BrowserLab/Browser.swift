import ClientLab
import Foundation

/// A real Chromium without a window, steered by its WebDriver (W3C WebDriver, https://www.w3.org/TR/webdriver2/) over HTTP.
public final class Browser: Sendable {
    private let process: ChildProcess
    private let lifeline: Lifeline
    private let directory: ScratchDirectory
    private let driver: String
    private let session: String

    /// Where an element is in a page.
    public struct Element: Sendable {
        fileprivate let id: String
    }

    private static let elementKey = "element-6066-11e4-a52e-4f735466cecf"

    /// Starts a browser.
    ///
    /// - Parameters:
    ///   - width: of its window, in pixels.
    ///   - isDark: whether it asks for dark pages.
    ///   - hasScripts: whether pages may run scripts.
    public init(width: Int = 1_280, height: Int = 900, isDark: Bool = false, hasScripts: Bool = true) throws {
        directory = try ScratchDirectory(prefix: "argot-browser")
        let port = try LoopbackPort.free()
        process = try ChildProcess(
            Executable.require("chromedriver", package: "chromium-driver"),
            ["--port=\(port)", "--allowed-ips=127.0.0.1"], output: directory.path + "/driver.out",
            errors: directory.path + "/driver.errors")
        lifeline = try Lifeline(of: process)
        let driver = "http://127.0.0.1:\(port)"
        self.driver = driver
        guard Poll.until(.after(.seconds(60)), { (try? Self.call(driver, "GET", "/status", nil)) != nil }) else {
            throw LabError(.startFailed, "chromedriver does not answer", at: directory.path)
        }
        var arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
            "--user-data-dir=\(directory.path)/profile", "--window-size=\(width),\(height)",
        ]
        if isDark { arguments.append("--blink-settings=preferredColorScheme=0") }
        var options: [String: Any] = [
            "args": arguments, "binary": try Executable.require("chromium", package: "chromium"),
        ]
        if !hasScripts { options["prefs"] = ["profile.managed_default_content_settings.javascript": 2] }
        let answer = try Self.call(
            driver, "POST", "/session",
            ["capabilities": ["alwaysMatch": ["browserName": "chrome", "goog:chromeOptions": options]]])
        guard let session = (answer as? [String: Any])?["sessionId"] as? String else {
            throw LabError(.startFailed, "no session of a browser: \(String(describing: answer))", at: directory.path)
        }
        self.session = session
        _ = try? Self.call(driver, "POST", "/session/\(session)/timeouts", ["pageLoad": 60_000, "implicit": 0])
    }

    deinit { close() }

    /// Ends it.
    public func close() {
        _ = try? Self.call(driver, "DELETE", "/session/\(session)", nil)
        process.stop()
        lifeline.cut()
    }

    /// Gives the window another size, and the page with it: as a phone's, which is narrower than windows may be.
    public func resize(width: Int, height: Int) throws {
        try devTools(
            "Emulation.setDeviceMetricsOverride",
            ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": true])
    }

    /// Asks for dark or light pages.
    public func prefer(dark: Bool) throws {
        try devTools(
            "Emulation.setEmulatedMedia",
            ["features": [["name": "prefers-color-scheme", "value": dark ? "dark" : "light"]]])
    }

    private func devTools(_ command: String, _ parameters: [String: Any]) throws {
        _ = try call("POST", "/goog/cdp/execute", ["cmd": command, "params": parameters])
    }

    /// Opens an address, and waits until it is loaded.
    public func open(_ address: String) throws { _ = try call("POST", "/url", ["url": address]) }

    /// The address that is open.
    public var address: String { get throws { try call("GET", "/url", nil) as? String ?? "" } }

    /// The title.
    public var title: String { get throws { try call("GET", "/title", nil) as? String ?? "" } }

    /// The page as it is now.
    public var source: String { get throws { try call("GET", "/source", nil) as? String ?? "" } }

    /// The text that is seen in the page.
    public var text: String { get throws { try text(of: element("body")) } }

    /// The first element that a selector of CSS matches.
    public func element(_ selector: String) throws -> Element {
        let answer = try call("POST", "/element", ["using": "css selector", "value": selector])
        guard let id = (answer as? [String: Any])?[Self.elementKey] as? String else {
            throw LabError(.invalidArgument, "no element \(selector)")
        }
        return Element(id: id)
    }

    /// How many elements a selector matches.
    public func count(_ selector: String) throws -> Int {
        (try call("POST", "/elements", ["using": "css selector", "value": selector]) as? [Any])?.count ?? 0
    }

    /// What an element says.
    public func text(of element: Element) throws -> String {
        try call("GET", "/element/\(element.id)/text", nil) as? String ?? ""
    }

    /// Clicks an element; waits for the page that follows.
    public func click(_ selector: String) throws {
        _ = try evaluate("window.isOld = true")
        _ = try call("POST", "/element/\(try element(selector).id)/click", [:])
        let script = "return window.isOld !== true && document.readyState === 'complete'"
        let follows = Poll.until(.after(.seconds(20))) { (try? evaluate(script)) as? Bool == true }
        guard follows else { throw LabError(.timedOut, "no page follows a click on \(selector)") }
    }

    /// Types into an element.
    public func type(_ text: String, into selector: String) throws {
        _ = try call("POST", "/element/\(try element(selector).id)/value", ["text": text])
    }

    /// Presses a key, such as `\u{e004}` for the tabulator, wherever the focus is.
    public func press(_ key: String) throws {
        _ = try call(
            "POST", "/actions",
            [
                "actions": [
                    [
                        "type": "key", "id": "keyboard",
                        "actions": [["type": "keyDown", "value": key], ["type": "keyUp", "value": key]],
                    ]
                ]
            ])
    }

    /// What a script returns: for asking the page, where a person would look.
    public func evaluate(_ script: String) throws -> Any? {
        try call("POST", "/execute/sync", ["script": script, "args": [Any]()])
    }

    /// The picture of the window, as PNG.
    public func screenshot() throws -> Data {
        Data(base64Encoded: try call("GET", "/screenshot", nil) as? String ?? "") ?? Data()
    }

    private func call(_ method: String, _ path: String, _ body: [String: Any]?) throws -> Any? {
        try Self.call(driver, method, "/session/\(session)\(path)", body)
    }

    private static func call(_ driver: String, _ method: String, _ path: String, _ body: [String: Any]?) throws -> Any?
    {
        let payload = try body.map { try JSONSerialization.data(withJSONObject: $0) }
        let port = UInt16(driver.split(separator: ":").last ?? "") ?? 0
        let answer = try PlainHTTP.ask(
            .port(port), method, path, fields: [("Content-Type", "application/json")],
            body: payload.map { Array($0) } ?? [],
            host: "127.0.0.1:\(port)")
        let document = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
        guard answer.status == 200 else {
            throw LabError(
                .invalidArgument,
                "\(method) \(path): \(document?["value"] ?? String(decoding: answer.body, as: UTF8.self))")
        }
        let value = document?["value"]
        return value is NSNull ? nil : value
    }
}
