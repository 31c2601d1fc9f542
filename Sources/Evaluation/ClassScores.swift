import TensorModule

/// What logits say of each sample: class, confidence, and whether they are numbers at all.
struct ClassScores {
  /// The class with the highest logit; the first one where several are equal.
  let classes: [Int]
  /// The softmax probability of that class; 0 where the logits are no numbers.
  let confidences: [Double]
  /// Whether all logits of the sample are finite.
  let isFinite: [Bool]

  init(of logits: Tensor) {
    let best = logits.argmax(along: 1)
    classes = best.integers()
    confidences = logits.softmax(along: 1)
      .gathered(along: 1, at: best.unsqueezed(at: 1)).doubles()
      .map { $0.isFinite ? $0 : 0 }
    isFinite = logits.isFinite().all(along: 1).truths()
  }

  /// How far a confidence may be from a recorded one: batches of other sizes round differently.
  private static let confidenceTolerance = 1e-3

  /// Whether a sample's class and confidence are those that were recorded.
  func agree(withClass class: Int, confidence: Double, at index: Int) -> Bool {
    classes[index] == `class` && abs(confidences[index] - confidence) < Self.confidenceTolerance
  }
}
