import Foundation

extension Data {
  /// The text that the bytes of an attribute are.
  ///
  /// - Parameter place: what errors call the attribute.
  func text(place: String) throws(FormatError) -> String {
    guard let text = String(validating: self, as: UTF8.self) else {
      throw FormatError(
        .unsupported, "\(place) is no text in UTF-8; export the model without it")
    }
    return text
  }
}
