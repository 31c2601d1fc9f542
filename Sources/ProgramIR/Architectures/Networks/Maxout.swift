/// Layers of maxout units with dropout before each layer.
///
/// Goodfellow, Warde-Farley, Mirza, Courville and Bengio 2013, “Maxout networks”; the networks of
/// Goodfellow, Shlens and Szegedy 2015, “Explaining and harnessing adversarial examples”. Inputs are
/// kept with probability 0.8, hidden units with 0.5; weights begin uniform over ±0.005, biases at 0.
/// What is kept is scaled up in training, as PyTorch does it. Layers are named `fc1`, `fc2` ….
public struct Maxout: Architecture {
  /// How many linear functions a unit has in the papers.
  public static let usualPieces = 5

  /// How many units each hidden layer has.
  public let hidden: [Int]
  /// How many linear functions each unit is the largest of.
  public let pieces: Int
  /// Weights begin uniform over ± this.
  public let bound: Double
  /// The share of inputs that dropout leaves out.
  public let inputDropout: Double
  /// The share of hidden units that dropout leaves out.
  public let hiddenDropout: Double

  /// The network.
  ///
  /// - Precondition: there is a hidden layer, and each has units; there is a piece; shares are less
  ///   than 1.
  public init(
    hidden: [Int], pieces: Int = usualPieces, bound: Double = 0.005, inputDropout: Double = 0.2,
    hiddenDropout: Double = 0.5
  ) {
    precondition(!hidden.isEmpty && hidden.allSatisfy { $0 > 0 }, "hidden layers \(hidden)")
    precondition(pieces > 0, "units of \(pieces) pieces")
    self.hidden = hidden
    self.pieces = pieces
    self.bound = bound
    self.inputDropout = inputDropout
    self.hiddenDropout = hiddenDropout
  }

  /// The logits, [K].
  public func logits(
    of pictures: ProgramBuilder.Value, classCount: Int, in builder: inout ProgramBuilder
  ) -> ProgramBuilder.Value {
    var x = builder.dropout(builder.flatten(pictures), probability: inputDropout)
    for (index, units) in hidden.enumerated() {
      x = builder.maxout(
        x, units: units, pieces: pieces, from: .uniform(bound: bound), named: "fc\(index + 1)")
      x = builder.dropout(x, probability: hiddenDropout)
    }
    return builder.linear(
      x, to: classCount, from: .uniform(bound: bound), named: "fc\(hidden.count + 1)")
  }
}
