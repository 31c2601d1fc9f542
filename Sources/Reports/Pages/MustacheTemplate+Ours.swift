import Mustache

extension MustacheTemplate {
  /// A template that is part of this module.
  ///
  /// - Precondition: `source` is a valid template.
  init(ofOurs source: String) {
    do {
      try self.init(string: source)
    } catch {
      preconditionFailure("a template of this module does not parse: \(error)")
    }
  }
}
