import TensorModule

/// Random changes of pictures that leave their class as it is, named by (seed, epoch, picture).
public struct Augmentation: Hashable, Codable, Sendable {
  /// How many black pixels are added on each side before a picture of the old size is cut out.
  public var padding: Int
  /// Whether half of the pictures are mirrored left to right.
  public var flips: Bool
  /// The side of a square that is blackened, at a random place that may lie partly outside; 0 for none
  /// (DeVries and Taylor 2017, “Improved regularization of convolutional neural networks with
  /// cutout”).
  public var cutout: Int

  /// Changes; none by default.
  ///
  /// - Precondition: no length is negative.
  public init(padding: Int = 0, flips: Bool = false, cutout: Int = 0) {
    precondition(padding >= 0 && cutout >= 0, "negative lengths")
    self.padding = padding
    self.flips = flips
    self.cutout = cutout
  }

  /// Whether it changes anything.
  private var isNothing: Bool { padding == 0 && !flips && cutout == 0 }

  /// The pictures after the changes.
  ///
  /// - Parameters:
  ///   - images: [N, C, H, W].
  ///   - keys: one for each picture, so that a picture's changes do not depend on its batch.
  func callAsFunction(_ images: Tensor, keys: [RandomKey]) throws(EngineError) -> Tensor {
    if isNothing { return images }
    let (height, width) = (images.shape[2], images.shape[3])
    let padded = try padding > 0 ? self.padded(images) : images
    return .stacked(
      keys.indices.map { row in
        let chance = Chance(keys[row].part("augmentation"))
        let (top, left) = (chance.integer(0, to: 2 * padding), chance.integer(1, to: 2 * padding))
        var image = padded[row]
        if padding > 0 {
          image = image.narrowed(to: top..<top + height, along: 1)
            .narrowed(to: left..<left + width, along: 2)
        }
        if flips && chance.integer(2, to: 1) == 1 { image = image.flipped(along: [2]) }
        if cutout > 0 {
          image =
            image
            * mask(
              height: height, width: width, row: chance.integer(3, to: height - 1),
              column: chance.integer(4, to: width - 1))
        }
        return image
      })
  }

  private func padded(_ images: Tensor) throws(EngineError) -> Tensor {
    let results = try Operator("aten::constant_pad_nd")([
      .tensor(images), .integers([padding, padding, padding, padding]), .real(0),
    ])
    guard let padded = results.first?.tensor else {
      throw EngineError(.refused, during: "padding pictures", message: "no tensor came back")
    }
    return padded
  }

  /// [1, H, W]: 0 in a square around a place, 1 elsewhere.
  private func mask(height: Int, width: Int, row: Int, column: Int) -> Tensor {
    let (top, left) = (row - cutout / 2, column - cutout / 2)
    var values = [Float](repeating: 1, count: height * width)
    for y in max(0, top)..<max(0, min(height, top + cutout)) {
      for x in max(0, left)..<max(0, min(width, left + cutout)) { values[y * width + x] = 0 }
    }
    return Tensor(values, shape: [1, height, width])
  }

  /// A few random numbers.
  private struct Chance {
    private let numbers: [Float]

    init(_ key: RandomKey) {
      numbers = Tensor.uniform([5], using: key.makeGenerator()).floats()
    }

    /// The number at an index, as one of 0…largest.
    func integer(_ index: Int, to largest: Int) -> Int {
      min(largest, Int(numbers[index] * Float(largest + 1)))
    }
  }
}
