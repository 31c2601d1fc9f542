/// A plain surface, shaded from one side and a little stained: a wall, a shutter, a lorry.
struct Plaster: Scene {
  private let near: Colour
  private let far: Colour
  private let direction: Point
  private let stains: ValueNoise
  private let staining: Double

  init(using random: inout SplitMix64) {
    near = Colour(
      screen: random.uniform(0.2...0.9), random.uniform(0.2...0.9), random.uniform(0.2...0.9)
    ).mixed(with: .grey(random.uniform(0.3...0.9)), random.uniform(0.4...1))
    far = near * random.uniform(0.4...0.95)
    direction = Rotation(halfTangent: random.uniform(-1...1))(Point(0, 1))
    stains = ValueNoise(using: &random)
    staining = random.uniform(0...0.5)
  }

  func colour(at place: Point) -> Colour {
    let shade = ((place - Point(0.5, 0.5)).dot(direction) + 0.5).clamped(to: 0...1)
    return near.mixed(with: far, shade) * (1 - staining * stains.cloudy(place * 6))
  }
}
