/// A page that says one thing: a login, a refusal, a fault.
public enum MessagePage {
    private struct Login {
        let token: String
        let to: String
    }

    private struct Message {
        let text: String
        let link: String?
        let linkText: String
    }

    /// The login; `to` is where it leads.
    public static func login(token: String, to: String, in frame: PageFrame) -> String {
        frame.page("Log in", at: nil, body: PageTemplates.filled(.login, with: Login(token: token, to: to)))
    }

    /// A message, with a way on.
    public static func message(
        _ title: String, _ text: String, link: String? = nil, linkText: String = "Go on", in frame: PageFrame
    ) -> String {
        let model = Message(text: Shown.text(text), link: link, linkText: linkText)
        return frame.page(title, at: nil, body: PageTemplates.filled(.message, with: model))
    }
}
