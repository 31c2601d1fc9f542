/// What Goodfellow, Shlens and Szegedy 2015, “Explaining and harnessing adversarial examples”, found.
public enum Goodfellow2015Paper {
  /// What is said of one network, in shares; nothing where nothing is said.
  public struct Figures: Hashable, Sendable {
    /// The error on test pictures.
    public var clean: Double?
    /// The error under the fast gradient sign method.
    public var attacked: Double?
    /// The mean confidence in these errors.
    public var confidence: Double?
  }

  /// The figures of a network.
  public static func figures(of net: Goodfellow2015Net) -> Figures {
    switch net {
    case .softmax: Figures(attacked: 0.999, confidence: 0.793)
    case .logistic: Figures(clean: 0.016, attacked: 0.99)
    case .maxout: Figures(clean: 0.0094, attacked: 0.894, confidence: 0.976)
    case .adversarialMaxout: Figures(clean: 0.007_82, attacked: 0.179, confidence: 0.814)
    case .signNoise: Figures(attacked: 0.862, confidence: 0.973)
    case .uniformNoise: Figures(attacked: 0.904, confidence: 0.978)
    }
  }

  /// The error of a network on the examples of another; nothing where nothing is said.
  public static func transferError(
    from source: Goodfellow2015Net, to target: Goodfellow2015Net
  ) -> Double? {
    switch (source, target) {
    case (.maxout, .adversarialMaxout): 0.196
    case (.adversarialMaxout, .maxout): 0.409
    default: nil
    }
  }
}
