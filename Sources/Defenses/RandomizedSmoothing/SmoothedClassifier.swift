public import TensorModule
public import ThreatModels

/// The class that a model gives most often to a picture under Gaussian noise: a classifier of which
/// robustness in L2 can be proved.
///
/// If the most frequent class has a probability of at least p > ½ under noise of standard deviation σ,
/// no change of the picture shorter than σ·Φ⁻¹(p) makes another class the most frequent. Probabilities
/// are known from samples only, so a certificate is wrong with a chance of at most α, for each picture.
///
/// Cohen, Rosenfeld and Kolter 2019, “Certified adversarial robustness via randomized smoothing”.
public struct SmoothedClassifier {
  /// How a smoothed classifier samples.
  public struct Settings: Hashable, Codable, Sendable {
    /// The standard deviation σ of the noise, pixels being in [0, 1].
    public var sigma: Double
    /// n₀: samples that choose the class of a certificate.
    public var selectionSamples: Int
    /// n: samples that estimate its probability, or that decide a prediction.
    public var samples: Int
    /// α: the chance of a wrong certificate or prediction.
    public var alpha: Double

    /// Settings; without others those of the paper, but for n = 100 000 there.
    ///
    /// - Precondition: σ and the counts are positive, and 0 < α < 1.
    public init(
      sigma: Double, selectionSamples: Int = 100, samples: Int = 10_000, alpha: Double = 0.001
    ) {
      precondition(sigma > 0 && sigma.isFinite, "σ = \(sigma)")
      precondition(selectionSamples > 0 && samples > 0, "at least one sample")
      precondition(alpha > 0 && alpha < 1, "α = \(alpha)")
      self.sigma = sigma
      self.selectionSamples = selectionSamples
      self.samples = samples
      self.alpha = alpha
    }
  }

  /// What was found out about a picture.
  public struct Certificate: Hashable, Codable, Sendable {
    /// The class that won the selection.
    public var candidate: Int
    /// How many of the n samples were given that class.
    public var votes: Int
    /// The lower bound of the class's probability under noise.
    public var lowerBound: Double
    /// Up to which L2 distance, pixels being in [0, 1], the prediction is certified; nothing if the
    /// classifier abstains.
    public var radius: Double?

    /// The class, or nothing if the classifier abstains.
    public var prediction: Int? { radius == nil ? nil : candidate }
  }

  /// How it samples.
  public let settings: Settings
  private let model: any Classifier
  private let batchSize: Int

  /// Noise is made in blocks of so many samples, whatever the size of the batches.
  private static let blockSize = 50

  /// A smoothed classifier.
  ///
  /// - Parameters:
  ///   - model: sees pictures with noise, whose pixels may lie outside [0, 1].
  ///   - settings: how to sample.
  ///   - batchSize: how many noisy pictures the model sees at once; the votes do not depend on it, but
  ///     for what another order of the same sums in the engine makes of a tie.
  /// - Precondition: the batch size is positive.
  public init(of model: any Classifier, settings: Settings, batchSize: Int = 1000) {
    precondition(batchSize > 0, "a batch of \(batchSize)")
    self.model = model
    self.settings = settings
    self.batchSize = batchSize
  }

  /// The most frequent class under noise, or nothing if the two most frequent ones are too close.
  ///
  /// The paper's PREDICT: with a chance of at most α the class is not the most probable one.
  ///
  /// - Parameters:
  ///   - image: [C, H, W] in [0, 1].
  ///   - key: names the noise.
  public func prediction(for image: Tensor, key: RandomKey) throws(EngineError) -> Int? {
    let votes = try votes(for: image, samples: settings.samples, key: key.part("prediction"))
    let order = votes.indices.sorted { (votes[$1], $0) < (votes[$0], $1) }
    let (first, second) = (votes[order[0]], votes[order[1]])
    let chance = BinomialStatements.chanceOfFairCoin(heads: first, of: first + second)
    return chance > settings.alpha ? nil : order[0]
  }

  /// The class that is most frequent under noise and how far a picture may move without losing it.
  ///
  /// The paper's CERTIFY: with a chance of at most α the certificate claims too much.
  ///
  /// - Parameters:
  ///   - image: [C, H, W] in [0, 1].
  ///   - key: names the noise.
  public func certificate(for image: Tensor, key: RandomKey) throws(EngineError) -> Certificate {
    let selection = try votes(
      for: image, samples: settings.selectionSamples, key: key.part("selection"))
    let candidate = selection.indices.max { (selection[$0], $1) < (selection[$1], $0) } ?? 0
    let votes = try votes(for: image, samples: settings.samples, key: key.part("estimation"))
    return Certificate(candidate: candidate, votes: votes[candidate], settings: settings)
  }

  /// How often the model gives each class to a picture under noise.
  ///
  /// - Parameters:
  ///   - image: [C, H, W] in [0, 1].
  ///   - samples: how often.
  ///   - key: names the noise.
  public func votes(
    for image: Tensor, samples: Int, key: RandomKey
  ) throws(EngineError) -> [Int] {
    var votes = [Int](repeating: 0, count: model.classCount)
    var waiting: [Tensor] = []
    for block in 0..<((samples + Self.blockSize - 1) / Self.blockSize) {
      let count = min(Self.blockSize, samples - block * Self.blockSize)
      let noise = Tensor.normal(
        [Self.blockSize] + image.shape, standardDeviation: settings.sigma,
        using: key.part(block).makeGenerator())
      waiting.append(noise[0..<count] + image)
      let isLast = (block + 1) * Self.blockSize >= samples
      if waiting.count * Self.blockSize < batchSize && !isLast { continue }
      let noisy = Tensor.concatenated(waiting)
      waiting = []
      for first in stride(from: 0, to: noisy.count, by: batchSize) {
        let batch = noisy[first..<min(first + batchSize, noisy.count)]
        for label in try model.logits(of: batch).argmax(along: 1).integers() { votes[label] += 1 }
      }
    }
    return votes
  }
}

extension SmoothedClassifier.Certificate {
  /// What counted votes prove.
  public init(candidate: Int, votes: Int, settings: SmoothedClassifier.Settings) {
    self.candidate = candidate
    self.votes = votes
    lowerBound = BinomialStatements.lowerBound(
      successes: votes, of: settings.samples, alpha: settings.alpha)
    radius =
      lowerBound > 0.5 ? settings.sigma * NormalDistribution.quantile(lowerBound) : nil
  }
}
