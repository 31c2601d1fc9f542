/// All attacks by the names that people write, with the settings of the literature.
public enum AttackCatalogue {
  /// One line of the catalogue.
  public struct Entry: Sendable {
    /// What people write, such as `pgd`.
    public let name: String
    /// The attack with its usual settings.
    public let attack: any Attack
    /// What it is, in a few words.
    public let summary: String

    /// The settings with their usual values, such as `steps=20, restarts=1`.
    public var settings: String { attack.settings(called: name) }
  }

  /// All attacks: controls, one budget, nearest example, black box, ensembles.
  public static let entries: [Entry] = [
    Entry(
      name: "random-sign", attack: RandomSignNoise(), summary: "control: random signs, no search"),
    Entry(name: "uniform-noise", attack: UniformNoise(), summary: "control: uniform noise"),
    Entry(name: "gaussian-noise", attack: GaussianNoise(), summary: "control: Gaussian noise"),
    Entry(name: "fgsm", attack: FGSM(), summary: "one step along the sign of the gradient"),
    Entry(name: "bim", attack: BIM(), summary: "FGSM in small steps"),
    Entry(name: "mi-fgsm", attack: MIFGSM(), summary: "FGSM in small steps with momentum"),
    Entry(name: "ni-fgsm", attack: NIFGSM(), summary: "with Nesterov's momentum"),
    Entry(name: "pgd", attack: PGD(), summary: "small steps from a random start"),
    Entry(
      name: "apgd-ce", attack: APGD(loss: .crossEntropy),
      summary: "PGD that chooses its own step sizes"),
    Entry(
      name: "apgd-dlr", attack: APGD(loss: .dlr),
      summary: "the same with the difference of logits ratio"),
    Entry(
      name: "apgd-t", attack: APGD(loss: .targetedDLR),
      summary: "the same towards each likely class in turn"),
    Entry(name: "jsma", attack: JSMA(), summary: "one channel after the other, by a saliency map"),
    Entry(
      name: "deepfool", attack: DeepFool(),
      summary: "nearest example: steps onto linearised boundaries"),
    Entry(
      name: "fab", attack: FAB(targetClasses: nil),
      summary: "nearest example: fast adaptive boundary attack"),
    Entry(name: "fab-t", attack: FAB(), summary: "the same towards each likely class in turn"),
    Entry(name: "fmn", attack: FMN(), summary: "nearest example: a budget that adapts"),
    Entry(name: "cw", attack: CarliniWagner(), summary: "nearest example: C&W, by optimisation"),
    Entry(name: "ddn", attack: DDN(), summary: "nearest example: direction and norm taken apart"),
    Entry(name: "ead", attack: EAD(), summary: "nearest example: C&W with an L1 term"),
    Entry(name: "square", attack: SquareAttack(), summary: "scores only: random squares"),
    Entry(name: "simba", attack: SimBA(), summary: "scores only: one value after the other"),
    Entry(
      name: "simba-dct", attack: SimBA(basis: .dct),
      summary: "scores only: one low frequency after the other"),
    Entry(
      name: "nes", attack: byEstimate(.nes),
      summary: "scores only: PGD along gradients estimated by normal probes"),
    Entry(
      name: "spsa", attack: byEstimate(.spsa),
      summary: "scores only: the same by probes of ± the same amount"),
    Entry(
      name: "hopskipjump", attack: HopSkipJump(),
      summary: "labels only: nearest example along estimated gradients"),
    Entry(
      name: "boundary", attack: BoundaryAttack(),
      summary: "labels only: nearest example by a walk along the boundary"),
    Entry(name: "rays", attack: RayS(), summary: "labels only: nearest example along sign vectors"),
    Entry(
      name: "autoattack", attack: AutoAttack(),
      summary: "APGD-CE, APGD-T, FAB-T and Square, the standard of comparison"),
  ]

  private static func byEstimate(_ method: GradientEstimate.Method) -> EstimatedGradientAttack {
    EstimatedGradientAttack(PGD(steps: 50, startsRandomly: false), by: GradientEstimate(method))
  }

  /// The attack that a text asks for.
  ///
  /// A gradient attack takes settings of its surroundings besides its own: `gradient=nes` or
  /// `gradient=spsa` makes an ``EstimatedGradientAttack`` of it, `diversity=0.5` and `kernel=7` a
  /// ``TransferAttack``.
  ///
  /// - Parameter text: a name, or a name with settings, such as `pgd:steps=100,restarts=10`. Lengths
  ///   may be written as fractions: `stepSize=2/255`; `auto` leaves one to the attack.
  /// - Throws: ``CatalogueError`` when there is no such attack or it has no such setting.
  public static func attack(_ text: String) throws(CatalogueError) -> any Attack {
    let text = try CatalogueText(text)
    guard let entry = entries.first(where: { $0.name == text.name }) else {
      throw .unknownName(text.name, kind: "attack", known: entries.map(\.name))
    }
    return try entry.attack.changed(by: text.settings, called: entry.name)
  }

  /// What a text asks for with every setting written out, the same for all spellings of it.
  ///
  /// - Throws: ``CatalogueError`` as ``attack(_:)`` does.
  public static func canonical(_ text: String) throws(CatalogueError) -> String {
    let attack = try attack(text)
    let name = try CatalogueText(text).name
    return CatalogueText.written(name, attack.settings(called: name))
  }
}

extension Attack {
  func settings(called name: String) -> String {
    guard let wrapping = self as? any WrappingAttack else { return named(name).description }
    return wrapping.jointSettings(called: name)
  }

  fileprivate func changed(
    by settings: [String: String], called name: String
  ) throws(CatalogueError) -> any Attack {
    if let wrapping = self as? any WrappingAttack {
      return try wrapping.changedTogether(by: settings, called: name)
    }
    if let attack = self as? any WhiteBoxAttack {
      for surroundings in attack.surroundings
      where surroundings.triggers.contains(where: { settings[$0] != nil }) {
        return try surroundings.wrapped.changed(by: settings, called: name)
      }
    }
    return try named(name).changed(by: settings)
  }

  private func named(_ name: String) -> NamedSettings<Self> {
    NamedSettings(of: self, called: name) { $0.hasUsableSettings }
  }
}

extension WhiteBoxAttack {
  /// What the attack becomes if one of some settings is given which it does not have itself.
  var surroundings: [(triggers: [String], wrapped: any Attack)] {
    guard EstimatedGradientAttack.suits(self) else { return [] }
    let estimated = EstimatedGradientAttack(self, by: GradientEstimate(.nes))
    let transferred = TransferAttack(self, with: TransferSettings())
    return [(["gradient"], estimated), (["diversity", "kernel"], transferred)]
  }
}

extension WrappingAttack {
  private func ownSettings(called name: String) -> NamedSettings<Own> {
    NamedSettings(of: own, called: name) { _ in true }
  }

  fileprivate func jointSettings(called name: String) -> String {
    let parts = [attack.settings(called: name), ownSettings(called: name).description]
    return parts.filter { !$0.isEmpty }.joined(separator: ", ")
  }

  fileprivate func changedTogether(
    by settings: [String: String], called name: String
  ) throws(CatalogueError) -> Self {
    let own = ownSettings(called: name)
    let ownChanges = settings.filter { own.names.contains($0.key) }
    let others = settings.filter { !own.names.contains($0.key) }
    guard let attack = try attack.changed(by: others, called: name) as? any WhiteBoxAttack else {
      preconditionFailure("\(name) is no gradient attack any more")
    }
    let changed = Self(unchecked: attack, own: try own.changed(by: ownChanges))
    guard changed.hasUsableSettings else {
      throw .unsuitableValues(settings.map { "\($0)=\($1)" }.sorted(), of: name)
    }
    return changed
  }
}
