public import Imaging

/// Draws traffic signs as a camera beside the road might see them.
///
/// Every picture shows one sign before scenery, with its own light, angle, blur and noise, and now and
/// then something in front of it. The seed, the class and the number fix the picture to the last
/// bit, on every platform: the drawing uses integer arithmetic and the operations that IEEE 754
/// rounds exactly.
public struct SignPainter: Hashable, Sendable {
  /// Rows and columns of every picture.
  public static let side = 64

  /// What all the pictures depend on, beside their class and number.
  public let seed: UInt64

  /// A painter whose pictures differ from those of any other seed.
  public init(seed: UInt64) {
    self.seed = seed
  }

  /// An RGB picture of ``side`` × ``side`` pixels.
  ///
  /// - Parameters:
  ///   - sign: What to draw.
  ///   - number: Which of the endless pictures of this sign.
  public func picture(of sign: SignClass, number: Int) -> Picture {
    var random = SplitMix64(
      keys: [seed, UInt64(sign.index), UInt64(bitPattern: Int64(number))])
    let pose = Pose.random(side: SignPainter.side, using: &random)
    var canvas = Canvas(side: SignPainter.side, showing: random.scene())
    paintPost(on: &canvas, seenFrom: pose, using: &random)
    paintFace(of: sign, on: &canvas, seenFrom: pose, using: &random)
    if let obstruction = Obstruction.random(using: &random) {
      canvas.paint(obstruction.shape, obstruction.colour, seenFrom: pose)
    }
    Light.random(using: &random).shine(on: &canvas)
    return Camera.random(using: &random).photograph(canvas, using: &random)
  }

  private func paintPost(
    on canvas: inout Canvas, seenFrom pose: Pose, using random: inout SplitMix64
  ) {
    let post = Shape.rectangle(width: 0.13, height: 4, at: Point(0, 2.3))
    canvas.paint(post, .grey(random.uniform(0.35...0.7)), seenFrom: pose)
  }

  /// Paints the face with colours that weather has faded and the sun lights more or less.
  private func paintFace(
    of sign: SignClass, on canvas: inout Canvas, seenFrom pose: Pose,
    using random: inout SplitMix64
  ) {
    let brightness = random.uniform(0.7...1.1)
    let fading = random.unit() * random.unit() * 0.35
    let faded = Colour.grey(random.uniform(0.5...0.75))
    for layer in sign.face {
      canvas.paint(
        layer.shape, layer.colour.mixed(with: faded, fading) * brightness, seenFrom: pose)
    }
  }
}
