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

    @Test func doesNotDependOnTheBatch() {
      let change = Augmentation(padding: 2, flips: true, cutout: 3)
      let keys = (0..<8).map { Self.key.part($0) }
      let all = change(images(8), keys: keys)
      let some = change(images(8).rows([5, 2]), keys: [keys[5], keys[2]])
      #expect(all.shape == [8, 2, 6, 5] && all.floats() != images(8).floats())
      #expect(some.floats() == all.rows([5, 2]).floats())
    }

    /// A crop of a picture in a black frame: what is not black was in the picture before.
    @Test func cropsKeepWhatTheyShow() {
      let before = images(20)
      let after = Augmentation(padding: 2)(before, keys: (0..<20).map { Self.key.part($0) })
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

    @Test func halfAreMirrored() {
      let before = images(200)
      let after = Augmentation(flips: true)(
        before, keys: (0..<200).map { Self.key.part($0) })
      let mirrored = before.flipped(along: [3])
      let count = (0..<200).count { after[$0].floats() == mirrored[$0].floats() }
      let kept = (0..<200).count { after[$0].floats() == before[$0].floats() }
      #expect((70...130).contains(count) && count + kept == 200)
    }

    @Test func cutsSquaresOut() {
      let after = Augmentation(cutout: 3)(
        images(50), keys: (0..<50).map { Self.key.part($0) })
      for row in 0..<50 {
        let black = after[row].floats().count { $0 == 0 }
        // At least a quarter of the square lies inside, in both channels.
        #expect((8...18).contains(black))
      }
    }

    /// A picture of numbered pixels tells where each one came from: a shift by up to 2, perhaps mirrored.
    @Test func movesWholePictures() {
      let numbered = Tensor((1...30).map(Float.init), shape: [1, 1, 6, 5])
      var found: Set<[Int]> = []
      for number in 0..<60 {
        let after = Augmentation(padding: 2, flips: true)(numbered, keys: [Self.key.part(number)])
        let pixels = after.floats().map(Int.init)
        let matches = (-2...2).flatMap { down in
          (-2...2).flatMap { right in
            [false, true].map { mirrored in
              (0..<30).map { place -> Int in
                let (row, column) = (
                  place / 5 + down, (mirrored ? 4 - place % 5 : place % 5) + right
                )
                return (0..<6).contains(row) && (0..<5).contains(column) ? row * 5 + column + 1 : 0
              }
            }
          }
        }
        #expect(matches.contains(pixels))
        found.insert(pixels)
      }
      #expect(found.count > 25)
    }

    @Test func mixupBlendsPairsAndTheirClasses() throws {
      let labels = Tensor([0, 1, 2, 0, 1, 2, 0, 1])
      let before = images(8)
      var shares: [Double] = []
      for number in 0..<40 {
        let (after, classes) = try Mixup(concentration: 0.4)(
          before, labels: labels, classCount: 3, key: Self.key.part(number))
        let own = classes.gathered(along: 1, at: labels.unsqueezed(at: 1))
        let share = own.min().scalar()
        #expect(share >= 0.5 - 1e-6 && share <= 1)
        #expect((classes.sum(along: [1]) - 1).magnitude().max().scalar() < 1e-6)
        // What is left of each picture is another one of the batch, whose class has the rest.
        if share < 0.999 {
          let others = (after - before * share) / (1 - share)
          for row in 0..<8 {
            let partner = try #require(
              (0..<8).first {
                (others[row] - before[$0]).magnitude().max().scalar() < 1e-3
              })
            let expected = (0..<3).map { label in
              (labels.integers()[row] == label ? share : 0)
                + (labels.integers()[partner] == label ? 1 - share : 0)
            }
            #expect(zip(classes[row].doubles(), expected).allSatisfy { abs($0 - $1) < 1e-5 })
          }
        }
        shares.append(share)
      }
      // Beta(0.4, 0.4), folded at a half, has the mean 0.84.
      #expect(abs(shares.reduce(0, +) / 40 - 0.84) < 0.08)
      let twice = try (0..<2).map { _ in
        try Mixup()(before, labels: labels, classCount: 3, key: Self.key).images.floats()
      }
      #expect(twice[0] == twice[1])
    }
  }
}
