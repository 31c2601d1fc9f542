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

  /// The pictures after the changes, all moved at once.
  ///
  /// - Parameters:
  ///   - images: [N, C, H, W].
  ///   - keys: one for each picture, so that a picture's changes do not depend on its batch.
  func callAsFunction(_ images: Tensor, keys: [RandomKey]) -> Tensor {
    let (height, width) = (images.shape[2], images.shape[3])
    let chances = keys.map {
      Chances($0.part("augmentation"), padding: padding, height: height, width: width)
    }
    var result = images
    if padding > 0 || flips { result = moved(result, chances) }
    if cutout > 0 { result = result * holes(height: height, width: width, chances) }
    return result
  }

  /// Each pixel is fetched from where it was; what was outside is black.
  private func moved(_ images: Tensor, _ chances: [Chances]) -> Tensor {
    let (count, channels) = (images.shape[0], images.shape[1])
    let (height, width) = (images.shape[2], images.shape[3])
    let rows = chances.flatMap { chance in (0..<height).map { $0 + chance.top - padding } }
    let columns = chances.flatMap { chance in
      let isMirrored = flips && chance.isMirrored
      return (0..<width).map { (isMirrored ? width - 1 - $0 : $0) + chance.left - padding }
    }
    let firsts = rows.enumerated().map { index, row in
      (index / height * height + min(max(row, 0), height - 1)) * width
    }
    let places =
      Tensor(firsts).reshaped([count, height, 1])
      + Tensor(columns.map { min(max($0, 0), width - 1) }).reshaped([count, 1, width])
    let moved = images.permuted([0, 2, 3, 1]).reshaped([-1, channels])
      .rows(places.reshaped([-1])).reshaped([count, height, width, channels])
      .permuted([0, 3, 1, 2])
    return padding == 0
      ? moved
      : moved
        * Self.product(
          of: rows.map { (0..<height).contains($0) }, columns.map { (0..<width).contains($0) },
          height: height, width: width)
  }

  /// [N, 1, H, W]: 0 in a square around a place of each picture, 1 elsewhere.
  private func holes(height: Int, width: Int, _ chances: [Chances]) -> Tensor {
    func range(around center: Int) -> Range<Int> {
      center - cutout / 2..<center - cutout / 2 + cutout
    }
    let rows = chances.flatMap { chance in
      (0..<height).map { range(around: chance.row).contains($0) }
    }
    let columns = chances.flatMap { chance in
      (0..<width).map { range(around: chance.column).contains($0) }
    }
    return Self.product(of: rows, columns, height: height, width: width) * -1 + 1
  }

  /// [N, 1, H, W]: 1 where both the row and the column are marked, 0 elsewhere.
  private static func product(
    of rows: [Bool], _ columns: [Bool], height: Int, width: Int
  ) -> Tensor {
    Tensor(rows).reshaped([-1, 1, height, 1]).converted(to: .float32)
      * Tensor(columns).reshaped([-1, 1, 1, width]).converted(to: .float32)
  }

  /// What chance decides about one picture, always all of it, so that one change does not depend on
  /// another.
  private struct Chances {
    let top, left, row, column: Int
    let isMirrored: Bool

    init(_ key: RandomKey, padding: Int, height: Int, width: Int) {
      var numbers = key.makeNumbers()
      func below(_ count: Int) -> Int {
        Int(numbers.next().multipliedFullWidth(by: UInt64(count)).high)
      }
      top = below(2 * padding + 1)
      left = below(2 * padding + 1)
      isMirrored = below(2) == 1
      row = below(height)
      column = below(width)
    }
  }
}
