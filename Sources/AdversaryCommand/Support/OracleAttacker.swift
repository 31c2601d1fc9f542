import Adversary

/// Attacks pictures one after the other through an oracle, and says what each of them took.
struct OracleAttacker {
  /// The attack.
  let trial: OracleTrial
  /// What is asked.
  let oracle: BudgetedOracle
  /// Names of classes.
  let className: (Int) -> String
  /// Where the attack begins; nothing for the pictures as they are.
  private let prior: OracleTrial.Prior?

  /// An attack.
  ///
  /// - Parameter substitutes: models to begin on; nothing for none.
  /// - Throws: ``CommandFailure`` when a substitute's pictures or classes are not the service's.
  init(
    _ trial: OracleTrial, on oracle: BudgetedOracle, beginningOn substitutes: StartingModels?,
    className: @escaping (Int) -> String
  ) throws {
    self.trial = trial
    self.oracle = oracle
    self.className = className
    guard let substitutes else {
      prior = nil
      return
    }
    let start = try SubstitutePrior(
      on: substitutes.classifier(for: oracle), within: trial.threat, for: trial.attack)
    prior = { (batch, oracle) throws(OracleError) in try start.start(for: batch, asking: oracle) }
  }

  /// Attacks a picture.
  ///
  /// - Parameters:
  ///   - sample: in the service's shape; without a label, the service's own answer stands for it.
  ///   - number: how many were attacked before it, which names its randomness.
  /// - Returns: what is said of it, and what was found; nothing if the budget did not even allow to ask about
  ///   the picture.
  func attack(
    _ sample: LabelledPicture, number: Int
  ) throws -> (record: OracleAttackResults.Sample, picture: Picture)? {
    guard
      let finding = try trial.run(
        on: oracle, image: Tensor([sample.picture]), label: sample.label, number: number,
        beginningAt: prior)
    else { return nil }
    let record = OracleAttackResults.Sample(finding, named: sample.name, className: className)
    return (record, Picture(finding.image[0]))
  }
}

extension QueryPattern {
  /// How a service is supposed to compare the queries of an attack: close is what the budget allows.
  init(ofAttackWithin budget: PerturbationBudget, onPicturesOf shape: ImageShape) {
    let values = Double(shape.sizes.reduce(1, *))
    // The root of the mean square.
    let radius = budget.norm == .linf ? budget.epsilon : budget.epsilon / values.squareRoot()
    self.init(radius: min(radius, 1))
  }
}
