public import TensorModule
public import ThreatModels

/// A gradient attack whose gradients are changed so that what it finds fools other models too.
///
/// Input diversity (DI) takes gradients at randomly transformed pictures, translation invariance (TI) smooths
/// them. Both go with any attack along gradients: with ``MIFGSM`` they are DI-TI-MI-FGSM. What counts as reached
/// is what the model says of the point as it is.
///
/// With diversity each picture is attacked on its own, since its transformations come from its own key.
///
/// Xie, Zhang, Zhou, Bai, Wang, Ren and Yuille 2019, “Improving transferability of adversarial examples with
/// input diversity”; Dong, Pang, Su and Zhu 2019, “Evading defenses to transferable adversarial examples by
/// translation-invariant attacks”.
public struct TransferAttack: WhiteBoxAttack {
  /// Transfer.
  public static let name = "Transfer"

  /// The attack.
  public let attack: any WhiteBoxAttack
  /// What is done to its gradients.
  public let settings: TransferSettings

  /// The attack's title after `DI` and `TI`, such as `DI-TI-MI-FGSM`.
  public var title: String {
    (settings.diversity > 0 ? "DI-" : "") + (settings.kernel > 1 ? "TI-" : "") + attack.title
  }

  /// Usable settings of an attack that knows L∞, L2 and L1 and moves along gradients itself.
  public var hasUsableSettings: Bool {
    settings.isUsable && attack.hasUsableSettings && Self.suits(attack)
  }

  /// An attack with changed gradients.
  ///
  /// - Precondition: the attack knows L∞, L2 and L1 and is no ensemble.
  public init(_ attack: any WhiteBoxAttack, with settings: TransferSettings) {
    precondition(Self.suits(attack), "\(attack.title) with changed gradients")
    self.attack = attack
    self.settings = settings
  }

  /// Attacks all pictures at once, or one after the other if their gradients are diverse.
  public func perturbed(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, within threat: ThreatModel
  ) throws(EngineError) -> Tensor {
    var model = model
    if settings.kernel > 1 { model = TranslationInvariance(of: model, kernel: settings.kernel) }
    if settings.diversity == 0 { return try attack.perturbed(batch, on: model, within: threat) }
    var points: [Tensor] = []
    for row in batch.keys.indices {
      let diverse = InputDiversity(
        of: model, probability: settings.diversity, key: batch.keys[row].part(Self.name))
      points.append(try attack.perturbed(batch.rows([row]), on: diverse, within: threat))
    }
    return .concatenated(points)
  }
}

extension TransferAttack: WrappingAttack {
  var own: TransferSettings { settings }

  init(unchecked attack: any WhiteBoxAttack, own: TransferSettings) {
    self.attack = attack
    settings = own
  }
}
