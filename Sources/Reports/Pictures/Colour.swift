import Foundation

/// A colour in sRGB, eight bits a channel.
public struct Colour: Hashable, Sendable {
  /// Red, 0…255.
  public var red: UInt8
  /// Green, 0…255.
  public var green: UInt8
  /// Blue, 0…255.
  public var blue: UInt8

  /// A colour from its three channels.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// A shade of grey.
  public init(grey: UInt8) {
    self.init(red: grey, green: grey, blue: grey)
  }

  /// The colour as a style sheet writes it: `#00629e`.
  var hexadecimal: String { String(format: "#%02x%02x%02x", Int(red), Int(green), Int(blue)) }

  /// The relative luminance of WCAG 2, 0…1.
  var luminance: Double {
    let linear = [red, green, blue].map { sample in
      let share = Double(sample) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }

  /// One sample per channel: three, or one with the luma of ITU-R BT.601.
  func samples(channels: Int) -> [UInt8] {
    if channels == 3 { return [red, green, blue] }
    let luma = 0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue)
    return [UInt8(luma.rounded())]
  }
}

extension Colour {
  /// The calm background of the pictures.
  public static let paper = Colour(red: 250, green: 250, blue: 247)
  /// Ordinary lettering.
  public static let ink = Colour(red: 32, green: 36, blue: 42)
  /// Lettering of less weight.
  public static let faintInk = Colour(red: 98, green: 104, blue: 112)
  /// What went wrong for the model; told from blue by all kinds of colour vision (Okabe and Ito).
  public static let vermilion = Colour(red: 184, green: 74, blue: 0)
  /// What went well for the model.
  public static let blue = Colour(red: 0, green: 98, blue: 158)
  /// What is not the attack's doing.
  public static let slate = Colour(red: 90, green: 98, blue: 108)
  /// What must not be counted.
  public static let plum = Colour(red: 140, green: 60, blue: 110)
}
