/// What all pages have in common: the head, and where the style goes.
///
/// Pages are written so that they are sound XML as well as HTML.
enum PageTemplate {
  /// A whole page.
  ///
  /// - Parameters:
  ///   - body: The template of everything inside `body`.
  ///   - loading: What the page may load, as a content security policy.
  static func source(body: String, loading policy: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="color-scheme" content="light dark"/>
    <meta http-equiv="Content-Security-Policy" content="\(policy)"/>
    <title>{{title}}</title>
    <style>
    {{{style}}}
    </style>
    </head>
    <body>
    \(body)
    </body>
    </html>

    """
  }

  /// For pages that hold all of their pictures: nothing may be loaded from anywhere.
  static let selfContained = """
    default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
    form-action 'none'
    """

  /// For pages with picture files beside them.
  static let withFiles = """
    script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'
    """
}
