public import Attacks
public import ProgramRuntime
public import TensorModule
public import Training

/// Training on pictures with normal noise, for randomized smoothing.
///
/// J(x + σ·N(0, 1), y). Noisy pixels are not clipped to [0, 1], because smoothing does not clip them
/// either.
///
/// Cohen, Rosenfeld and Kolter 2019, “Certified adversarial robustness via randomized smoothing”.
public struct GaussianNoiseTraining: MinimaxTraining {
  /// `gaussian`.
  public static let name = "gaussian"
  /// The standard deviation σ of the noise with pixels in [0, 1].
  public var sigma: Double

  /// The method.
  public init(sigma: Double = 0.25) {
    self.sigma = sigma
  }

  /// Noisy pictures.
  public func changedImages(
    of batch: TrainingBatch, for model: TrainableClassifier
  ) throws(EngineError) -> Tensor {
    batch.images.withNoise(sigma, keys: batch.keys)
  }
}

extension GaussianNoiseTraining: CataloguedMethod {
  /// What can be set.
  public struct Settings: MethodSettings {
    /// The standard deviation of the noise with pixels in [0, 1].
    public var sigma: Double

    /// Whether there is noise.
    public var areUsable: Bool { sigma > 0 && sigma <= 10 }

    /// The middle one of the paper's.
    public init() { sigma = 0.25 }
  }

  /// What it is.
  public static var summary: String { "pictures with normal noise, for randomized smoothing" }
  /// Nothing.
  public static var needs: Set<MethodContext.Part> { [] }

  /// The method with settings; the context does not matter.
  public init(_ settings: Settings, in context: MethodContext) throws(CatalogueError) {
    self.init(sigma: settings.sigma)
  }
}
