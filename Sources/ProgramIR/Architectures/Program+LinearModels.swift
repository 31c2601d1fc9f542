extension Program {
  /// Softmax regression: logits = W·x + b over the flattened picture.
  ///
  /// - Parameters:
  ///   - weight: K rows of C·H·W numbers, one row after the other.
  ///   - bias: K numbers.
  ///   - channels: of a picture.
  ///   - height: of a picture.
  ///   - width: of a picture.
  /// - Precondition: the counts agree, and K ≥ 2.
  public static func softmaxRegression(
    weight: [Float], bias: [Float], channels: Int, height: Int, width: Int
  ) -> Program {
    SoftmaxRegression(from: .given(weight: weight, bias: bias)).givenProgram(
      for: ClassificationTask(
        channels: channels, height: height, width: width, classCount: bias.count))
  }

  /// Logistic regression: the logit w·x + b of class 1 against class 0.
  ///
  /// As a classifier of two classes its logits are 0 and w·x + b, whose softmax is the sigmoid.
  ///
  /// - Parameters:
  ///   - weight: C·H·W numbers.
  ///   - bias: b.
  ///   - channels: C.
  ///   - height: H.
  ///   - width: W.
  /// - Precondition: the counts agree.
  public static func logisticRegression(
    weight: [Float], bias: Float, channels: Int, height: Int, width: Int
  ) -> Program {
    LogisticRegression(from: .given(weight: weight, bias: [bias])).givenProgram(
      for: ClassificationTask(channels: channels, height: height, width: width, classCount: 2))
  }
}

extension Architecture {
  /// The program of a network whose weights are all given.
  fileprivate func givenProgram(for task: ClassificationTask) -> Program {
    var unused = Unused()
    do {
      return try program(for: task, using: &unused)
    } catch {
      preconditionFailure("\(error)")
    }
  }
}

/// Stands where nothing is drawn.
private struct Unused: RandomNumberGenerator {
  mutating func next() -> UInt64 { preconditionFailure("weights that are given are not drawn") }
}
