import Attacks
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  /// Points that attacks are given to begin at.
  @Suite struct StartTests {
    /// Most of the way to the planted corner, which no search without gradients finds at this ε.
    private func given(_ planted: Planted, share: Double) throws -> AttackBatch {
      let batch = planted.batch
      let corner = try FGSM().perturbed(batch, on: planted.model, within: planted.threat)
      let mask =
        Tensor.uniform(
          batch.images.shape, using: RandomKey(seed: 8).makeGenerator()) .< share
      return AttackBatch(
        batch.images, toward: batch.goal, keys: batch.keys,
        starts: corner.selected(where: mask, otherwise: batch.images))
    }

    @Test(arguments: [SquareAttack(queries: 400), SimBA(queries: 400)] as [any ScoreBasedAttack])
    func scoreBasedAttacksBeginThere(attack: any ScoreBasedAttack) throws {
      let planted = try Planted()
      let batch = try given(planted, share: 0.97)
      let plain = try attack.perturbed(
        planted.batch, on: ModelOracle(planted.model), within: planted.threat)
      #expect(!batch.goal.isReached(by: try planted.model.logits(of: plain)).anyTrue())
      let oracle = FailingOracle(ModelOracle(planted.model), after: .max)
      let points = try attack.perturbed(batch, on: oracle, within: planted.threat)
      #expect(oracle.pictures[0].floats() == batch.starts?.floats())
      #expect(batch.goal.isReached(by: try planted.model.logits(of: points)).allTrue())
      #expect(planted.threat.allows(points, around: batch.images)[0])
    }

    @Test func aStartOutsideTheBudgetIsBroughtIntoIt() throws {
      let planted = try Planted()
      let far = AttackBatch(
        planted.batch.images, toward: planted.batch.goal, keys: planted.batch.keys,
        starts: .ones(planted.batch.images.shape))
      for attack in [SquareAttack(queries: 3), SimBA(queries: 3)] as [any ScoreBasedAttack] {
        let oracle = FailingOracle(ModelOracle(planted.model), after: .max)
        _ = try attack.perturbed(far, on: oracle, within: planted.threat)
        let first = oracle.pictures[0]
        #expect(planted.threat.allows(first, around: far.images)[0])
        #expect((first - far.images).min().scalar() > 3.5 / 255)
      }
    }

    private static let cases: [(any DecisionBasedAttack, Norm)] = [
      (HopSkipJump(iterations: 2), .l2), (HopSkipJump(iterations: 2), .linf),
      (BoundaryAttack(steps: 30), .l2), (RayS(queries: 400), .linf),
    ]

    /// Random pictures and the direction of all ones do not reach the planted region; the start does, for one
    /// query.
    @Test(arguments: cases.indices)
    func decisionBasedAttacksBeginThere(number: Int) throws {
      let (attack, norm) = Self.cases[number]
      let planted = try Planted()
      let batch = try given(planted, share: 1)
      let start = try #require(batch.starts)
      func ask(_ batch: AttackBatch) throws -> (oracle: FailingOracle, points: Tensor) {
        let oracle = FailingOracle(ModelOracle(planted.model), after: .max)
        return (oracle, try attack.closest(batch, on: oracle, in: norm, enough: nil))
      }
      let plain = try ask(planted.batch)
      #expect(!batch.goal.isReached(by: try planted.model.logits(of: plain.points)).anyTrue())
      let found = try ask(batch)
      #expect(found.oracle.pictures[0].floats() == start.floats())
      #expect(batch.goal.isReached(by: try planted.model.logits(of: found.points)).allTrue())
      // It goes on from there: nothing is farther away than the start.
      let distances = [found.points, start].map {
        ThreatModel.perturbation(from: batch.images, to: $0, pixels: .float)
          .norm(order: norm.order, along: [1]).doubles()[0]
      }
      #expect(distances[0] < distances[1])
    }

    /// One query, and then what would have been done without it.
    @Test func aStartThatDoesNotReachTheGoalCostsOneQuery() throws {
      let signs = try SignsUnderAttack()
      let whole = signs.batch().rows([0])
      let batch = AttackBatch(
        whole.images, toward: whole.goal, keys: whole.keys,
        starts: (whole.images * 255 + 1).clamped(to: 0...255) / 255)
      func points(_ batch: AttackBatch) throws -> (Int, [Float]) {
        let oracle = CountingOracle(ModelOracle(signs.model))
        let points = try HopSkipJump(iterations: 1, startTries: 10)
          .closest(batch, on: oracle, in: .l2, enough: nil)
        return (oracle.pictures, points.floats())
      }
      let (plain, started) = (try points(whole), try points(batch))
      #expect(started.0 == plain.0 + 1 && started.1 == plain.1)
    }

    @Test func partsAndJointBatchesKeepTheirStarts() throws {
      let planted = try Planted()
      let with = try given(planted, share: 1)
      let joint = AttackBatch(joining: [planted.batch, with])
      #expect(
        joint.starts?.floats() == planted.batch.images.floats() + (with.starts?.floats() ?? []))
      #expect(joint.rows([1]).starts?.floats() == with.starts?.floats())
      #expect(AttackBatch(joining: [planted.batch, planted.batch]).starts == nil)
    }
  }
}
