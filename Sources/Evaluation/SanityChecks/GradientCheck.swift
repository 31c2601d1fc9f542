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

  /// Whether a step of length ε along the gradient raises the loss less than one against it or one in a
  /// random direction, or leads to no number.
  ///
  /// All are asked about where a picture file can be. A loss that bends may fall both ways on some
  /// pictures, and a random direction may be lucky; on half of the pictures, or on a third, they are so
  /// only if the gradient is not the loss's own. Pictures without a gradient do not count here.
  private func misleading(
    _ gradient: Tensor, on subject: SanitySubject
  ) throws(OracleError) -> [Finding] {
    let (along, against, random) = try lossesAfterSteps(gradient, on: subject)
    let all = subject.batch.keys.indices
    let broken = all.count { ![along[$0], against[$0], random[$0]].allSatisfy(\.isFinite) }
    if broken > 0 {
      return [
        Finding(
          .notFinite, .warning,
          observation: "after one step within the budget the model's answer to \(broken) of "
            + "\(subject.count) pictures is not finite",
          advice: "an answer that is no number counts as held here and hides what would be found: "
            + "mend the model before its robustness is measured")
      ]
    }
    let zero = (gradient.flattenedSamples() .== 0).all(along: 1).truths()
    let (backwards, lucky) = (
      all.count { !zero[$0] && against[$0] > along[$0] },
      all.count { !zero[$0] && random[$0] > along[$0] }
    )
    let turned = backwards >= 3 && 2 * backwards >= subject.count
    guard turned || (lucky >= 3 && 3 * lucky >= subject.count) else { return [] }
    return [
      Finding(
        .misleadingGradients, .warning,
        observation:
          "for \(turned ? backwards : lucky) of \(subject.count) pictures a step "
          + "\(turned ? "against the gradient" : "in a random direction") raises the loss more than "
          + "one along it",
        advice: "the gradient leads away from what it should find, so attacks that follow it prove "
          + "nothing: add square and rays, and attack the model without whatever bends its gradient"
      )
    ]
  }

  /// The cross-entropy after a step along the gradient, one against it, and one in a random direction.
  private func lossesAfterSteps(
    _ gradient: Tensor, on subject: SanitySubject
  ) throws(OracleError) -> (along: [Float], against: [Float], random: [Float]) {
    let batch = subject.batch
    let feasible = subject.threat.feasibleSet(around: batch.images)
    let length = max(subject.threat.budget.epsilon, 1.0 / 255)
    let shape = Array(batch.images.shape.dropFirst())
    let directions = Tensor.stacked(
      batch.keys.map { Tensor.normal(shape, using: $0.part("random direction").makeGenerator()) })
    func losses(_ direction: Tensor) throws(EngineError) -> [Float] {
      let point = feasible.realized(batch.images + direction.sign() * length)
      return batch.goal.crossEntropy(of: try subject.model.logits(of: point)).floats()
    }
    do {
      return (try losses(gradient), try losses(-gradient), try losses(directions))
    } catch {
      throw .engine(error)
    }
  }
}
