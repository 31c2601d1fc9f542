extension Tensor {
  /// Probabilities along a dimension.
  public func softmax(along dimension: Int = -1) -> Tensor {
    ATen.softmax.tensor(.tensor(self), .integer(dimension))
  }

  /// Logarithms of probabilities along a dimension.
  public func logSoftmax(along dimension: Int = -1) -> Tensor {
    ATen.logSoftmax.tensor(.tensor(self), .integer(dimension))
  }

  /// The logarithm of the sum of exponentials along a dimension.
  public func logSumExp(along dimension: Int = -1) -> Tensor {
    ATen.logSumExp.tensor(.tensor(self), .integers([dimension]))
  }

  /// The cross-entropy of each sample, not averaged.
  ///
  /// This tensor holds logits [N, K].
  ///
  /// - Parameters:
  ///   - labels: int64 [N], each in 0..<K, or the probability of each class, [N, K].
  ///   - smoothing: how much of the target is spread over all classes, 0…1.
  /// - Returns: [N], in nats.
  public func crossEntropy(labels: Tensor, smoothing: Double = 0) -> Tensor {
    ATen.crossEntropy.tensor(
      .tensor(self), .tensor(labels), .none, .integer(0), .integer(-100), .real(smoothing))
  }

  /// By how much the logit of a class exceeds the highest other one, per sample.
  ///
  /// This tensor holds logits [N, K] with K ≥ 2. The margin is positive where the class wins.
  public func margin(of labels: Tensor) -> Tensor {
    let column = labels.unsqueezed(at: 1)
    let own = gathered(along: 1, at: column).squeezed(at: 1)
    let others = filled(along: 1, at: column, with: -.infinity)
    return own - others.max(along: [1])
  }

  /// A row of zeros with one 1 per label.
  public func oneHot(classCount: Int) -> Tensor {
    ATen.oneHot.tensor(.tensor(self), .integer(classCount))
  }

  /// The product of two matrices.
  public func matrixProduct(_ other: Tensor) -> Tensor {
    ATen.matmul.tensor(.tensor(self), .tensor(other))
  }

  /// input · weightᵀ + bias, as a layer of a network computes it.
  public func linear(weight: Tensor, bias: Tensor?) -> Tensor {
    ATen.linear.tensor(.tensor(self), .tensor(weight), bias.map { .tensor($0) } ?? .none)
  }
}
