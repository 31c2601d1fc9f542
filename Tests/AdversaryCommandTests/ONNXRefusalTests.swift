import Foundation
import Imaging
import ProgramFormats
import ProgramIR
import TestKit
import Testing

/// Bad ONNX files and bad words about them, each ending in one sentence and the documented exit code.
@Suite final class ONNXRefusalTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

  init() throws {
    try FileManager.default.createDirectory(
      at: folder.appending(path: "inner"), withIntermediateDirectories: true)
    try Data(repeating: 0, count: 576).write(to: folder.appending(path: "weights.bin"))
    try Picture(width: 4, height: 4, filledWith: [200, 90, 90])
      .write(toPNG: folder.appending(path: "picture.png").path)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// What is wrong with a file, and what is said of it.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let file: Data
    let words: String

    init(_ description: String, _ words: String, _ change: (inout ONNXFile) -> Void) {
      var file = ONNXFile()
      change(&file)
      self.init(description, words, file.bytes)
    }

    init(_ description: String, _ words: String, _ file: Data) {
      (testDescription, self.words, self.file) = (description, words, file)
    }
  }

  static let cases = [
    Case("truncated", "ends in the middle of the model", ONNXFile().bytes.dropLast(200)),
    Case("an unknown operator", "node the flat (Divine): this operator is not supported") {
      $0.operation = "Divine"
    },
    Case("control characters", "node the flat (\u{FFFD}[31mDivine\u{FFFD}\u{FFFD}error: all fine)")
    {
      $0.operation = "\u{1B}[31mDivine\r\nerror: all fine"
    },
    Case("an old operator set", "uses version 6 of the operator set") { $0.operatorSet = 6 },
    Case("an operator set of the future", "uses version 1000 of the operator set") {
      $0.operatorSet = 1000
    },
    Case("weights outside the folder", "../weights.bin") { $0.weightFile = "../weights.bin" },
    Case("weights at a place of their own", "/etc/passwd") { $0.weightFile = "/etc/passwd" },
    Case(
      "a weight of 2 GB that is not there",
      "'w' declares float[536870912], which is 2147483648 bytes"
    ) { $0.weightSizes = [1 << 29] },
    Case("a weight of 2⁶² numbers", "'w' declares sizes [2147483648, 2147483648], more than") {
      $0.weightSizes = [1 << 31, 1 << 31]
    },
    Case("no weight", "node 'the y' reads 'w', which is no input") { $0.hasWeight = false },
    Case("a cycle", "needs what follows from itself") { $0.reads = ["y"] },
    Case("a value that nothing defines", "node 'the y' reads 'nothing', which is no input") {
      $0.factor = "nothing"
    },
    Case("sizes that do not fit", "node the y (MatMul)") { $0.weightSizes = [36, 4] },
  ]

  @Test(arguments: cases)
  func endsInOneSentence(testCase: Case) throws {
    let path = folder.appending(path: "inner/model.onnx").path
    try testCase.file.write(to: URL(filePath: path))
    for arguments in [
      ["inspect", path], ["attack", path, folder.appending(path: "picture.png").path],
    ] {
      let command = try Command(arguments)
      #expect(command.exitCode == 65, "\(command.errors)")
      #expect(command.errors.contains("model.onnx: "), "\(command.errors)")
      #expect(command.errors.contains(testCase.words), "\(command.errors)")
      #expect(command.output.isEmpty)
      #expect(command.errors.split(separator: "\n").count == 1, "\(command.errors)")
    }
  }

  @Test func namesDoNotSteerTheTerminal() throws {
    var file = ONNXFile()
    file.producer = "\u{1B}[31mEVIL\r\nerror: all fine\u{7}"
    let path = folder.appending(path: "model.onnx").path
    try file.bytes.write(to: URL(filePath: path))
    let command = try Command("inspect", path)
    #expect(command.exitCode == 0 && command.output.contains("\u{FFFD}[31mEVIL"))
    #expect(!command.output.contains("\u{1B}") && !command.output.contains("\nerror"))
  }

  @Test func weightsThatAreGoneAreMissing() throws {
    var file = ONNXFile()
    file.weightFile = "gone.bin"
    let path = folder.appending(path: "model.onnx").path
    try file.bytes.write(to: URL(filePath: path))
    let command = try Command("inspect", path)
    #expect(command.exitCode == 66 && command.errors.contains("gone.bin"), "\(command.errors)")
  }

  @Test func theFileItselfIsSound() throws {
    let path = folder.appending(path: "model.onnx").path
    try ONNXFile().bytes.write(to: URL(filePath: path))
    let command = try Command("attack", path, folder.appending(path: "picture.png").path)
    #expect(command.exitCode == 0, "\(command.errors)")
    var file = ONNXFile()
    file.weightFile = "weights.bin"
    try file.bytes.write(to: URL(filePath: path))
    #expect(try Command("inspect", path).exitCode == 0)
  }

  @Test(arguments: [
    ["--input-layout", "sideways"], ["--input-range", "255"], ["--input-range", "1..1"],
    ["--input-range", "0..inf"], ["--input-range", "a..b"], ["--input-shape", "8"],
    ["--input-shape", "3x0x8"], ["--input-shape", "3x8x8x8"], ["--input-shape", "3xax8"],
    ["--mean", "0.5"],
  ])
  func nonsenseIsWrongUsage(words: [String]) throws {
    let command = try Command(["inspect", ONNXFile.fixture("cnn")] + words)
    #expect(command.exitCode == 64, "\(command.output)\(command.errors)")
    #expect(command.output.isEmpty)
  }

  /// The path of a file that a change makes of the sound one.
  private func file(_ change: (inout ONNXFile) -> Void) throws -> String {
    var file = ONNXFile()
    change(&file)
    let path = folder.appending(path: "changed.onnx").path
    try file.bytes.write(to: URL(filePath: path))
    return path
  }

  @Test func stepsThatCutGradientsAreNamedWithTheOptionThatHelps() throws {
    let picture = folder.appending(path: "picture.png").path
    let rounding = try file { $0.casts = [6, 1] }
    let refused = try Command("attack", rounding, picture)
    #expect(refused.exitCode == 65, "\(refused.errors)")
    #expect(refused.errors.contains("the picture 0 (Cast)"), "\(refused.errors)")
    #expect(refused.errors.contains("use --straight-through, or square"), "\(refused.errors)")
    #expect(try Command("attack", rounding, picture, "--straight-through").exitCode == 0)
    let comparing = try file { $0.casts = [9, 1] }
    let hopeless = try Command("attack", comparing, picture)
    #expect(hopeless.exitCode == 65 && hopeless.errors.contains("(Cast)"), "\(hopeless.errors)")
    #expect(!hopeless.errors.contains("--straight-through"), "\(hopeless.errors)")
  }

  @Test func signedBytesAreAskedFor() throws {
    let path = try file {
      $0.pictureType = 3
      $0.casts = [1]
    }
    for words in [[], ["--input-range=0..255"]] {
      let refused = try Command(["inspect", path] + words)
      #expect(refused.exitCode == 65 && refused.errors.contains("--input-range=-128..127"))
    }
    #expect(try Command("inspect", path, "--input-range=-128..127").exitCode == 0)
  }

  @Test func twoSoftmaxesAreProbabilities() throws {
    let path = try file { $0.ends = ["Softmax", "Softmax"] }
    for words in [[], ["--outputs", "probabilities"]] {
      let found = try Command(["inspect", path] + words)
      #expect(found.output.contains("ready to be attacked"), "\(found.output)")
    }
    let refused = try Command("inspect", path, "--outputs", "logits")
    #expect(refused.output.contains("attack it with --outputs probabilities"))
  }

  /// Whatever is said of the outputs, no advice leads back to where it came from.
  @Test(arguments: [
    ["Softmax", "Relu", "Softmax"], ["Softmax", "Sigmoid"], ["Softmax", "Relu", "Sigmoid"],
    ["Softmax", "Relu"],
  ])
  func adviceAboutOutputsLeadsToAnEnd(ends: [String]) throws {
    let path = try file { $0.ends = ends }
    for words in [[], ["--outputs", "logits"]] {
      let found = try Command(["inspect", path] + words).output
      guard !found.contains("ready to be attacked") else { continue }
      #expect(found.contains("--outputs probabilities"))
      let advised = try Command("inspect", path, "--outputs", "probabilities").output
      #expect(advised.contains("ready to be attacked"), "\(found)\(advised)")
    }
  }

  @Test(arguments: [[], ["--outputs", "logits"], ["--outputs", "probabilities"]])
  func aSigmoidOfOneScoreIsSaidToBeLeftOut(words: [String]) throws {
    let path = try file {
      ($0.classCount, $0.weightSizes, $0.ends) = (1, [48, 1], ["Sigmoid"])
    }
    let found = try Command(["inspect", path] + words)
    #expect(found.output.contains("whose sigmoid is left out"), "\(found.output)\(found.errors)")
    #expect(found.output.contains("ready to be attacked"))
  }

  @Test func outputsOfAnotherKindAreWrongUsage() throws {
    let picture = folder.appending(path: "picture.png").path
    let command = try Command("attack", ONNXFile.fixture("rounded"), picture, "--outputs", "votes")
    #expect(command.exitCode == 64 && command.errors.contains("votes"), "\(command.errors)")
  }

  @Test(arguments: [("cnn", "channels-last"), ("channels-last", "channels-first")])
  func layoutsOfUnusualChannelsAreRefused(fixture: String, layout: String) throws {
    let command = try Command("inspect", ONNXFile.fixture(fixture), "--input-layout", layout)
    #expect(command.exitCode == 65 && command.errors.contains("8 channels"), "\(command.errors)")
  }

  /// Weights come from what was trained, and from nothing else.
  @Test func weightsOfOtherFilesAreNotWrittenBack() throws {
    let model = ONNXFile.fixture("cnn")
    let new = folder.appending(path: "new.onnx").path
    let same = try Command("convert", model, new, "--like", model)
    #expect(same.exitCode == 65 && same.errors.contains("this is an ONNX model"), "\(same.errors)")

    let copy = folder.appending(path: "copy.pt2").path
    #expect(try Command("convert", model, copy).exitCode == 0)
    var program = try Program.read(from: copy)
    let name = try #require(program.parameterNames.first)
    let index = try #require(program.inputs.firstIndex { $0.weightName == name })
    program.inputs[index].source = .buffer("another")
    program.weights["another"] = program.weights.removeValue(forKey: name)
    try program.write(to: copy)
    let lacking = try Command("convert", copy, new, "--like", model)
    #expect(lacking.exitCode == 65 && lacking.errors.contains(name), "\(lacking.errors)")
    #expect(!FileManager.default.fileExists(atPath: new))
  }

  @Test(arguments: [
    ("digits-logistic", "1x5x5", "which is not"), ("cnn", "3x9x9", "3×8×8"),
  ])
  func shapesThatTheModelDoesNotHaveAreRefused(
    fixture: String, shape: String, words: String
  ) throws {
    let command = try Command("inspect", ONNXFile.fixture(fixture), "--input-shape", shape)
    #expect(command.exitCode == 65 && command.errors.contains(words), "\(command.errors)")
  }
}
