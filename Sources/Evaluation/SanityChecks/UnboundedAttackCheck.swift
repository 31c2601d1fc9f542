import Attacks
import ThreatModels

/// Whether everything falls when any picture is allowed.
struct UnboundedAttackCheck: SanityCheck {
  func findings(on subject: SanitySubject) throws(OracleError) -> [Finding] {
    guard let everything = try? PerturbationBudget(.linf, epsilon: "1") else { return [] }
    let fooled = try subject.isFooled(
      by: PGD(steps: 50, restarts: 2),
      within: ThreatModel(everything, pixels: subject.threat.pixels))
    let held = fooled.count { !$0 }
    if held == 0 { return [] }
    return [
      Finding(
        .unboundedAttackFails, .warning,
        observation: "\(held) of \(subject.count) pictures stay right although every pixel may be "
          + "changed at will",
        advice: subject.advice(
          "no model can be that robust: PGD does not see the way, so do not trust what it says "
            + "at smaller ε; use autoattack and attacks without gradients",
          afterAutoAttack: "no model can be that robust: PGD does not see the way, so do not trust "
            + "what attacks with gradients say at smaller ε; add longer searches without gradients")
      )
    ]
  }
}
