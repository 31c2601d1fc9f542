/// What a network is to do: tell pictures of one shape apart in some classes.
public struct ClassificationTask: Hashable, Sendable {
  /// The most rows, columns, channels or classes.
  public static let largestSide = 1 << 16

  /// The colours of a pixel: 1 for grey, 3 for RGB.
  public var channels: Int
  /// Rows of a picture.
  public var height: Int
  /// Columns of a picture.
  public var width: Int
  /// How many classes there are.
  public var classCount: Int

  /// A task.
  public init(channels: Int, height: Int, width: Int, classCount: Int) {
    self.channels = channels
    self.height = height
    self.width = width
    self.classCount = classCount
  }
}
