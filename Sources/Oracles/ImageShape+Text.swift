public import ThreatModels

extension ImageShape {
  /// The most numbers of one picture.
  private static let mostNumbers = 1 << 27

  /// The shape that a text says: channels, rows and columns, such as `3x32x32`; nothing if it says none, or
  /// one that is beyond reason.
  public init?(ofService text: String) {
    let parts = text.split(
      omittingEmptySubsequences: false, whereSeparator: { $0 == "x" || $0 == "×" })
    let sizes = parts.compactMap { Int($0) }
    guard parts.count == 3, sizes.count == 3, Self.isReasonable(sizes) else { return nil }
    self.init(channels: sizes[0], height: sizes[1], width: sizes[2])
  }

  /// Whether so many numbers, in an array of these sizes, may be a picture.
  static func isReasonable(_ sizes: [Int]) -> Bool {
    var numbers = 1
    for size in sizes {
      guard (1...65_535).contains(size) else { return false }
      numbers *= size
      if numbers > mostNumbers { return false }
    }
    return true
  }
}
