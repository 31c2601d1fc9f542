/// A wall of bricks or blocks.
struct Brickwork: Scene {
  private let brick: Colour
  private let mortar: Colour
  private let courses: Double
  private let length: Double
  private let tint: ValueNoise

  init(using random: inout SplitMix64) {
    brick = random.colour(
      from: Colour(screen: 0.58, 0.28, 0.20), to: Colour(screen: 0.66, 0.58, 0.50))
    mortar = .grey(random.uniform(0.5...0.8))
    courses = random.uniform(6...14)
    length = random.uniform(1.8...2.6)
    tint = ValueNoise(using: &random)
  }

  func colour(at place: Point) -> Colour {
    let y = place.y * courses
    let course = y.rounded(.down)
    let isOdd = Int(course) % 2 != 0
    let x = place.x * courses / length + (isOdd ? 0.5 : 0)
    let column = x.rounded(.down)
    let isJoint = y - course < 0.14 || (x - column) * length < 0.14
    if isJoint { return mortar }
    return brick * (0.65 + 0.7 * tint.cell(Int(column), Int(course)))
  }
}
