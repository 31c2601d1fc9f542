/// Sections that several pages have.
enum PageSections {
  /// That the page is about a part of the pictures, where it is; wants `progressWarning`.
  static let progress = """
    {{#progressWarning}}
    <p class="notice newlyWrong"><b>Incomplete.</b> {{.}}</p>
    {{/progressWarning}}
    """

  /// Title, verdict, and a few figures; wants `title`, `verdict` and `tiles`, and what ``progress`` wants.
  static let header = """
    <header>
    \(progress)
    <h1>{{title}}</h1>
    <p class="verdict">{{verdict}}</p>
    <dl class="tiles">
    {{#tiles}}
    <div><dt>{{name}}</dt><dd>{{value}}</dd></div>
    {{/tiles}}
    </dl>
    </header>
    """

  /// The command that makes the results again; wants `command`.
  static let reproduction = reproduction(below: "")

  /// The command with all settings below it; wants `command` and `settings`.
  ///
  /// - Parameter caption: what the settings are about.
  static func reproduction(settingsCalled caption: String) -> String {
    reproduction(
      below: """

        <div class="scroll" role="region" aria-label="Settings" tabindex="0">
        <table class="settings">
        <caption><span>\(caption)</span></caption>
        <tbody>
        {{#settings}}
        <tr><th scope="row">{{name}}</th><td>{{value}}</td></tr>
        {{/settings}}
        </tbody>
        </table>
        </div>
        """)
  }

  private static func reproduction(below: String) -> String {
    """
    <section aria-labelledby="reproduction">
    <h2 id="reproduction">How to reproduce</h2>
    <pre tabindex="0"><code>{{command}}</code></pre>\(below)
    </section>
    """
  }
}
