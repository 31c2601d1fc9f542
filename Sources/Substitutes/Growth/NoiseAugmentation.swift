public import TensorModule
public import ThreatModels

/// x + λ·s with random signs s: as many questions, as far away, without the substitute's advice.
///
/// To see what the Jacobian buys.
public struct NoiseAugmentation: QueryGrowth, Hashable, Codable {
  /// λ in steps of 1/255.
  public var steps: Int

  /// Noise as large as the paper's step.
  ///
  /// - Precondition: the step is positive.
  public init(steps: Int = 26) {
    precondition(steps > 0, "a step of \(steps)")
    self.steps = steps
  }

  /// Such as `noise, step 26/255`.
  public var summary: String { "noise, step \(steps)/255" }

  /// One new picture for each parent; each from its own key.
  public func pictures(
    from parents: QueryParents, on substitute: any DifferentiableClassifier
  ) throws -> Tensor {
    let shape = Array(parents.images.shape.dropFirst())
    let signs = Tensor.stacked(
      parents.keys.map {
        .uniform(shape, in: -1...1, using: $0.part("noise").makeGenerator()).sign()
      })
    return parents.images.moved(along: signs, steps: steps)
  }
}
