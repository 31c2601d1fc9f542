import Attacks
public import TensorModule
public import ThreatModels

/// Input transformations, one after the other, before a model.
///
/// The attacked pictures are those before the first transformation: budgets, grids and files are about
/// what an attacker can hand in.
public struct TransformationDefense: Sendable {
  /// What an attacker knows of the defence.
  public enum Knowledge: String, Hashable, Codable, Sendable, CaseIterable {
    /// Only what automatic differentiation gives: no gradient where a transformation has none, and one
    /// draw where it is random (the “single-pattern” attack of Xie et al. 2018).
    case naive
    /// All but the draws: gradients go straight through what has none, exactly through what has some,
    /// and are averaged over draws where a transformation is random.
    case adaptive
  }

  /// The transformations, first one first.
  public let transformations: [any InputTransformation]
  /// How many draws verdicts and adaptive gradients are averaged over; 1 if nothing is random.
  public let draws: Int
  private let key: RandomKey

  /// A defence.
  ///
  /// - Parameters:
  ///   - texts: as ``InputTransformationCatalogue`` reads them, in order.
  ///   - draws: how many draws of a random transformation to average over, at least 1.
  ///   - key: names all draws.
  /// - Throws: ``InputTransformationError``.
  public init(
    _ texts: [String], draws: Int = 16, key: RandomKey
  ) throws(InputTransformationError) {
    precondition(draws > 0, "\(draws) draws")
    transformations = try texts.map { text throws(InputTransformationError) in
      try InputTransformationCatalogue.transformation(text)
    }
    if transformations.isEmpty { throw .none }
    let random = transformations.filter { type(of: $0).isRandom }
    if random.count > 1 { throw .severalRandom(random.map { type(of: $0).name }) }
    self.draws = random.isEmpty ? 1 : draws
    self.key = key.part("input transformations")
  }

  /// The transformations as people write them.
  public var texts: [String] { transformations.map(\.description) }

  /// Whether one of the transformations is random.
  public var isRandom: Bool { transformations.contains { type(of: $0).isRandom } }

  /// The defended model as a referee asks it: the logits are means over draws that are always the
  /// same, and that no attacker sees.
  public func defended(_ model: any DifferentiableClassifier) -> any DifferentiableClassifier {
    stacked(on: model, as: .adaptive, draws: "verdict")
  }

  /// The defended model as an attacker sees it.
  public func view(
    _ knowledge: Knowledge, of model: any DifferentiableClassifier
  ) -> any DifferentiableClassifier {
    stacked(on: model, as: knowledge, draws: "attack")
  }

  private func stacked(
    on model: any DifferentiableClassifier, as knowledge: Knowledge, draws name: String
  ) -> any DifferentiableClassifier {
    transformations.enumerated().reversed().reduce(model) { inner, item in
      let (index, transformation) = item
      let key = key.part(name).part(index)
      switch (type(of: transformation).backwardPass, knowledge) {
      case (.exact, _):
        let samples =
          type(of: transformation).isRandom && knowledge == .adaptive ? draws : 1
        return ExpectationOverTransformation(of: inner, samples: samples, key: key) {
          images, key throws(EngineError) in
          try transformation.transformed(images, key: key)
        }
      case (.straightThrough, .adaptive):
        return BackwardPassApproximation(of: inner) { images throws(EngineError) in
          try transformation.transformed(images, key: key)
        }
      case (.straightThrough, .naive):
        return BlockedGradient(of: inner) { images throws(EngineError) in
          try transformation.transformed(images, key: key)
        }
      }
    }
  }
}
