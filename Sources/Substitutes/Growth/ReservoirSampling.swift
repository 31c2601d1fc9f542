public import TensorModule

/// From some round on only κ pictures have offspring, so that questions grow evenly and not twofold.
///
/// With n seeds and ρ ≥ σ rounds at most n·2^σ + κ·(ρ − σ) questions are asked. Papernot, McDaniel and
/// Goodfellow 2016, “Transferability in machine learning: from phenomena to black-box attacks using
/// adversarial samples”; the sampling is algorithm R of Vitter 1985, “Random sampling with a
/// reservoir”.
public struct ReservoirSampling: Hashable, Codable, Sendable {
  /// σ: how many rounds double the questions.
  public var firstRound: Int
  /// κ: how many pictures have offspring from then on.
  public var size: Int

  /// The paper's: 400 pictures after 3 rounds.
  ///
  /// - Precondition: σ is not negative and κ is positive.
  public init(after firstRound: Int = 3, size: Int = 400) {
    precondition(firstRound >= 0 && size > 0, "\(size) pictures after \(firstRound) rounds")
    self.firstRound = firstRound
    self.size = size
  }

  /// Which pictures have offspring in a round, in ascending order.
  ///
  /// Before round σ all. Afterwards κ of them, every κ equally likely.
  ///
  /// - Parameters:
  ///   - count: how many pictures there are.
  ///   - round: from 0.
  ///   - key: what is random in this round.
  public func parents(among count: Int, inRound round: Int, key: RandomKey) -> [Int] {
    if round < firstRound { return Array(0..<count) }
    return Self.sample(size, of: count, key: key)
  }

  /// Some of the first numbers in ascending order, every choice equally likely.
  ///
  /// - Returns: all of them if there are no more than wanted.
  public static func sample(_ size: Int, of count: Int, key: RandomKey) -> [Int] {
    var numbers = key.part("reservoir").makeNumbers()
    var reservoir = Array(0..<min(size, count))
    for number in reservoir.count..<max(count, reservoir.count) {
      let place = Int.random(in: 0...number, using: &numbers)
      if place < size { reservoir[place] = number }
    }
    return reservoir.sorted()
  }
}
