public import Imaging
public import TensorModule
public import ThreatModels

/// Where the questions of the next round come from.
public protocol QueryGrowth: Sendable {
  /// What it does with its settings, for people and for telling runs apart.
  var summary: String { get }

  /// Pictures that the service is asked about next.
  ///
  /// - Parameters:
  ///   - parents: pictures that were asked about, with the service's answers.
  ///   - substitute: as far as it has learned.
  /// - Returns: [n, C, H, W] on the 8-bit grid, one for each parent; fewer if there are no more.
  func pictures(
    from parents: QueryParents, on substitute: any DifferentiableClassifier
  ) throws -> Tensor
}

/// Pictures that were asked about, from which new ones are made.
public struct QueryParents {
  /// [n, C, H, W] in [0, 1].
  public var images: Tensor
  /// The service's answers, int64 [n].
  public var labels: Tensor
  /// The number of the round, from 0.
  public var round: Int
  /// How many pictures were asked about after the seeds.
  public var askedBefore: Int
  /// One key for each picture and round.
  public var keys: [RandomKey]
  /// Whether a picture was asked about, or is about to be: it would teach nothing.
  public var isKnown: (Picture) -> Bool

  /// Parents.
  ///
  /// - Precondition: there are as many keys as pictures.
  public init(
    images: Tensor, labels: Tensor, round: Int, askedBefore: Int, keys: [RandomKey],
    isKnown: @escaping (Picture) -> Bool = { _ in false }
  ) {
    precondition(images.count == keys.count, "\(keys.count) keys for \(images.count) pictures")
    self.images = images
    self.labels = labels
    self.round = round
    self.askedBefore = askedBefore
    self.keys = keys
    self.isKnown = isKnown
  }
}

extension Tensor {
  /// Pictures moved by whole steps of 1/255 along a direction, and kept in [0, 1].
  ///
  /// - Parameters:
  ///   - direction: −1, 0 or 1 in each channel of each pixel.
  ///   - steps: how many; negative against the direction.
  func moved(along direction: Tensor, steps: Int) -> Tensor {
    (((self * 255).rounded() + direction * Double(steps)).clamped(to: 0...255)) / 255
  }
}
