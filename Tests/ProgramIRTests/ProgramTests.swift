import ProgramIR
import Testing

@Suite struct ProgramTests {
  @Test(arguments: [
    ("torch.ops.aten.add.Tensor", "aten::add.Tensor"),
    ("torch.ops.aten.relu.default", "aten::relu"),
    ("torch.ops.higher_order.cond", "higher_order::cond"),
    ("_operator.mul", "_operator::mul"), ("math.trunc", "math::trunc"),
    ("torch.sym_float", "torch::sym_float"),
  ])
  func operatorNames(exported: String, name: String) {
    #expect(OperatorName(exported: exported)?.description == name)
  }

  @Test(arguments: ["", "os.system", "torch.ops.aten", "torch.ops.aten..default", "a.b.c.d.e"])
  func otherNamesAreRefused(exported: String) {
    #expect(OperatorName(exported: exported) == nil)
  }

  struct View: CustomTestStringConvertible, Sendable {
    let sizes: [Int]
    let strides: [Int]
    let offset: Int
    let fits: Bool
    var testDescription: String { "\(sizes) by \(strides) from \(offset)" }
  }

  @Test(arguments: [
    View(sizes: [2, 3], strides: [3, 1], offset: 0, fits: true),
    View(sizes: [2, 3], strides: [3, 1], offset: 1, fits: false),
    View(sizes: [3, 2], strides: [1, 3], offset: 0, fits: true),
    View(sizes: [], strides: [], offset: 5, fits: true),
    View(sizes: [], strides: [], offset: 6, fits: false),
    View(sizes: [0, 9], strides: [9, 1], offset: 6, fits: true),
    View(sizes: [6], strides: [1, 1], offset: 0, fits: false),
    View(sizes: [-1], strides: [1], offset: 0, fits: false),
    View(sizes: [2], strides: [-1], offset: 1, fits: false),
    View(sizes: [1], strides: [1], offset: -1, fits: false),
    View(sizes: [.max, .max], strides: [0, 0], offset: 0, fits: false),
    View(sizes: [2], strides: [.max], offset: 1, fits: false),
  ])
  func weightsFitTheirStorageOrNot(view: View) {
    let storage = Weight(float32: [0, 1, 2, 3, 4, 5], sizes: [6]).storage
    let weight = Weight(
      dataType: .float32, sizes: view.sizes, strides: view.strides, offset: view.offset,
      storage: storage)
    #expect(weight.fitsStorage == view.fits)
  }

  @Test func elementsComeInRowMajorOrder() {
    let storage = Weight(float32: [0, 1, 2, 3, 4, 5], sizes: [6]).storage
    let transposed = Weight(dataType: .float32, sizes: [3, 2], strides: [1, 3], storage: storage)
    #expect(transposed.float32Elements == [0, 3, 1, 4, 2, 5])
    let column = Weight(
      dataType: .float32, sizes: [2], strides: [3], offset: 1, storage: storage)
    #expect(column.float32Elements == [1, 4])
    let empty = Weight(
      dataType: .float32, sizes: [0, .max, .max], strides: [1, 1, 1], storage: storage)
    #expect(empty.float32Elements == [])
    let integers = Weight(dataType: .int32, sizes: [6], strides: [1], storage: storage)
    #expect(integers.float32Elements == nil)
  }

  @Test func storageThatCannotBeFilledThrowsAndFreesOnce() {
    struct Unreadable: Error {}
    for _ in 0..<100 {
      #expect(throws: Unreadable.self) {
        _ = try Storage(byteCount: 1 << 10) { _ in throw Unreadable() }
      }
    }
  }

  @Test(arguments: [
    Node.Argument.tensor("a"), .tensors(["a", "b"]), .optionalTensors(["a", nil]),
    .integer(.value("a")), .integers([.value("a"), .constant(1)]), .real(.value("a")),
    .reals([.value("a")]), .truth(.value("a")), .truths([.value("a"), .constant(true)]),
  ])
  func renamingReachesEveryValue(argument: Node.Argument) {
    let renamed = argument.renamingValues { "\($0)'" }
    #expect(renamed.valuesRead == argument.valuesRead.map { "\($0)'" })
    #expect(renamed.renamingValues { String($0.dropLast()) } == argument)
  }
}
