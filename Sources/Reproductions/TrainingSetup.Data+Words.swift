import Training

extension TrainingSetup.Data {
  /// Where pictures come from, for people.
  var words: String { "\(path), \(split) part, SHA-256 \(sha256.prefix(16))…" }
}
