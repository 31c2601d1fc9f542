/// What is proved about one picture.
public struct CertifiedSample: Hashable, Codable, Sendable {
  /// The number in the data set.
  public var number: Int
  /// A name unique in the run.
  public var name: String
  /// The true class.
  public var label: Int
  /// The class that won the selection.
  public var candidate: Int
  /// How many of the samples were given that class.
  public var votes: Int
  /// The lower bound of the class's probability under noise.
  public var lowerBound: Double
  /// Up to which L2 distance the prediction holds, pixels being in [0, 1]; nothing if the classifier
  /// abstains.
  public var radius: Double?

  /// A certified picture.
  public init(
    number: Int, name: String, label: Int, candidate: Int, votes: Int, lowerBound: Double,
    radius: Double?
  ) {
    self.number = number
    self.name = name
    self.label = label
    self.candidate = candidate
    self.votes = votes
    self.lowerBound = lowerBound
    self.radius = radius
  }

  /// Whether the classifier gives no class.
  public var abstains: Bool { radius == nil }

  /// Whether the class is given and is the true one.
  public var isRight: Bool { !abstains && candidate == label }

  /// Whether the true class is certified within a distance.
  public func isCertified(within distance: Double) -> Bool {
    isRight && (radius ?? 0) >= distance
  }
}
