public import Attacks
import Training
import ThreatModels

extension AdvProp: CataloguedMethod {
  /// What can be set.
  public struct Settings: MethodSettings {
    /// Steps of PGD.
    public var steps: Int
    /// Their length with pixels in [0, 1]; ε/4, or ε/steps where that is more, if there is none.
    public var stepSize: Double?
    /// What the attack wants.
    public var target: Target
    /// How many auxiliary sets there are, each for an ε of its own: the parts 1/n, 2/n, …, 1 of the
    /// whole.
    public var strengths: Int
    /// Attacks with an auxiliary set for each, joined by `+` as in `pgd+fgsm`; nothing for PGD alone.
    public var attacks: String?
    /// Whether all pictures go through the main batch norms: the ablation.
    public var shared: Bool

    /// Whether sets are by strength or by attack, and not too many.
    public var areUsable: Bool { strengths <= 16 && (strengths == 1 || attacks == nil) }

    /// The paper's five steps towards random classes.
    public init() {
      steps = 5
      target = .random
      strengths = 1
      shared = false
    }
  }

  /// What it is.
  public static var summary: String {
    "better on pictures as they are: batch norms of their own for adversarial ones"
  }
  /// The budget, and another attack.
  public static var needs: Set<MethodContext.Part> { [.budget, .attack] }

  /// The method with settings.
  ///
  /// - Throws: `CatalogueError` when an attack is none, or there are two ways to say which.
  public init(_ settings: Settings, in context: MethodContext) throws(CatalogueError) {
    self.init(
      against: try Self.adversaries(settings, in: context), target: settings.target,
      sharesBatchNorm: settings.shared)
  }

  private static func adversaries(
    _ settings: Settings, in context: MethodContext
  ) throws(CatalogueError) -> [TrainingAdversary] {
    let budget = context.budget
    if let names = settings.attacks {
      if context.attack != nil {
        throw .unsuitable("advprop is told its attacks twice: leave out one of them")
      }
      return try names.split(separator: "+", omittingEmptySubsequences: false).map {
        name throws(CatalogueError) in
        let other = try MethodContext(budget: budget, attackNamed: String(name))
        try other.check(for: Self.name, needing: needs)
        return other.adversary(usually: PGD())
      }
    }
    return try (1...settings.strengths).map { part throws(CatalogueError) in
      let epsilon = budget.epsilon * Double(part) / Double(settings.strengths)
      let own = PGD(
        steps: settings.steps,
        stepSize: settings.stepSize ?? max(epsilon / 4, epsilon / Double(settings.steps)))
      do {
        return TrainingAdversary(
          context.attack ?? own, within: try PerturbationBudget(budget.norm, epsilon: epsilon))
      } catch {
        throw .unsuitable("\(error)")
      }
    }
  }
}
