import Imaging
import TensorModule
import ThreatModels

extension Verification {
  /// Checks the original of every sample that a journal holds, attacked or not, and that each sample
  /// which the model gets right has an answer from every attack that is done with its batch.
  ///
  /// - Parameters:
  ///   - journal: of the evaluation.
  ///   - plan: made for the journal's setup.
  ///   - model: the model that the journal names.
  ///   - batchSize: how many pictures to show the model at once.
  mutating func checkOriginals(
    of journal: Journal, plan: EvaluationPlan, on model: any Classifier, batchSize: Int
  ) throws(VerificationError) {
    for first in stride(from: 0, to: journal.setup.data.count, by: batchSize) {
      let samples: [JournalSample]
      do {
        samples = try journal.samples(in: first..<(first + batchSize))
      } catch {
        throw .journal(error)
      }
      try check(samples, on: model)
    }
    let lost: [(sample: String, attack: String)]
    do {
      lost = try journal.missingResults(of: plan)
    } catch {
      throw .journal(error)
    }
    discrepancies += lost.map {
      Discrepancy(sample: $0.sample, reason: "what became of it under \($0.attack) is missing")
    }
  }

  private mutating func check(
    _ samples: [JournalSample], on model: any Classifier
  ) throws(VerificationError) {
    var readable: [JournalSample] = []
    var originals: [Tensor] = []
    for sample in samples {
      do {
        originals.append(
          try StoredPoint(sample.picture, on: .eightBit).tensor(shape: model.imageShape))
        readable.append(sample)
      } catch {
        discrepancies.append(Discrepancy(sample: sample.name, reason: "\(error)"))
      }
    }
    if readable.isEmpty { return }
    let scores: ClassScores
    do {
      scores = ClassScores(of: try model.logits(of: .stacked(originals)))
    } catch {
      throw .engine(error)
    }
    for (index, sample) in readable.enumerated() {
      if !scores.agree(withClass: sample.class, confidence: sample.confidence, at: index) {
        discrepancies.append(
          Discrepancy(
            sample: sample.name,
            reason: "the original is taken for class \(scores.classes[index]) now"))
      } else if scores.isFinite[index] != sample.isFinite {
        discrepancies.append(
          Discrepancy(
            sample: sample.name, reason: "whether its logits are finite is not as the run says"))
      }
    }
  }
}

extension Journal {
  /// Samples which the model gets right but an attack that is done with their batch has no answer for.
  ///
  /// Members of an ensemble need none for samples that an earlier member fooled.
  fileprivate func missingResults(
    of plan: EvaluationPlan
  ) throws(JournalError) -> [(sample: String, attack: String)] {
    let right = try samples(in: 0..<setup.data.count).filter(\.isRight)
    var missing: [(sample: String, attack: String)] = []
    for (index, line) in plan.lines.enumerated() {
      for unit in line.units(under: setup.threats) {
        for threat in unit {
          let answered = try answered(by: index, threat: threat)
            .union(try fooled(by: line.predecessors, threat: threat))
          for sample in right where !answered.contains(sample.number) {
            let first = setup.firstOfBatch(with: sample.number)
            if try isDone(attack: index, threat: unit[0], first: first) {
              missing.append((sample.name, "\(line.name), \(setup.threats[threat].budget)"))
            }
          }
        }
      }
    }
    return missing + (try missingExamples(of: plan, among: right))
  }

  /// Samples that the sanity checks looked at and have no answer for.
  private func missingExamples(
    of plan: EvaluationPlan, among right: [JournalSample]
  ) throws(JournalError) -> [(sample: String, attack: String)] {
    guard let unit = plan.sanityUnit, try findings(of: ConvergenceCheck.name) != nil else {
      return []
    }
    let answered = try answered(by: unit.line, threat: unit.threat)
    return right.prefix(SanitySubject.count(for: setup.imageShape))
      .filter { !answered.contains($0.number) }
      .map { ($0.name, "\(plan.lines[unit.line].name), \(setup.threats[unit.threat].budget)") }
  }
}
