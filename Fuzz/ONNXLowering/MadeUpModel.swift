import ONNXLowering
import ProgramFormats
import ProgramIR

/// Makes a model of any bytes, so that all of them reach the lowering: each byte chooses among
/// operators, values, settings and numbers that are likely to do harm.
struct MadeUpModel {
  private var bytes: ArraySlice<UInt8>
  private var names = ["x", "p", "i", "r", "t", "k"]

  init(from bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  mutating func model() -> ONNXModel {
    let sizes = Self.inputs[choice(Self.inputs.count)]
    let version = Self.versions[choice(Self.versions.count)]
    var constants = [
      "p": Self.reals([3, 3, 2, 2]), "r": Self.reals([3]), "t": Self.reals([]),
    ]
    constants["i"] = Self.integers(numbers())
    constants["k"] = Self.integers([number()], isScalar: true)
    var nodes: [ONNXNode] = []
    while !bytes.isEmpty, nodes.count < 6 { nodes.append(node(number: nodes.count)) }
    return ONNXModel(
      operatorSets: ["": version, "ai.onnx.ml": 5], producer: "fuzzer",
      graph: ONNXGraph(
        name: "graph", nodes: nodes,
        inputs: [ONNXValueInfo(name: "x", dataType: .float, sizes: sizes)],
        outputs: [ONNXValueInfo(name: names[names.count - 1], dataType: nil, sizes: nil)],
        initializers: constants))
  }

  private mutating func node(number: Int) -> ONNXNode {
    let spelled = Self.operators[choice(Self.operators.count)]
    let parts = spelled.split(separator: "::")
    let inputs = (0..<choice(5)).map { _ in
      let index = choice(names.count + 1)
      return index == names.count ? "" : names[index]
    }
    var attributes: [String: ONNXAttribute] = [:]
    for _ in 0..<choice(5) { attributes[Self.settings[choice(Self.settings.count)]] = setting() }
    let outputs = (0...choice(3)).map { "v\(number)_\($0)" }
    names.append(outputs[0])
    return ONNXNode(
      name: "n\(number)", operation: String(parts[parts.count - 1]),
      domain: parts.count > 1 ? String(parts[0]) : "", inputs: inputs, outputs: outputs,
      attributes: attributes)
  }

  private mutating func setting() -> ONNXAttribute {
    switch choice(8) {
    case 0, 1: .integer(number())
    case 2, 3: .integers(numbers())
    case 4: .real(Self.realNumbers[choice(Self.realNumbers.count)])
    case 5: .reals((0..<choice(5)).map { _ in Self.realNumbers[choice(Self.realNumbers.count)] })
    case 6: .string(Self.words[choice(Self.words.count)])
    default: .tensor(Self.integers(numbers()))
    }
  }

  private mutating func choice(_ count: Int) -> Int {
    Int(bytes.popFirst() ?? 0) % count
  }

  private mutating func number() -> Int { Self.wholeNumbers[choice(Self.wholeNumbers.count)] }

  private mutating func numbers() -> [Int] { (0..<choice(9)).map { _ in number() } }
}

extension MadeUpModel {
  private static let operators = ONNXModel.supportedOperators

  private static let inputs: [[ONNXValueInfo.Dimension]] = [
    [.named("N"), .fixed(3), .fixed(4), .fixed(4)], [.fixed(1), .fixed(3), .fixed(4), .fixed(4)],
    [.fixed(2), .fixed(6)], [.named("N"), .fixed(6)], [.fixed(1), .fixed(3), .fixed(5)],
    [.named("N"), .fixed(1), .fixed(2), .fixed(3), .fixed(2)], [.fixed(0), .fixed(3)],
  ]

  private static let versions = [7, 9, 10, 11, 12, 13, 17, 18, 21, 23, 25]

  private static let wholeNumbers = [
    0, 1, -1, 2, 3, 4, 5, 7, 8, 16, -2, -3, 255, 1 << 10, 1 << 20, 1 << 27, 1 << 31, -1 << 31,
    1 << 40, 1 << 62, .max, .min, .max - 1, .min + 1,
  ]

  private static let realNumbers = [
    0, 1, -1, 0.5, 2, 1e-3, 127.5, 1e6, 1e19, -1e19, 3e38, .infinity, -.infinity, .nan,
    1e-45,
  ]

  private static let words = [
    "add", "mul", "max", "min", "none", "nearest", "linear", "cubic", "edge", "wrap", "reflect",
    "constant", "SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET", "half_pixel", "align_corners",
    "asymmetric", "pytorch_half_pixel", "tf_crop_and_resize", "round_prefer_ceil", "floor", "ceil",
    "not_larger", "not_smaller", "stretch", "LEFT", "RIGHT", "DCR", "CRD", "tanh", "zeros",
    "border",
    "SOFTMAX", "LOGISTIC", "PROBIT", "L1", "L2", "MAX", "RBF", "POLY", "ij,jk->ik", "i,j->ij",
    "...i,...j->...", "ii->i", "bchw,bc->hw", "mean", "sum", "avg", "",
  ]

  private static let settings = [
    "axis", "axes", "alpha", "beta", "mode", "epsilon", "keepdims", "to", "saturate", "p", "group",
    "coefficients", "intercepts", "post_transform", "channels_last", "strides", "pads", "paddings",
    "kernel_shape", "dilations", "auto_pad", "ceil_mode", "count_include_pad", "storage_order",
    "output_shape", "output_padding", "transA", "transB", "perm", "shape", "split", "starts",
    "ends",
    "steps", "start", "end", "size", "k", "largest", "block_size", "blocksize", "num_outputs",
    "num_groups", "upper", "reduction", "equation", "scales", "value", "value_int", "value_ints",
    "value_floats", "dtype", "batch_dims", "batch_axis", "time_axis", "exclusive", "reverse",
    "training_mode", "coordinate_transformation_mode", "nearest_mode", "antialias",
    "exclude_outside", "extrapolation_value", "keep_aspect_ratio_policy", "align_corners",
    "padding_mode", "output_height", "output_width", "sampling_ratio", "spatial_scale",
    "offset_group", "bias", "lambd", "gamma", "approximate", "direction", "new_axis",
    "noop_with_empty_axes", "select_last_index", "allowzero", "fmod", "imputed_value_floats",
    "replaced_value_float", "offset", "scale", "norm", "threshold", "inputdimensions",
    "is_causal", "q_num_heads", "kv_num_heads", "softcap", "num_heads", "interleaved",
    "rotary_embedding_dim", "hidden_size", "layout", "periodic", "onesided", "output_datatype",
    "ignore_index", "detect_negative", "detect_positive",
  ]

  private static func reals(_ sizes: [Int]) -> ONNXTensor {
    let count = sizes.reduce(1, *)
    return ONNXTensor(
      dataType: .float,
      weight: Weight(float32: (0..<count).map { Float($0 % 7) / 3 - 1 }, sizes: sizes))
  }

  private static func integers(_ values: [Int], isScalar: Bool = false) -> ONNXTensor {
    ONNXTensor(
      dataType: .int64, weight: Weight(int64: values, sizes: isScalar ? [] : [values.count]))
  }
}
