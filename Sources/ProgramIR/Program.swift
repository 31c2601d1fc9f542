/// A model as a list of operator calls with named weights: what `torch.export` writes.
///
/// A program is a plain value. It needs no engine; the runtime compiles it.
public struct Program: Sendable {
  /// A value that exists before the first call.
  public struct Input: Hashable, Sendable {
    /// Where the value comes from.
    public enum Source: Hashable, Sendable {
      /// The caller, such as the batch of pictures.
      case user
      /// A trainable weight, by its full name such as `layer1.0.conv1.weight`.
      case parameter(String)
      /// A weight that is not trained, such as a running mean.
      case buffer(String)
      /// A tensor that was a literal in the model's source.
      case constant(String)
    }

    /// The name that calls use.
    public var name: String
    /// Where the value comes from.
    public var source: Source

    /// An input.
    public init(name: String, source: Source) {
      self.name = name
      self.source = source
    }

    /// The full name of the weight, unless the caller provides the value.
    public var weightName: String? {
      switch source {
      case .user: nil
      case .parameter(let name), .buffer(let name), .constant(let name): name
      }
    }
  }

  /// A value that is left after the last call.
  public struct Output: Hashable, Sendable {
    /// What the value is for.
    public enum Purpose: Hashable, Sendable {
      /// It is returned to the caller, such as the logits.
      case result
      /// It is the new value of a buffer, such as a running mean.
      case bufferUpdate(String)
    }

    /// The name of the value.
    public var name: String
    /// What it is for.
    public var purpose: Purpose

    /// An output.
    public init(name: String, purpose: Purpose) {
      self.name = name
      self.purpose = purpose
    }
  }

  /// Values that exist at the start, in the program's own order.
  public var inputs: [Input]
  /// The calls, in the order in which they run.
  public var nodes: [Node]
  /// Values that are left at the end.
  public var outputs: [Output]
  /// Every parameter, buffer and constant by full name.
  public var weights: [String: Weight]
  /// What the exporter knew of each tensor value, inputs included; may lack some.
  public var types: [String: TensorType]
  /// What the exporter knew of each number that calls compute from sizes.
  public var scalars: [String: ScalarType]
  /// What the symbols in expressions may be, such as `s77` from 1 to 64.
  public var symbolRanges: [String: ClosedRange<Int>]
  /// Who wrote the program, such as `torch 2.13.0`; for people.
  public var producer: String

  /// A program from its parts.
  public init(
    inputs: [Input], nodes: [Node], outputs: [Output], weights: [String: Weight],
    types: [String: TensorType] = [:], scalars: [String: ScalarType] = [:],
    symbolRanges: [String: ClosedRange<Int>] = [:], producer: String
  ) {
    self.inputs = inputs
    self.nodes = nodes
    self.outputs = outputs
    self.weights = weights
    self.types = types
    self.scalars = scalars
    self.symbolRanges = symbolRanges
    self.producer = producer
  }
}

extension Program {
  /// The inputs that the caller provides.
  public var userInputs: [Input] { inputs.filter { $0.source == .user } }

  /// The outputs that the caller receives.
  public var results: [Output] { outputs.filter { $0.purpose == .result } }

  /// Full names of the trainable weights, in the program's order, each once.
  public var parameterNames: [String] {
    var seen: Set<String> = []
    return inputs.compactMap { input in
      guard case .parameter(let name) = input.source, seen.insert(name).inserted else { return nil }
      return name
    }
  }
}
