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
  /// Nodes through which no gradient passes, or only a made-up one: their names with the operators.
  public var steps: [Step]

  /// A node that computes a step, such as `Round`.
  public struct Step: Hashable, Sendable {
    /// The node's name.
    public var node: String
    /// Its operator.
    public var operation: String
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
