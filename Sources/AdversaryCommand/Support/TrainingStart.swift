import Adversary
import Foundation

/// What the weights of a training run start from.
struct TrainingStart {
  let model: LoadedModel
  let program: Program
  let normalization: ProgramClassifier.Normalization?
  /// Patterns of the names of weights that stay as they are.
  let frozen: [String]
  /// Whether the model has learned nothing yet.
  let isFresh: Bool

  /// How the model is used, as was asked for.
  private let use: ModelUse
  /// The SHA-256 digest of the file; nothing for an architecture.
  private let sha256: String?

  /// Whether a text means a file and not an architecture.
  static func isFile(_ text: String) -> Bool {
    text.contains("/") || text.contains(".") || FileManager.default.fileExists(atPath: text)
  }

  /// The model of a file.
  init(
    file path: String, namesFile: String?, use: ModelUse,
    freezing frozen: [String]
  ) throws {
    let prepared = try PreparedModel(path: path, use: use)
    try prepared.requireLogits(path: path)
    program = prepared.program
    model = try LoadedModel(prepared, path: path, namesFile: namesFile)
    normalization = prepared.normalization
    self.use = use
    self.frozen = frozen
    isFresh = false
    sha256 = try model.digest()
    try checkFrozen()
  }

  /// A network with new weights for the pictures of a data set.
  ///
  /// - Parameters:
  ///   - name: as `ArchitectureCatalogue` knows it.
  ///   - normalization: becomes a part of the network.
  ///   - dataset: shapes and classes are those of its pictures.
  ///   - seed: where the weights come from.
  init(
    architecture name: String, namesFile: String?,
    normalization: ProgramClassifier.Normalization?, freezing frozen: [String],
    for dataset: any Dataset, seed: UInt64
  ) throws {
    let architecture = try ArchitectureCatalogue.architecture(name)
    let picture = try dataset.sample(at: 0).picture
    let names = try namesFile.map { try ClassNames.read(from: $0) }
    var numbers = RandomKey(seed: seed).part("weights").makeNumbers()
    program = try architecture.program(
      for: ClassificationTask(
        channels: picture.channels, height: picture.height, width: picture.width,
        classCount: try names?.count ?? Self.classCount(of: dataset)),
      normalization: normalization.map {
        InputNormalization(
          mean: $0.mean.map(Float.init), standardDeviation: $0.standardDeviation.map(Float.init))
      }, using: &numbers)
    model = try LoadedModel(
      PreparedModel(program, path: name), path: name, namesFile: namesFile)
    self.normalization = nil
    use = ModelUse(normalization: normalization)
    self.frozen = frozen
    isFresh = true
    sha256 = nil
    try checkFrozen()
  }

  private static func classCount(of dataset: any Dataset) throws -> Int {
    if let names = dataset.classNames { return names.count }
    var largest = 0
    for index in 0..<dataset.count {
      let sample = try dataset.sample(at: index)
      guard let label = sample.label else { continue }
      guard (0..<ClassificationTask.largestSide).contains(label) else {
        throw CommandFailure(
          .badData,
          "\(sample.name) is of class \(label), and a network can tell "
            + "\(ClassificationTask.largestSide) classes at most")
      }
      largest = max(largest, label)
    }
    return max(2, largest + 1)
  }

  private func checkFrozen() throws {
    let names = program.parameterNames
    for pattern in frozen where !names.contains(where: { Self.matches($0, pattern) }) {
      throw CommandFailure(
        .usage,
        "--freeze \(pattern) fits none of the weights; adversary inspect lists them, such as "
          + "\(names.first ?? "none")")
    }
    if !names.isEmpty, names.allSatisfy({ name in frozen.contains { Self.matches(name, $0) } }) {
      throw CommandFailure(.usage, "--freeze leaves no weight to learn")
    }
  }

  /// The model ready to learn.
  func trainable(auxiliaryCount: Int) throws -> TrainableClassifier {
    do throws(ProgramError) {
      return try TrainableClassifier(
        program, normalization: normalization, auxiliaryCount: auxiliaryCount
      ) { name in frozen.contains { Self.matches(name, $0) } }
    } catch {
      throw CommandFailure(.badData, "\(model.path): \(error)")
    }
  }

  /// What a run folder keeps of it.
  func recorded() -> TrainingSetup.Model {
    TrainingSetup.Model(
      source: isFresh ? model.path : model.path.absolutePath, sha256: sha256,
      options: use.recorded, frozen: frozen)
  }

  /// Whether a name fits a pattern of a shell, such as `layer1.*`.
  private static func matches(_ name: String, _ pattern: String) -> Bool {
    fnmatch(pattern, name, 0) == 0
  }
}
