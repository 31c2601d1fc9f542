import ThreatModels

extension EvaluationSetup {
  /// The number of the budget that sanity checks look at: the largest of L∞, since that is what attacks
  /// are best at, or of the first norm if there is none; nothing if their attacks do not know the norm.
  var threatForChecks: Int? {
    let norm = threats.contains { $0.budget.norm == .linf } ? .linf : threats[0].budget.norm
    guard SanityAttacks.norms.contains(norm) else { return nil }
    return threats.indices.filter { threats[$0].budget.norm == norm }
      .max { threats[$0].budget.epsilon < threats[$1].budget.epsilon }
  }
}
