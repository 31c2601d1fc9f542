public import Attacks
public import ThreatModels

/// What a training method is told besides its settings.
public struct MethodContext {
  /// One thing that a method can make use of.
  public enum Part: Hashable, Sendable {
    /// How far adversarial examples may be from their originals.
    case budget
    /// Another attack than the method's own.
    case attack
    /// Classifiers that do not learn.
    case staticModels
  }

  /// How far adversarial examples may be from their originals.
  public var budget: PerturbationBudget
  /// Another attack than the method's own; nothing for that.
  public var attack: (any WhiteBoxAttack)?
  /// Classifiers that do not learn and whose adversarial examples are learned from.
  public var staticModels: [any DifferentiableClassifier]

  /// A context.
  public init(
    budget: PerturbationBudget, attack: (any WhiteBoxAttack)? = nil,
    staticModels: [any DifferentiableClassifier] = []
  ) {
    self.budget = budget
    self.attack = attack
    self.staticModels = staticModels
  }

  /// A context whose attack is named as in `AttackCatalogue`, such as `mi-fgsm:steps=5`.
  ///
  /// - Throws: `CatalogueError` when there is no such attack, or it does not follow gradients.
  public init(
    budget: PerturbationBudget, attackNamed text: String,
    staticModels: [any DifferentiableClassifier] = []
  ) throws(CatalogueError) {
    self.init(
      budget: budget, attack: try Self.attack(text), staticModels: staticModels)
  }

  /// The attack of a name.
  static func attack(_ text: String) throws(CatalogueError) -> any WhiteBoxAttack {
    guard let attack = try AttackCatalogue.attack(text) as? any WhiteBoxAttack else {
      throw .unsuitable(
        "\(text) cannot be trained against: an attack inside training follows gradients within a "
          + "budget, as pgd, fgsm or mi-fgsm do")
    }
    return attack
  }

  /// An adversary with the context's attack, or else the method's own.
  func adversary(usually own: any WhiteBoxAttack) -> TrainingAdversary {
    TrainingAdversary(attack ?? own, within: budget)
  }

  /// Checks that the context suits a method.
  func check(for name: String, needing needs: Set<Part>) throws(CatalogueError) {
    if attack != nil, !needs.contains(.attack) {
      throw .unsuitable("\(name) takes no other attack: leave it out, or use pgd")
    }
    if !staticModels.isEmpty, !needs.contains(.staticModels) {
      throw .unsuitable("\(name) takes no further models: leave them out, or use ensemble")
    }
    guard needs.contains(.budget) else { return }
    let norms = attack.map { type(of: $0).norms } ?? PGD.norms
    guard norms.contains(budget.norm) else {
      let known = Norm.allCases.filter(norms.contains).map { "\($0)" }.joined(separator: ", ")
      throw .unsuitable("\(name) cannot train in \(budget.norm): its attack knows \(known)")
    }
  }
}
