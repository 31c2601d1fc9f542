/// How a gradient is estimated from scores: with which probes, and how many.
public struct GradientEstimate: Hashable, Codable, Sendable {
  /// How the probes around a point are drawn.
  public enum Method: String, Hashable, Codable, Sendable, CaseIterable {
    /// Natural evolution strategies: from a normal distribution.
    ///
    /// Ilyas, Engstrom, Athalye and Lin 2018, “Black-box adversarial attacks with limited queries and
    /// information”.
    case nes
    /// Simultaneous perturbation stochastic approximation: each value up or down by the same amount.
    ///
    /// Spall 1992; Uesato, O’Donoghue, van den Oord and Kohli 2018, “Adversarial risk and the dangers of
    /// evaluating against weak attacks”.
    case spsa
  }

  /// How probes are drawn.
  public var gradient: Method
  /// How many pairs of opposite probes; two queries each.
  public var samples: Int
  /// The standard deviation of the probes (NES) or how far each value moves (SPSA), with pixels in [0, 1].
  ///
  /// If there is none, the papers' 0.001 and 0.01. On the grid of 8 bits at least one step, and whole
  /// steps for SPSA.
  public var radius: Double?

  /// An estimate.
  ///
  /// - Precondition: at least one sample.
  public init(_ gradient: Method, samples: Int = 50, radius: Double? = nil) {
    precondition(samples > 0, "\(samples) samples")
    self.gradient = gradient
    self.samples = samples
    self.radius = radius
  }

  /// Whether probes lie apart from the point.
  var isUsable: Bool { (radius ?? 1) > 0 }
}
