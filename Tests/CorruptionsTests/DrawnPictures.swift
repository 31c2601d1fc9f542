import Imaging
import TrafficSigns

/// Pictures that need no file.
enum DrawnPictures {
  /// Drawn traffic signs of a size, one of each of the first classes.
  static func signs(_ count: Int, side: Int = 32) -> [Picture] {
    let painter = SignPainter(seed: 7)
    return (0..<count).map { number in
      painter.picture(
        of: SignClass.allCases[number % SignClass.allCases.count],
        number: number / SignClass.allCases.count
      ).resized(width: side, height: side)
    }
  }

  /// One grey everywhere.
  static func flat(_ value: UInt8, side: Int, channels: Int = 3) -> Picture {
    Picture(
      width: side, height: side, filledWith: [UInt8](repeating: value, count: channels))
  }
}

extension Picture {
  /// The root of the mean square of the differences to another picture, in 8-bit steps.
  func distance(to other: Picture) -> Double {
    let squares = zip(samples, other.samples).reduce(0.0) { sum, pair in
      let difference = Double(pair.0) - Double(pair.1)
      return sum + difference * difference
    }
    return (squares / Double(samples.count)).squareRoot()
  }

  /// The mean of the samples, in 0…255.
  var mean: Double { samples.reduce(0) { $0 + Double($1) } / Double(samples.count) }

  /// The mean square of the differences to the mean.
  var variance: Double {
    let mean = mean
    return samples.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
      / Double(samples.count)
  }
}
