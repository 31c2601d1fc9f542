import TestKit
import Testing

@testable import Training

@Suite struct ScheduleTests {
  @Test(arguments: [
    ("constant", Schedule.Shape.constant), ("steps", .steps(at: [0.5, 0.75], factor: 0.1)),
    ("cosine", .cosine), ("one-cycle", .oneCycle),
  ])
  func agreesWithPyTorchAtEveryStep(name: String, shape: Schedule.Shape) throws {
    let expected = try #require(try TrainingReference.read().schedules[name])
    #expect(expected.count == 50)
    for (step, factor) in expected.enumerated() {
      let found = Schedule(shape).factor(atStep: step, of: 50)
      #expect(abs(found - factor) <= 1e-5, "\(name), step \(step): \(found), not \(factor)")
    }
  }

  @Test func warmUpGrowsEvenlyAndTheCurveFollows() {
    let schedule = Schedule(.cosine, warmUp: 0.2)
    let factors = (0..<10).map { schedule.factor(atStep: $0, of: 10) }
    #expect(factors[0] == 0.5 && factors[1] == 1 && factors[2] == 1)
    for step in 0..<8 {
      #expect(factors[step + 2] == Schedule(.cosine).factor(atStep: step, of: 8))
    }
  }

  @Test(arguments: [
    Schedule.Shape.constant, .steps(at: [0.5], factor: 0.1), .cosine, .oneCycle,
  ])
  func runsOfAStepOrTwoHaveUsableFactors(shape: Schedule.Shape) {
    for total in 1...3 {
      for step in 0..<total {
        let factor = Schedule(shape, warmUp: 0.3).factor(atStep: step, of: total)
        #expect(factor.isFinite && (0...1).contains(factor), "step \(step) of \(total): \(factor)")
      }
    }
  }
}
