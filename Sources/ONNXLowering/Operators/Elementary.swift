import TensorModule

/// Elementary functions of single elements.
extension OperatorTable {
  static let elementary: [String: OperatorLowering] = [
    "Identity": { lowering, call throws(LoweringError) in [try call.input(0)] },
    "Abs": elementwise("aten::abs"),
    "Acos": elementwise("aten::acos"),
    "Acosh": elementwise("aten::acosh"),
    "Asin": elementwise("aten::asin"),
    "Asinh": elementwise("aten::asinh"),
    "Atan": elementwise("aten::atan"),
    "Atanh": elementwise("aten::atanh"),
    "BitwiseNot": elementwise("aten::bitwise_not"),
    "Cos": elementwise("aten::cos"),
    "Cosh": elementwise("aten::cosh"),
    "Erf": elementwise("aten::erf"),
    "Exp": elementwise("aten::exp"),
    "IsNaN": elementwise("aten::isnan"),
    "Log": elementwise("aten::log"),
    "Neg": elementwise("aten::neg"),
    "Reciprocal": elementwise("aten::reciprocal"),
    "Sin": elementwise("aten::sin"),
    "Sinh": elementwise("aten::sinh"),
    "Sqrt": elementwise("aten::sqrt"),
    "Tan": elementwise("aten::tan"),
    "IsInf": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let positive = try call.flag("detect_positive", default: true)
      let negative = try call.flag("detect_negative", default: true)
      return switch (positive, negative) {
      case (true, true): [try lowering.call("aten::isinf", .tensor(x))]
      case (true, false): [try lowering.call("aten::isposinf", .tensor(x))]
      case (false, true): [try lowering.call("aten::isneginf", .tensor(x))]
      case (false, false): [try lowering.call("aten::zeros_like", .tensor(x), .type(.bool))]
      }
    },
  ]
}
