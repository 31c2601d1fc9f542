public import Evaluation

/// One picture on which an attack fooled the model, by its place in the results.
public struct WrongAnswer: Hashable, Sendable {
  /// The number of the sample in the results' samples.
  public var sample: Int
  /// The number of the attack in the results' attacks.
  public var attack: Int
  /// What fooled the model.
  public var defeat: SampleSummary.Defeat
}

extension EvaluationResults {
  /// The wrong answers that the model is surest of, surest first, each sample once.
  public func surestWrongAnswers(atMost limit: Int) -> [WrongAnswer] {
    let answers = samples.enumerated().compactMap { index, sample in
      let surest = sample.defeats.filter { attacks.indices.contains($0.attack) }
        .max { $0.prediction.confidence < $1.prediction.confidence }
      return surest.map { WrongAnswer(sample: index, attack: $0.attack, defeat: $0) }
    }
    let sorted = answers.sorted {
      ($1.defeat.prediction.confidence, $0.sample) < ($0.defeat.prediction.confidence, $1.sample)
    }
    return Array(sorted.prefix(max(0, limit)))
  }
}
