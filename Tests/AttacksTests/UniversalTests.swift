import Attacks
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  /// What is crafted once for all pictures, tried on pictures that crafting has not seen.
  @Suite struct UniversalTests {
    /// Pictures to craft from and others to try on: alternate ones of each class.
    private struct Halves {
      let signs: SignsUnderAttack
      let seen: [Int]
      let unseen: [Int]

      init(perClass: Int = 8) throws {
        signs = try SignsUnderAttack(perClass: perClass)
        seen = Array(stride(from: 0, to: signs.labels.count, by: 2))
        unseen = Array(stride(from: 1, to: signs.labels.count, by: 2))
      }

      func images(_ rows: [Int]) -> Tensor { signs.images.rows(rows) }

      func goal(_ rows: [Int]) -> Goal { Goal(avoiding: Tensor(rows.map { signs.labels[$0] })) }

      /// The share of the unseen pictures that are taken for something else.
      func fooled(_ points: Tensor) throws -> Double {
        let reached = goal(unseen).isReached(by: try signs.model.logits(of: points)).truths()
        return Double(reached.count { $0 }) / Double(reached.count)
      }
    }

    @Test(arguments: [Norm.linf, .l2, .l1], PixelGrid.allCases)
    func universalPerturbationBeatsNoise(norm: Norm, pixels: PixelGrid) throws {
      let halves = try Halves()
      let epsilon = [Norm.linf: "16/255", .l2: "3", .l1: "60"][norm] ?? ""
      let threat = ThreatModel(try PerturbationBudget(norm, epsilon: epsilon), pixels: pixels)
      let attack = UniversalPerturbation(passes: 6, batchSize: 16)
      let perturbation = try attack.crafted(
        on: halves.signs.model, from: halves.images(halves.seen), toward: halves.goal(halves.seen),
        within: threat, key: RandomKey(seed: 1))
      let images = halves.images(halves.unseen)
      let points = attack.applied(perturbation, to: images, within: threat)
      #expect(threat.allows(points, around: images).allSatisfy { $0 })
      let noise = Tensor.uniform(
        perturbation.shape, in: -1...1, using: RandomKey(seed: 2).makeGenerator()
      ).sign()
      let length = noise.norm(order: norm.order, along: [1, 2, 3]).scalar()
      let noisy = attack.applied(
        noise * (threat.budget.epsilon / length), to: images, within: threat)
      let (fooled, byNoise) = (try halves.fooled(points), try halves.fooled(noisy))
      #expect(fooled > byNoise + 0.2, "\(fooled), \(byNoise)")
    }

    @Test func universalPerturbationRepeatsItselfAndIgnoresWrongPictures() throws {
      let halves = try Halves()
      let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "6/255"))
      let attack = UniversalPerturbation(passes: 1, batchSize: 8)
      let rows = Array(halves.seen.prefix(24))
      func crafted(_ images: Tensor, _ goal: Goal, seed: UInt64) throws -> [Float] {
        try attack.crafted(
          on: halves.signs.model, from: images, toward: goal, within: threat,
          key: RandomKey(seed: seed)
        ).floats()
      }
      let (images, goal) = (halves.images(rows), halves.goal(rows))
      let first = try crafted(images, goal, seed: 1)
      #expect(try crafted(images, goal, seed: 1) == first)
      #expect(try crafted(images, goal, seed: 2) != first)
      // Pictures with a wrong label are as good as absent.
      let longer = Tensor.concatenated([images, images[0..<1]])
      let label = (halves.signs.labels[rows[0]] + 1) % halves.signs.model.classCount
      let labels = Tensor.concatenated([goal.labels, Tensor([label])])
      #expect(try crafted(longer, Goal(avoiding: labels), seed: 1) == first)
    }

    @Test(arguments: AdversarialPatch.Outline.allCases)
    func patchFoolsWhereverItIs(outline: AdversarialPatch.Outline) throws {
      let halves = try Halves(perClass: 16)
      let attack = AdversarialPatch(outline: outline, passes: 10, batchSize: 16, learningRate: 0.1)
      let patch = try attack.crafted(
        on: halves.signs.model, from: halves.images(halves.seen), toward: halves.goal(halves.seen),
        key: RandomKey(seed: 1))
      #expect((patch .>= 0 .&& patch .<= 1).allTrue())
      let images = halves.images(halves.unseen)
      let keys = halves.unseen.map { RandomKey(seed: 7).part($0) }
      let points = attack.applied(patch, to: images, keys: keys)
      #expect(PixelGrid.eightBit.contains(points).allTrue())
      let grey = attack.applied(patch.filled(with: 0.5), to: images, keys: keys)
      let (fooled, byGrey) = (try halves.fooled(points), try halves.fooled(grey))
      #expect(fooled > 0.3 && fooled > byGrey + 0.2, "\(fooled), \(byGrey)")
    }

    @Test(arguments: AdversarialPatch.Outline.allCases)
    func patchCoversItsShareAndNothingElse(outline: AdversarialPatch.Outline) throws {
      let attack = AdversarialPatch(outline: outline, share: 0.1, scales: 1...1)
      // No pixel of the picture is on the grid, and none has the colour of the patch.
      let images = Tensor.full([20, 3, 64, 48], 0.1001)
      let keys = (0..<20).map { RandomKey(seed: 0).part($0) }
      let patch = Tensor.ones([1, 3, 9, 9])
      let points = attack.applied(patch, to: images, keys: keys)
      let covered = points .== 1
      #expect((covered .|| points .== images).allTrue())
      let shares = covered.converted(to: .float32).mean(along: [1, 2, 3]).doubles()
      #expect(shares.allSatisfy { abs($0 - 0.1) < 0.01 }, "\(shares)")
      // Placement follows the key alone.
      let alone = attack.applied(patch, to: images.rows([3]), keys: [keys[3]])
      #expect(alone.floats() == points.rows([3]).floats())
      #expect(Set(points.floats().chunked(by: 3 * 64 * 48)).count == 20)
    }

    @Test func targetedPatchLeadsToItsClass() throws {
      let halves = try Halves(perClass: 16)
      let target = halves.signs.labels[halves.seen[20]]
      func goal(_ rows: [Int]) -> Goal {
        let labels = halves.goal(rows).labels
        return Goal(avoiding: labels, reaching: labels.filled(with: Double(target)))
      }
      let attack = AdversarialPatch(share: 0.25, passes: 10, batchSize: 16, learningRate: 0.1)
      let patch = try attack.crafted(
        on: halves.signs.model, from: halves.images(halves.seen), toward: goal(halves.seen),
        key: RandomKey(seed: 1))
      let others = halves.unseen.filter { halves.signs.labels[$0] != target }
      let points = attack.applied(
        patch, to: halves.images(others), keys: others.map { RandomKey(seed: 7).part($0) })
      let reached = goal(others).isReached(by: try halves.signs.model.logits(of: points)).truths()
      #expect(reached.count { $0 } > reached.count / 3)
    }
  }
}

extension [Float] {
  /// Pieces of a length.
  fileprivate func chunked(by length: Int) -> [[Float]] {
    stride(from: 0, to: count, by: length).map { Array(self[$0..<($0 + length)]) }
  }
}
