import ThreatModels

extension EvaluationSetup {
  /// What another setup has otherwise, in words; nothing if it would give the same results.
  ///
  /// Where files lie does not matter, only what is in them; neither does the model's path.
  func differences(from other: EvaluationSetup) -> [String] {
    var differences: [String] = []
    func compare(_ name: String, _ mine: String, _ theirs: String) {
      if mine != theirs { differences.append("\(name) was \(mine) and is now \(theirs)") }
    }
    compare("the version of Adversary", version, other.version)
    compare("the version of libtorch", engineVersion, other.engineVersion)
    if model.sha256 != other.model.sha256 { differences.append("the model is another one") }
    compare("what is done to pixels first", "\(model.words)", "\(other.model.words)")
    compare("the data set", data.path, other.data.path)
    compare("the split", data.split, other.data.split)
    compare("the number of pictures", "\(data.count)", "\(other.data.count)")
    compare("the attacks", words(for: attacks), words(for: other.attacks))
    compare(
      "the budgets", threats.map { "\($0.budget) \($0.pixels.rawValue)" }.joined(separator: ", "),
      other.threats.map { "\($0.budget) \($0.pixels.rawValue)" }.joined(separator: ", "))
    compare("the objective", "\(objective)", "\(other.objective)")
    compare("the seed", "\(seed)", "\(other.seed)")
    compare("the batch size", "\(batchSize)", "\(other.batchSize)")
    compare("whether sanity is checked", "\(checksSanity)", "\(other.checksSanity)")
    if classNames != other.classNames { differences.append("the names of the classes changed") }
    return differences
  }

  private func words(for attacks: [AttackChoice]) -> String {
    attacks.map { "\($0.text)" }.joined(separator: " ")
  }
}

extension RunManifest.Model {
  fileprivate var words: String {
    options.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }
}
