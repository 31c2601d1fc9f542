import Foundation
import TestKit

/// The bytes of small ONNX files, field by field, so that they can be as wrong as tests want.
struct ONNXFile {
  var operatorSet = 17
  /// The operator of the only call, and what it reads besides the picture.
  var operation = "Flatten"
  var reads: [String] = []
  /// How many scores there are.
  var classCount = 3
  /// The sizes that the only weight declares.
  var weightSizes = [48, 3]
  /// Where the weight's numbers are; nothing if in the file.
  var weightFile: String?
  /// Whether the file has the weight at all.
  var hasWeight = true
  /// What the product is made of.
  var factor = "flat"
  /// Who wrote the file.
  var producer = "test"

  /// The type of the pictures, and the types that they become one after the other, as the format numbers them.
  var pictureType = 1
  var casts: [Int] = []
  /// Operators that come last.
  var ends: [String] = []
  /// What else the model returns.
  var moreResults: [String] = []
  /// How high and wide pictures are; nothing if the file leaves it open.
  var side: Int? = 4

  /// y = flat(x) · w for pictures 3×4×4 and three classes; class k if channel k is brightest.
  var bytes: Data {
    var weight = Message()
    for size in weightSizes { weight.add(1, size) }
    weight.add(2, 1)
    weight.add(8, "w")
    if let weightFile {
      var place = Message()
      place.add(1, "location")
      place.add(2, weightFile)
      weight.add(13, place)
      weight.add(14, 1)
    } else {
      let numbers = (0..<48).flatMap { row in
        (0..<classCount).map { row / 16 == $0 ? Float(0.25) : 0 }
      }
      weight.add(9, numbers.withUnsafeBytes { Data($0) })
    }
    var graph = Message()
    let pictures = casts.indices.map { "picture \($0)" }
    for (index, type) in casts.enumerated() {
      var cast = Self.call("Cast", [index > 0 ? pictures[index - 1] : "x"], pictures[index])
      var setting = Message()
      setting.add(1, "to")
      setting.add(3, type)
      setting.add(20, 2)
      cast.add(5, setting)
      graph.add(1, cast)
    }
    graph.add(1, Self.call(operation, [pictures.last ?? "x"] + reads, "flat"))
    let scores = ends.indices.map { "scores \($0)" } + ["y"]
    graph.add(1, Self.call("MatMul", [factor, "w"], scores[0]))
    for (index, end) in ends.enumerated() {
      graph.add(1, Self.call(end, [scores[index]], scores[index + 1]))
    }
    graph.add(2, "graph")
    if hasWeight { graph.add(5, weight) }
    graph.add(11, Self.value("x", [1, 3, side, side], type: pictureType))
    graph.add(12, Self.value("y", [1, classCount]))
    for name in moreResults { graph.add(12, Self.value(name, [1, classCount])) }
    return Self.model(graph, operatorSet: operatorSet, producer: producer)
  }

  /// The file of a graph.
  static func model(_ graph: Message, operatorSet: Int = 17, producer: String = "test") -> Data {
    var set = Message()
    set.add(2, operatorSet)
    var model = Message()
    model.add(1, 8)
    model.add(2, producer)
    model.add(7, graph)
    model.add(8, set)
    return model.data
  }

  static func call(_ operation: String, _ inputs: [String], _ output: String) -> Message {
    var node = Message()
    for input in inputs { node.add(1, input) }
    node.add(2, output)
    node.add(3, "the \(output)")
    node.add(4, operation)
    return node
  }

  /// A value of numbers; a size that is nothing stands for any.
  static func value(_ name: String, _ sizes: [Int?], type number: Int = 1) -> Message {
    var shape = Message()
    for size in sizes {
      var dimension = Message()
      if let size { dimension.add(1, size) } else { dimension.add(2, "N") }
      shape.add(1, dimension)
    }
    var tensor = Message()
    tensor.add(1, number)
    tensor.add(2, shape)
    var type = Message()
    type.add(1, tensor)
    var value = Message()
    value.add(1, name)
    value.add(2, type)
    return value
  }

  /// A model that the project made with PyTorch.
  static func fixture(_ name: String) -> String {
    packageRoot.appending(path: "Tests/Fixtures/onnx/\(name)/model.onnx").path
  }
}

/// A message as protocol buffers lay it out: numbered fields one after the other.
struct Message {
  private(set) var data = Data()

  mutating func add(_ field: Int, _ number: Int) {
    add(variable: field << 3)
    add(variable: number)
  }

  mutating func add(_ field: Int, _ text: String) { add(field, Data(text.utf8)) }

  mutating func add(_ field: Int, _ message: Message) { add(field, message.data) }

  mutating func add(_ field: Int, _ bytes: Data) {
    add(variable: field << 3 | 2)
    add(variable: bytes.count)
    data += bytes
  }

  private mutating func add(variable number: Int) {
    var rest = UInt(bitPattern: number)
    while rest > 127 {
      data.append(UInt8(rest & 127 | 128))
      rest >>= 7
    }
    data.append(UInt8(rest))
  }
}
