import Foundation
import HTTPTypes
import Imaging
import InferenceProtocol
import ThreatModels

/// Turns the input of a request into pixels, or says why it cannot.
struct PictureReader: Sendable {
  /// The name of the one input.
  static let inputName = "input"

  let shape: ImageShape
  /// The most pictures of one request.
  let maximumPictures: Int
  /// The most pixels that all picture files of one request may have together.
  let maximumPixels: Int

  /// What the model's metadata say of the input.
  var metadata: TensorMetadata {
    TensorMetadata(
      name: Self.inputName, datatype: .fp32, shape: [-1] + shape.sizes,
      parameters: ["other_datatypes": .text("FP64 UINT8 BYTES")])
  }

  /// What the protocol's reader may believe.
  var limits: ProtocolLimits {
    ProtocolLimits(
      elements: maximumPictures * shape.sizes.reduce(1, *), tensors: 8, rank: 8)
  }

  /// The pictures of a request.
  ///
  /// Real numbers must be in [0, 1]. Bytes 0…255 are divided by 255. Strings of bytes are PNG or JPEG
  /// files, in base64 if the tensor's parameter `content_type` is `base64`; they are made grey or
  /// coloured and resized as the model needs.
  func pictures(of request: InferenceRequest) throws(Refusal) -> PixelBatch {
    guard request.inputs.count == 1, let input = request.inputs.first,
      input.name == Self.inputName
    else {
      let names = request.inputs.map(\.name.quoted).joined(separator: ", ")
      throw .malformed(
        "the model takes one input, “\(Self.inputName)”, and the request has "
          + (names.isEmpty ? "none" : names))
    }
    if case .bytes(let files) = input.contents { return try decoded(files, of: input) }
    guard input.shape.count == 4, Array(input.shape.dropFirst()) == shape.sizes else {
      let wanted = (["N"] + shape.sizes.map { "\($0)" }).joined(separator: ", ")
      throw .malformed("the input has the shape \(input.shape); the model takes [\(wanted)]")
    }
    let count = input.shape[0]
    try checkCount(count)
    let pixels: [Float]
    switch input.contents {
    case .fp32(let values): pixels = values
    case .fp64(let values): pixels = values.map(Float.init)
    case .uint8(let values): return PixelBatch(pixels: values.map { Float($0) / 255 }, count: count)
    default:
      throw .malformed(
        "the input is \(input.datatype.rawValue); the model takes FP32, FP64, UINT8 or BYTES")
    }
    // NaN is in no range.
    guard pixels.allSatisfy({ (0...1).contains($0) }) else {
      throw .malformed(
        "a pixel is no number in [0, 1]; send 0…255 as UINT8, or divide by 255")
    }
    return PixelBatch(pixels: pixels, count: count)
  }

  private func checkCount(_ count: Int) throws(Refusal) {
    guard count >= 1 else { throw .malformed("the input has no pictures") }
    guard count <= maximumPictures else {
      throw Refusal(
        .contentTooLarge,
        "the request has \(count) pictures; at most \(maximumPictures) are taken at once")
    }
  }

  private func decoded(_ files: [Data], of input: InferenceTensor) throws(Refusal) -> PixelBatch {
    guard input.shape == [files.count] || input.shape == [files.count, 1] else {
      throw .malformed("picture files have the shape [N] or [N, 1], not \(input.shape)")
    }
    try checkCount(files.count)
    let isBase64 = input.parameters.text("content_type") == "base64"
    var pictures: [Picture] = []
    var remaining = maximumPixels
    for (number, file) in files.enumerated() {
      guard let bytes = isBase64 ? Data(base64Encoded: file) : file else {
        throw .malformed("picture \(number) is no base64")
      }
      let picture = try Self.picture(in: bytes, number: number, maximumPixels: remaining)
      remaining -= picture.width * picture.height
      pictures.append(
        picture.converted(toChannels: shape.channels)
          .resizedAndCropped(toWidth: shape.width, height: shape.height))
    }
    return PixelBatch(pixels: pictures.flatMap(\.planes), count: pictures.count)
  }

  private static func picture(
    in bytes: Data, number: Int, maximumPixels: Int
  ) throws(Refusal) -> Picture {
    do {
      return try Picture(decoding: [UInt8](bytes), maximumPixels: maximumPixels)
    } catch {
      if case .tooLarge(let width, let height) = error.reason {
        throw Refusal(
          .contentTooLarge,
          "picture \(number) has \(width)×\(height) pixels, too many for one request")
      }
      throw .malformed("picture \(number): \(error)")
    }
  }
}

extension Picture {
  /// The samples over 255, channel by channel, as a tensor of the picture has them.
  fileprivate var planes: [Float] {
    (0..<channels).flatMap { channel in
      stride(from: channel, to: samples.count, by: channels).map { Float(samples[$0]) / 255 }
    }
  }
}
