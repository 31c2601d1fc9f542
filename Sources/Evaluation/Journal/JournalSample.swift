import Foundation
import GRDB

/// One picture of an evaluation as the journal keeps it.
struct JournalSample: Codable, FetchableRecord, PersistableRecord, Sendable {
  static let databaseTableName = "sample"

  /// The number in the data set.
  var number: Int
  var name: String
  var label: Int
  /// The class that a targeted attack aims at.
  var target: Int?
  /// What the model says of the original.
  var `class`: Int
  var confidence: Double
  /// Whether all its logits are finite.
  var isFinite: Bool
  /// The picture as the model saw it, as PNG.
  var picture: Data

  /// Whether the model is right about the original, so that it is attacked.
  var isRight: Bool { self.class == label && isFinite }

  enum CodingKeys: String, CodingKey {
    case number, name, label, target, `class`, confidence, isFinite, picture
  }
}
