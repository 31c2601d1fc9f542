import Attacks
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  /// What every attack promises, on a real network.
  @Suite struct PromiseTests {
    @Test(.releaseOnly, arguments: AttackCase.all)
    func staysWithinTheThreatModel(testCase: AttackCase) throws {
      let signs = try SignsUnderAttack()
      let batch = signs.batch()
      let attack = testCase.row.attack
      let points = try attack.points(for: batch, on: signs.model, within: testCase.threat)
      // What is nearest may lie outside the budget, and says so; it lies in [0, 1] on the grid.
      let threat =
        type(of: attack).minimizesNorm
        ? ThreatModel(try .init(.l2, epsilon: 1000), pixels: testCase.threat.pixels)
        : testCase.threat
      let allowed = threat.allows(points, around: batch.images)
      #expect(allowed.allSatisfy { $0 })
      // It must move at all, and use its budget unless it saves it, or the promise would be empty.
      let distances = testCase.threat.distance(from: batch.images, to: points)
      let used = type(of: attack).minimizesNorm ? 0 : 0.5 * testCase.threat.budget.epsilon
      #expect((distances.max() ?? 0) > used)
    }

    @Test(.releaseOnly, arguments: AttackCase.all)
    func doesNotDependOnTheBatch(testCase: AttackCase) throws {
      let signs = try SignsUnderAttack()
      let batch = signs.batch()
      let attack = testCase.row.attack
      let together = try attack.points(for: batch, on: signs.model, within: testCase.threat)
      let reached = batch.goal.isReached(by: try signs.model.logits(of: together)).truths()
      let rows = Array(batch.keys.indices.reversed())
      // Every picture among seven in another order, and some all by themselves.
      for (size, count) in [(1, 2), (7, rows.count)] {
        for start in stride(from: 0, to: count, by: size) {
          let part = Array(rows[start..<min(start + size, rows.count)])
          let alone = try attack.points(
            for: batch.rows(part), on: signs.model, within: testCase.threat)
          let logits = try signs.model.logits(of: alone)
          #expect(batch.rows(part).goal.isReached(by: logits).truths() == part.map { reached[$0] })
          // Convolutions round differently for different batch sizes, which can turn the sign of a
          // gradient that is almost zero; more than that would be a dependence.
          let moved = ((alone - together.rows(part)).magnitude() .> 0.5 / 255)
          let share = moved.converted(to: .float32).mean().scalar()
          #expect(share < 0.02, "\(share) of the pixels differ")
        }
      }
    }

    @Test(.releaseOnly, arguments: AttackRow.all)
    func repeatsItselfForTheSameSeedOnly(row: AttackRow) throws {
      let signs = try SignsUnderAttack()
      func points(seed: UInt64) throws -> [Float] {
        try row.attack.points(for: signs.batch(seed: seed), on: signs.model, within: row.threat)
          .floats()
      }
      let first = try points(seed: 1)
      #expect(try points(seed: 1) == first)
      #expect((try points(seed: 2) == first) == !row.isRandom)
    }

    @Test func keepsTheBestPointOfEachSample() throws {
      let signs = try SignsUnderAttack()
      let batch = signs.batch()
      let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "2/255"))
      func losses(restarts: Int) throws -> [Float] {
        let attack = PGD(steps: 3, restarts: restarts, stopsAtSuccess: false)
        let points = try attack.perturbed(batch, on: signs.model, within: threat)
        return batch.goal.crossEntropy(of: try signs.model.logits(of: points)).floats()
      }
      let (once, thrice) = (try losses(restarts: 1), try losses(restarts: 3))
      #expect(zip(once, thrice).allSatisfy { $0 <= $1 + 1e-4 })
      #expect(thrice != once)
    }

    @Test func leavesFinishedSamplesAlone() throws {
      let signs = try SignsUnderAttack()
      let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "8/255"))
      func passes(_ attack: PGD) throws -> Int {
        let before = signs.model.passes.backward
        _ = try attack.perturbed(signs.batch(), on: signs.model, within: threat)
        return signs.model.passes.backward - before
      }
      let all = try passes(PGD(steps: 10, stopsAtSuccess: false))
      #expect(all == 10 * signs.labels.count)
      #expect(try passes(PGD(steps: 10)) < all / 2)
    }

    @Test func reachesTargets() throws {
      let signs = try SignsUnderAttack()
      let target = (signs.labels[0] + 1) % signs.model.classCount
      let rows = signs.labels.indices.filter { signs.labels[$0] != target }
      let labels = Tensor(rows.map { signs.labels[$0] })
      let goal = Goal(avoiding: labels, reaching: labels.filled(with: Double(target)))
      let batch = AttackBatch(
        signs.images.rows(rows), toward: goal, keys: rows.map { RandomKey(seed: 0).part($0) })
      let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "16/255"))
      let points = try PGD(steps: 30).perturbed(batch, on: signs.model, within: threat)
      let predicted = try signs.model.logits(of: points).argmax(along: 1).integers()
      #expect(predicted.count { $0 == target } > rows.count * 3 / 4)
    }
  }
}
