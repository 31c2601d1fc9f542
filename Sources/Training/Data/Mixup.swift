import TensorModule

/// Blends each picture of a batch with another one, and their classes in the same shares.
///
/// One share λ from the Beta distribution (α, α) for a batch: a picture becomes λ times itself and
/// 1 − λ times its partner. The greater share is called λ, which changes nothing in distribution, so
/// that a picture's own class stays the one that counts. A picture's partner comes from its batch, so
/// the result depends on the batch, which is itself named by (seed, epoch).
///
/// Zhang, Cisse, Dauphin and Lopez-Paz 2018, “mixup: Beyond empirical risk minimization”.
public struct Mixup: Hashable, Codable, Sendable {
  /// α: the smaller, the less is mixed.
  ///
  /// The authors take 0.1 to 0.4 for ImageNet and 1 for CIFAR-10.
  public var concentration: Double

  /// The change.
  ///
  /// - Precondition: the concentration is positive.
  public init(concentration: Double = 1) {
    precondition(concentration > 0, "a concentration of \(concentration)")
    self.concentration = concentration
  }

  /// Blended pictures and what they show.
  ///
  /// - Parameters:
  ///   - images: [N, C, H, W].
  ///   - labels: int64 [N].
  ///   - classCount: how many classes there are.
  ///   - key: where share and partners come from, one for each batch.
  /// - Returns: [N, C, H, W], and the share of each class in each picture, [N, K].
  func callAsFunction(
    _ images: Tensor, labels: Tensor, classCount: Int, key: RandomKey
  ) throws(EngineError) -> (images: Tensor, classShares: Tensor) {
    let generator = key.part("mixup").makeGenerator()
    let concentrations = Tensor([concentration, concentration], shape: [2])
    let drawn = try Operator("aten::_sample_dirichlet")([
      .tensor(concentrations), .generator(generator),
    ])
    // A very small concentration can leave both shares at zero or at no number.
    let first = drawn.first?.tensor?.doubles().first ?? 1
    let share = first.isFinite ? max(first, 1 - first) : 1
    let partners = Tensor.uniform([images.count], using: generator).argsorted(along: 0)
    func blended(_ tensor: Tensor) -> Tensor {
      tensor * share + tensor.rows(partners) * (1 - share)
    }
    let classes = labels.oneHot(classCount: classCount).converted(to: .float32)
    return (blended(images), blended(classes))
  }
}
