import Attacks
public import TensorModule
public import ThreatModels

/// Whether a model has learned to hold against one step alone.
///
/// Training with one step can end from one epoch to the next in a model that holds against FGSM and
/// falls to PGD. It shows when the accuracy under PGD is less than a fifth of that under FGSM, although
/// FGSM leaves the model at least a third of its accuracy; a difference of few pictures shows nothing.
///
/// Wong, Rice and Kolter 2020, “Fast is better than free: revisiting adversarial training”.
public struct CatastrophicOverfittingCheck {
  /// What was measured.
  public struct Reading: Hashable, Codable, Sendable {
    /// The accuracy on pictures as they are, 0…1.
    public var clean: Double
    /// The accuracy under FGSM, 0…1.
    public var fgsm: Double
    /// The accuracy under PGD, 0…1.
    public var pgd: Double
    /// How many pictures there were.
    public var count: Int

    /// A reading.
    public init(clean: Double, fgsm: Double, pgd: Double, of count: Int) {
      self.count = count
      self.clean = clean
      self.fgsm = fgsm
      self.pgd = pgd
    }

    /// Whether the model holds against one step and not against several.
    public var showsOverfitting: Bool {
      fgsm > 0 && fgsm >= clean / 3 && pgd < fgsm / 5 && exceedsChance(fgsm - pgd, of: count)
    }

    /// What was found and what to do, in a sentence; nothing if there is nothing to report.
    public var finding: String? {
      guard showsOverfitting else { return nil }
      return
        "catastrophic overfitting: the model is right on \(percent(fgsm)) of pictures under FGSM "
        + "and on \(percent(pgd)) under PGD; train with pgd, with n-fgsm at a larger noise, or with a smaller ε"
    }
  }

  /// The budget of both attacks.
  public var budget: PerturbationBudget
  /// Steps of PGD.
  public var steps: Int

  /// A check.
  public init(within budget: PerturbationBudget, steps: Int = 10) {
    self.budget = budget
    self.steps = steps
  }

  /// Attacks a model twice.
  ///
  /// - Parameters:
  ///   - model: as it predicts.
  ///   - images: [N, C, H, W], some that the model did not learn from; a hundred say enough.
  ///   - labels: int64 [N].
  ///   - keys: one for each picture.
  public func reading(
    of model: any DifferentiableClassifier, images: Tensor, labels: Tensor, keys: [RandomKey]
  ) throws(EngineError) -> Reading {
    let accuracy = AttackedAccuracy(
      model: model, images: images, labels: labels, keys: keys,
      threat: ThreatModel(budget, pixels: .float))
    return Reading(
      clean: try accuracy(), fgsm: try accuracy(under: FGSM()),
      pgd: try accuracy(under: PGD(steps: steps)), of: keys.count)
  }
}

/// Whether more pictures than chance explains fall on one side: at 5 %, two-sided.
///
/// - Parameter gain: the difference of two shares of the same pictures.
func exceedsChance(_ gain: Double, of count: Int) -> Bool {
  let pictures = Int((gain * Double(count)).rounded())
  return pictures > 0
    && BinomialStatements.chanceOfFairCoin(heads: pictures, of: pictures) < 0.05
}

/// A share in per cent.
func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
