import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  @Suite struct GoalTests {
    private static var logits: Tensor {
      Tensor([1, 3, 2, /**/ 5, 5, 0, /**/ .nan, 1, 0, /**/ 0, 1, 7] as [Float], shape: [4, 3])
    }

    @Test func untargetedMeansAnyOtherClass() {
      let goal = Goal(avoiding: Tensor([1, 0, 1, 0]))
      // The first of two maxima counts; what is not a number reaches nothing.
      #expect(goal.isReached(by: Self.logits).truths() == [false, false, false, true])
    }

    @Test func targetedMeansThatClass() {
      let goal = Goal(avoiding: Tensor([0, 1, 0, 0]), reaching: Tensor([1, 0, 1, 1]))
      #expect(goal.isReached(by: Self.logits).truths() == [true, true, false, false])
    }

    @Test func theLossGrowsTowardsTheGoal() {
      let better = Tensor([0, 2] as [Float], shape: [1, 2])
      let worse = Tensor([0, 1] as [Float], shape: [1, 2])
      for goal in [
        Goal(avoiding: Tensor([0])), Goal(avoiding: Tensor([0]), reaching: Tensor([1])),
      ] {
        let losses = [better, worse].map { goal.crossEntropy(of: $0).scalar() }
        #expect(losses[0] > losses[1])
      }
    }

    @Test func objectivesBecomeGoals() {
      let labels = Tensor([0, 2, 1, 0])
      let clean = Self.logits.rows([0, 1, 3, 3])
      #expect(Objective.untargeted.goal(labels: labels, cleanLogits: clean).targets == nil)
      let named = Objective.target(2).goal(labels: labels, cleanLogits: clean)
      #expect(named.targets?.integers() == [2, 2, 2, 2])
      let least = Objective.leastLikely.goal(labels: labels, cleanLogits: clean)
      // Never the label itself, not even where it has the lowest logit.
      #expect(least.targets?.integers() == [2, 0, 0, 1])
      #expect(least.rows(Tensor([1])).targets?.integers() == [0])
    }
  }
}
