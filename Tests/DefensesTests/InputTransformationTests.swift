import Attacks
import Datasets
import Defenses
import Imaging
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  /// What the transformations do to pixels.
  @Suite struct InputTransformationTests {
    private let key = RandomKey(seed: 5)

    @Test func fewerBitsRoundToTheNearestLevel() {
      let images = Tensor([0, 0.1, 0.17, 0.5, 0.84, 1] as [Float], shape: [1, 1, 2, 3])
      let third: Float = 1 / 3
      // 2 bits: levels at 0, 1/3, 2/3 and 1; half of three is a tie that goes to the even level.
      #expect(
        BitDepthReduction(bits: 2).transformed(images, key: key).floats()
          == [0, 0, third, 2 * third, 1, 1])
      let levels = Tensor((0...255).map { Float($0) / 255 }, shape: [1, 1, 16, 16])
      #expect(BitDepthReduction(bits: 8).transformed(levels, key: key).floats() == levels.floats())
    }

    /// Of a flat block JPEG keeps 8·(level − 128), in units of the table's first entry, which is 16 and
    /// at quality 10 five times as much.
    @Test(arguments: [(200, 198), (131, 128), (133, 138)])
    func jpegQuantizesTheMean(level: Int, expected: Int) throws {
      let images = Tensor.full([2, 1, 8, 8], Double(level) / 255)
      let found = try JPEGCompression(quality: 10).transformed(images, key: key)
      #expect(found.floats().allSatisfy { ($0 * 255).rounded() == Float(expected) })
    }

    @Test func jpegIsWhatAFileHolds() throws {
      let images = Tensor.uniform([3, 3, 16, 24], using: key.makeGenerator())
      let transformed = try JPEGCompression(quality: 60).transformed(images, key: key)
      for row in 0..<3 {
        let picture = Picture(images[row])
        let file = try picture.jpegData(quality: 60)
        #expect(Picture(transformed[row]) == (try Picture(decoding: file)))
        #expect(Picture(transformed[row]) != picture)
        #expect(try picture.jpegData(quality: 5).count < file.count)
      }
      #expect(throws: EngineError.self) {
        try JPEGCompression().transformed(.zeros([1, 2, 8, 8]), key: key)
      }
    }

    /// `scipy.ndimage.median_filter` 1.17 on (7x + 5y + 3xy) mod 16.
    @Test(arguments: [
      (2, [0, 7, 14, 14, 12, 5, 7, 14, 9, 12, 10, 10, 9, 4, 13, 15, 15, 15, 15, 15]),
      (3, [5, 7, 7, 12, 12, 7, 7, 7, 9, 12, 10, 10, 9, 13, 14, 15, 15, 15, 15, 15]),
      (5, [7, 5, 7, 12, 9, 7, 7, 10, 12, 12, 14, 10, 14, 14, 14, 10, 10, 14, 14, 14]),
    ])
    func mediansAreThoseOfSciPy(size: Int, expected: [Int]) {
      let values: [Float] = (0..<20).map { (index: Int) -> Float in
        let (x, y) = (index % 5, index / 5)
        return Float((7 * x + 5 * y + 3 * x * y) % 16)
      }
      let one = Tensor(values, shape: [1, 1, 4, 5])
      let images = Tensor.concatenated([one, one * 2], along: 1)
      let found = MedianFilter(size: size).transformed(images, key: key)
      #expect(found.shape == [1, 2, 4, 5])
      #expect(found.floats() == expected.map { Float($0) } + expected.map { Float(2 * $0) })
    }

    @Test func resizingKeepsTheSizeAndPadsWithBlack() {
      let images = Tensor.ones([2, 3, 20, 30])
      let transformation = RandomResizeAndPad(smallest: 0.8)
      var areas: Set<Float> = []
      for draw in 0..<40 {
        let found = transformation.transformed(images, key: key.part(draw))
        #expect(found.shape == images.shape)
        // Weights of interpolation sum to 1 up to rounding.
        #expect(found.floats().allSatisfy { $0 == 0 || abs($0 - 1) < 1e-5 })
        #expect(found[0].floats() == found[1].floats())
        areas.insert(Float(found[0].rounded().sum().scalar()))
        #expect(transformation.transformed(images, key: key.part(draw)).floats() == found.floats())
      }
      // 16 × 24, 17 × 26, 18 × 27, 19 × 29 and 20 × 30 pixels of three channels.
      let expected: Set<Float> = [3 * 384, 3 * 442, 3 * 486, 3 * 551, 3 * 600]
      #expect(areas.isSubset(of: expected) && areas.count >= 4, "\(areas)")
    }

    @Test func textsAreReadAndWritten() throws {
      let texts = [
        "bit-depth:bits=3", "jpeg:quality=40", "median:size=2", "resize-pad:smallest=0.75",
      ]
      let defense = try TransformationDefense(texts, key: key)
      #expect(defense.texts == texts && defense.isRandom && defense.draws == 16)
      let usual = try TransformationDefense(["bit-depth", "JPEG", "median"], key: key)
      #expect(usual.texts == ["bit-depth:bits=4", "jpeg:quality=75", "median:size=3"])
      #expect(!usual.isRandom && usual.draws == 1)
      #expect(InputTransformationCatalogue.entries.map(\.usualSetting).contains("smallest=0.9"))
    }

    @Test(arguments: [
      ["blur"], ["jpeg:"], ["jpeg:quality"], ["jpeg:bits=3"], ["jpeg:quality=0"],
      ["jpeg:quality=7.5"], ["jpeg:quality=nan"], ["bit-depth:bits=9"], ["median:size=1"],
      ["resize-pad:smallest=0.4"], ["jpeg:quality=70=80"], [], ["resize-pad", "resize-pad"],
    ])
    func nonsenseIsRefused(texts: [String]) {
      #expect(throws: InputTransformationError.self) { try TransformationDefense(texts, key: key) }
    }
  }
}
