import Datasets
public import Imaging
public import TensorModule
public import ThreatModels

/// Further pictures of a pool, without regard to the substitute.
///
/// What an attacker can do who has many pictures of the right kind; to see what augmentation is worth
/// to one who has few. Orekondy, Schiele and Fritz 2019, “Knockoff nets”, choose at random.
public struct NaturalPictures: QueryGrowth {
  /// How many pictures the pool holds.
  public let count: Int
  private let picture: @Sendable (Int) throws -> Picture

  /// A pool.
  ///
  /// - Parameters:
  ///   - count: how many pictures it holds.
  ///   - picture: gives the picture with a number, in the service's shape.
  public init(count: Int, loading picture: @escaping @Sendable (Int) throws -> Picture) {
    self.count = count
    self.picture = picture
  }

  /// `pictures`.
  public var summary: String { "pictures" }

  /// The next pictures of the pool that are not known, as many as there are parents or as it still has.
  public func pictures(
    from parents: QueryParents, on substitute: any DifferentiableClassifier
  ) throws -> Tensor {
    var next: [Picture] = []
    var taken: Set<Picture> = []
    // At least as many were taken from the pool as were asked about; more if some came twice.
    var number = parents.askedBefore
    while number < count, next.count < parents.keys.count {
      let picture = try picture(number)
      number += 1
      if !parents.isKnown(picture), taken.insert(picture).inserted { next.append(picture) }
    }
    return next.isEmpty ? parents.images[0..<0] : Tensor(next)
  }
}
