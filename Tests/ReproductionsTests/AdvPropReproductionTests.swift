import Evaluation
import Foundation
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import Training

@testable import Reproductions

extension EngineTests {
  /// The comparison of AdvProp with other ways to train.
  @Suite struct AdvPropReproductionTests {
    @Test func comparesAllArmsAndTakesWhatIsTrained() throws {
      let comparison = SmallComparison()
      defer { comparison.removeFolder() }
      let results = try #require(try comparison.run())
      #expect(results.nets.map(\.arm) == AdvPropArm.allCases + AdvPropArm.allCases)
      #expect(results.nets.map(\.seed) == [0, 0, 0, 0, 1, 1, 1, 1])
      #expect(results.nets.map(\.auxiliaryClean.count) == [0, 0, 1, 2, 0, 0, 1, 2])
      #expect(results.nets.allSatisfy { $0.clean.total == 20 && $0.robust.total == 6 })
      #expect(results.nets.allSatisfy { $0.corruptions.rows.count == 15 })
      for net in results.nets {
        #expect(net.auxiliaryDistances.allSatisfy { $0.meanShift > 0 && $0.logVarianceRatio > 0 })
      }
      // Nothing is trained a second time, and the numbers are the same.
      var trained = 0
      let again = try comparison.run(reporting: { if case .training = $0 { trained += 1 } })
      #expect(trained == 0)
      #expect(again == results)
    }

    @Test func goesOnAfterAStopAsIfThereHadBeenNone() throws {
      var (stopped, straight) = (SmallComparison(), SmallComparison())
      defer {
        stopped.removeFolder()
        straight.removeFolder()
      }
      stopped.plan.seeds = 1
      straight.plan.seeds = 1
      var isStopWanted = false
      let unfinished = try stopped.run(
        stopping: { isStopWanted },
        reporting: { progress in
          if case .training(.advProp, _, let done, _) = progress, done > 2 { isStopWanted = true }
        })
      #expect(unfinished == nil && isStopWanted)
      let resumed = try #require(try stopped.run())
      let whole = try #require(try straight.run())
      #expect(resumed.nets.map(\.clean) == whole.nets.map(\.clean))
      #expect(resumed.nets.map(\.robust) == whole.nets.map(\.robust))
      #expect(resumed.nets.map(\.corruptions) == whole.nets.map(\.corruptions))
      #expect(resumed.nets.map(\.auxiliaryDistances) == whole.nets.map(\.auxiliaryDistances))
    }

    @Test func otherSettingsNeedAnotherFolder() throws {
      var comparison = SmallComparison()
      defer { comparison.removeFolder() }
      comparison.plan.seeds = 1
      _ = try comparison.run()
      comparison.plan.epochs = 2
      #expect(throws: TrainingRunError.self) { _ = try comparison.run() }
    }

    @Test func distancesOfStatisticsFollowTheirFormula() throws {
      var random = RandomKey(seed: 1).makeNumbers()
      let program = try PreActResNet(blocks: [1], width: 2).program(
        for: ClassificationTask(channels: 3, height: 8, width: 8, classCount: 3), using: &random)
      let model = try TrainableClassifier(program, auxiliaryCount: 1)
      let weights = model.weights
      let none = try #require(BatchNormDistance(ofAuxiliary: 0, in: weights))
      #expect(none.meanShift == 0 && none.logVarianceRatio == 0)
      // Means 0 and variances 1 at first: e² times the variance, and means 3 away.
      for (name, tensor) in zip(weights.names, weights.tensors) where name.hasSuffix("@1") {
        let value: Double? =
          name.contains("running_mean") ? 3 : name.contains("running_var") ? exp(2) : nil
        guard let value else { continue }
        _ = try Operator("aten::fill_", overload: "Scalar")([.tensor(tensor), .real(value)])
      }
      let far = try #require(BatchNormDistance(ofAuxiliary: 0, in: weights))
      #expect(abs(far.meanShift - 3) < 1e-4 && abs(far.logVarianceRatio - 2) < 1e-4)
    }
  }
}

/// What is counted and averaged.
@Suite struct AdvPropResultsTests {
  @Test func passesAreCounted() {
    var plan = AdvPropPlan.full
    plan.attackSteps = 5
    plan.strengths = 3
    #expect(AdvPropArm.allCases.map { $0.passes(in: plan) } == [1, 7, 7, 19])
    #expect(plan.passes == plan.trainingCount * plan.epochs * plan.seeds * 34)
  }
}
