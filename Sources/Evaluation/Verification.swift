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
  public private(set) var claimed = 0
  /// How many of them the files bear out.
  public private(set) var confirmed = 0
  /// What was found wrong, of whatever sample.
  public private(set) var discrepancies: [Discrepancy] = []

  /// Whether everything is as the run says.
  public var holds: Bool { discrepancies.isEmpty }

  /// Checks every attacked sample of a run.
  ///
  /// For each it decodes the original and the adversarial picture, measures the perturbation in
  /// double precision against the budget, and asks the model about both.
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
    let attacked = manifest.samples.filter { $0.outcome != .initiallyWrong }
    claimed = attacked.count { $0.outcome == .newlyWrong }
    for start in stride(from: 0, to: attacked.count, by: batchSize) {
      let records = Array(attacked[start..<min(start + batchSize, attacked.count)])
      try check(records, of: manifest, in: folder, on: model)
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
    let originals = Tensor.stacked(pairs.map(\.original))
    let adversarials = Tensor.stacked(pairs.map(\.adversarial))
    let allowed = manifest.threat.allows(adversarials, around: originals)
    let clean = try Self.predictions(of: originals, by: model)
    let attacked = try Self.predictions(of: adversarials, by: model)
    for (index, record) in readable.enumerated() {
      let reason = Self.complaint(
        about: record, allowed: allowed[index], clean: clean[index], attacked: attacked[index])
      if let reason {
        discrepancies.append(Discrepancy(sample: record.name, reason: reason))
      } else if record.outcome == .newlyWrong {
        confirmed += 1
      }
    }
  }

  /// What is wrong with a sample, if anything.
  private static func complaint(
    about record: SampleRecord, allowed: Bool, clean: Int, attacked: Int
  ) -> String? {
    if !allowed && record.outcome != .invalid { return "the picture is outside the budget" }
    if clean != record.clean.classIndex { return "the original is taken for class \(clean) now" }
    if attacked != record.adversarial?.classIndex {
      return "the adversarial picture is taken for class \(attacked) now"
    }
    let reached = record.target.map { attacked == $0 } ?? (attacked != record.label)
    return reached == (record.outcome == .newlyWrong) || record.outcome == .invalid
      ? nil : "the recorded outcome does not follow from the prediction"
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

  private static func predictions(
    of images: Tensor, by model: any Classifier
  ) throws(VerificationError) -> [Int] {
    do {
      return try model.logits(of: images).argmax(along: 1).integers()
    } catch {
      throw .engine(error)
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
  /// The engine refused.
  case engine(EngineError)

  /// One sentence for the user.
  public var description: String {
    switch self {
    case .folder(let error): "\(error)"
    case .engine(let error): "\(error)"
    }
  }
}
