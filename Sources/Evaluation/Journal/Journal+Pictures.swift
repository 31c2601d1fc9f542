import Foundation
public import Imaging
import ThreatModels

extension Journal {
  /// The original and the adversarial picture of a sample that an attack fooled.
  ///
  /// - Parameters:
  ///   - defeat: one of the sample's defeats in the results.
  ///   - sample: the sample's number in the data set.
  ///   - plan: made for the journal's setup.
  /// - Returns: nothing if the journal holds no such point.
  public func pictures(
    of defeat: SampleSummary.Defeat, sample number: Int, plan: EvaluationPlan
  ) throws(JournalError) -> (original: Picture, adversarial: Picture)? {
    let column = plan.columns[defeat.attack]
    guard let sample = try samples(in: number..<(number + 1)).first,
      let data = try stored(line: column.line, threat: column.threat, sample: number)
    else { return nil }
    let point = StoredPoint(data, on: setup.threats[column.threat].pixels)
    guard let original = try? Picture(decoding: Array(sample.picture)),
      let adversarial = try? point.picture(shape: setup.imageShape)
    else { throw .malformed(path) }
    return (original, adversarial)
  }
}
