/// Why a program cannot be run, found when it is loaded.
public struct ProgramError: Error, Hashable, Sendable {
  /// The call that is at fault, or nothing if it is the program as a whole.
  public var node: String?
  /// The operator of that call, such as `aten::conv2d`.
  public var operation: String?
  /// One clause that says why.
  public var reason: String

  /// An error of one call.
  public init(node: String, operation: String, reason: String) {
    self.node = node
    self.operation = operation
    self.reason = reason
  }

  /// An error of the whole program.
  public init(_ reason: String) { self.reason = reason }
}

extension ProgramError: CustomStringConvertible {
  /// One sentence that names the node and the operator, where there is one.
  public var description: String {
    guard let node, let operation else { return reason }
    return "node \(node) (\(operation)): \(reason)"
  }
}
