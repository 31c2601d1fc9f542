/// Comparisons and logic.
extension OperatorTable {
  static let comparisons: [String: OperatorLowering] = [
    "Not": elementwise("aten::logical_not")
  ]
}
