/// A severity, and the size of the picture that it is for.
struct SizeScale {
  /// The shorter side of the picture, in pixels.
  let shorterSide: Int
  /// 1…5.
  let severity: Int

  /// Up to here pictures are small; about the geometric mean of 32 and 224.
  private static let largestSmallSide = 84

  private var isSmall: Bool { shorterSide <= Self.largestSmallSide }

  /// The strength in tables of five, one for small pictures and one for large ones.
  func strength<Strength>(small: [Strength], large: [Strength]) -> Strength {
    (isSmall ? small : large)[severity - 1]
  }

  /// A length of the tables, which are for 32 or 224 pixels, in pixels of this picture.
  ///
  /// No shorter than for 32 pixels: blurs of less than a pixel would change nothing.
  func length(_ tabulated: Float) -> Float {
    tabulated * (isSmall ? max(1, Float(shorterSide) / 32) : Float(shorterSide) / 224)
  }

  /// A share of the shorter side, in pixels.
  func side(times share: Float) -> Float { share * Float(shorterSide) }
}
