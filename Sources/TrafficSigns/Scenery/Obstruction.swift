/// Something that hides a part of a sign.
struct Obstruction: Sendable {
  let shape: Shape
  let colour: Colour

  /// Nothing, more often than not; else leaves over an edge, a post, or a sticker.
  static func random(using random: inout SplitMix64) -> Obstruction? {
    guard random.chance(0.18) else { return nil }
    let direction = Rotation(halfTangent: random.uniform(-1...1))
    let edge = direction(Point(random.chance(0.5) ? 1 : -1, 0))
    switch random.index(below: 3) {
    case 0:
      let leaves = (0..<7).map { _ in
        Shape.disc(
          radius: random.uniform(0.12...0.28),
          at: edge * random.uniform(0.75...1.15)
            + Point(random.uniform(-0.35...0.35), random.uniform(-0.35...0.35)))
      }
      let green = random.colour(
        from: Colour(screen: 0.14, 0.26, 0.10), to: Colour(screen: 0.44, 0.56, 0.22))
      return Obstruction(shape: .union(leaves), colour: green)
    case 1:
      let x = random.uniform(-0.9...0.9)
      let post = Shape.rectangle(width: random.uniform(0.08...0.16), height: 6, at: Point(x, 0))
      return Obstruction(shape: post, colour: .grey(random.uniform(0.15...0.6)))
    default:
      let sticker = Shape.rectangle(
        width: random.uniform(0.15...0.35), height: random.uniform(0.15...0.3),
        at: edge * random.uniform(0.3...0.7))
      let paint = Colour(screen: random.unit(), random.unit(), random.unit())
      return Obstruction(shape: sticker, colour: paint)
    }
  }
}
