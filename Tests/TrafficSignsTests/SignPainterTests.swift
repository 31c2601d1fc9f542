import Imaging
import Testing

@testable import TrafficSigns

@Suite("Drawn traffic signs") struct SignPainterTests {
  let painter = SignPainter(seed: 5)

  @Test("Every class is drawn, in colour and at its size", arguments: SignClass.allCases)
  func drawsEveryClass(sign: SignClass) {
    let picture = painter.picture(of: sign, number: 0)
    #expect(picture.width == SignPainter.side)
    #expect(picture.height == SignPainter.side)
    #expect(picture.channels == 3)
    #expect(Set(picture.samples).count > 32, "a picture has many shades")
  }

  @Test("Class, number and seed each make another picture")
  func differ() {
    let pictures = [
      painter.picture(of: .stop, number: 0), painter.picture(of: .stop, number: 1),
      painter.picture(of: .yield, number: 0), SignPainter(seed: 6).picture(of: .stop, number: 0),
    ]
    #expect(Set(pictures).count == pictures.count)
  }

  @Test("The same class, number and seed make the same picture")
  func repeats() {
    #expect(
      painter.picture(of: .roadworks, number: 9) == painter.picture(of: .roadworks, number: 9))
  }

  /// The digests were taken on x86-64 Linux; a change of the drawing changes them, and then the
  /// shipped pictures must be drawn again.
  @Test(
    "Pictures are the same to the last bit everywhere",
    arguments: [
      (SignClass.stop, 0x0F88_DC25_DFE4_133A as UInt64),
      (.speedLimit80, 0x5790_2E61_4FEA_D4DB),
      (.roundabout, 0x320D_CA34_7271_85CD),
      (.pedestrianCrossing, 0x35D4_97C6_F6FB_57B9),
    ])
  func digests(sign: SignClass, expected: UInt64) {
    let samples = (0..<3).flatMap { painter.picture(of: sign, number: $0).samples }
    #expect(fnv1a(samples) == expected, "\(sign): 0x\(String(fnv1a(samples), radix: 16))")
  }

  /// The 64-bit hash of Fowler, Noll and Vo.
  private func fnv1a(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
