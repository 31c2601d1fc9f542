/// One figure of the paper, with ours beside it; all are shares, 0…1.
public struct Goodfellow2015Row: Hashable, Sendable {
  /// What is measured.
  public enum Measure: String, Hashable, Codable, Sendable {
    /// The error on test pictures as they are.
    case clean = "clean error"
    /// The error under the fast gradient sign method.
    case attacked = "FGSM error"
    /// The confidence in these errors.
    case confidence = "confidence"
    /// The error on another network's examples.
    case transferred = "transfer error"
  }

  /// Which network; where examples come from another one, both.
  public let subject: String
  /// What is measured.
  public let measure: Measure
  /// What the paper says; nothing if it does not.
  public let published: Double?
  /// What we found; with pixels brought back into [0, 1] where pictures were changed.
  public let found: Double?
  /// What we found with pixels left where the step leads; nothing where no picture was changed.
  public let foundUnclipped: Double?

  /// The rows of one network.
  static func rows(of net: Goodfellow2015Results.Net) -> [Goodfellow2015Row] {
    let paper = Goodfellow2015Paper.figures(of: net.net)
    let attacked = net.attacked
    func row(
      _ measure: Measure, _ published: Double?, _ found: Double?, _ unclipped: Double?
    ) -> Goodfellow2015Row {
      Goodfellow2015Row(
        subject: net.net.rawValue, measure: measure, published: published, found: found,
        foundUnclipped: unclipped)
    }
    return [
      row(.clean, paper.clean, net.clean.error, nil),
      row(.attacked, paper.attacked, attacked.clipped.error, attacked.unclipped.error),
      row(
        .confidence, paper.confidence, attacked.clipped.confidence, attacked.unclipped.confidence),
    ]
  }

  private init(
    subject: String, measure: Measure, published: Double?, found: Double?, foundUnclipped: Double?
  ) {
    self.subject = subject
    self.measure = measure
    self.published = published
    self.found = found
    self.foundUnclipped = foundUnclipped
  }

  /// The row of examples that are shown to another network.
  init(_ transfer: Goodfellow2015Results.Transfer) {
    self.init(
      subject: "\(transfer.source.rawValue) → \(transfer.target.rawValue)", measure: .transferred,
      published: Goodfellow2015Paper.transferError(from: transfer.source, to: transfer.target),
      found: transfer.attacked.clipped.error, foundUnclipped: transfer.attacked.unclipped.error)
  }
}
