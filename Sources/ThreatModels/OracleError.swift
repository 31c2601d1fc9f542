public import TensorModule

/// Why an oracle gives no answer.
public enum OracleError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The engine refused or ran out of memory.
  case engine(EngineError)

  /// One sentence for the user.
  public var description: String {
    switch self {
    case .engine(let error): "\(error)"
    }
  }
}
