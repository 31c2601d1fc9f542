/// Why the description of a service cannot be used.
public enum DescriptionError: Error, Hashable, Sendable {
  /// There is no such file.
  case missing(String)
  /// The file says something that makes no sense; where, and what.
  case malformed(String, String)
}

extension DescriptionError: CustomStringConvertible {
  /// One sentence for the user.
  public var description: String {
    switch self {
    case .missing(let path): "\(path): there is no such file"
    case .malformed(let path, let reason): "\(path): \(reason)"
    }
  }
}
