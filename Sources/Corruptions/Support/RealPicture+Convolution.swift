extension RealPicture {
  /// The picture after a kernel: each pixel is the weighted mean of its neighbours, mirrored beyond
  /// the edges.
  func convolved(with kernel: Kernel) -> RealPicture {
    let reach = kernel.taps.reduce(0) { max($0, abs($1.column), abs($1.row)) }
    let framed = framed(by: reach)
    let run = width * channels
    var result = [Float](repeating: 0, count: samples.count)
    framed.samples.withUnsafeBufferPointer { source in
      result.withUnsafeMutableBufferPointer { target in
        for tap in kernel.taps {
          let weight = tap.weight
          for row in 0..<height {
            let from =
              ((row + reach + tap.row) * framed.width + reach + tap.column) * channels
            let to = row * run
            for offset in 0..<run { target[to + offset] += weight * source[from + offset] }
          }
        }
      }
    }
    return with(result)
  }

  /// The picture after several kernels.
  func convolved(with kernels: [Kernel]) -> RealPicture {
    kernels.reduce(self) { $0.convolved(with: $1) }
  }

  /// The picture with a mirrored frame around it.
  private func framed(by margin: Int) -> RealPicture {
    var framed: [Float] = []
    framed.reserveCapacity((width + 2 * margin) * (height + 2 * margin) * channels)
    let columns = (-margin..<width + margin).map { Self.mirrored($0, below: width) * channels }
    samples.withUnsafeBufferPointer { source in
      for row in -margin..<height + margin {
        let start = Self.mirrored(row, below: height) * width * channels
        for column in columns {
          for channel in 0..<channels { framed.append(source[start + column + channel]) }
        }
      }
    }
    return RealPicture(
      width: width + 2 * margin, height: height + 2 * margin, channels: channels, samples: framed)
  }
}
