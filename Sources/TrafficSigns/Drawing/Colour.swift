/// A colour in linear light, each component usually 0…1.
///
/// Light adds up and blurs in linear values. The screen's curve is taken as a square: close to sRGB,
/// and the square root is rounded alike on every platform.
struct Colour: Hashable, Sendable {
  var red: Double
  var green: Double
  var blue: Double

  init(red: Double, green: Double, blue: Double) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// The colour that a screen shows for these values, each 0…1.
  init(screen red: Double, _ green: Double, _ blue: Double) {
    self.init(red: red * red, green: green * green, blue: blue * blue)
  }

  /// The grey that a screen shows for `value`.
  static func grey(_ value: Double) -> Colour { Colour(screen: value, value, value) }

  static func + (a: Colour, b: Colour) -> Colour {
    Colour(red: a.red + b.red, green: a.green + b.green, blue: a.blue + b.blue)
  }

  static func * (a: Colour, b: Colour) -> Colour {
    Colour(red: a.red * b.red, green: a.green * b.green, blue: a.blue * b.blue)
  }

  static func * (a: Colour, factor: Double) -> Colour {
    Colour(red: a.red * factor, green: a.green * factor, blue: a.blue * factor)
  }

  /// This colour with the share `fraction` replaced by `other`.
  func mixed(with other: Colour, _ fraction: Double) -> Colour {
    self * (1 - fraction) + other * fraction
  }
}

/// The paints of road signs.
extension Colour {
  static let signRed = Colour(screen: 0.76, 0.07, 0.12)
  static let signBlue = Colour(screen: 0.02, 0.32, 0.66)
  static let signYellow = Colour(screen: 0.98, 0.76, 0.05)
  static let signGreen = Colour(screen: 0.05, 0.58, 0.30)
  static let signWhite = Colour.grey(0.95)
  static let signBlack = Colour.grey(0.09)
}
