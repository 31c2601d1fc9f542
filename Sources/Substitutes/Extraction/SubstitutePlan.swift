import Evaluation

/// How a substitute learns from a service, apart from what it is and what it is shown.
public struct SubstitutePlan: Hashable, Codable, Sendable {
  /// How often new questions are made; the substitute is trained once more than that.
  public var rounds: Int
  /// How often every picture is shown in a round.
  public var epochs: Int
  /// Pictures shown at once.
  public var batchSize: Int
  /// The learning rate.
  public var rate: Double
  /// How weights decay, as AdamW has it: a smoother substitute's examples transfer better.
  public var weightDecay: Double
  /// From when on only some pictures have offspring; nothing for never.
  public var reservoir: ReservoirSampling?
  /// Whether each round goes on with the weights of the last one instead of beginning anew.
  ///
  /// Substitutes that begin anew have seen their first pictures less often, and transferred better where it
  /// was tried.
  public var isWarm: Bool
  /// A share of agreement on the held-out seeds, 0…1, at which no more is asked; nothing for none.
  public var enoughAgreement: Double?
  /// After how many rounds without more agreement no more is asked; nothing for never.
  public var patience: Int?
  /// What all randomness follows from.
  public var seed: UInt64

  /// A plan; the numbers of rounds and epochs are those of a run that is known to work.
  ///
  /// - Precondition: epochs, batch size and rate are positive, rounds not negative.
  public init(
    rounds: Int = 6, epochs: Int = 10, batchSize: Int = 64, rate: Double = 0.001,
    weightDecay: Double = 0.1, reservoir: ReservoirSampling? = nil, isWarm: Bool = false,
    enoughAgreement: Double? = nil,
    patience: Int? = nil, seed: UInt64 = 0
  ) {
    precondition(
      rounds >= 0 && epochs > 0 && batchSize > 0 && rate > 0 && weightDecay >= 0,
      "a plan without epochs or rate")
    self.rounds = rounds
    self.epochs = epochs
    self.batchSize = batchSize
    self.rate = rate
    self.weightDecay = weightDecay
    self.reservoir = reservoir
    self.isWarm = isWarm
    self.enoughAgreement = enoughAgreement
    self.patience = patience
    self.seed = seed
  }

  /// Why some rounds are enough; nothing if they are not.
  func ending(after rounds: [SubstituteRound]) -> SubstituteExtraction.Ending? {
    guard let last = rounds.last else { return nil }
    if rounds.count > self.rounds { return .planned }
    let shares = rounds.compactMap(\.agreement?.value)
    if let enoughAgreement, let share = last.agreement?.value, share >= enoughAgreement {
      return .agreement
    }
    if let patience, patience >= 0, shares.count > patience,
      let best = shares.dropLast(patience).max(),
      shares.suffix(patience).allSatisfy({ $0 <= best })
    {
      return .patience
    }
    return nil
  }

  /// The most questions that learning asks: n·2^ρ, or n·2^σ + κ·(ρ − σ) with reservoir sampling.
  ///
  /// - Parameter seedCount: n, how many pictures there are at first.
  /// - Returns: `Int.max` if there are more than can be counted.
  public func largestQueryCount(seedCount: Int) -> Int {
    var count = seedCount
    for round in 0..<rounds {
      var more = count
      if let reservoir, round >= reservoir.firstRound { more = min(count, reservoir.size) }
      let (sum, isTooLarge) = count.addingReportingOverflow(more)
      if isTooLarge { return .max }
      count = sum
    }
    return count
  }
}
