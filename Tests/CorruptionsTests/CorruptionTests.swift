import Imaging
import TensorModule
import Testing

@testable import Corruptions

/// What all corruptions promise.
@Suite struct CorruptionTests {
  private static let key = RandomKey(seed: 3)

  @Test(arguments: Corruption.allCases)
  func `A severe corruption changes more than a slight one`(_ corruption: Corruption) throws {
    // The glass of large pictures mixes shuffling, which adds to the distance, with blurring, which
    // takes from it: in proportion only at the size that its strengths are for.
    let large = corruption == .glassBlur ? (224, 2) : (96, 4)
    for (side, count) in [(32, 20), large] {
      let pictures = DrawnPictures.signs(count, side: side)
      var distances = [0.0]
      for severity in Corruption.severities {
        // The same randomness for all severities, so that few pictures suffice.
        let effect = corruption.effect(at: SizeScale(shorterSide: side, severity: severity))
        let total = try pictures.enumerated().reduce(0.0) { sum, numbered in
          var random = Self.key.part(numbered.offset).makeNumbers()
          let corrupted = try effect.applied(to: RealPicture(numbered.element), using: &random)
          return sum + corrupted.picture().distance(to: numbered.element)
        }
        distances.append(total / Double(count))
      }
      #expect(distances[1] > 0.5)
      for severity in 1...5 {
        #expect(distances[severity] > distances[severity - 1], "\(side) pixels: \(distances)")
      }
    }
  }

  @Test(arguments: Corruption.allCases)
  func `Every severity changes a sign, and none leaves it`(_ corruption: Corruption) throws {
    let sign = DrawnPictures.signs(1)[0]
    for severity in 0...5 {
      let corrupted = try corruption.corrupted(sign, severity: severity, key: Self.key)
      #expect((corrupted == sign) == (severity == 0))
    }
  }

  @Test(arguments: Corruption.allCases)
  func `The key decides, and every part of it counts`(_ corruption: Corruption) throws {
    let sign = DrawnPictures.signs(1)[0]
    let first = try corruption.corrupted(sign, severity: 3, key: Self.key.part(0))
    #expect(try corruption.corrupted(sign, severity: 3, key: Self.key.part(0)) == first)
    let isRandom = ![
      .defocusBlur, .zoomBlur, .brightness, .contrast, .pixelate, .jpeg,
    ].contains(corruption)
    let otherPicture = try corruption.corrupted(sign, severity: 3, key: Self.key.part(1))
    let otherSeed = try corruption.corrupted(sign, severity: 3, key: RandomKey(seed: 4).part(0))
    #expect((otherPicture != first) == isRandom)
    #expect((otherSeed != first) == isRandom)
  }

  @Test(arguments: Corruption.allCases)
  func `Grey pictures and pictures that are not square keep their shape`(
    _ corruption: Corruption
  ) throws {
    let sign = DrawnPictures.signs(1, side: 64)[0]
    let wide = sign.cropped(columns: 0..<40, rows: 7..<23)
    for original in [
      wide, wide.converted(toChannels: 1), sign.cropped(columns: 9..<30, rows: 0..<64),
    ] {
      for severity in Corruption.severities {
        let corrupted = try corruption.corrupted(original, severity: severity, key: Self.key)
        #expect(corrupted.width == original.width && corrupted.height == original.height)
        #expect(corrupted.channels == original.channels)
        #expect(corrupted != original)
      }
    }
  }

  @Test(arguments: Corruption.allCases)
  func `Black and white pictures stay pictures`(_ corruption: Corruption) throws {
    for value in [UInt8.min, .max] {
      let flat = DrawnPictures.flat(value, side: 16, channels: 1)
      let corrupted = try corruption.corrupted(flat, severity: 5, key: Self.key)
      #expect(corrupted.samples.count == flat.samples.count)
    }
  }

  @Test func `Grey is what all channels of a grey colour picture become`() throws {
    // These treat all channels alike, so that colour makes no difference to a grey picture.
    let grey = DrawnPictures.signs(1)[0].converted(toChannels: 1)
    for corruption in [
      Corruption.defocusBlur, .glassBlur, .motionBlur, .zoomBlur, .snow, .fog, .brightness,
      .contrast, .elasticTransform, .pixelate,
    ] {
      let corrupted = try corruption.corrupted(grey, severity: 4, key: Self.key)
      let inColour = try corruption.corrupted(
        grey.converted(toChannels: 3), severity: 4, key: Self.key)
      #expect(corrupted.converted(toChannels: 3).distance(to: inColour) < 0.6, "\(corruption)")
    }
  }

  @Test func `There are fifteen, in four families`() {
    #expect(Corruption.allCases.count == 15)
    let sizes = Corruption.Family.allCases.map { family in
      Corruption.allCases.count { $0.family == family }
    }
    #expect(sizes == [3, 4, 4, 4])
    #expect(Corruption(rawValue: "jpeg") == .jpeg && Corruption(rawValue: "fog") == .fog)
  }
}
