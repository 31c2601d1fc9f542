/// Leaves, from dark fir to autumn, with light between them.
struct Foliage: Scene {
  private let dark: Colour
  private let light: Colour
  private let gap: Colour
  private let gapShare: Double
  private let scale: Double
  private let leaves: ValueNoise
  private let gaps: ValueNoise

  init(using random: inout SplitMix64) {
    let autumn = random.chance(0.25)
    dark = random.colour(
      from: Colour(screen: 0.08, 0.16, 0.07), to: Colour(screen: 0.18, 0.24, 0.10))
    light = random.colour(
      from: autumn ? Colour(screen: 0.66, 0.46, 0.16) : Colour(screen: 0.32, 0.52, 0.20),
      to: autumn ? Colour(screen: 0.72, 0.58, 0.24) : Colour(screen: 0.58, 0.70, 0.32))
    gap = Colour(screen: 0.80, 0.87, 0.94)
    gapShare = random.uniform(0...0.45)
    scale = random.uniform(5...13)
    leaves = ValueNoise(using: &random)
    gaps = ValueNoise(using: &random)
  }

  func colour(at place: Point) -> Colour {
    let shade = (leaves.cloudy(place * scale) * 2.2 - 0.6).clamped(to: 0...1)
    let opening = ((gaps.cloudy(place * 5) - 1 + gapShare) * 6).clamped(to: 0...1)
    return dark.mixed(with: light, shade).mixed(with: gap, opening)
  }
}
