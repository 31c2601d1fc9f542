import Imaging

/// A picture in real numbers, with samples in 0…1, interleaved as those of `Picture`.
struct RealPicture {
  let width: Int
  let height: Int
  let channels: Int
  var samples: [Float]

  init(width: Int, height: Int, channels: Int, samples: [Float]) {
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
  }

  /// The samples of a picture over 255.
  init(_ picture: Picture) {
    self.init(
      width: picture.width, height: picture.height, channels: picture.channels,
      samples: picture.samples.map { Float($0) / 255 })
  }

  /// A picture of this size and these channels with other samples.
  func with(_ samples: [Float]) -> RealPicture {
    RealPicture(width: width, height: height, channels: channels, samples: samples)
  }

  /// The nearest 8-bit picture: samples are kept in 0…1, times 255, rounded.
  func picture() -> Picture {
    Picture(
      width: width, height: height, channels: channels,
      samples: samples.map { UInt8(max(0, min(1, $0)) * 255 + 0.5) })
  }

  /// How bright each pixel is, by the weights of ITU-R 601.
  var luma: [Float] {
    if channels == 1 { return samples }
    return stride(from: 0, to: samples.count, by: 3).map {
      0.299 * samples[$0] + 0.587 * samples[$0 + 1] + 0.114 * samples[$0 + 2]
    }
  }

  /// A step beyond the edge, mirrored at the middle of the outermost pixel.
  static func mirrored(_ step: Int, below count: Int) -> Int {
    if step >= 0 && step < count { return step }
    let period = 2 * (count - 1)
    let within = ((step % period) + period) % period
    return within < count ? within : period - within
  }
}
