/// What stands behind a sign.
protocol Scene: Sendable {
  /// The colour at a place from (0, 0), the upper left corner, to (1, 1).
  func colour(at place: Point) -> Colour
}

extension SplitMix64 {
  /// Any of the scenes, with details of its own.
  mutating func scene() -> any Scene {
    switch index(below: 6) {
    case 0: Sky(using: &self)
    case 1: Foliage(using: &self)
    case 2: Brickwork(using: &self)
    case 3: Street(using: &self)
    case 4: Countryside(using: &self)
    default: Plaster(using: &self)
    }
  }
}
