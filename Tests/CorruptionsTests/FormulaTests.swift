import Foundation
import Imaging
import TensorModule
import Testing

@testable import Corruptions

/// Corruptions against their formulas.
@Suite struct FormulaTests {
  private static let key = RandomKey(seed: 5)

  @Test func `Gaussian noise has its mean and variance`() throws {
    let flat = DrawnPictures.flat(128, side: 80)
    let noisy = try Corruption.gaussianNoise.corrupted(flat, severity: 5, key: Self.key)
    // 19,200 samples: the mean is known to 25.5/√19200 = 0.18, the variance to 1 %.
    #expect(abs(noisy.mean - 128) < 0.8)
    #expect(abs(noisy.variance / (25.5 * 25.5) - 1) < 0.05)
  }

  @Test func `Shot noise has the variance of grains of light`() throws {
    for value in [20, 128, 220] as [UInt8] {
      let flat = RealPicture(DrawnPictures.flat(value, side: 80))
      var random = Self.key.makeNumbers()
      let noisy = ShotNoise(at: SizeScale(shorterSide: 32, severity: 2))
        .applied(to: flat, using: &random).samples.map(Double.init)
      let share = Double(value) / 255
      let mean = noisy.reduce(0, +) / Double(noisy.count)
      let variance = noisy.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(noisy.count)
      #expect(abs(mean - share) < 0.002)
      #expect(abs(variance / (share / 250) - 1) < 0.05, "\(value)")
    }
  }

  @Test func `Poisson numbers have the Poisson distribution`() {
    var random = Self.key.makeNumbers()
    for mean in [0.3, 4.5, 60] {
      let likelihood = RandomNumbers.likelihoodOfMode(mean: mean)
      let count = 20_000
      let numbers = (0..<count).map { _ in
        Double(random.poisson(mean: mean, likelihoodOfMode: likelihood))
      }
      let average = numbers.reduce(0, +) / Double(count)
      let variance = numbers.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(count)
      #expect(abs(average - mean) < 5 * (mean / Double(count)).squareRoot())
      #expect(abs(variance / mean - 1) < 0.06)
      let none = Double(numbers.count { $0 == 0 }) / Double(count)
      #expect(abs(none - exp(-mean)) < 0.02)
    }
  }

  @Test func `Impulse noise makes as many samples black as white`() throws {
    let flat = DrawnPictures.flat(128, side: 80)
    let noisy = try Corruption.impulseNoise.corrupted(flat, severity: 5, key: Self.key)
    let count = Double(flat.samples.count)
    #expect(abs(Double(noisy.samples.count { $0 == 0 }) / count - 0.035) < 0.007)
    #expect(abs(Double(noisy.samples.count { $0 == 255 }) / count - 0.035) < 0.007)
    #expect(noisy.samples.allSatisfy { [0, 128, 255].contains($0) })
  }

  @Test(arguments: [
    Corruption.defocusBlur, .glassBlur, .motionBlur, .zoomBlur, .elasticTransform, .pixelate,
    .contrast,
  ])
  func `What mixes pixels leaves one colour as it is`(_ corruption: Corruption) throws {
    for side in [16, 32, 100] {
      let flat = DrawnPictures.flat(77, side: side)
      for severity in [1, 5] {
        let corrupted = try corruption.corrupted(flat, severity: severity, key: Self.key)
        #expect(corrupted.samples.allSatisfy { $0 == 77 }, "\(side) pixels, severity \(severity)")
      }
    }
  }

  @Test func `Kernels sum to one and have no negative weight`() {
    let kernels =
      [
        Kernel.disc(radius: 0.3, softness: 0.4), .disc(radius: 10, softness: 0.5),
        .streak(length: 12, deviation: 1, angle: 0.3), .streak(length: 40, deviation: 15, angle: 2),
      ] + Kernel.gaussian(0.4) + Kernel.gaussian(9)
    for kernel in kernels {
      let sum = kernel.taps.reduce(0.0) { $0 + Double($1.weight) }
      #expect(abs(sum - 1) < 1e-5)
      #expect(kernel.taps.allSatisfy { $0.weight > 0 })
    }
    #expect(Kernel.gaussian(0.05).isEmpty)
  }

  @Test func `A large disc is as bright everywhere inside and has its area`() {
    let taps = Kernel.disc(radius: 6, softness: 0.1).taps
    let middle = taps.first { $0.column == 0 && $0.row == 0 }?.weight ?? 0
    #expect(abs(Double(middle) * .pi * 36 - 1) < 0.01)
    #expect(taps.allSatisfy { $0.column * $0.column + $0.row * $0.row <= 49 })
  }

  @Test func `A streak lies along its angle`() {
    let level = Kernel.streak(length: 5, deviation: 2, angle: 0).taps
    #expect(level.map(\.row) == [0, 0, 0, 0, 0, 0])
    #expect(level.map(\.column) == [0, 1, 2, 3, 4, 5])
    let weights = level.map { Double($0.weight) }
    for step in 1...5 {
      #expect(abs(weights[step] / weights[0] - exp(-Double(step * step) / 8)) < 1e-5)
    }
    let downwards = Kernel.streak(length: 5, deviation: 2, angle: .pi / 2).taps
    #expect(downwards.filter { $0.weight > 1e-4 }.map(\.row) == [0, 1, 2, 3, 4, 5])
  }

  @Test func `A Gaussian blur takes as much from each neighbour as its formula says`() {
    let point = RealPicture(
      width: 17, height: 17, channels: 1,
      samples: (0..<289).map { $0 == 8 * 17 + 8 ? 1 : 0 })
    let blurred = point.convolved(with: Kernel.gaussian(1.5))
    let middle = blurred.samples[8 * 17 + 8]
    for (column, row) in [(1, 0), (0, 2), (3, 1)] {
      let expected = exp(-Float(column * column + row * row) / 4.5)
      let found = blurred.samples[(8 + row) * 17 + 8 + column] / middle
      #expect(abs(found - expected) < 1e-5)
    }
  }

  @Test func `Contrast draws each channel to its mean`() throws {
    let sign = DrawnPictures.signs(1)[0]
    let flatter = try Corruption.contrast.corrupted(sign, severity: 3, key: Self.key)
    for channel in 0..<3 {
      let samples = stride(from: channel, to: sign.samples.count, by: 3).map {
        Double(sign.samples[$0])
      }
      let mean = samples.reduce(0, +) / Double(samples.count)
      for (index, sample) in samples.enumerated() {
        let expected = (sample - mean) * 0.4 + mean
        #expect(abs(Double(flatter.samples[index * 3 + channel]) - expected) < 0.51)
      }
    }
  }

  @Test func `Brightness raises the largest channel and keeps the hue`() throws {
    let colours: [[UInt8]] = [[100, 50, 20], [250, 200, 0], [0, 0, 0], [255, 255, 255]]
    // 0.15 · 255 = 38.25 more.
    let expected: [[UInt8]] = [[138, 69, 28], [255, 204, 0], [38, 38, 38], [255, 255, 255]]
    for (colour, brighter) in zip(colours, expected) {
      let flat = Picture(width: 16, height: 16, filledWith: colour)
      let found = try Corruption.brightness.corrupted(flat, severity: 3, key: Self.key)
      #expect(Array(found.samples.prefix(3)) == brighter)
    }
  }

  @Test func `Pixels are means of what they cover`() throws {
    // 20 of 32 columns are left, each of 1.6: the first covers column 0 and 0.6 of column 1.
    let ramp = Picture(
      width: 32, height: 32, channels: 1,
      samples: (0..<1024).map { UInt8($0 % 32 * 8) })
    let coarse = try Corruption.pixelate.corrupted(ramp, severity: 5, key: Self.key)
    #expect(coarse.samples[0] == 3)
    #expect(Set(coarse.samples.prefix(32)).count == 20)
    // 0.4 of column 1, column 2 and 0.2 of column 3: (0.4·8 + 16 + 0.2·24) / 1.6.
    #expect(coarse.samples[2] == 15)
  }

  @Test func `JPEG is what the codec makes of the picture`() throws {
    let sign = DrawnPictures.signs(1)[0]
    let file = try sign.jpegData(quality: 58)
    let compressed = try Corruption.jpeg.corrupted(sign, severity: 3, key: Self.key)
    #expect(try compressed == Picture(decoding: file))
    #expect(PictureFormat(startOf: file) == .jpeg)
  }

  @Test func `Fog lies between nothing and all, and no brighter than the picture`() throws {
    let flat = DrawnPictures.flat(200, side: 32, channels: 1)
    let foggy = try Corruption.fog.corrupted(flat, severity: 4, key: Self.key)
    let share = 200.0 / 255
    let factor = share / (share + 1)
    #expect(abs(Double(foggy.samples.min() ?? 0) - 200 * factor) < 1)
    #expect(abs(Double(foggy.samples.max() ?? 0) - (200 + 255) * factor) < 1)
  }

  @Test func `Places beyond the edge are mirrored`() {
    let steps = (-4...9).map { RealPicture.mirrored($0, below: 4) }
    #expect(steps == [2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1, 2, 3])
    #expect(RealPicture.mirrored(-37, below: 4) == 1)
  }

  @Test func `Lengths grow with the picture, and large pictures have strengths of their own`() {
    #expect(SizeScale(shorterSide: 64, severity: 1).length(3) == 6)
    #expect(SizeScale(shorterSide: 16, severity: 1).length(3) == 3)
    #expect(SizeScale(shorterSide: 112, severity: 1).length(3) == 1.5)
    #expect(GaussianNoise(at: SizeScale(shorterSide: 32, severity: 2)).deviation == 0.06)
    #expect(GaussianNoise(at: SizeScale(shorterSide: 224, severity: 2)).deviation == 0.12)
  }
}
