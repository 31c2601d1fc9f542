/// What is certified, and how: enough to repeat it, and what must not change between the beginning of a
/// certification and its end.
public struct CertificationSetup: Hashable, Codable, Sendable {
  /// The version of this program.
  public var version: String
  /// The version of libtorch.
  public var engineVersion: String
  /// The model under noise.
  public var model: RunManifest.Model
  /// The names of the classes, if they are known.
  public var classNames: [String]?
  /// The pictures.
  public var data: EvaluationSetup.Data
  /// The standard deviation of the noise, pixels being in [0, 1].
  public var sigma: Double
  /// How many samples choose the class of a picture.
  public var selectionSamples: Int
  /// How many samples estimate the class's probability.
  public var samples: Int
  /// The chance of a wrong certificate, for each picture.
  public var alpha: Double
  /// Where all noise comes from.
  public var seed: UInt64

  /// A setup.
  public init(
    version: String, engineVersion: String, model: RunManifest.Model, classNames: [String]?,
    data: EvaluationSetup.Data, sigma: Double, selectionSamples: Int, samples: Int, alpha: Double,
    seed: UInt64
  ) {
    self.version = version
    self.engineVersion = engineVersion
    self.model = model
    self.classNames = classNames
    self.data = data
    self.sigma = sigma
    self.selectionSamples = selectionSamples
    self.samples = samples
    self.alpha = alpha
    self.seed = seed
  }

  /// Whether the numbers of a setup from a file can be worked with.
  var isSound: Bool {
    let counts = 1...1_000_000_000
    return sigma > 0 && sigma <= 1e6 && counts.contains(selectionSamples)
      && counts.contains(samples) && alpha > 0 && alpha < 1 && counts.contains(data.count)
  }

  /// What another setup has otherwise, in words; nothing if it would give the same certificates.
  func differences(from other: CertificationSetup) -> [String] {
    var differences: [String] = []
    func compare(_ name: String, _ mine: String, _ theirs: String) {
      if mine != theirs { differences.append("\(name): \(mine) then, \(theirs) now") }
    }
    compare("version of Adversary", version, other.version)
    compare("version of libtorch", engineVersion, other.engineVersion)
    if model.sha256 != other.model.sha256 { differences.append("another model") }
    compare("what is done to pixels first", model.words, other.model.words)
    differences += data.differences(from: other.data)
    compare("sigma", "\(sigma)", "\(other.sigma)")
    compare("samples that choose", "\(selectionSamples)", "\(other.selectionSamples)")
    compare("samples", "\(samples)", "\(other.samples)")
    compare("alpha", "\(alpha)", "\(other.alpha)")
    compare("seed", "\(seed)", "\(other.seed)")
    if classNames != other.classNames { differences.append("other names of classes") }
    return differences
  }
}
