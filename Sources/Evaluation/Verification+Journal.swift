import Attacks
import Foundation
import Imaging
import TensorModule
public import ThreatModels

extension Verification {
  /// Checks that `results.json` says what the journal says; its absence is remarked upon.
  ///
  /// - Parameters:
  ///   - results: what the journal says; nothing while no batch of pictures is complete, so that no
  ///     file can be right.
  ///   - folder: the evaluation's.
  public mutating func compare(
    _ results: EvaluationResults?, withFileIn folder: EvaluationFolder
  ) {
    let name = EvaluationFolder.Product.results.rawValue
    guard let data = folder.contents(of: .results) else {
      remarks.append("there is no \(name), so nothing was compared with the journal")
      return
    }
    guard let results else {
      discrepancies.append(
        Discrepancy(
          sample: name,
          reason: "no batch of pictures is complete in the journal, so it has no results"
        ))
      return
    }
    if (try? JSONDecoder().decode(EvaluationResults.self, from: data)) != results {
      discrepancies.append(
        Discrepancy(
          sample: name,
          reason: "it does not say what the journal says; adversary report writes it again"))
    }
  }

  /// Checks that `comparison.json`, where there is one, says what three evaluations say together.
  ///
  /// - Parameters:
  ///   - comparison: what they say.
  ///   - folder: holds them.
  public mutating func compare(
    _ comparison: DefenseComparison, withFileIn folder: DefenseFolder
  ) {
    guard let data = folder.contents(of: .comparison) else { return }
    if (try? JSONDecoder().decode(DefenseComparison.self, from: data)) != comparison {
      discrepancies.append(
        Discrepancy(
          sample: DefenseFolder.Product.comparison.rawValue,
          reason: "it does not say what the journals say; adversary report writes it again"))
    }
  }

  /// Checks every original and every adversarial point that a journal holds.
  ///
  /// What the model says of every original must be what the journal says, and every attack that is
  /// done must have an answer for every sample that it had to attack. Originals and points are decoded, the perturbations measured in double precision, and the model
  /// asked about both. A success that says where it lies but holds no point is a discrepancy.
  ///
  /// - Parameters:
  ///   - journal: of the evaluation.
  ///   - plan: made for the journal's setup.
  ///   - model: the model that the journal names.
  ///   - batchSize: how many pictures to show the model at once.
  /// - Throws: ``VerificationError`` if the journal cannot be checked at all.
  public init(
    of journal: Journal, plan: EvaluationPlan, on model: any Classifier, batchSize: Int = 64
  ) throws(VerificationError) {
    self.init()
    try checkRows(of: journal, plan: plan)
    try checkOriginals(of: journal, plan: plan, on: model, batchSize: batchSize)
    for column in plan.columns {
      let successes: [JournalSuccess]
      do {
        successes = try journal.successes(line: column.line, threat: column.threat)
      } catch {
        throw .journal(error)
      }
      claimed += successes.count
      for start in stride(from: 0, to: successes.count, by: batchSize) {
        let part = Array(successes[start..<min(start + batchSize, successes.count)])
        try check(
          part, under: journal.setup.threats[column.threat],
          by: plan.lines[column.line].name, on: model)
      }
    }
  }

  private mutating func check(
    _ successes: [JournalSuccess], under threat: ThreatModel, by attack: String,
    on model: any Classifier
  ) throws(VerificationError) {
    var readable: [JournalSuccess] = []
    var pairs: [(original: Tensor, adversarial: Tensor)] = []
    for success in successes {
      do {
        pairs.append(try success.tensors(shape: model.imageShape, on: threat.pixels))
        readable.append(success)
      } catch {
        discrepancies.append(
          Discrepancy(sample: "\(success.sample.name) under \(attack)", reason: "\(error)"))
      }
    }
    if readable.isEmpty { return }
    let measured = try Measured(pairs, under: threat, on: model)
    var sound: [Int] = []
    for (index, success) in readable.enumerated() {
      if let reason = measured.complaint(about: success.record, at: index, mayMiss: false) {
        discrepancies.append(
          Discrepancy(sample: "\(success.sample.name) under \(attack)", reason: reason))
      } else {
        confirmed += 1
        sound.append(index)
      }
    }
    if threat.pixels == .float, !sound.isEmpty {
      let lost = try lossesByRounding(
        sound.map { (readable[$0].record, pairs[$0]) }, under: threat, on: model)
      lostByRounding = (lostByRounding ?? 0) + lost
    }
  }

  /// How many points leave the ball or fool the model no more when they are saved as plain pictures.
  private func lossesByRounding(
    _ successes: [(record: SampleRecord, pair: (original: Tensor, adversarial: Tensor))],
    under threat: ThreatModel, on model: any Classifier
  ) throws(VerificationError) -> Int {
    let points = Tensor.stacked(successes.map(\.pair.adversarial))
    let rounded = (points * 255).rounded() / 255
    // On the grid a change is measured in whole steps; k/255 in Float32 would be off by a rounding error.
    let allowed = ThreatModel(threat.budget, pixels: .eightBit).allows(
      rounded, around: Tensor.stacked(successes.map(\.pair.original)))
    let classes: [Int]
    do {
      classes = ClassScores(of: try model.logits(of: rounded)).classes
    } catch {
      throw .engine(error)
    }
    return successes.indices.count { index in
      let record = successes[index].record
      let reached =
        record.target.map { classes[index] == $0 } ?? (classes[index] != record.label)
      return !(reached && allowed[index])
    }
  }
}
