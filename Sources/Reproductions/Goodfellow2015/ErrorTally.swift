import TensorModule

/// How often a network is wrong, and how sure it is then.
public struct ErrorTally: Hashable, Codable, Sendable {
  /// How many pictures it was shown.
  public private(set) var count = 0
  /// How many of them it took for another class.
  public private(set) var wrongCount = 0
  /// The sum of the softmax probabilities of these wrong classes.
  public private(set) var totalConfidence = 0.0

  /// Nothing yet.
  public init() {}

  /// The share of all pictures that are wrong, 0…1.
  public var error: Double { Double(wrongCount) / Double(max(count, 1)) }

  /// The mean probability of the predicted class over the wrong pictures; nothing if there are none.
  public var confidence: Double? {
    wrongCount == 0 ? nil : totalConfidence / Double(wrongCount)
  }

  /// Counts more pictures.
  ///
  /// - Parameters:
  ///   - logits: [N, K].
  ///   - labels: the true classes, int64 [N].
  mutating func add(logits: Tensor, labels: Tensor) {
    let probabilities = logits.converted(to: .float64).softmax(along: 1)
    let confidences = probabilities.max(along: [1]).doubles()
    let isRight = (logits.argmax(along: 1) .== labels).truths()
    count += isRight.count
    for (confidence, isRight) in zip(confidences, isRight) where !isRight {
      wrongCount += 1
      totalConfidence += confidence
    }
  }
}
