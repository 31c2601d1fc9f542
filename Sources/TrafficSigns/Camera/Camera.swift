import Imaging

/// What a lens and a sensor do to the light: blur, shake, noise and rounding to 8 bits.
struct Camera: Sendable {
  /// The blur of the lens, in pixels.
  let blur: Double
  /// The movement while the shutter was open, in pixels.
  let shake: Point
  /// The standard deviation of the noise, in screen values 0…1.
  let noise: Double

  static func random(using random: inout SplitMix64) -> Camera {
    let shake = random.chance(0.25) ? random.uniform(0.5...1.5) : 0
    let direction = Rotation(halfTangent: random.uniform(-1...1))
    return Camera(
      blur: random.chance(0.3) ? random.uniform(0.8...1.3) : random.uniform(0.2...0.8),
      shake: direction(Point(shake, 0)),
      noise: random.chance(0.2) ? random.uniform(0.008...0.02) : random.uniform(0.001...0.006))
  }

  func photograph(_ scene: Canvas, using random: inout SplitMix64) -> Picture {
    var canvas = scene
    canvas.smear(along: Point(blur, 0))
    canvas.smear(along: Point(0, blur))
    if shake != Point(0, 0) { canvas.smear(along: shake) }
    var samples: [UInt8] = []
    samples.reserveCapacity(canvas.pixels.count * 3)
    for pixel in canvas.pixels {
      let grain = random.bell() * noise
      for light in [pixel.red, pixel.green, pixel.blue] {
        let value = max(light, 0).squareRoot() + grain + random.bell() * noise * 0.5
        samples.append(UInt8((value * 255).rounded().clamped(to: 0...255)))
      }
    }
    return Picture(width: canvas.side, height: canvas.side, channels: 3, samples: samples)
  }
}
