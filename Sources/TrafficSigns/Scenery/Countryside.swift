/// Fields below a line of hills.
struct Countryside: Scene {
  private let sky: Sky
  private let hills: Colour
  private let grass: Colour
  private let horizon: Double
  private let relief: ValueNoise
  private let texture: ValueNoise

  init(using random: inout SplitMix64) {
    sky = Sky(using: &random)
    hills = random.colour(
      from: Colour(screen: 0.20, 0.32, 0.22), to: Colour(screen: 0.42, 0.50, 0.56))
    grass = random.colour(
      from: Colour(screen: 0.36, 0.52, 0.22), to: Colour(screen: 0.70, 0.62, 0.36))
    horizon = random.uniform(0.35...0.75)
    relief = ValueNoise(using: &random)
    texture = ValueNoise(using: &random)
  }

  func colour(at place: Point) -> Colour {
    let crest = horizon - 0.25 * relief.smooth(Point(place.x * 3, 0))
    if place.y < crest { return sky.colour(at: place) }
    let ground = place.y < horizon ? hills : grass
    return ground * (0.7 + 0.6 * texture.cloudy(Point(place.x * 9, place.y * 22)))
  }
}
