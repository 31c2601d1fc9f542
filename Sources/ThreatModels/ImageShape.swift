/// The shape of one picture as a model takes it.
public struct ImageShape: Hashable, Codable, Sendable {
  /// Colour channels: 1 or 3 for ordinary pictures.
  public var channels: Int
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int

  /// A shape.
  public init(channels: Int, height: Int, width: Int) {
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// The sizes of one picture in a tensor: channels, rows, columns.
  public var sizes: [Int] { [channels, height, width] }
}

extension ImageShape: CustomStringConvertible {
  /// For people: `3×224×224`.
  public var description: String { "\(channels)×\(height)×\(width)" }
}
