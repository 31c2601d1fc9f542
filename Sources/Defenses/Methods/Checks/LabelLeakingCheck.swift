import Attacks
public import TensorModule
public import ThreatModels

/// Whether a model reads the true class off its adversarial examples.
///
/// FGSM along the gradient of the true class moves a picture in one of few ways, and a model that is
/// trained with such examples can learn to tell the class from the way. It is then right more often
/// on examples than on pictures as they are. Examples towards the least likely class do not leak.
///
/// Kurakin, Goodfellow and Bengio 2017, “Adversarial machine learning at scale”.
public struct LabelLeakingCheck {
  /// What was measured.
  public struct Reading: Hashable, Codable, Sendable {
    /// The accuracy on pictures as they are, 0…1.
    public var clean: Double
    /// The accuracy on examples of FGSM with the true class, 0…1.
    public var fgsm: Double
    /// How many pictures there were.
    public var count: Int

    /// A reading.
    public init(clean: Double, fgsm: Double, of count: Int) {
      self.count = count
      self.clean = clean
      self.fgsm = fgsm
    }

    /// Whether examples are easier than pictures as they are, by more pictures than chance explains.
    public var showsLeaking: Bool { exceedsChance(fgsm - clean, of: count) }

    /// What was found and what to do, in a sentence; nothing if there is nothing to report.
    public var finding: String? {
      guard showsLeaking else { return nil }
      return "label leaking: the model is right on \(percent(fgsm)) of FGSM examples and on "
        + "\(percent(clean)) of pictures as they are; train with kurakin:direction=least-likely, and "
        + "measure with pgd"
    }
  }

  /// The budget of FGSM.
  public var budget: PerturbationBudget

  /// A check.
  public init(within budget: PerturbationBudget) {
    self.budget = budget
  }

  /// Attacks a model.
  ///
  /// - Parameters:
  ///   - model: as it predicts.
  ///   - images: [N, C, H, W], some that the model did not learn from.
  ///   - labels: int64 [N].
  ///   - keys: one for each picture.
  public func reading(
    of model: any DifferentiableClassifier, images: Tensor, labels: Tensor, keys: [RandomKey]
  ) throws(EngineError) -> Reading {
    let accuracy = AttackedAccuracy(
      model: model, images: images, labels: labels, keys: keys,
      threat: ThreatModel(budget, pixels: .float))
    return Reading(clean: try accuracy(), fgsm: try accuracy(under: FGSM()), of: keys.count)
  }
}
