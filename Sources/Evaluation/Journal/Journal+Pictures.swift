public import Datasets
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

  /// The digests that the first pictures may have, with their names and labels.
  ///
  /// Two if they may come from a data set without labels, where the model's prediction stands for the
  /// label; none if the journal does not hold them all, or holds one that cannot be read.
  ///
  /// - Parameters:
  ///   - count: how many pictures.
  ///   - digest: the digest of pictures with their names and labels, as the setup has it.
  /// - Throws: ``JournalError``, or what `digest` throws.
  public func digests(
    ofFirst count: Int, by digest: (_ pictures: [LabelledPicture]) throws -> String
  ) throws -> Set<String> {
    let samples = try samples(in: 0..<count)
    let pictures = samples.compactMap { sample in
      (try? Picture(decoding: Array(sample.picture))).map {
        LabelledPicture(picture: $0, label: sample.label, name: sample.name)
      }
    }
    guard pictures.count == count else { return [] }
    var digests: Set = [try digest(pictures)]
    if samples.allSatisfy({ $0.label == $0.class }) {
      let unlabelled = pictures.map {
        LabelledPicture(picture: $0.picture, label: nil, name: $0.name)
      }
      digests.insert(try digest(unlabelled))
    }
    return digests
  }
}
