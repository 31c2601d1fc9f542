import GRDB
import ThreatModels

/// A unit of work that is done: one attack under one budget on the samples of one batch.
struct JournalWork: Codable, FetchableRecord, PersistableRecord, Sendable {
  static let databaseTableName = "work"

  /// The number of the attack among the planned ones.
  var attack: Int
  /// The number of the budget in the setup; the first of those that the unit served.
  var threat: Int
  /// The number of the batch's first sample.
  var first: Int
  var forward: Int
  var backward: Int
  var seconds: Double

  init(attack: Int, threat: Int, first: Int, passes: PassCount, seconds: Double) {
    self.attack = attack
    self.threat = threat
    self.first = first
    forward = passes.forward
    backward = passes.backward
    self.seconds = seconds
  }
}
