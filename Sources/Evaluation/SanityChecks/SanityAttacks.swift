import Attacks
import ThreatModels

/// The attacks of ``ConvergenceCheck``, as one attack of the plan.
///
/// What they find within an evaluated budget is kept, counted and verified like what any attack finds,
/// so that no robust accuracy is higher than the checks themselves showed.
struct SanityAttacks: AttackEnsemble {
  static let name = AttackResult.sanityChecksName
  static let norms = PGD.norms

  /// The steps that show whether one step is better.
  var steps = 20
  /// The steps that show whether more steps help.
  var manySteps = 200
  /// The queries of a search without gradients.
  var queries = 500

  func members(in norm: Norm, classCount: Int) -> [any Attack] {
    let all: [any Attack] = [
      PGD(steps: steps), FGSM(), PGD(steps: manySteps), SquareAttack(queries: queries),
    ]
    return all.filter { type(of: $0).norms.contains(norm) }
  }
}
