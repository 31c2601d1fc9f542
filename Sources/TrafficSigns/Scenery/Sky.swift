/// A sky, clear to overcast.
struct Sky: Scene {
  private let zenith: Colour
  private let horizon: Colour
  private let cloudColour: Colour
  private let cloudiness: Double
  private let clouds: ValueNoise

  init(using random: inout SplitMix64) {
    zenith = random.colour(
      from: Colour(screen: 0.25, 0.48, 0.82), to: Colour(screen: 0.66, 0.74, 0.82))
    horizon = random.colour(
      from: Colour(screen: 0.72, 0.84, 0.95), to: Colour(screen: 0.90, 0.84, 0.78), spread: 0.05)
    cloudColour = .grey(random.uniform(0.75...0.97))
    cloudiness = random.uniform(0...1)
    clouds = ValueNoise(using: &random)
  }

  func colour(at place: Point) -> Colour {
    let cloud = (clouds.cloudy(Point(place.x * 2, place.y * 4)) * 2.5 - 1.7 + cloudiness)
    return zenith.mixed(with: horizon, place.y).mixed(with: cloudColour, cloud.clamped(to: 0...1))
  }
}
