import Testing
import ThreatModels

struct BudgetTests {
  @Test(arguments: [
    ("8/255", 8.0 / 255), ("0.3", 0.3), ("8px", 8.0 / 255), (" 4 / 255 ", 4.0 / 255), ("1", 1),
    ("1e-2", 0.01),
  ])
  func readsEpsilon(text: String, value: Double) throws {
    #expect(try PerturbationBudget(.linf, epsilon: text).epsilon == value)
  }

  @Test(arguments: [
    "", "eight", "8/", "/255", "8/255/2", "-1/255", "0", "nan", "inf", "1/0", "8 px px",
  ])
  func refusesWhatIsNoEpsilon(text: String) {
    #expect(throws: ThreatModelError.unreadableEpsilon(text)) {
      try PerturbationBudget(.linf, epsilon: text)
    }
  }

  @Test func asksBackWhenEpsilonExceedsTheRangeOfPixels() throws {
    let error = #expect(throws: ThreatModelError.self) {
      try PerturbationBudget(.linf, epsilon: "8")
    }
    #expect(error?.description.contains("did you mean 8/255?") == true)
    #expect(try PerturbationBudget(.l2, epsilon: "8").epsilon == 8)
  }
}
