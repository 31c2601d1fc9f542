/// The part of a data set that is meant.
public enum Split: String, Hashable, Codable, Sendable, CaseIterable {
  /// The pictures that models learn from.
  case training
  /// The pictures that models are judged by.
  case test
}
