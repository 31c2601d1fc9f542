public import Corruptions
import Datasets
public import Imaging
import TensorModule
public import ThreatModels

/// How often models are right on pictures that cameras, weather and files have spoiled.
///
/// Every picture is corrupted once in each way and each severity, the same for all models.
public struct CorruptionStudy {
  private let models: [any Classifier]
  private let seed: UInt64
  private let corruptions: [Corruption]
  /// For each model, how many pictures it gets right as they are.
  private var right: [Int]
  /// For each model, each picture and each corruption, at which severities the model is right.
  private var rightSeverities: [[[[Bool]]]]

  /// A study without pictures yet.
  ///
  /// - Parameters:
  ///   - models: at least one, all for pictures of one shape.
  ///   - corruptions: at least one.
  ///   - seed: names the randomness, together with each picture's number.
  public init(
    of models: [any Classifier], under corruptions: [Corruption] = Corruption.allCases,
    seed: UInt64 = 0
  ) {
    precondition(!models.isEmpty && !corruptions.isEmpty, "a study of nothing")
    self.models = models
    self.corruptions = corruptions
    self.seed = seed
    right = models.map { _ in 0 }
    rightSeverities = models.map { _ in [] }
  }

  /// Shows pictures to the models, as they are and corrupted.
  ///
  /// - Parameters:
  ///   - pictures: in the models' shape, at least `Corruption.smallestSide` pixels wide and high.
  ///   - labels: their true classes.
  ///   - numbers: the number of each picture in its data set.
  /// - Throws: `OracleError` when a model refuses; `ImagingError` when JPEG does.
  public mutating func add(_ pictures: [Picture], labels: [Int], numbers: [Int]) throws {
    if pictures.isEmpty { return }
    for (model, judgements) in try judgements(of: pictures, labels).enumerated() {
      right[model] += judgements.count { $0 }
    }
    var found = models.map { _ in
      pictures.map { _ in corruptions.map { _ in [Bool]() } }
    }
    for (index, corruption) in corruptions.enumerated() {
      for severity in Corruption.severities {
        let corrupted = try zip(pictures, numbers).map { picture, number in
          try corruption.corrupted(
            picture, severity: severity, key: RandomKey(seed: seed).part(number))
        }
        for (model, judgements) in try judgements(of: corrupted, labels).enumerated() {
          for (row, isRight) in judgements.enumerated() {
            found[model][row][index].append(isRight)
          }
        }
      }
    }
    for model in models.indices { rightSeverities[model] += found[model] }
  }

  /// Whether each model is right about each picture.
  private func judgements(of pictures: [Picture], _ labels: [Int]) throws(OracleError) -> [[Bool]] {
    let (images, truth) = (Tensor(pictures), Tensor(labels))
    var result: [[Bool]] = []
    for model in models {
      result.append((try ModelOracle(model).labels(of: images) .== truth).truths())
    }
    return result
  }

  /// What was found, for each model.
  ///
  /// - Precondition: at least one picture was added.
  public var results: [CorruptionResults] {
    models.indices.map { model in
      let pictures = rightSeverities[model]
      let count = pictures.count
      let rows = corruptions.indices.map { index in
        CorruptionResults.Row(
          corruption: corruptions[index],
          accuracies: (0..<Corruption.severities.count).map { severity in
            Proportion(pictures.count { $0[index][severity] }, of: count)
          },
          mean: MeanInterval(of: pictures.map { Self.share(of: $0[index]) }))
      }
      return CorruptionResults(
        seed: seed, clean: Proportion(right[model], of: count), rows: rows,
        mean: MeanInterval(of: pictures.map { Self.share(of: $0.flatMap(\.self)) }))
    }
  }

  private static func share(of judgements: [Bool]) -> Double {
    Double(judgements.count { $0 }) / Double(judgements.count)
  }
}
