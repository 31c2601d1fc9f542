import TensorModule
import ThreatModels

/// What the files of some samples show, to be held against what the run says of them.
struct Measured {
  /// Whether each adversarial point is allowed.
  let allowed: [Bool]
  let distances: [Distances]
  let clean: ClassScores
  let attacked: ClassScores

  /// Measures points and asks the model about them and their originals.
  ///
  /// - Parameters:
  ///   - pairs: each [C, H, W].
  ///   - threat: what is allowed.
  ///   - model: asked twice.
  init(
    _ pairs: [(original: Tensor, adversarial: Tensor)], under threat: ThreatModel,
    on model: any Classifier
  ) throws(VerificationError) {
    let originals = Tensor.stacked(pairs.map(\.original))
    let adversarials = Tensor.stacked(pairs.map(\.adversarial))
    allowed = threat.allows(adversarials, around: originals)
    distances = Distances.between(originals, and: adversarials, on: threat.pixels)
    do {
      clean = ClassScores(of: try model.logits(of: originals))
      attacked = ClassScores(of: try model.logits(of: adversarials))
    } catch {
      throw .engine(error)
    }
  }

  /// What is wrong with the record of a sample, or nothing.
  ///
  /// - Parameters:
  ///   - record: what is said.
  ///   - index: the place of the sample.
  ///   - mayMiss: whether the attack looks for the nearest point, which may be one too far away and no success.
  func complaint(about record: SampleRecord, at index: Int, mayMiss: Bool) -> String? {
    if !agrees(record.clean, with: clean, at: index) {
      return "the original is taken for class \(clean.classes[index]) now"
    }
    let isRight = record.clean.classIndex == record.label
    if record.outcome == .initiallyWrong {
      return isRight ? "the model is right about the original, so it was not wrong before" : nil
    }
    guard isRight else { return "the model is wrong about the original, so it was wrong before" }
    let mayBeOutside = record.outcome == .invalid || record.outcome == .robust && mayMiss
    if !allowed[index] && !mayBeOutside { return "the picture is outside the budget" }
    guard let adversarial = record.adversarial,
      agrees(adversarial, with: attacked, at: index)
    else { return "the adversarial picture is taken for class \(attacked.classes[index]) now" }
    guard let recorded = record.distances, recorded.agree(with: distances[index]) else {
      return "the recorded distances are not those of the pictures"
    }
    if record.outcome == .invalid { return nil }
    if record.target == record.label { return "the target is the true class" }
    let prediction = attacked.classes[index]
    let reached = record.target.map { prediction == $0 } ?? (prediction != record.label)
    return (reached && allowed[index]) == (record.outcome == .newlyWrong)
      ? nil : "the recorded outcome does not follow from the prediction"
  }

  private func agrees(_ recorded: Prediction, with scores: ClassScores, at index: Int) -> Bool {
    scores.agree(withClass: recorded.classIndex, confidence: recorded.confidence, at: index)
  }
}
