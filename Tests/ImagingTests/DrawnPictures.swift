import Imaging

extension Picture {
  /// Smooth ramps with a few hard edges, different in every channel.
  static func drawn(width: Int, height: Int, channels: Int) -> Picture {
    var samples: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        for channel in 0..<channels {
          let ramp = (x * (3 + channel) + y * (7 - channel)) % 256
          let inCheck = (x / 5 + y / 3 + channel).isMultiple(of: 4)
          samples.append(UInt8(inCheck ? 255 - ramp : ramp))
        }
      }
    }
    return Picture(width: width, height: height, channels: channels, samples: samples)
  }
}

extension ImagingError {
  /// Whether the content broke the rules of its format, whatever the decoder's words.
  var isDamaged: Bool {
    if case .damaged = reason { true } else { false }
  }
}
