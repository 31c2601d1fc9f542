import TensorModule

extension Tensor {
  /// The Kullback–Leibler divergence of distributions from others, per sample.
  ///
  /// This tensor holds logits [N, K] of the distributions q. The result is Σ p·(log p − log q).
  ///
  /// - Parameter logits: [N, K], of the distributions p.
  /// - Returns: [N], in nats.
  func divergence(from logits: Tensor) -> Tensor {
    let logP = logits.logSoftmax(along: 1)
    return (logP.exponential() * (logP - logSoftmax(along: 1))).sum(along: [1])
  }

  /// The pictures with a little normal noise, where searches for the worst case begin.
  ///
  /// - Parameters:
  ///   - deviation: the standard deviation.
  ///   - keys: one for each picture.
  func withNoise(_ deviation: Double, keys: [RandomKey]) -> Tensor {
    let shape = Array(self.shape.dropFirst())
    return self
      + .stacked(
        keys.map { key in
          .normal(
            shape, standardDeviation: deviation, using: key.part("noise").makeGenerator())
        })
  }
}
