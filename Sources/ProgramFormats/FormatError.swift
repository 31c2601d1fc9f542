/// Why a model file cannot be read or written, as one sentence for the person who chose the file.
public struct FormatError: Error, Hashable, Sendable {
  /// What went wrong, for callers that choose an exit code.
  public enum Reason: Hashable, Sendable {
    /// There is no such file, or it may not be opened.
    case missing
    /// The file is damaged or contradicts itself.
    case malformed
    /// The file is sound but holds something that is not supported, or is of another kind.
    case unsupported
    /// The file cannot be written.
    case unwritable
  }

  /// What went wrong.
  public let reason: Reason
  /// One sentence that names the place and, where possible, the remedy.
  public let description: String

  /// An error; names in the sentence may come from the file, so it is made safe to print.
  init(_ reason: Reason, _ sentence: String) {
    self.reason = reason
    description = sentence.safeToPrint
  }

  /// The error for a file that cannot be written, with the reason that the system gives.
  static func unwritable(_ reason: String) -> FormatError {
    FormatError(.unwritable, "the file cannot be written: \(reason)")
  }

  /// The same error with the file's name in front.
  func naming(file: String) -> FormatError { FormatError(reason, "\(file): \(description)") }
}

extension FormatError: CustomStringConvertible {}

extension String {
  /// The text without control characters, which could drive a terminal, and not endlessly long.
  package var safeToPrint: String {
    let longest = 1_000
    let scalars = unicodeScalars.prefix(longest).map { scalar -> Character in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: "\u{FFFD}"
      default: Character(scalar)
      }
    }
    return String(scalars) + (unicodeScalars.count > longest ? "…" : "")
  }
}
