import TensorModule
import TestKit
import Testing

@testable import Training

extension EngineTests {
  @Suite struct AugmentationTests {
    private static let key = RandomKey(seed: 5)

    private func images(_ count: Int) -> Tensor {
      .uniform([count, 2, 6, 5], using: RandomKey(seed: 9).makeGenerator()) + 0.5
    }

    @Test func everyPictureIsShownOnce() {
      let first = EpochOrder(count: 103, batchSize: 25, key: Self.key.part(0))
      let second = EpochOrder(count: 103, batchSize: 25, key: Self.key.part(1))
      #expect(first.batches.map(\.count) == [25, 26, 26, 26])
      #expect(first.batches.flatMap(\.self).sorted() == Array(0..<103))
      #expect(first.batches != second.batches)
      #expect(EpochOrder(count: 3, batchSize: 25, key: Self.key).batches.map(\.count) == [3])
    }

    @Test func doesNotDependOnTheBatch() throws {
      let change = Augmentation(padding: 2, flips: true, cutout: 3)
      let keys = (0..<8).map { Self.key.part($0) }
      let all = try change(images(8), keys: keys)
      let some = try change(images(8).rows([5, 2]), keys: [keys[5], keys[2]])
      #expect(all.shape == [8, 2, 6, 5] && all.floats() != images(8).floats())
      #expect(some.floats() == all.rows([5, 2]).floats())
    }

    /// A crop of a picture in a black frame: what is not black was in the picture before.
    @Test func cropsKeepWhatTheyShow() throws {
      let before = images(20)
      let after = try Augmentation(padding: 2)(before, keys: (0..<20).map { Self.key.part($0) })
      var moved = 0
      for row in 0..<20 {
        let old = Set(before[row].floats())
        let new = after[row].floats()
        #expect(
          new.allSatisfy { $0 == 0 || old.contains($0) } && new.count { $0 != 0 } >= 2 * 4 * 3)
        if new.contains(0) { moved += 1 }
      }
      #expect(moved > 10)
    }

    @Test func halfAreMirrored() throws {
      let before = images(200)
      let after = try Augmentation(flips: true)(
        before, keys: (0..<200).map { Self.key.part($0) })
      let mirrored = before.flipped(along: [3])
      let count = (0..<200).count { after[$0].floats() == mirrored[$0].floats() }
      let kept = (0..<200).count { after[$0].floats() == before[$0].floats() }
      #expect((70...130).contains(count) && count + kept == 200)
    }

    @Test func cutsSquaresOut() throws {
      let after = try Augmentation(cutout: 3)(
        images(50), keys: (0..<50).map { Self.key.part($0) })
      for row in 0..<50 {
        let black = after[row].floats().count { $0 == 0 }
        // At least a quarter of the square lies inside, in both channels.
        #expect((8...18).contains(black))
      }
    }
  }
}
