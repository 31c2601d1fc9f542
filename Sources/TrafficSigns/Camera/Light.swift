/// The light of a picture: its strength, colour and shadows, and the haze before it.
struct Light: Sendable {
  let exposure: Double
  let cast: Colour
  /// Grey mixed in by haze or low contrast, 0…1.
  let haze: Double
  let hazeColour: Colour
  /// The shadow falls on the side that this direction points to.
  let shadowDirection: Point
  let shadowOffset: Double
  /// 0: no shadow; 1: black.
  let shadowDepth: Double
  /// The width over which the shadow deepens, in pictures.
  let shadowSoftness: Double

  static func random(using random: inout SplitMix64) -> Light {
    let turn = Rotation(halfTangent: random.uniform(-1...1))
    let direction = turn(Point(random.chance(0.5) ? 1 : -1, 0))
    return Light(
      exposure: random.chance(0.2) ? random.uniform(0.25...0.5) : random.uniform(0.55...1.25),
      cast: random.colour(
        from: Colour(red: 1.12, green: 1, blue: 0.86),
        to: Colour(red: 0.88, green: 0.98, blue: 1.14),
        spread: 0.05),
      haze: random.chance(0.2) ? random.uniform(0.05...0.35) : random.uniform(0...0.06),
      hazeColour: .grey(random.uniform(0.55...0.85)),
      shadowDirection: direction,
      shadowOffset: random.uniform(-0.3...0.3),
      shadowDepth: random.chance(0.6) ? random.uniform(0.1...0.6) : 0,
      shadowSoftness: random.chance(0.3) ? random.uniform(0.03...0.1) : random.uniform(0.4...1.2))
  }

  func shine(on canvas: inout Canvas) {
    canvas.recolour { colour, place in
      let along = (place - Point(0.5, 0.5)).dot(shadowDirection) - shadowOffset
      let shade = (along / shadowSoftness + 0.5).clamped(to: 0...1) * shadowDepth
      let lit = colour * cast * (exposure * (1 - shade))
      return lit.mixed(with: hazeColour * exposure, haze)
    }
  }
}
