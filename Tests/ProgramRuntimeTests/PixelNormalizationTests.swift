import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import ProgramRuntime

extension EngineTests {
  @Suite struct PixelNormalizationTests {
    private static let bytes = (0...255).map(Float.init)

    /// All bytes as the pixels of one grey picture.
    private static func normalized(
      mean: [Double], deviation: [Double]
    ) throws -> [Float] {
      let arithmetic = try PixelNormalization(
        .init(mean: mean, standardDeviation: deviation),
        for: ImageShape(channels: 1, height: 16, width: 16))
      return arithmetic(Tensor(bytes.map { $0 / 255 }, shape: [1, 1, 16, 16])).floats()
    }

    /// Divided by 1/255, 120 of them would lie just below the byte.
    @Test func bytesComeOutWhole() throws {
      #expect(try Self.normalized(mean: [0], deviation: [1.0 / 255]) == Self.bytes)
      let signed = try Self.normalized(mean: [128.0 / 255], deviation: [1.0 / 255])
      #expect(signed == Self.bytes.map { $0 - 128 })
    }

    @Test func whiteMayBeLessThanBlack() throws {
      let inverted = try Self.normalized(mean: [1], deviation: [-1.0 / 255])
      #expect(inverted == Self.bytes.map { 255 - $0 })
    }

    @Test func otherDeviationsDivide() throws {
      let normalized = try Self.normalized(mean: [0.1307], deviation: [0.3081])
      #expect(normalized == Self.bytes.map { ($0 / 255 - Float(0.1307)) / Float(0.3081) })
    }

    @Test(arguments: [[0], [.infinity], [.nan], [1, 2]] as [[Double]])
    func unusableDeviationsAreRefused(deviation: [Double]) {
      #expect(throws: ProgramError.self) {
        try PixelNormalization(
          .init(mean: [0], standardDeviation: deviation),
          for: ImageShape(channels: 1, height: 2, width: 2))
      }
    }
  }
}
