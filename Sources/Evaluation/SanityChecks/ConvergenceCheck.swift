import Attacks
import ThreatModels

/// Whether many steps beat one, more still help, and a search without gradients finds more.
struct ConvergenceCheck: SanityCheck {
  private let attacks = SanityAttacks()

  func findings(on subject: SanitySubject) throws(OracleError) -> [Finding] {
    guard SanityAttacks.norms.contains(subject.threat.budget.norm) else { return [] }
    let byPGD = try subject.isFooled(by: PGD(steps: attacks.steps))
    let held = byPGD.indices.filter { !byPGD[$0] }
    if held.isEmpty { return [] }
    return try oneStep(on: subject, held: held) + moreSteps(on: subject, held: held)
      + blackBox(on: subject, held: held)
  }

  /// How many more fooled pictures mean something.
  private func isTelling(_ count: Int, of total: Int) -> Bool { count >= max(2, total / 10) }

  private func oneStep(
    on subject: SanitySubject, held: [Int]
  ) throws(OracleError) -> [Finding] {
    let found = try subject.isFooled(by: FGSM(), rows: held).count { $0 }
    guard isTelling(found, of: subject.count) else { return [] }
    return [
      Finding(
        .oneStepBeatsMany, .warning,
        observation: "one step (FGSM) fools \(found) of the \(held.count) pictures that "
          + "\(attacks.steps) steps of PGD do not",
        advice: "the model's gradients mislead: trust the worst case of several attacks only")
    ]
  }

  private func moreSteps(
    on subject: SanitySubject, held: [Int]
  ) throws(OracleError) -> [Finding] {
    let found = try subject.isFooled(by: PGD(steps: attacks.manySteps), rows: held).count { $0 }
    guard isTelling(found, of: subject.count) else { return [] }
    return [
      Finding(
        .moreStepsHelp, .warning,
        observation:
          "\(attacks.manySteps) steps of PGD fool \(found) of the \(held.count) pictures that "
          + "\(attacks.steps) steps do not",
        advice: subject.advice(
          "attacks have not converged: give them more steps or use autoattack",
          afterAutoAttack: "attacks have not converged: give them more steps and restarts"))
    ]
  }

  private func blackBox(
    on subject: SanitySubject, held: [Int]
  ) throws(OracleError) -> [Finding] {
    guard SquareAttack.norms.contains(subject.threat.budget.norm) else { return [] }
    let found = try subject.isFooled(by: SquareAttack(queries: attacks.queries), rows: held).count {
      $0
    }
    guard isTelling(found, of: subject.count) else { return [] }
    return [
      Finding(
        .blackBoxBeatsWhiteBox, .warning,
        observation:
          "\(attacks.queries) queries of Square, which sees no gradients, fool \(found) of the "
          + "\(held.count) pictures that \(attacks.steps) steps of PGD do not",
        advice: subject.advice(
          "the model hides its gradients: count on autoattack and attacks without gradients",
          afterAutoAttack: "the model hides its gradients: add longer searches without gradients "
            + "(square:queries=20000, rays, hopskipjump) and an attack made for this model"))
    ]
  }
}
