public import Oracles

extension QueryPattern {
  /// What a service could have noticed, in a few sentences; the first says it all.
  public var sentences: [String] {
    guard let closeShare, let duplicateShare, queries > 1 else {
      return ["\(queries.of("query", "queries")) tell a service nothing."]
    }
    let limit = (radius * 255).shortText
    var sentences = [
      "\(closeShare.asPercentage) of \(queries.of("query", "queries")) lie within \(limit)/255 "
        + "of one of the \(window.grouped) before, and \(duplicateShare.asPercentage) within 1/255.",
      "The longest run of such queries without another in between is \(longestBurst.grouped) long.",
    ]
    if let firstBurst {
      sentences.append(
        "At query \(firstBurst.grouped) there had been \(Self.burstLength) in a row for the first "
          + "time: a service that compares queries with the last \(window.grouped) would have noticed "
          + "then.")
    } else {
      sentences.append(
        "There were never \(Self.burstLength) in a row, so a service that compares queries with no more "
          + "than the last \(window.grouped) had little to notice.")
    }
    return sentences
  }
}
