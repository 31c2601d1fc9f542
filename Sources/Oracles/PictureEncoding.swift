import Imaging
public import TensorModule
public import ThreatModels

/// How a picture is sent to a model.
public enum PictureEncoding: Hashable, Codable, Sendable {
  /// A PNG file of 8 bits a sample: exactly the picture.
  case png
  /// A JPEG file of a quality in 1…100, which changes the picture on its way.
  case jpeg(quality: Int)
  /// Whole numbers in 0…255, channel by channel and row by row.
  case bytes
  /// Numbers in [0, 1] of 32 bits, channel by channel and row by row: not rounded.
  case floats

  /// Whether the model sees another picture than the one that was asked about.
  public var changesPictures: Bool { if case .jpeg = self { true } else { false } }
}

extension PictureEncoding: CustomStringConvertible {
  /// For people: `png`, `jpeg of quality 90`.
  public var description: String {
    switch self {
    case .png: "png"
    case .jpeg(let quality): "jpeg of quality \(quality)"
    case .bytes: "bytes"
    case .floats: "floats"
    }
  }
}

/// One picture as it is sent: the bytes of a file, or of an array (32-bit numbers little-endian).
public struct EncodedPicture: Hashable, Sendable {
  /// What is sent.
  public let bytes: [UInt8]
  /// Whether the picture was not on the grid of 8 bits, so that it was rounded.
  public let isRounded: Bool
}

extension PictureEncoding {
  /// Pictures as they are sent.
  ///
  /// - Parameter images: [N, C, H, W] in [0, 1].
  /// - Throws: `OracleError.refused` when a file cannot hold such a picture.
  public func encoded(_ images: Tensor) throws(OracleError) -> [EncodedPicture] {
    let images = images.detached()
    let count = images.count
    let shape = ImageShape(
      channels: images.shape[1], height: images.shape[2], width: images.shape[3])
    let size = shape.sizes.reduce(1, *)
    if self == .floats {
      let values = images.floats()
      return (0..<count).map { row in
        let bytes = values[(row * size)..<((row + 1) * size)].flatMap { value in
          withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init)
        }
        return EncodedPicture(bytes: bytes, isRounded: false)
      }
    }
    let steps = (images * 255).rounded().clamped(to: 0...255)
    // A multiple of 1/255 in 32 bits is not a whole number times 1/255 to the last bit.
    let isOnGrid = ((images * 255 - steps).magnitude().flattenedSamples() .<= 1e-4)
      .all(along: 1).truths()
    let ordered = self == .bytes ? steps : steps.permuted([0, 2, 3, 1])
    let samples = ordered.converted(to: .uint8).contiguous().bytes()
    var encoded: [EncodedPicture] = []
    for row in 0..<count {
      let own = Array(samples[(row * size)..<((row + 1) * size)])
      encoded.append(
        EncodedPicture(bytes: try file(of: own, shape: shape), isRounded: !isOnGrid[row]))
    }
    return encoded
  }

  private func file(of samples: [UInt8], shape: ImageShape) throws(OracleError) -> [UInt8] {
    if self == .bytes { return samples }
    guard shape.channels == 1 || shape.channels == 3 else {
      throw .refused("pictures of \(shape) cannot be sent as \(self): send them as an array")
    }
    let picture = Picture(
      width: shape.width, height: shape.height, channels: shape.channels, samples: samples)
    do {
      if case .jpeg(let quality) = self { return try picture.jpegData(quality: quality) }
      return try picture.pngData()
    } catch {
      throw .refused("a picture cannot be sent as \(self): \(error)")
    }
  }
}
