/// Fully connected layers with ReLU between them: `fc1`, `fc2` …, with PyTorch's initialisation.
public struct MLP: Architecture {
  /// How many units each hidden layer has.
  public let hidden: [Int]

  /// The network.
  ///
  /// - Precondition: there is a hidden layer, and each has units.
  public init(hidden: [Int]) {
    precondition(!hidden.isEmpty && hidden.allSatisfy { $0 > 0 }, "hidden layers \(hidden)")
    self.hidden = hidden
  }

  /// The logits, [K].
  public func logits(
    of pictures: ProgramBuilder.Value, classCount: Int, in builder: inout ProgramBuilder
  ) -> ProgramBuilder.Value {
    var x = builder.flatten(pictures)
    for (index, count) in hidden.enumerated() {
      x = builder.relu(builder.linear(x, to: count, named: "fc\(index + 1)"))
    }
    return builder.linear(x, to: classCount, named: "fc\(hidden.count + 1)")
  }
}
