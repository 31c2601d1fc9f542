public import TensorModule
public import ThreatModels

/// A walk along the directions of an orthonormal basis, one after the other in random order.
///
/// Each direction q is tried once in each round: x + α·q is asked about, then x − α·q, and the first that
/// makes the loss of the goal greater is kept, brought into the budget. Directions are single values of the
/// picture, or its lowest frequencies: those of the discrete cosine transform of a channel. The attack
/// ends when a whole round has changed nothing. A step that would lead nowhere, as at the edge of the
/// budget, is not asked about.
///
/// The loss is the logarithm of the odds against the label, log((1 − p)/p), in double precision: it orders points as
/// the paper's probability p does, but the score of a model that is all but certain is seen to move. The step
/// of 0.2 for L2 is the paper's. For L∞ a step changes some value by all of ε, and on the grid of 8 bits it
/// changes one by a whole step at least.
///
/// Guo, Gardner, You, Wilson and Weinberger 2019, “Simple black-box adversarial attacks”.
public struct SimBA: ScoreBasedAttack {
  /// L∞ and L2.
  public static let norms: Set<Norm> = [.linf, .l2]
  /// It begins at the starts, or tries them.
  public static let usesStarts = true

  /// Which directions are tried.
  public enum Basis: String, Hashable, Codable, Sendable, CaseIterable {
    /// Single values of the picture.
    case pixel
    /// Low frequencies of one channel.
    case dct
  }

  /// How often the attack may ask about a picture.
  public var queries: Int
  /// The length α of a step in L2, with pixels in [0, 1]; if there is none, 0.2 for L2 and what changes
  /// some value by ε for L∞.
  public var stepSize: Double?
  /// Which directions are tried.
  public var basis: Basis
  /// The share of the frequencies along each side that are tried, from the lowest; only for `dct`.
  public var frequencies: Double

  /// `SimBA` or `SimBA-DCT`.
  public var title: String { basis == .pixel ? Self.name : "\(Self.name)-DCT" }

  /// A share of the frequencies in 0…1, without 0.
  public var hasUsableSettings: Bool { frequencies > 0 && frequencies <= 1 }

  /// The attack.
  ///
  /// - Precondition: at least one query, and a share above 0 and up to 1.
  public init(
    queries: Int = 5000, stepSize: Double? = nil, basis: Basis = .pixel, frequencies: Double = 0.125
  ) {
    precondition(queries > 0, "\(queries) queries")
    precondition(frequencies > 0 && frequencies <= 1, "a share of \(frequencies)")
    self.queries = queries
    self.stepSize = stepSize
    self.basis = basis
    self.frequencies = frequencies
  }

  /// Walks from the pictures themselves or their starts, one query about each unfinished picture at a time.
  public func perturbed(
    _ batch: AttackBatch, on model: any ScoreOracle, within threat: ThreatModel
  ) throws(OracleError) -> Tensor {
    let numbers = batch.keys.map { $0.part(Self.name).makeNumbers() }
    var search = SimBASearch(batch, numbers: numbers, settings: self, within: threat)
    try OracleError.endingWithBudget { () throws(OracleError) in
      while !search.isFinished { try search.ask(model) }
    }
    return search.points
  }
}
