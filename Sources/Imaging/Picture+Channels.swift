extension Picture {
  /// The picture in grey or in colour.
  ///
  /// Grey becomes three equal channels. Colour becomes luma by ITU-R 601, 0.299 r + 0.587 g +
  /// 0.114 b, rounded as Pillow's mode `L` does.
  ///
  /// - Precondition: `channels` is 1 or 3.
  public func converted(toChannels channels: Int) -> Picture {
    precondition(channels == 1 || channels == 3, "grey or RGB, not \(channels) channels")
    guard channels != self.channels else { return self }
    let converted: [UInt8] =
      channels == 3
      ? samples.flatMap { [$0, $0, $0] }
      : stride(from: 0, to: samples.count, by: 3).map { luma(at: $0) }
    return Picture(width: width, height: height, channels: channels, samples: converted)
  }

  /// ITU-R 601 luma in 16-bit fixed point: the weights sum to 65,536.
  private func luma(at start: Int) -> UInt8 {
    let sum =
      19_595 * Int(samples[start]) + 38_470 * Int(samples[start + 1])
      + 7_471 * Int(samples[start + 2])
    return UInt8((sum + 32_768) >> 16)
  }
}
