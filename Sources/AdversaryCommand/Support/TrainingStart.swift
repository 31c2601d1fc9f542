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

  /// The model of a file.
  init(
    file path: String, namesFile: String?, normalization: ProgramClassifier.Normalization?,
    freezing frozen: [String]
  ) throws {
    program = try Program.read(from: path)
    model = try LoadedModel(
      program, path: path, namesFile: namesFile, normalization: normalization)
    self.normalization = normalization
    self.frozen = frozen
    isFresh = false
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
  func recorded() throws -> TrainingSetup.Model {
    TrainingSetup.Model(
      source: model.path.absolutePath, sha256: try model.digest(), options: model.options,
      frozen: frozen)
  }

  /// Whether a name fits a pattern of a shell, such as `layer1.*`.
  private static func matches(_ name: String, _ pattern: String) -> Bool {
    fnmatch(pattern, name, 0) == 0
  }
}
