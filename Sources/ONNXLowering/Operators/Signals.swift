import Foundation
import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule

/// Fourier transforms and what prepares for them.
extension OperatorTable {
  static let signals: [String: OperatorLowering] = [
    "BlackmanWindow": window { 0.42 - 0.5 * cos($0) + 0.08 * cos(2 * $0) },
    "HammingWindow": window { 25 / 46 - 21 / 46 * cos($0) },
    "HannWindow": window { 0.5 - 0.5 * cos($0) },
    "DFT": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      var axis = try call.integer("axis", default: 1)
      if call.version >= 20 {
        axis =
          try call.optional(2).map { input throws(LoweringError) in
            try lowering.integer(input, "the axis")
          } ?? -2
      }
      let length = try call.optional(1).map { input throws(LoweringError) in
        try lowering.length(input, "the length")
      }
      let isInverse = try call.flag("inverse")
      return [
        try lowering.fourierTransform(
          x, along: try lowering.axis(axis, rank: x.rank), length: length, isInverse: isInverse,
          isOneSided: try call.flag("onesided"))
      ]
    },
    "MelWeightMatrix": { lowering, call throws(LoweringError) in
      let type = try call.dataType("output_datatype")?.dataType ?? .float32
      let matrix = try MelWeights(of: call, lowering).matrix
      return [lowering.constant(matrix.converted(to: ElementType(type)))]
    },
    "STFT": { lowering, call throws(LoweringError) in
      [try lowering.shortTimeFourierTransform(call)]
    },
  ]

  /// A window whose elements follow from the angle of a turn that it spans.
  private static func window(_ element: @escaping @Sendable (Double) -> Double) -> OperatorLowering
  {
    { lowering, call throws(LoweringError) in
      let count = try lowering.length(try call.input(0), "the length")
      let isPeriodic = try call.flag("periodic", default: true)
      let turn = Double(max(isPeriodic ? count : count - 1, 1))
      let numbers = (0..<count).map { element(2 * .pi * Double($0) / turn) }
      let type = try call.dataType("output_datatype")?.dataType ?? .float32
      let window = Tensor(numbers, shape: [count]).converted(to: ElementType(type))
      return [lowering.constant(window)]
    }
  }
}

extension Lowering {
  /// A number of elements that a tensor may have.
  fileprivate func length(_ value: LoweredValue, _ what: String) throws(LoweringError) -> Int {
    let count = try integer(value, what)
    guard (1...Self.largestElementCount >> 4).contains(count) else {
      throw failure("\(what) cannot be \(count)")
    }
    return count
  }

  /// The transform of numbers whose last dimension holds real and, if there is one, imaginary part.
  fileprivate mutating func fourierTransform(
    _ x: LoweredValue, along axis: Int, length: Int?, isInverse: Bool, isOneSided: Bool
  ) throws(LoweringError) -> LoweredValue {
    guard axis < x.rank - 1, let parts = try sizes(of: x).last?.fixed, (1...2).contains(parts)
    else {
      throw failure("its last dimension holds one or two parts, and is no axis")
    }
    var signal = try call("aten::select.int", .tensor(x), -1, 0)
    if parts == 2 {
      signal = try call(
        "aten::complex", .tensor(signal),
        .tensor(try call("aten::select.int", .tensor(x), -1, 1)))
    }
    let count = length.map { Argument.integer(BatchSize($0)) } ?? .none
    let name =
      switch (isInverse, isOneSided) {
      case (false, false): "aten::fft_fft"
      case (false, true): "aten::fft_rfft"
      case (true, false): "aten::fft_ifft"
      case (true, true): "aten::fft_irfft"
      }
    let result = try call(name, .tensor(signal), count, .integer(BatchSize(axis)))
    return isInverse && isOneSided
      ? try call("aten::unsqueeze", .tensor(result), -1)
      : try call("aten::view_as_real", .tensor(result))
  }

  fileprivate mutating func shortTimeFourierTransform(
    _ call: Call
  ) throws(LoweringError) -> LoweredValue {
    let x = try call.input(0)
    let sizes = try sizes(of: x)
    guard sizes.count == 3, let total = sizes[1].fixed else {
      throw failure("its signal has no batch, length and parts")
    }
    let step = try length(try call.input(1), "the step")
    let window = call.optional(2)
    var frame =
      try window.map { window throws(LoweringError) in
        window.example?.elementCount ?? 0
      } ?? total
    if let input = call.optional(3) { frame = try length(input, "the length of a frame") }
    // Frames become a dimension of their own, [N, frames, parts, length].
    var frames = try self.call(
      "aten::unfold", .tensor(x), 1, .integer(BatchSize(frame)), .integer(BatchSize(step)))
    if let window { frames = try self.call("aten::mul.Tensor", .tensor(frames), .tensor(window)) }
    let ordered = try self.call("aten::transpose.int", .tensor(frames), 2, 3)
    return try fourierTransform(
      ordered, along: 2, length: nil, isInverse: false,
      isOneSided: try call.flag("onesided", default: true))
  }
}

/// Triangles over the frequencies of a spectrum that the ear hears as equally far apart.
private struct MelWeights {
  let bandCount: Int
  let transformLength: Int
  /// The positions in the spectrum where triangles begin, peak and end.
  let corners: [Int]

  init(of call: Call, _ lowering: Lowering) throws(LoweringError) {
    bandCount = try lowering.length(try call.input(0), "the number of bands")
    transformLength = try lowering.length(try call.input(1), "the length of the transform")
    let rate = Double(try lowering.length(try call.input(2), "the sampling rate"))
    let edges = [
      try lowering.real(try call.input(3), "the lowest frequency"),
      try lowering.real(try call.input(4), "the highest frequency"),
    ]
    try lowering.check(elementsOf: [BatchSize(bandCount), BatchSize(transformLength)])
    guard edges.allSatisfy((0...rate / 2).contains), edges[0] <= edges[1] else {
      throw lowering.failure("its frequencies do not lie between 0 and half the sampling rate")
    }
    let mels = edges.map { 2595 * log10(1 + $0 / 700) }
    let step = (mels[1] - mels[0]) / Double(bandCount + 2)
    let length = Double(transformLength)
    corners = (0..<bandCount + 2).map { index in
      let frequency = 700 * (pow(10, (mels[0] + Double(index) * step) / 2595) - 1)
      return min(max(Int(((length + 1) * frequency / rate).rounded(.down)), 0), Int(length) / 2)
    }
  }

  /// What each frequency counts for each band.
  var matrix: Tensor {
    let rows = transformLength / 2 + 1
    var numbers = [Double](repeating: 0, count: rows * bandCount)
    for band in 0..<bandCount {
      let (start, peak, end) = (corners[band], corners[band + 1], corners[band + 2])
      for row in start...end {
        let place = row * bandCount + band
        if row == peak {
          numbers[place] = 1
        } else if row < peak {
          numbers[place] = Double(row - start) / Double(peak - start)
        } else {
          numbers[place] = Double(end - row) / Double(end - peak)
        }
      }
    }
    return Tensor(numbers, shape: [rows, bandCount])
  }
}
