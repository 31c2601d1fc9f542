/// How many pictures went through a model.
public struct PassCount: Hashable, Codable, Sendable {
  /// Pictures seen forward.
  public var forward: Int
  /// Pictures for which a gradient was computed.
  public var backward: Int

  /// Counts.
  public init(forward: Int = 0, backward: Int = 0) {
    self.forward = forward
    self.backward = backward
  }

  /// What came to pass since an earlier count.
  public static func - (later: PassCount, earlier: PassCount) -> PassCount {
    PassCount(
      forward: later.forward - earlier.forward, backward: later.backward - earlier.backward)
  }
}
