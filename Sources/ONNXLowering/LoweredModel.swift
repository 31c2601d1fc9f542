import ProgramFormats
public import ProgramIR

/// An ONNX model as a program of ATen operators, and what was found on the way.
public struct LoweredModel: Sendable {
  /// How the program takes batches.
  public enum Batch: Hashable, Sendable {
    /// Of any size, as the model says.
    case dynamic
    /// Of any size, although the model says this one.
    case recovered(from: Int)
    /// Only of this size; the reason in a clause.
    case fixed(Int, reason: String)
  }

  /// The program; its weights have the names of the model's initialisers.
  public var program: Program
  /// How it takes batches.
  public var batch: Batch
  /// Whether the model's pixels are integers, so that they go from 0 to 255.
  public var takesIntegers: Bool
  /// Whether these integers cannot be 255, because they are of eight bits with a sign.
  public var takesSignedBytes: Bool
  /// Whether a sigmoid of the model's one number for each picture is left out: what it is applied to stands
  /// beside a zero.
  public var leavesOutSigmoid: Bool
  /// Nodes through which no gradient passes, or only a made-up one: their names with the operators.
  public var steps: [Step]

  /// A node that computes a step, such as `Round`.
  public struct Step: Hashable, Sendable {
    /// The node's name.
    public var node: String
    /// Its operator.
    public var operation: String
    /// Whether gradients pass the step anyway.
    public var passing: Passing

    /// When gradients pass a step as if it were not there.
    public enum Passing: Hashable, Sendable {
      /// Never: a threshold, or a tree.
      case never
      /// If ``LoweringOptions/isStraightThrough`` asks for it.
      case ifAsked
      /// Always, inside the range of the numbers: a quantised layer.
      case always
    }
  }
}

extension LoweredModel.Step: CustomStringConvertible {
  /// The node with its operator, safe to print.
  public var description: String { "\(node) (\(operation))".safeToPrint }
}

extension LoweredModel.Batch: CustomStringConvertible {
  /// For people: `any`, or the size with the reason.
  public var description: String {
    switch self {
    case .dynamic: "any"
    case .recovered(let size): "any, although the file says \(size)"
    case .fixed(let size, let reason): "\(size): \(reason)"
    }
  }
}
