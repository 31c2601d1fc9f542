import Foundation
import GRDB
import Imaging
import TensorModule
import ThreatModels

/// A sample that an attack fooled, with the point that did it.
struct JournalSuccess {
  let sample: JournalSample
  let result: JournalResult
  /// Nothing if the journal lost it.
  let point: Data?

  /// The same in the words of a run folder, where classes have no names.
  var record: SampleRecord {
    func prediction(_ classIndex: Int, _ confidence: Double) -> Prediction {
      Prediction(classIndex: classIndex, className: "", confidence: confidence)
    }
    return SampleRecord(
      name: sample.name, label: sample.label, labelName: "", target: sample.target,
      clean: prediction(sample.class, sample.confidence),
      adversarial: prediction(result.class, result.confidence), outcome: result.outcome,
      distances: result.distances)
  }

  /// The original and the adversarial point, each [C, H, W].
  func tensors(
    shape: ImageShape, on pixels: PixelGrid
  ) throws(RunFolderError) -> (original: Tensor, adversarial: Tensor) {
    guard let point else { throw .malformed("the journal", "a success without its point") }
    let original = StoredPoint(sample.picture, on: .eightBit)
    return (
      try original.tensor(shape: shape), try StoredPoint(point, on: pixels).tensor(shape: shape)
    )
  }
}

extension Journal {
  /// All samples that an attack under a budget fooled.
  func successes(line: Int, threat: Int) throws(JournalError) -> [JournalSuccess] {
    try reading { database in
      let results =
        try JournalResult
        .filter(Column("attack") == line && Column("threat") == threat)
        .filter(Column("outcome") == Outcome.newlyWrong.rawValue)
        .order(Column("sample")).fetchAll(database)
      return try results.map { result in
        guard let sample = try JournalSample.fetchOne(database, key: result.sample) else {
          throw JournalError.malformed(path)
        }
        let point = try Data.fetchOne(
          database, sql: "SELECT data FROM point WHERE id = ?", arguments: [result.point])
        return JournalSuccess(sample: sample, result: result, point: point)
      }
    }
  }
}
