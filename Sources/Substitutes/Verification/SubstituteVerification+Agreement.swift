import Evaluation
import Foundation
import Imaging
import ProgramFormats
import ProgramIR
import ProgramRuntime
import ThreatModels

extension SubstituteVerification {
  /// A model whose weights were kept.
  ///
  /// - Parameters:
  ///   - path: of its weights.
  ///   - model: what it began as.
  ///   - name: what to call it.
  /// - Returns: nothing if it cannot be asked; that is taken down.
  mutating func keptModel(
    at path: String, as model: SubstituteSetup.Model, called name: String,
    _ evidence: SubstituteEvidence
  ) throws -> (any DifferentiableClassifier)? {
    let normalization = model.normalizationBefore
    if model.sha256 != nil, model.normalization != nil, normalization == nil {
      note(name, "what is done to pixels first cannot be read")
      return nil
    }
    let kept: any DifferentiableClassifier
    do {
      // What was attacked, which rounds otherwise than a program whose weights are folded once.
      kept = try TrainableClassifier(
        evidence.folder.program(at: path), normalization: normalization
      ).attackable()
    } catch let error as ProgramError {
      throw SubstituteError.damaged(path, "\(error)")
    }
    guard kept.imageShape == evidence.imageShape, kept.classCount == evidence.classCount else {
      note(name, "it is not for the service's pictures and classes")
      return nil
    }
    return kept
  }

  /// Asks a model again how well it agrees, and takes down where that is not what is said.
  mutating func compareAgreement(
    of model: any Classifier, _ place: String, learned: Proportion, agreement: Proportion?,
    on lessons: SubstituteLessons
  ) throws {
    for (name, pictures, answers, said) in [
      ("agreement", lessons.heldOut, lessons.expected, agreement),
      ("agreement on what it learned from", lessons.pictures, lessons.labels, learned),
    ] {
      guard let said, !pictures.isEmpty else { continue }
      let found = try model.agreement(on: pictures, with: answers)
      // Rounding decides only where two classes are nearly equal.
      let isSame =
        try found.total == said.total
        && (found.count == said.count
          || abs(found.count - said.count) <= model.undecidedCount(among: pictures))
      if !isSame {
        note(place, "\(name): \(found.count) of \(found.total), and not \(said.count)")
      }
    }
  }
}

extension SubstituteSetup.Model {
  /// What is done to pixels before the kept program sees them; nothing if nothing, or if it cannot be read.
  ///
  /// Programs of architectures do it themselves. It is written as the means and the deviations in brackets.
  fileprivate var normalizationBefore: ProgramClassifier.Normalization? {
    guard sha256 != nil, let normalization,
      let numbers = try? JSONDecoder().decode(
        [[Double]].self, from: Data("[\(normalization)]".utf8)),
      numbers.count == 2
    else { return nil }
    return .init(mean: numbers[0], standardDeviation: numbers[1])
  }
}
