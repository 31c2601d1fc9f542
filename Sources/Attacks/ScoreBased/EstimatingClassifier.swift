public import TensorModule
public import ThreatModels

/// A model of which scores alone are seen, given to attacks that want gradients: it estimates them.
///
/// Pairs of opposite probes x± = x ± δ·u are asked about, where u is drawn anew for each gradient. With
/// d = (x₊ − x₋)/2, the estimate of each value's derivative is Σ d·(L(x₊) − L(x₋))/2 / Σ d² over the pairs. The
/// probes stay in [0, 1] and, if there is a grid, on it, and d is what is left of the change: so that
/// neither the edges nor rounding bias the estimate, which is exact in expectation for a loss that is linear.
/// Where no probe moves a value, its derivative is 0. Up to the factor of each value, which does not change its
/// sign, it is the papers' estimate.
///
/// A gradient costs two queries for each sample and one for the point itself; probes may lie outside the
/// budget of the attack. Losses are computed in double precision, since the differences are small.
///
/// An attack can only throw `EngineError`, so a failure of the oracle is kept in ``failure`` and ends the
/// attack with an error that says little. Not Sendable: one thread uses it.
public final class EstimatingClassifier: DifferentiableClassifier {
  /// What the oracle refused, if it did.
  public private(set) var failure: OracleError?
  private let oracle: any ScoreOracle
  private let estimate: GradientEstimate
  private let pixels: PixelGrid
  private let key: RandomKey
  private let observe: (_ images: Tensor, _ scores: Tensor) throws(EngineError) -> Void
  private var gradients = 0

  /// A model that estimates its gradients.
  ///
  /// - Parameters:
  ///   - oracle: is asked.
  ///   - estimate: which probes and how many.
  ///   - pixels: which values a pixel of a probe may take.
  ///   - key: names the probes; all pictures of a batch share them.
  ///   - observe: told of every point that an attack asks about, but not of probes; may end the attack.
  public init(
    asking oracle: any ScoreOracle, by estimate: GradientEstimate, on pixels: PixelGrid,
    key: RandomKey,
    observing observe: @escaping (_ images: Tensor, _ scores: Tensor) throws(EngineError) -> Void =
      {
        _, _ in
      }
  ) {
    self.oracle = oracle
    self.estimate = estimate
    self.pixels = pixels
    self.key = key
    self.observe = observe
  }

  /// The shape of one picture.
  public var imageShape: ImageShape { oracle.imageShape }
  /// The number of classes.
  public var classCount: Int { oracle.classCount }

  /// The scores; one query for each picture.
  public func logits(of images: Tensor) throws(EngineError) -> Tensor {
    let scores = try scores(of: images)
    try observe(images, scores)
    return scores
  }

  /// Scores and losses at the pictures, and an estimate of the gradients.
  public func lossGradient(
    at images: Tensor, of losses: (Tensor) -> Tensor
  ) throws(EngineError) -> LossGradient {
    let scores = try logits(of: images)
    let values = losses(scores.converted(to: .float64))
    return LossGradient(
      logits: scores, losses: values.converted(to: .float32),
      gradient: try gradient(at: images, of: losses))
  }

  private func gradient(
    at images: Tensor, of losses: (Tensor) -> Tensor
  ) throws(EngineError) -> Tensor {
    let generator = key.part(gradients).makeGenerator()
    gradients += 1
    let (count, shape) = (images.count, Array(images.shape.dropFirst()))
    var products = images.filled(with: 0)
    var squares = products
    // As many probes at once as fit into a few megabytes.
    let atOnce = max(1, 500_000 / images.elementCount)
    for start in stride(from: 0, to: estimate.samples, by: atOnce) {
      let pairs = min(atOnce, estimate.samples - start)
      let change = changes([pairs, 1] + shape, using: generator)
      let (above, below) = (probes(images + change), probes(images - change))
      let scores = try scores(
        of: Tensor.concatenated([above, below]).reshaped([2 * pairs * count] + shape)
      ).converted(to: .float64)
      let values = (0..<(2 * pairs)).map { losses(scores[($0 * count)..<(($0 + 1) * count)]) }
      let differences = zip(values[..<pairs], values[pairs...]).map { ($0 - $1) / 2 }
      let slopes = Tensor.stacked(differences).converted(to: .float32)
      let moved = (above - below) / 2
      let weighted = moved * slopes.reshaped([pairs, count, 1, 1, 1])
      products = products + weighted.sum(along: [0])
      squares = squares + moved.squared().sum(along: [0])
    }
    let slopes = products / squares
    return slopes.selected(where: slopes.isFinite(), otherwise: slopes.filled(with: 0))
  }

  /// How the probes of some pairs differ from their point.
  private func changes(_ shape: [Int], using generator: Generator) -> Tensor {
    switch estimate.gradient {
    case .nes: Tensor.normal(shape, using: generator) * radius
    case .spsa:
      // A value of exactly 0 is drawn once in millions of times and then moves nowhere.
      Tensor.uniform(shape, in: -1...1, using: generator).sign() * radius
    }
  }

  private var radius: Double {
    let wanted = estimate.radius ?? (estimate.gradient == .nes ? 0.001 : 0.01)
    guard pixels == .eightBit else { return wanted }
    let steps = max(wanted * 255, 1)
    return (estimate.gradient == .spsa ? steps.rounded() : steps) / 255
  }

  /// Pictures next to points of any kind.
  private func probes(_ points: Tensor) -> Tensor {
    let inside = points.clamped(to: 0...1)
    return pixels == .eightBit ? (inside * 255).rounded() / 255 : inside
  }

  private func scores(of images: Tensor) throws(EngineError) -> Tensor {
    do {
      return try oracle.scores(of: images)
    } catch {
      failure = error
      throw EngineError(.refused, during: "asking an oracle", message: "\(error)")
    }
  }
}
