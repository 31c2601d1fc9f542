import Attacks
import TensorModule
import ThreatModels

/// Whether the model gives the same answer twice, and to a picture alone as among others.
struct DeterminismCheck: SanityCheck {
  /// What rounding explains, relative to the largest logit.
  private static let tolerance = 1e-3

  func findings(on subject: SanitySubject) throws(OracleError) -> [Finding] {
    let oracle = ModelOracle(subject.model)
    let images = subject.batch.images
    let first = try oracle.scores(of: images)
    let second = try oracle.scores(of: images)
    let alone = try oracle.scores(of: images[0..<1])
    let scale = max(1, first.magnitude().max().scalar())
    let again = (second - first).magnitude().max().scalar() / scale
    let apart = (alone - first[0..<1]).magnitude().max().scalar() / scale
    if again > Self.tolerance {
      return [
        Finding(
          .notDeterministic, .warning,
          observation: "the same pictures get other logits the second time",
          advice: subject.advice(
            "the model is random: evaluate it with autoattack:version=rand or samplesPerStep, "
              + "which average over its answers",
            afterAutoAttack:
              "the model is random: of autoattack only version=rand averages over its "
              + "answers, and other seeds may end otherwise"))
      ]
    }
    if apart > Self.tolerance {
      return [
        Finding(
          .notDeterministic, .warning,
          observation: "a picture gets other logits alone than among others",
          advice:
            "the model depends on the batch, as in training mode: export it after model.eval()")
      ]
    }
    return []
  }
}
