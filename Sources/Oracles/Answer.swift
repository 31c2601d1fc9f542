import Foundation
public import ThreatModels

/// What a model says of one picture: checked, and never anything else than a class that exists.
public struct Answer: Hashable, Sendable {
  /// The predicted class.
  public let label: Int
  /// The score of every class as the model gave it; nothing if it gave none.
  public private(set) var scores: [Float]?

  /// A predicted class alone.
  ///
  /// - Throws: `OracleError.malformed` when there is no such class.
  public init(label: Int, classCount: Int) throws(OracleError) {
    guard (0..<classCount).contains(label) else {
      throw .malformed("the answer names class \(label) of \(classCount), which does not exist")
    }
    self.label = label
    scores = nil
  }

  /// The scores of all classes, and the predicted class if the model names one.
  ///
  /// - Parameters:
  ///   - scores: one for each class, in their order.
  ///   - label: the predicted class; the first of the greatest scores if the model names none.
  ///   - kind: what the scores are.
  ///   - classCount: how many classes there are.
  /// - Throws: `OracleError.malformed` when a class or a score is missing or is none.
  public init(
    scores: [Float], label: Int? = nil, kind: ScoreKind, classCount: Int
  ) throws(OracleError) {
    guard scores.count == classCount else {
      throw .malformed("the answer has \(scores.count) scores for \(classCount) classes")
    }
    guard scores.allSatisfy(\.isFinite) else {
      throw .malformed("the answer holds a score that is not a finite number")
    }
    // Rounding may lead a little beyond 1.
    if kind == .probabilities, !scores.allSatisfy({ $0 >= 0 && $0 <= 1.001 }) {
      throw .malformed("the answer holds a probability outside 0…1: are these logits?")
    }
    if let label {
      self.label = try Answer(label: label, classCount: classCount).label
    } else {
      self.label = scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
    }
    self.scores = scores
  }

  /// The predicted class alone.
  var withoutScores: Answer {
    var answer = self
    answer.scores = nil
    return answer
  }

  /// The scores as attacks are given them: logits, or logarithms of probabilities.
  ///
  /// A probability of 0 counts as the least positive number, whose logarithm is finite.
  func logits(of kind: ScoreKind) -> [Float]? {
    switch kind {
    case .logits: scores
    case .probabilities: scores?.map { log(max($0, Float.leastNormalMagnitude)) }
    }
  }
}
