import TensorModule
import TestKit
import Testing

@testable import Substitutes

struct ReservoirSamplingTests {
  /// n·2^σ + κ·(ρ − σ).
  @Test(arguments: [(3, 400, 16), (0, 10, 5), (2, 50, 2), (4, 1000, 3)])
  func askedQuestionsFollowTheFormula(sigma: Int, kappa: Int, rounds: Int) {
    let seeds = 150
    let plan = SubstitutePlan(
      rounds: rounds, reservoir: ReservoirSampling(after: sigma, size: kappa))
    var expected = seeds << min(sigma, rounds)
    if rounds > sigma { expected += kappa * (rounds - sigma) }
    #expect(plan.largestQueryCount(seedCount: seeds) == expected)
  }

  @Test func withoutAReservoirQuestionsDouble() {
    #expect(SubstitutePlan(rounds: 6).largestQueryCount(seedCount: 100) == 6400)
    #expect(SubstitutePlan(rounds: 1000).largestQueryCount(seedCount: 2) == .max)
  }

  @Test func allHaveOffspringAtFirstAndSomeLater() {
    let reservoir = ReservoirSampling(after: 2, size: 3)
    let key = RandomKey(seed: 1)
    #expect(reservoir.parents(among: 5, inRound: 1, key: key) == [0, 1, 2, 3, 4])
    let chosen = reservoir.parents(among: 50, inRound: 2, key: key)
    #expect(chosen.count == 3 && Set(chosen).count == 3 && chosen == chosen.sorted())
    #expect(reservoir.parents(among: 2, inRound: 2, key: key) == [0, 1])
    #expect(ReservoirSampling.sample(0, of: 4, key: key).isEmpty)
  }

  /// Each of 10 numbers is among 3 in 3 of 10 draws; 4,000 draws leave a deviation of 29.
  @Test func everyNumberIsEquallyLikely() {
    var counts = Array(repeating: 0, count: 10)
    for draw in 0..<4000 {
      let key = RandomKey(seed: 8).part(draw)
      for number in ReservoirSampling.sample(3, of: 10, key: key) { counts[number] += 1 }
    }
    #expect(counts.allSatisfy { abs($0 - 1200) < 130 })
  }
}
