import Attacks
import TensorModule
import ThreatModels

/// Whether the gradients of the loss are there and are numbers.
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
    return findings
  }
}
