/// Houses with windows along a road.
struct Street: Scene {
  private let sky: Sky
  private let road: Colour
  private let house: Colour
  private let window: Colour
  private let kerb: Double
  private let houseWidth: Double
  private let floorHeight: Double
  private let variation: ValueNoise

  init(using random: inout SplitMix64) {
    sky = Sky(using: &random)
    road = .grey(random.uniform(0.25...0.5))
    house = random.colour(
      from: Colour(screen: 0.80, 0.74, 0.62), to: Colour(screen: 0.55, 0.42, 0.38))
    window = random.colour(
      from: Colour(screen: 0.15, 0.18, 0.24), to: Colour(screen: 0.60, 0.70, 0.80))
    kerb = random.uniform(0.7...0.95)
    houseWidth = random.uniform(0.25...0.55)
    floorHeight = random.uniform(0.12...0.2)
    variation = ValueNoise(using: &random)
  }

  func colour(at place: Point) -> Colour {
    guard place.y < kerb else {
      return road * (0.8 + 0.4 * variation.smooth(Point(place.x * 20, place.y * 20)))
    }
    let number = (place.x / houseWidth).rounded(.down)
    let ridge = 0.45 * variation.cell(Int(number), 0)
    guard place.y > ridge else { return sky.colour(at: place) }
    let across = place.x / houseWidth * 3
    let up = (kerb - place.y) / floorHeight
    let isWindow =
      abs(across - across.rounded(.down) - 0.5) < 0.26 && abs(up - up.rounded(.down) - 0.5) < 0.3
    return isWindow ? window : house * (0.6 + 0.7 * variation.cell(Int(number), 1))
  }
}
