internal import CTorch

/// Why the engine did not do what it was asked.
public struct EngineError: Error, Hashable, Sendable {
  /// The kind of failure.
  public enum Reason: Hashable, Sendable {
    /// libtorch refused, for instance because shapes do not match.
    case refused
    /// Host or device memory is exhausted.
    case outOfMemory
    /// libtorch knows no operator of this name and overload.
    case unknownOperator
    /// A value does not depend on what it is to be differentiated with respect to, or only through
    /// something that cannot be differentiated.
    case noGradient
    /// An argument does not fit the operator's schema.
    case unsuitableArgument
  }

  /// The kind of failure.
  public var reason: Reason
  /// What was being done, such as `aten::conv2d`.
  public var operation: String
  /// The engine's own words, without its stack trace.
  public var message: String

  /// An error.
  public init(_ reason: Reason, during operation: String, message: String) {
    self.reason = reason
    self.operation = operation
    self.message = message
  }

  /// The same error with the place where it happened put before the operation.
  public func located(at place: String) -> EngineError {
    EngineError(reason, during: "\(place): \(operation)", message: message)
  }
}

extension EngineError: CustomStringConvertible {
  /// One line: what was being done and why it failed.
  public var description: String {
    let firstLine = message.split(separator: "\n").first.map(String.init) ?? message
    return switch reason {
    case .outOfMemory: "out of memory in \(operation): use a smaller batch (\(firstLine))"
    case .noGradient: firstLine
    case .refused, .unknownOperator, .unsuitableArgument: "\(operation): \(firstLine)"
    }
  }
}

/// Turns a status into an error; every call that can fail goes through here.
func check(_ status: ct_status, during operation: @autoclosure () -> String) throws(EngineError) {
  guard status.code != CT_CODE_OK else { return }
  defer { ct_string_free(status.message) }
  let reason: EngineError.Reason =
    switch status.code {
    case CT_CODE_OUT_OF_MEMORY: .outOfMemory
    case CT_CODE_NOT_FOUND: .unknownOperator
    case CT_CODE_ARGUMENT: .unsuitableArgument
    default: .refused
    }
  throw EngineError(
    reason, during: operation(), message: status.message.map { String(cString: $0) } ?? "")
}

/// Runs what can only fail through a bug of ours, such as shapes that do not match.
func trapping<R>(_ body: () throws(EngineError) -> R) -> R {
  do {
    return try body()
  } catch {
    fatalError("\(error)")
  }
}
