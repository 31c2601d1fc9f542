import Attacks
import Datasets
import Imaging
public import TensorModule
public import ThreatModels

/// A run checked from its files alone: pictures are decoded and the model is asked again.
public struct Verification: Hashable, Sendable {
  /// One sample whose files do not bear out what the run says of it.
  public struct Discrepancy: Hashable, Sendable {
    /// The sample.
    public let sample: String
    /// What is wrong, in one clause.
    public let reason: String
  }

  /// How many successes the run claims.
  public internal(set) var claimed = 0
  /// How many of them the files bear out.
  public internal(set) var confirmed = 0
  /// How many confirmed successes in real numbers are none any more once their pixels are rounded to 8
  /// bits; nothing if there was no such success.
  public internal(set) var lostByRounding: Int?
  /// What was found wrong, of whatever sample.
  public internal(set) var discrepancies: [Discrepancy] = []

  /// What could not be checked, each in one clause.
  public internal(set) var remarks: [String] = []

  /// Nothing checked yet.
  public init() {}

  /// Whether everything is as the run says.
  public var holds: Bool { discrepancies.isEmpty }

  /// Checks every sample of a run, and that its counts are those of its samples.
  ///
  /// For each it decodes the original and the adversarial picture, measures the perturbation in
  /// double precision, and asks the model about both. Predictions, confidences, distances and the
  /// outcome must be what the run says. What cannot be known from the files is whether samples were
  /// left out, and whether the labels are true.
  ///
  /// - Parameters:
  ///   - folder: where the files are.
  ///   - model: the model that the run names.
  ///   - batchSize: how many pictures to show the model at once.
  /// - Throws: ``VerificationError`` if the run cannot be checked at all.
  public init(
    of folder: RunFolder, on model: any Classifier, batchSize: Int = 32
  ) throws(VerificationError) {
    let manifest = try Self.reading { () throws(RunFolderError) in try folder.manifest() }
    claimed = manifest.samples.count { $0.outcome == .newlyWrong }
    if manifest.counts != Counts(of: manifest.samples.map(\.outcome)) {
      discrepancies.append(Discrepancy(sample: "run.json", reason: "the counts do not add up"))
    }
    if Set(manifest.samples.map(\.name)).count != manifest.samples.count {
      discrepancies.append(Discrepancy(sample: "run.json", reason: "two samples have one name"))
    }
    for start in stride(from: 0, to: manifest.samples.count, by: batchSize) {
      let end = min(start + batchSize, manifest.samples.count)
      try check(Array(manifest.samples[start..<end]), of: manifest, in: folder, on: model)
    }
  }

  private mutating func check(
    _ records: [SampleRecord], of manifest: RunManifest, in folder: RunFolder,
    on model: any Classifier
  ) throws(VerificationError) {
    var readable: [SampleRecord] = []
    var pairs: [(original: Tensor, adversarial: Tensor)] = []
    for record in records {
      do throws(RunFolderError) {
        pairs.append(try Self.images(of: record, manifest, in: folder, shape: model.imageShape))
        readable.append(record)
      } catch {
        discrepancies.append(Discrepancy(sample: record.name, reason: "\(error)"))
      }
    }
    if readable.isEmpty { return }
    let measured = try Measured(pairs, under: manifest.threat, on: model)
    let mayMiss = manifest.attack.attack.map { type(of: $0).minimizesNorm } ?? true
    for (index, record) in readable.enumerated() {
      if let reason = measured.complaint(about: record, at: index, mayMiss: mayMiss) {
        discrepancies.append(Discrepancy(sample: record.name, reason: reason))
      } else if record.outcome == .newlyWrong {
        confirmed += 1
      }
    }
  }

  private static func images(
    of record: SampleRecord, _ manifest: RunManifest, in folder: RunFolder, shape: ImageShape
  ) throws(RunFolderError) -> (original: Tensor, adversarial: Tensor) {
    let original = try folder.picture(.original, ofSample: record.name)
    let sizes = [original.channels, original.height, original.width]
    guard sizes == shape.sizes else {
      throw .malformed(folder.path, "the original of \(record.name), which is \(sizes),")
    }
    let image = Tensor([original])[0]
    if record.outcome == .initiallyWrong { return (image, image) }
    switch manifest.threat.pixels {
    case .float:
      let count = shape.sizes.reduce(1, *)
      let point = try folder.point(ofSample: record.name, count: count)
      return (image, Tensor(point, shape: shape.sizes))
    case .eightBit:
      let adversarial = try folder.picture(.adversarial, ofSample: record.name)
      guard [adversarial.channels, adversarial.height, adversarial.width] == sizes else {
        throw .malformed(folder.path, "the adversarial picture of \(record.name)")
      }
      return (image, Tensor([adversarial])[0])
    }
  }

  private static func reading<R>(
    _ body: () throws(RunFolderError) -> R
  ) throws(VerificationError) -> R {
    do {
      return try body()
    } catch {
      throw .folder(error)
    }
  }
}

/// Why a run cannot be checked.
public enum VerificationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The folder is not usable.
  case folder(RunFolderError)
  /// The journal is not usable.
  case journal(JournalError)
  /// The engine refused.
  case engine(EngineError)

  /// One sentence for the user.
  public var description: String {
    switch self {
    case .folder(let error): "\(error)"
    case .journal(let error): "\(error)"
    case .engine(let error): "\(error)"
    }
  }
}
