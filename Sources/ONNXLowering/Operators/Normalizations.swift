import ProgramFormats
import TensorModule

/// Normalisations by statistics of the data or of the batch.
extension OperatorTable {
  static let normalizations: [String: OperatorLowering] = [
    "BatchNormalization": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let isSpatial = try call.flag("spatial", default: true)
      guard call.version >= 9 || isSpatial else {
        throw call.failure("it has statistics for each pixel (spatial = 0), which is not supported")
      }
      if try call.flag("training_mode") { return try lowering.normalizedByItself(x, call) }
      guard !call.wants(result: 1) else {
        throw call.failure("the model was exported in training mode; export it in evaluation mode")
      }
      // PyTorch counts what is new, ONNX what is kept.
      let momentum = 1 - (try call.real("momentum", default: 0.9))
      return [
        try lowering.call(
          "aten::batch_norm", .tensor(x), .tensor(try call.input(1)), .tensor(try call.input(2)),
          .tensor(lowering.statistic(try call.input(3), .mean, of: call)),
          .tensor(lowering.statistic(try call.input(4), .variance, of: call)), false,
          .real(momentum), .real(try call.real("epsilon", default: 1e-5)), false)
      ]
    },
    "InstanceNormalization": { lowering, call throws(LoweringError) in
      [
        try lowering.call(
          "aten::instance_norm", .tensor(try call.input(0)), .tensor(try call.input(1)),
          .tensor(try call.input(2)), .none, .none, true, 0.0,
          .real(try call.real("epsilon", default: 1e-5)), false)
      ]
    },
    "LayerNormalization": { lowering, call throws(LoweringError) in
      try lowering.layerNormalization(call)
    },
    "GroupNormalization": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let groups = try call.integer("num_groups", default: 1)
      var (scale, shift) = (try call.input(1), try call.input(2))
      if call.version < 21 {
        // One number for each group then.
        let channels = try lowering.size(of: x, along: 1).fixed ?? groups
        let repeats = BatchSize(channels / max(1, groups))
        scale = try lowering.call(
          "aten::repeat_interleave.self_int", .tensor(scale), .integer(repeats))
        shift = try lowering.call(
          "aten::repeat_interleave.self_int", .tensor(shift), .integer(repeats))
      }
      return [
        try lowering.call(
          "aten::group_norm", .tensor(x), .integer(BatchSize(groups)), .tensor(scale),
          .tensor(shift), .real(try call.real("epsilon", default: 1e-5)), false)
      ]
    },
    "RMSNormalization": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let axis = try lowering.axis(try call.integer("axis", default: -1), rank: x.rank)
      let wide = try lowering.converted(x, to: x.elementType == .float64 ? .float64 : .float32)
      let square = try lowering.call("aten::mul.Tensor", .tensor(wide), .tensor(wide))
      let mean = try lowering.mean(square, Array(axis..<x.rank), true)
      let raised = try lowering.call(
        "aten::add.Scalar", .tensor(mean), .real(try call.real("epsilon", default: 1e-5)))
      let inverse = try lowering.call("aten::rsqrt", .tensor(raised))
      let normal = try lowering.call("aten::mul.Tensor", .tensor(wide), .tensor(inverse))
      let narrow = try lowering.converted(normal, to: x.elementType)
      return [
        try lowering.call("aten::mul.Tensor", .tensor(narrow), .tensor(try call.input(1)))
      ]
    },
    "LRN": { lowering, call throws(LoweringError) in
      [try lowering.localResponseNormalization(call)]
    },
    "LpNormalization": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let axis = try lowering.axis(try call.integer("axis", default: -1), rank: x.rank)
      let norm = try lowering.call(
        "aten::linalg_vector_norm", .tensor(x), .real(try call.real("p", default: 2)),
        .integers([axis]), true)
      let isZero = try lowering.call("aten::eq.Scalar", .tensor(norm), 0)
      let divisor = try lowering.call("aten::masked_fill.Scalar", .tensor(norm), .tensor(isZero), 1)
      return [try lowering.call("aten::div.Tensor", .tensor(x), .tensor(divisor))]
    },
    "MeanVarianceNormalization": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let axes = try lowering.axes(try call.integers("axes") ?? [0, 2, 3], rank: x.rank)
      let mean = try lowering.mean(x, axes, true)
      let centred = try lowering.call("aten::sub.Tensor", .tensor(x), .tensor(mean))
      let square = try lowering.call("aten::mul.Tensor", .tensor(centred), .tensor(centred))
      let variance = try lowering.mean(square, axes, true)
      let deviation = try lowering.root(2, of: variance)
      let divisor = try lowering.call("aten::add.Scalar", .tensor(deviation), 1e-9)
      return [try lowering.call("aten::div.Tensor", .tensor(centred), .tensor(divisor))]
    },
  ]
}

extension Lowering {
  /// A root whose slope at zero is 0: an infinite one times that of a power would be no number.
  mutating func root(
    _ degree: Double, of x: LoweredValue
  ) throws(LoweringError) -> LoweredValue {
    let isZero = try call("aten::eq.Scalar", .tensor(x), 0)
    let safe = try call("aten::masked_fill.Scalar", .tensor(x), .tensor(isZero), 1)
    let root = try call("aten::pow.Tensor_Scalar", .tensor(safe), .real(1 / degree))
    return try call("aten::masked_fill.Scalar", .tensor(root), .tensor(isZero), 0)
  }

  /// A `BatchNormalization` with the statistics of what it is given: weights, which some networks
  /// standardise.
  fileprivate mutating func normalizedByItself(
    _ x: LoweredValue, _ call: Call
  ) throws(LoweringError) -> [LoweredValue] {
    guard !x.dependsOnPicture, x.rank >= 2 else {
      throw failure("it normalises with the statistics of the batch, as only training does")
    }
    let kept = try call.real("momentum", default: 0.9)
    let normal = try self.call(
      "aten::batch_norm", .tensor(x), .tensor(try call.input(1)), .tensor(try call.input(2)), .none,
      .none, true, .real(1 - kept), .real(try call.real("epsilon", default: 1e-5)), false)
    let axes = [0] + (2..<x.rank)
    let statistics = [
      try mean(x, axes, false),
      try self.call("aten::var.dim", .tensor(x), .integers(axes), false, false),
    ]
    return [normal]
      + (try zip([3, 4], statistics).map { input, new throws(LoweringError) in
        let share = try self.call("aten::mul.Scalar", .tensor(new), .real(1 - kept))
        let old = try self.call(
          "aten::mul.Scalar", .tensor(try call.input(input).untrained), .real(kept))
        return try self.call("aten::add.Tensor", .tensor(old), .tensor(share))
      })
  }

  fileprivate mutating func layerNormalization(
    _ call: Call
  ) throws(LoweringError) -> [LoweredValue] {
    let x = try call.input(0)
    let axis = try axis(try call.integer("axis", default: -1), rank: x.rank)
    let epsilon = try call.real("epsilon", default: 1e-5)
    let normalized = Array(try sizes(of: x)[axis...])
    let (scale, shift) = (call.optional(1), call.optional(2))
    var fits = true
    for value in [scale, shift].compactMap(\.self) where try sizes(of: value) != normalized {
      fits = false
    }
    if fits, !call.wants(result: 1), !call.wants(result: 2) {
      return [
        try self.call(
          "aten::layer_norm", .tensor(x), .integers(normalized), .optional(scale),
          .optional(shift), .real(epsilon), false)
      ]
    }
    let axes = Array(axis..<x.rank)
    let mean = try self.mean(x, axes, true)
    let centred = try self.call("aten::sub.Tensor", .tensor(x), .tensor(mean))
    let square = try self.call("aten::mul.Tensor", .tensor(centred), .tensor(centred))
    let variance = try self.mean(square, axes, true)
    let raised = try self.call("aten::add.Scalar", .tensor(variance), .real(epsilon))
    let inverse = try self.call("aten::rsqrt", .tensor(raised))
    var result = try self.call("aten::mul.Tensor", .tensor(centred), .tensor(inverse))
    if let scale { result = try self.call("aten::mul.Tensor", .tensor(result), .tensor(scale)) }
    if let shift { result = try self.call("aten::add.Tensor", .tensor(result), .tensor(shift)) }
    return [result, mean, inverse]
  }

  /// Krizhevsky, Sutskever and Hinton 2012: x / (k + α/n · Σ x²)^β over neighbouring channels.
  fileprivate mutating func localResponseNormalization(
    _ call: Call
  ) throws(LoweringError) -> LoweredValue {
    let x = try call.input(0)
    let size = try call.integer("size", default: 1)
    guard (1...1 << 20).contains(size), x.rank >= 3 else {
      throw failure("its size or its input does not fit")
    }
    let square = try self.call("aten::mul.Tensor", .tensor(x), .tensor(x))
    // Channels become the rows of a picture with one channel.
    let flat = try self.call("aten::flatten.using_ints", .tensor(square), 2, -1)
    let picture = try self.call("aten::unsqueeze", .tensor(flat), 1)
    let ends = (before: (size - 1) / 2, after: size / 2)
    let padded = try padded(picture, [(0, 0), (0, 0), ends, (0, 0)], with: 0)
    let mean = try self.call(
      "aten::avg_pool2d", .tensor(padded), .integers([size, 1]), .integers([1, 1]))
    let shaped = try self.call("aten::reshape", .tensor(mean), .integers(try sizes(of: x)))
    let scaled = try self.call(
      "aten::mul.Scalar", .tensor(shaped), .real(try call.real("alpha", default: 1e-4)))
    let raised = try self.call(
      "aten::add.Scalar", .tensor(scaled), .real(try call.real("bias", default: 1)))
    let divisor = try self.call(
      "aten::pow.Tensor_Scalar", .tensor(raised), .real(try call.real("beta", default: 0.75)))
    return try self.call("aten::div.Tensor", .tensor(x), .tensor(divisor))
  }
}
