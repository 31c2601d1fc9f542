/// One of the fifteen common corruptions: what cameras, weather and files do to pictures.
///
/// Hendrycks and Dietterich 2019, “Benchmarking neural network robustness to common corruptions and
/// perturbations”. The pictures are made anew from the paper's descriptions, so a number measured
/// with them is near one of CIFAR-10-C or ImageNet-C and not equal to it. What differs is said at
/// each corruption. The raw value is the name for people and files.
public enum Corruption: String, Hashable, Codable, Sendable, CaseIterable {
  /// Independent normal noise, as in poor light.
  case gaussianNoise = "gaussian-noise"
  /// Poisson noise: light comes in grains.
  case shotNoise = "shot-noise"
  /// Some samples become black or white: bit errors.
  case impulseNoise = "impulse-noise"
  /// The lens is out of focus: the mean over a disc.
  case defocusBlur = "defocus-blur"
  /// Frosted glass: pixels change places with near ones, between two slight Gaussian blurs.
  ///
  /// All pixels but those at the edge may move in every direction alike. For small pictures the
  /// severity is how many move, because the published steps do not grow.
  case glassBlur = "glass-blur"
  /// The camera moves: a mean along a line at up to 45° from the horizontal.
  case motionBlur = "motion-blur"
  /// The camera moves towards the scene: the mean of enlarged pictures.
  case zoomBlur = "zoom-blur"
  /// Falling flakes, streaked by their motion, over a paler picture.
  case snow
  /// Ice crystals on the lens.
  ///
  /// The original lays photographs of frost over the picture. Here the crystals are drawn: branched
  /// needles that grow from nuclei, over an uneven haze.
  case frost
  /// Fog in clouds, by the diamond-square algorithm.
  case fog
  /// More light: the value of the HSV model rises.
  case brightness
  /// Less contrast: every channel is drawn to its mean.
  case contrast
  /// Small regions are shifted, stretched and turned.
  ///
  /// The strengths are our own: those of the original do not grow with the severity.
  case elasticTransform = "elastic-transform"
  /// Fewer pixels, enlarged to squares.
  case pixelate
  /// What JPEG's quantisation leaves, with halved chroma.
  case jpeg

  /// What corruptions have in common.
  public enum Family: String, Hashable, Codable, Sendable, CaseIterable {
    /// Random samples.
    case noise
    /// Blurs.
    case blur
    /// The weather.
    case weather
    /// What happens to pictures in computers.
    case digital
  }

  /// What the corruption has in common with others, as the paper groups them.
  public var family: Family {
    switch self {
    case .gaussianNoise, .shotNoise, .impulseNoise: .noise
    case .defocusBlur, .glassBlur, .motionBlur, .zoomBlur: .blur
    case .snow, .frost, .fog, .brightness: .weather
    case .contrast, .elasticTransform, .pixelate, .jpeg: .digital
    }
  }

  /// From the least to the most severe.
  public static let severities = 1...5
  /// The smallest width and height of a picture.
  public static let smallestSide = 16
}
