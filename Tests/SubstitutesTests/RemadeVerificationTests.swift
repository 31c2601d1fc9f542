import Attacks
import Imaging
import TestKit
import Testing
import ThreatModels

@testable import Substitutes

/// Whether what an attack leads to now passes for the picture that was sent.
@Suite struct RemadeVerificationTests {
  private static let was = [UInt8](repeating: 100, count: 1000)

  /// The original with some values changed by so many steps.
  private static func moved(_ values: Range<Int>, by steps: Int) -> [UInt8] {
    was.indices.map { UInt8(100 + (values.contains($0) ? steps : 0)) }
  }

  private func isLike(
    _ sent: [UInt8], _ found: [UInt8], by attack: any Attack, _ norm: Norm, _ epsilon: String
  ) throws -> Bool {
    func picture(_ samples: [UInt8]) -> Picture {
      Picture(width: 40, height: 25, channels: 1, samples: samples)
    }
    let success = RemadeSuccess(
      name: "", row: 0, label: 0, original: picture(Self.was), point: picture(sent),
      isConfirmed: true)
    let threat = ThreatModel(try PerturbationBudget(norm, epsilon: epsilon), pixels: .eightBit)
    return success.isLike(picture(found), by: try TransferTrial(attack, within: threat))
  }

  /// Where lengths decide, batches of another size round many values by one step.
  @Test func aStepOfRoundingIsNoOtherPicture() throws {
    let (sent, found) = (Self.moved(0..<1000, by: 10), Self.moved(0..<1000, by: 11))
    let farther = Self.moved(0..<1000, by: 12)
    for attack in [DDN(), FMN(), FAB(), PGD()] as [any Attack] {
      #expect(try isLike(sent, found, by: attack, .l2, "6"))
      #expect(try !isLike(sent, farther, by: attack, .l2, "6"))
    }
    #expect(try isLike(sent, found, by: DeepFool(), .linf, "16/255"))
    #expect(try !isLike(sent, found, by: PGD(), .linf, "16/255"))
  }

  /// Signs of what is next to nothing turn over, in a few of the values that were changed.
  @Test func aFewSignsMayTurnOver() throws {
    let sent = Self.moved(0..<500, by: 8)
    func turned(_ count: Int) -> [UInt8] {
      sent.indices.map { $0 < count ? 92 : sent[$0] }
    }
    #expect(try isLike(sent, turned(10), by: PGD(), .linf, "8/255"))
    #expect(try !isLike(sent, turned(11), by: PGD(), .linf, "8/255"))
  }

  /// The few values that attacks within L0 change are other ones.
  @Test func otherValuesAreAnotherPicture() throws {
    let sent = Self.moved(0..<7, by: 100)
    #expect(try isLike(sent, sent, by: FMN(), .l0, "7"))
    #expect(try isLike(sent, Self.moved(0..<8, by: 100), by: FMN(), .l0, "7"))
    #expect(try !isLike(sent, Self.moved(7..<14, by: 100), by: FMN(), .l0, "7"))
    #expect(try !isLike(sent, Self.moved(2..<9, by: 100), by: FMN(), .l0, "7"))
    #expect(
      try !isLike(Self.moved(0..<1, by: 9), Self.moved(1..<2, by: 9), by: FMN(), .l0, "7"))
  }

  /// An attack that does nothing leads to no picture, however little was changed.
  @Test func nothingIsNoSuccess() throws {
    for (values, steps) in [(0..<1000, 1), (0..<1, 100), (0..<3, 1), (0..<0, 0)] {
      let sent = Self.moved(values, by: steps)
      #expect(try !isLike(sent, Self.was, by: PGD(), .l2, "6"))
      #expect(try !isLike(sent, Self.was, by: PGD(), .linf, "0.5"))
    }
  }
}

extension EngineTests.SubstituteVerificationTests {
  @Test func seedsAreCounted() throws {
    var changed = results
    changed.setup.seeds.count = 9
    try write(changed)
    try expect("results.json: seeds: 8, and not 9")
  }
}
