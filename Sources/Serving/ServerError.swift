/// Why a server does not run, as one sentence.
public enum ServerError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The address cannot be listened at.
  case cannotListen(host: String, port: Int, isTaken: Bool, reason: String)

  /// One sentence for the user.
  public var description: String {
    switch self {
    case .cannotListen(let host, let port, let isTaken, let reason):
      isTaken
        ? "port \(port) of \(host) is taken: choose another, or 0 for any free one"
        : "cannot listen at \(host), port \(port): \(reason)"
    }
  }
}
