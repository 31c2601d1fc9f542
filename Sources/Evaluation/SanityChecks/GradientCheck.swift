import Attacks
import TensorModule
import ThreatModels

/// Whether the gradients of the loss are there, are numbers, and point to where the loss is greater.
struct GradientCheck: SanityCheck {
  /// More samples without a gradient than this are no accident.
  private static let tolerated = 0.1

  func findings(on subject: SanitySubject) throws(OracleError) -> [Finding] {
    let goal = subject.batch.goal
    let result: LossGradient
    do {
      result = try subject.model.lossGradient(at: subject.batch.images, of: goal.crossEntropy)
    } catch {
      throw .engine(error)
    }
    let flat = result.gradient.flattenedSamples()
    let finite = flat.isFinite().all(along: 1).truths()
    let zero = (flat .== 0).all(along: 1).truths()
    var findings: [Finding] = []
    let broken = finite.count { !$0 }
    if broken > 0 {
      findings.append(
        Finding(
          .notFinite, .warning,
          observation: "the gradient of \(broken) of \(subject.count) pictures is not finite",
          advice:
            "look for divisions by zero and overflows in the model; attacks that use gradients "
            + "cannot be trusted, so add square and rays"))
    }
    let vanished = zero.count { $0 }
    if Double(vanished) > Self.tolerated * Double(subject.count) {
      findings.append(
        Finding(
          .zeroGradients, .warning,
          observation: subject.lacksGradients
            ? "the model has no gradient at all: something in it, such as a threshold, cuts it"
            : "the gradient of the loss is exactly zero for \(vanished) of \(subject.count) "
              + "pictures",
          advice: subject.advice(
            "the model hides its gradients (saturated outputs, rounding, or a large factor on "
              + "the logits): attacks with the cross-entropy see nothing, so use autoattack, whose "
              + "other losses do not saturate, and attacks without gradients",
            afterAutoAttack: "the model hides its gradients (saturated outputs, rounding, or a "
              + "large factor on the logits): of autoattack APGD-CE sees nothing, so add longer "
              + "searches without gradients and an attack made for this model")))
    }
    return findings + (try misleading(result.gradient, on: subject))
  }

  /// Whether a step of length ε along the gradient raises the loss less than one against it.
  ///
  /// Both are asked about where a picture file can be. A loss that bends may fall both ways on some
  /// pictures; on half of them it does so only if the gradient is not the loss's own.
  private func misleading(
    _ gradient: Tensor, on subject: SanitySubject
  ) throws(OracleError) -> [Finding] {
    let feasible = subject.threat.feasibleSet(around: subject.batch.images)
    let step = gradient.sign() * max(subject.threat.budget.epsilon, 1.0 / 255)
    let losses: [[Float]]
    do throws(EngineError) {
      losses = try [step, -step].map { step throws(EngineError) in
        let point = feasible.realized(subject.batch.images + step)
        return subject.batch.goal.crossEntropy(of: try subject.model.logits(of: point)).floats()
      }
    } catch {
      throw .engine(error)
    }
    let against = subject.batch.keys.indices.count { losses[1][$0] > losses[0][$0] }
    guard against >= 3, 2 * against >= subject.count else { return [] }
    return [
      Finding(
        .misleadingGradients, .warning,
        observation:
          "for \(against) of \(subject.count) pictures a step against the gradient raises "
          + "the loss more than one along it",
        advice: "the gradient leads away from what it should find, so attacks that follow it prove "
          + "nothing: add square and rays, and attack the model without whatever bends its gradient"
      )
    ]
  }
}
