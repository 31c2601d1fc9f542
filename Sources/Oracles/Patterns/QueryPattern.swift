/// What a service could have noticed from the queries alone: how like each one is to those before it.
///
/// Attacks by queries ask about many pictures that are nearly the same, which other users do not. Each picture
/// that was asked about is compared with the last ``window`` before it. The distance of two pictures is the root of
/// the mean square of the differences of their values, with values in [0, 1], both rounded to 8 bits: a
/// picture whose every value is one step away is at 1/255.
///
/// After Chen, Carlini and Wagner 2019, “Stateful detection of black-box adversarial attacks”, who compare with the
/// nearest of all earlier queries in a learned space. This is a lower bound of what such a service sees.
public struct QueryPattern: Hashable, Codable, Sendable {
  /// How many queries lie at a distance.
  public struct Bin: Hashable, Codable, Sendable {
    /// The greatest distance, in steps of 1/255; it is above that of the bin before.
    public var steps: Double
    /// How many queries have their nearest earlier one no farther than this, and farther than the bin
    /// before.
    public var queries: Int
  }

  /// How many queries in a row make the service look up: ``firstBurst``.
  public static let burstLength = 10
  /// Queries as near as this to an earlier one are ``nearDuplicates``: one step of 1/255.
  public static let duplicateDistance = 1.0 / 255
  /// The distances that bins end at, in steps of 1/255.
  static let binEnds = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128, 255]

  /// Different pictures, the first one among them.
  public var queries = 0
  /// With how many earlier queries each one is compared.
  public let window: Int
  /// How near a query must be to an earlier one to count as close, with values in [0, 1].
  public let radius: Double
  /// Queries no farther than one step from an earlier one.
  public var nearDuplicates = 0
  /// Queries no farther than ``radius`` from an earlier one.
  public var close = 0
  /// The longest run of close queries without another in between.
  public var longestBurst = 0
  /// At which query, counted from 1, ten in a row had been close for the first time; nothing if never.
  public var firstBurst: Int?
  /// The distances of all queries but the first to the nearest of those before.
  public var bins = binEnds.map { Bin(steps: $0, queries: 0) }

  /// A window that holds nearly all queries of an extraction, and not more memory or time than that is
  /// worth: 5,000, or as many pictures as fit into 32 megabytes.
  ///
  /// - Parameter size: how many values a picture has.
  public static func wideWindow(ofPicturesWith size: Int) -> Int {
    max(50, min(5_000, (32 << 20) / max(size, 1)))
  }

  /// A pattern of no queries.
  ///
  /// - Precondition: a window of at least one query, and a radius that is not negative.
  public init(window: Int = 50, radius: Double = 8.0 / 255) {
    precondition(window > 0 && radius >= 0, "the last \(window) within \(radius)")
    self.window = window
    self.radius = radius
  }

  /// The share of near-duplicates; nothing if there are no queries.
  public var duplicateShare: Double? { share(nearDuplicates) }

  /// The share of close queries; nothing if there are no queries.
  public var closeShare: Double? { share(close) }

  /// A distance that at least half of all queries but the first do not exceed, in steps of 1/255: the end of a
  /// bin; nothing if there are fewer than two.
  public var medianSteps: Double? {
    guard queries > 1 else { return nil }
    // The first query has nothing before it.
    var rest = queries / 2
    return bins.first {
      rest -= $0.queries
      return rest <= 0
    }?.steps
  }

  private func share(_ count: Int) -> Double? {
    queries == 0 ? nil : Double(count) / Double(queries)
  }
}
