/// Builds a program layer by layer: values go in, values come out.
///
/// Layers have the names that PyTorch's modules would have, such as `layer1.0.conv1`, and the result
/// is what `torch.export` would write of them in evaluation mode, for batches of any size. Weights are
/// drawn at the end, so that a network can be counted without them. It needs no engine.
///
/// ```swift
/// var builder = ProgramBuilder()
/// let x = builder.pictures(channels: 1, height: 28, width: 28)
/// let hidden = builder.relu(builder.linear(builder.flatten(x), to: 200, named: "fc1"))
/// let logits = builder.linear(hidden, to: 10, named: "fc2")
/// let program = builder.program(returning: logits, using: &generator)
/// ```
public struct ProgramBuilder {
  /// A tensor of the program.
  public struct Value: Hashable, Sendable {
    /// The name that calls use.
    public let name: String
    /// The sizes of one sample: all but the first, which is the batch.
    public let sizes: [Int]
  }

  /// A weight that is to come.
  private struct Declaration {
    let name: String
    let sizes: [Int]
    let isTrained: Bool
    /// Nothing for the count of batches, an integer that starts at 0.
    let initialization: Initialization?

    var valueName: String {
      (isTrained ? "p_" : "b_") + name.map { $0 == "." ? "_" : String($0) }.joined()
    }
  }

  private var declarations: [Declaration] = []
  private var weightNames: Set<String> = []
  private var users: [Program.Input] = []
  private var nodes: [Node] = []
  private var types: [String: TensorType] = [:]
  private var counts: [String: Int] = [:]

  /// Nothing yet.
  public init() {}

  /// How many numbers are trained.
  public var parameterCount: Int {
    declarations.filter(\.isTrained).map { $0.sizes.reduce(1, *) }.reduce(0, +)
  }

  /// The batch of pictures that the caller provides, [N, C, H, W].
  public mutating func pictures(channels: Int, height: Int, width: Int) -> Value {
    let value = Value(name: newName("x"), sizes: [channels, height, width])
    users.append(Program.Input(name: value.name, source: .user))
    types[value.name] = type(of: value)
    return value
  }

  /// The program.
  ///
  /// - Parameters:
  ///   - result: what it returns, such as the logits.
  ///   - generator: where the weights come from, in the order of their layers. Generators that give the
  ///     same numbers give the same weights.
  public func program(
    returning result: Value, using generator: inout some RandomNumberGenerator
  ) -> Program {
    var weights: [String: Weight] = [:]
    for declaration in declarations {
      weights[declaration.name] =
        declaration.initialization.map { initialization in
          let count = declaration.sizes.reduce(1, *)
          return Weight(
            float32: initialization.elements(count, using: &generator), sizes: declaration.sizes)
        } ?? .zero
    }
    // PyTorch's order: parameters, buffers, what the caller provides.
    let trained = declarations.filter(\.isTrained)
      .map { Program.Input(name: $0.valueName, source: .parameter($0.name)) }
    let buffers = declarations.filter { !$0.isTrained }
      .map { Program.Input(name: $0.valueName, source: .buffer($0.name)) }
    return Program(
      inputs: trained + buffers + users, nodes: nodes,
      outputs: [Program.Output(name: result.name, purpose: .result)], weights: weights,
      types: types, symbolRanges: ["batch": 1...Int.max], producer: "Adversary")
  }
}

extension ProgramBuilder {
  /// Appends a call of an operator of ATen that returns one tensor.
  ///
  /// - Parameters:
  ///   - operation: what is called.
  ///   - arguments: what it is given, by the names of its schema.
  ///   - sizes: the sizes of one sample of the result.
  public mutating func call(
    _ operation: OperatorName, _ arguments: [Node.NamedArgument], sizes: [Int]
  ) -> Value {
    precondition(sizes.allSatisfy { $0 > 0 }, "\(operation) leaves nothing: \(sizes)")
    let value = Value(name: newName(operation.name), sizes: sizes)
    nodes.append(
      Node(
        name: value.name, operation: operation, arguments: arguments,
        outputs: [.tensor(value.name)]))
    types[value.name] = type(of: value)
    return value
  }

  /// A weight that is trained; the argument that reads it.
  public mutating func parameter(
    _ name: String, sizes: [Int], from initialization: Initialization
  ) -> Node.Argument {
    declare(name, sizes: sizes, isTrained: true, from: initialization)
  }

  /// A weight that is not trained; the argument that reads it.
  public mutating func buffer(
    _ name: String, sizes: [Int], from initialization: Initialization
  ) -> Node.Argument {
    declare(name, sizes: sizes, isTrained: false, from: initialization)
  }

  /// The count of batches that PyTorch's batch norms carry; no call reads it.
  mutating func batchCount(_ name: String) {
    _ = declare(name, sizes: [], isTrained: false, from: nil)
  }

  private mutating func declare(
    _ name: String, sizes: [Int], isTrained: Bool, from initialization: Initialization?
  ) -> Node.Argument {
    precondition(weightNames.insert(name).inserted, "two weights are called \(name)")
    let declaration = Declaration(
      name: name, sizes: sizes, isTrained: isTrained, initialization: initialization)
    declarations.append(declaration)
    return .tensor(declaration.valueName)
  }

  private func type(of value: Value) -> TensorType {
    TensorType(
      dataType: .float32, sizes: [.dynamic("batch")] + value.sizes.map { .fixed($0) })
  }

  /// The name itself for its first use, then `NAME_1`, `NAME_2` … as PyTorch counts.
  private mutating func newName(_ stem: String) -> String {
    let count = counts[stem, default: 0]
    counts[stem] = count + 1
    return count == 0 ? stem : "\(stem)_\(count)"
  }
}

extension Weight {
  /// The integer 0 without dimensions.
  fileprivate static var zero: Weight {
    let storage = Storage(byteCount: DataType.int64.byteCount) { bytes in
      bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }
    return Weight(dataType: .int64, sizes: [], strides: [], storage: storage)
  }
}
