import ProgramFormats

/// Why an ONNX model cannot become a program.
public struct LoweringError: Error, Hashable, Sendable {
  /// The call that is at fault, or nothing if it is the model as a whole.
  public var node: String?
  /// The operator of that call, such as `Conv` or `ai.onnx.ml::Scaler`.
  public var operation: String?
  /// One clause that says why.
  public var reason: String
  /// Whether the operator is one that is not known here at all.
  public var isUnknownOperator = false
  /// What the caller can say in ``LoweringOptions`` to help; nothing if nothing helps.
  public var untold: Untold?

  /// What a model does not say of itself.
  public enum Untold: Hashable, Sendable {
    /// The sizes of a picture: ``LoweringOptions/openSizes``.
    case pictureSizes
    /// Which of these results holds the scores: ``LoweringOptions/scores``.
    case scores(among: [String])
    /// What one number for each picture is: ``LoweringOptions/loneScore``.
    case loneScore
  }

  /// Whether the engine refused a call, in words of its own.
  var isOfEngine = false

  /// An error of one call.
  init(node: String, operation: String, reason: String, isUnknownOperator: Bool = false) {
    self.node = node
    self.operation = operation
    self.reason = reason
    self.isUnknownOperator = isUnknownOperator
  }

  /// An error of the whole model.
  init(_ reason: String, untold: Untold? = nil) {
    self.reason = reason
    self.untold = untold
  }
}

extension LoweringError {
  /// Why a model that works as it is written does not work with other batches, in a clause.
  var hindranceToBatches: String {
    guard isOfEngine, let node, let operation else { return description }
    return "node \(node) (\(operation)) fails with batches of another size"
  }
}

extension LoweringError: CustomStringConvertible {
  /// One sentence that names the node and the operator, where there is one; safe to print, whatever
  /// names the file has.
  public var description: String {
    guard let node, let operation else { return reason.safeToPrint }
    return "node \(node) (\(operation)): \(reason)".safeToPrint
  }
}
