import GRDB

/// What one attack under one budget made of one sample, as the journal keeps it.
struct JournalResult: Codable, FetchableRecord, PersistableRecord, Sendable {
  static let databaseTableName = "result"

  /// The number of the attack among the planned ones.
  var attack: Int
  /// The number of the budget in the setup.
  var threat: Int
  /// The number of the sample in the data set.
  var sample: Int
  var outcome: Outcome
  var `class`: Int
  var confidence: Double
  var maximumInPixels: Double
  var l2: Double
  var l1: Double
  var l0: Double
  /// The adversarial point, kept for samples that were fooled.
  var point: Int64?

  /// What a judgement says of one sample.
  init(
    _ judgement: Judgement, row: Int, attack: Int, threat: Int, sample: Int, outcome: Outcome
  ) {
    self.attack = attack
    self.threat = threat
    self.sample = sample
    self.outcome = outcome
    self.class = judgement.scores.classes[row]
    confidence = judgement.scores.confidences[row]
    let distances = judgement.distances[row]
    maximumInPixels = distances.maximumInPixels.storable
    l2 = distances.l2.storable
    l1 = distances.l1.storable
    l0 = distances.l0.storable
  }

  var distances: Distances {
    Distances(maximumInPixels: maximumInPixels, l2: l2, l1: l1, l0: l0)
  }
}

extension Double {
  /// The number, or the largest there is where SQLite would keep nothing: for points that are no
  /// numbers.
  fileprivate var storable: Double { isFinite ? self : .greatestFiniteMagnitude }
}
