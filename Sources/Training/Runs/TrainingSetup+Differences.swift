import ThreatModels

extension TrainingSetup {
  /// What another setup has otherwise, in words; nothing if it would give the same result.
  ///
  /// Where files lie does not matter, only what is in them, and not how ε is written.
  func differences(from other: TrainingSetup) -> [String] {
    var differences: [String] = []
    var (mine, theirs) = (self, other)
    if mine.model.sha256 != theirs.model.sha256 { differences.append("another model") }
    if mine.model.sha256 != nil { mine.model.source = theirs.model.source }
    mine.model.sha256 = theirs.model.sha256
    differences += mine.data.settleDifferences(from: theirs.data, called: "data")
    if let data = mine.validation?.data, let other = theirs.validation?.data {
      differences += data.differences(from: other, called: "validation pictures")
      mine.validation?.data = other
    }
    if mine.threat.budget.epsilon == theirs.threat.budget.epsilon,
      mine.threat.budget.norm == theirs.threat.budget.norm
    {
      mine.threat.budget = theirs.threat.budget
    }
    return differences + SettingsComparison.differences(between: mine, and: theirs)
  }
}

extension TrainingSetup.Data {
  /// The differences, after which this is the other.
  fileprivate mutating func settleDifferences(from other: Self, called name: String) -> [String] {
    defer { self = other }
    return differences(from: other, called: name)
  }

  fileprivate func differences(from other: Self, called name: String) -> [String] {
    if sha256 == other.sha256 { return [] }
    if path != other.path { return ["\(name): \(path) then, \(other.path) now"] }
    if split != other.split { return ["split: \(split) then, \(other.split) now"] }
    if count != other.count {
      return ["number of pictures: \(count) then, \(other.count) now"]
    }
    return ["pictures, names or labels in \(path) have changed"]
  }
}
