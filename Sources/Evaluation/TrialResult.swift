import Attacks
public import TensorModule
import ThreatModels

/// What a trial found, sample by sample.
public struct TrialResult {
  /// [N, C, H, W]: the adversarial points; the originals where there was no attack.
  public private(set) var images: Tensor
  /// The true classes.
  public let labels: [Int]
  /// The classes aimed at, if the attack was targeted.
  public let targets: [Int]?
  /// What became of each sample.
  public private(set) var outcomes: [Outcome]
  /// How far each attacked sample was moved.
  public private(set) var distances: [Distances?]
  private let clean: ClassScores
  private var adversarial: [(classIndex: Int, confidence: Double)?]

  init(images: Tensor, labels: [Int], targets: [Int]?, clean: ClassScores) {
    self.images = images
    self.labels = labels
    self.targets = targets
    self.clean = clean
    outcomes = labels.map { _ in .initiallyWrong }
    distances = labels.map { _ in nil }
    adversarial = labels.map { _ in nil }
  }

  /// Takes note of what the attack returned for some rows and what the model says of it.
  mutating func record(
    _ points: Tensor, at rows: [Int], _ judgement: Judgement, of trial: Trial
  ) {
    images = images.replacingRows(rows, with: points)
    for (index, row) in rows.enumerated() {
      let scores = judgement.scores
      adversarial[row] = (scores.classes[index], scores.confidences[index])
      distances[row] = judgement.distances[index]
      outcomes[row] = judgement.outcome(
        ofRow: index, within: trial.threat.budget,
        promised: !type(of: trial.attack).minimizesNorm)
    }
  }

  /// The record of one sample.
  ///
  /// - Parameters:
  ///   - row: which sample of the batch.
  ///   - name: what to call it, unique in the run.
  ///   - className: names a class.
  public func record(
    ofRow row: Int, named name: String, className: (Int) -> String
  ) -> SampleRecord {
    func prediction(_ classIndex: Int, _ confidence: Double) -> Prediction {
      Prediction(
        classIndex: classIndex, className: className(classIndex), confidence: confidence)
    }
    let target = targets?[row]
    return SampleRecord(
      name: name, label: labels[row], labelName: className(labels[row]), target: target,
      targetName: target.map(className),
      clean: prediction(clean.classes[row], clean.confidences[row]),
      adversarial: adversarial[row].map { prediction($0.classIndex, $0.confidence) },
      outcome: outcomes[row], distances: distances[row])
  }
}

extension TrialResult {
  /// The four counts.
  public var counts: Counts { Counts(of: outcomes) }
}
