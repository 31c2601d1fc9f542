import Foundation
import ONNXLowering
import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing

extension EngineTests {
  /// ONNX models that are trained and written back.
  @Suite final class ONNXTrainingTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

    init() throws {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Self.model.write(to: folder.appending(path: "model.onnx"))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    /// A network with two results that has not learned yet, as PyTorch's older exporter writes it: the
    /// weights of the batch norm are its running statistics too.
    private static let model: Data = {
      func weight(_ name: String, _ sizes: [Int], _ number: (Int) -> Float) -> Message {
        var tensor = Message()
        for size in sizes { tensor.add(1, size) }
        tensor.add(2, 1)
        tensor.add(8, name)
        let numbers = (0..<sizes.reduce(1, *)).map(number)
        tensor.add(9, numbers.withUnsafeBytes { Data($0) })
        return tensor
      }
      func mixed(_ index: Int) -> Float { Float((index * 7 + 3) % 11) / 10 - 0.5 }
      var graph = Message()
      let features = [("Identity", ["one"], "spread"), ("Conv", ["x", "kernel"], "features")]
      let normal = [
        ("BatchNormalization", ["features", "one", "zero", "zero", "spread"], "normal"),
        ("Relu", ["normal"], "active"), ("Flatten", ["active"], "flat"),
      ]
      let scores = [("MatMul", ["flat", "head"], "y"), ("MatMul", ["flat", "other"], "z")]
      for (operation, inputs, output) in features + normal + scores {
        graph.add(1, ONNXFile.call(operation, inputs, output))
      }
      graph.add(2, "graph")
      graph.add(5, weight("one", [4]) { _ in 1 })
      graph.add(5, weight("zero", [4]) { _ in 0 })
      graph.add(5, weight("kernel", [4, 3, 1, 1], mixed))
      graph.add(5, weight("head", [64, 3], mixed))
      graph.add(5, weight("other", [64, 2], mixed))
      graph.add(11, ONNXFile.value("x", [nil, 3, 4, 4]))
      graph.add(12, ONNXFile.value("y", [nil, 3]))
      graph.add(12, ONNXFile.value("z", [nil, 2]))
      return ONNXFile.model(graph)
    }()

    private static func scores(_ program: Program) throws -> [Float] {
      let pictures = Tensor.uniform([5, 3, 4, 4], using: Generator(seed: 1))
      return try withoutGradients {
        try CompiledProgram(program)([pictures], with: Parameters(of: program))[0].floats()
      }
    }

    private func scores(ofONNX name: String) throws -> [Float] {
      var options = LoweringOptions()
      options.scores = "y"
      return try Self.scores(ONNXModel.read(from: path(name)).lowered(options).program)
    }

    private func scores(ofPT2 name: String) throws -> [Float] {
      try Self.scores(Program.read(from: path(name)))
    }

    private func distance(_ left: [Float], _ right: [Float]) -> Float {
      zip(left, right).map { abs($0 - $1) }.max() ?? .infinity
    }

    @Test(.releaseOnly, arguments: ["standard", "advprop"])
    func whatIsLearnedIsWrittenBack(method: String) throws {
      let branches = method == "advprop" ? ["--write-branches"] : []
      let command = try Command(
        [
          "train", path("model.onnx"), "--data", try SmallModel.pictures(in: folder) + "/train",
          "--method", method, "--scores-from", "y", "--epochs", "1", "--batch-size", "4",
          "--rate", "0.1", "--validation", "4", "--validation-attack", "fgsm", "--threads", "1",
          "-o", path("run"),
        ] + branches)
      #expect(command.exitCode == 0, "\(command.errors)")
      let before = try scores(ofONNX: "model.onnx")
      for name in ["best", "last"] + (branches.isEmpty ? [] : ["last-auxiliary-1"]) {
        let after = try scores(ofONNX: "run/\(name).onnx")
        #expect(distance(after, try scores(ofPT2: "run/\(name).pt2")) < 1e-5, "\(name)")
        if name != "best" { #expect(distance(after, before) > 1e-3, "\(name)") }
      }
      if method == "advprop" {
        #expect(
          distance(
            try scores(ofONNX: "run/last.onnx"), try scores(ofONNX: "run/last-auxiliary-1.onnx"))
            > 1e-5)
      }

      let again = try Command(
        "convert", path("run/last.pt2"), path("again.onnx"), "--like", path("model.onnx"),
        "--scores-from", "y")
      #expect(again.exitCode == 0, "\(again.errors)")
      #expect(try scores(ofONNX: "again.onnx") == scores(ofONNX: "run/last.onnx"))
      // What was written is trained like any other file.
      #expect(try Command("inspect", path("again.onnx"), "--scores-from", "y").exitCode == 0)
    }

    @Test(arguments: [("y", 3), ("z", 2)])
    func theResultWithTheScoresIsChosen(name: String, classCount: Int) throws {
      let picture = try SmallModel.pictures(in: folder) + "/test/a/0.png"
      let unsure = try Command("attack", path("model.onnx"), picture)
      #expect(unsure.exitCode == 65 && unsure.errors.contains("--scores-from y"))
      let inspected = try Command("inspect", path("model.onnx"), "--scores-from", name)
      #expect(inspected.output.contains("float32[N, \(classCount)]"), "\(inspected.output)")
      let command = try Command(
        "attack", path("model.onnx"), picture, "--scores-from", name, "-o", path("run"),
        "--threads", "1")
      #expect(command.exitCode == 0, "\(command.errors)")
      let verified = try Command("verify", path("run"))
      #expect(verified.exitCode == 0, "\(verified.output)\(verified.errors)")
    }
  }
}
