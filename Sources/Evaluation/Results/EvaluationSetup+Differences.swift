import ThreatModels

extension EvaluationSetup {
  /// What another setup has otherwise, in words; nothing if it would give the same results.
  ///
  /// Where files lie does not matter, only what is in them.
  func differences(from other: EvaluationSetup) -> [String] {
    var differences: [String] = []
    func compare(_ name: String, _ mine: String, _ theirs: String) {
      if mine != theirs { differences.append("\(name): \(mine) then, \(theirs) now") }
    }
    compare("version of Adversary", version, other.version)
    compare("version of libtorch", engineVersion, other.engineVersion)
    if model.sha256 != other.model.sha256 { differences.append("another model") }
    compare("what is done to pixels first", "\(model.words)", "\(other.model.words)")
    differences += data.differences(from: other.data)
    compare("attacks", words(for: attacks), words(for: other.attacks))
    compare(
      "budgets", threats.map { "\($0.budget) \($0.pixels.rawValue)" }.joined(separator: ", "),
      other.threats.map { "\($0.budget) \($0.pixels.rawValue)" }.joined(separator: ", "))
    compare("objective", "\(objective)", "\(other.objective)")
    compare("seed", "\(seed)", "\(other.seed)")
    compare("batch size", "\(batchSize)", "\(other.batchSize)")
    compare("sanity checks", "\(checksSanity)", "\(other.checksSanity)")
    compare("defence", defense?.words ?? "none", other.defense?.words ?? "none")
    if classNames != other.classNames { differences.append("other names of classes") }
    return differences
  }

  private func words(for attacks: [AttackChoice]) -> String {
    attacks.map { "\($0.text)" }.joined(separator: " ")
  }
}

extension EvaluationSetup.Defense {
  /// For people: `jpeg:quality=75 under an adaptive attacker`.
  public var words: String {
    transformations.joined(separator: " ") + " under a\(attacker.hasPrefix("a") ? "n" : "") "
      + "\(attacker) attacker" + (draws == 1 ? "" : ", \(draws) draws")
  }
}

extension EvaluationSetup.Data {
  func differences(from other: Self) -> [String] {
    if sha256 == other.sha256 { return [] }
    if path != other.path { return ["data set: \(path) then, \(other.path) now"] }
    if split != other.split { return ["split: \(split) then, \(other.split) now"] }
    if count != other.count {
      return ["number of pictures: \(count) then, \(other.count) now"]
    }
    return ["pictures, names or labels in \(path) have changed"]
  }
}

extension RunManifest.Model {
  var words: String {
    options.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }
}
