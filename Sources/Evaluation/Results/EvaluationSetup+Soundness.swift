import ThreatModels

extension EvaluationSetup {
  /// Whether the numbers of a setup from a file can be worked with.
  var isSound: Bool {
    let sizes = imageShape.sizes
    guard (1...1_000_000_000).contains(batchSize), (1...1_000_000_000).contains(data.count),
      (2...1_000_000).contains(classCount), !attacks.isEmpty, !threats.isEmpty,
      sizes.allSatisfy({ (1...65_536).contains($0) }), sizes.reduce(1, *) <= 1 << 28
    else { return false }
    if let defense, !(1...1_000_000).contains(defense.draws) { return false }
    return threats.allSatisfy { threat in
      // A decoded budget has not been through the initialiser that checks it.
      (try? PerturbationBudget(threat.budget.norm, epsilon: threat.budget.text)) == threat.budget
    }
  }
}
