import Datasets
import Foundation
import Imaging
import TensorModule
import ThreatModels

/// An adversarial point as a journal keeps it: a PNG file on the 8-bit grid, numbers otherwise.
struct StoredPoint {
  /// PNG, or little-endian 32-bit numbers in the order channels, rows, columns.
  let data: Data
  private let pixels: PixelGrid

  /// A point [C, H, W] that is to be kept.
  init(_ point: Tensor, on pixels: PixelGrid) throws(ImagingError) {
    self.pixels = pixels
    switch pixels {
    case .eightBit: data = Data(try Picture(point).pngData())
    case .float: data = Data(littleEndian: point.floats())
    }
  }

  /// A point that was kept.
  init(_ data: Data, on pixels: PixelGrid) {
    self.data = data
    self.pixels = pixels
  }

  /// The point as a tensor [C, H, W].
  ///
  /// - Throws: ``RunFolderError`` if it is no point of the shape.
  func tensor(shape: ImageShape) throws(RunFolderError) -> Tensor {
    switch pixels {
    case .eightBit:
      let picture = try picture(shape: shape)
      return Tensor([picture])[0]
    case .float:
      guard let numbers = data.littleEndianFloats(count: shape.sizes.reduce(1, *)) else {
        throw .malformed("the journal", "a point of \(data.count) bytes")
      }
      return Tensor(numbers, shape: shape.sizes)
    }
  }

  /// The point as a picture; rounded if it is not on the grid.
  func picture(shape: ImageShape) throws(RunFolderError) -> Picture {
    guard pixels == .eightBit else { return Picture(try tensor(shape: shape)) }
    let picture: Picture
    do {
      picture = try Picture(decoding: Array(data))
    } catch {
      throw .imaging(error)
    }
    guard [picture.channels, picture.height, picture.width] == shape.sizes else {
      throw .malformed("the journal", "a picture of another size")
    }
    return picture
  }
}
