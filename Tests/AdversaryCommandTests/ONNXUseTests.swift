import Foundation
import Imaging
import TestKit
import Testing

/// How an ONNX model is used follows from its file, and is said where what is made of it does not show it.
@Suite final class ONNXUseTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  private let data: String

  init() throws {
    data = try SmallModel.pictures(in: folder)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  /// The path of a file that a change makes of the usual one.
  private func model(_ change: (inout ONNXFile) -> Void) throws -> String {
    var file = ONNXFile()
    change(&file)
    try file.bytes.write(to: URL(filePath: path("model.onnx")))
    return path("model.onnx")
  }

  /// A model of bytes, which become reals.
  private func modelOfBytes() throws -> String {
    try model { ($0.pictureType, $0.casts) = (2, [1]) }
  }

  @Test func theRangeOfIntegersIsSaidWithWhatIsMadeOfThem() throws {
    let model = try modelOfBytes()
    #expect(try Command("inspect", model).output.contains("0..255"))
    let converted = try Command("convert", model, path("model.pt2"))
    #expect(converted.exitCode == 0)
    #expect(converted.errors.contains("with --input-range=0..255"), "\(converted.errors)")
    let reals = try self.model { $0.classCount = 3 }
    #expect(try !Command("convert", reals, path("reals.pt2")).errors.contains("--input-range"))
  }

  @Test func theRangeOfIntegersIsPartOfTheAdviceAfterTraining() throws {
    let command = try Command(
      "train", try modelOfBytes(), "--data", data + "/train", "--method", "standard", "--epochs",
      "1", "--batch-size", "4", "--validation", "0", "--threads", "1", "-o", path("run"))
    #expect(command.exitCode == 0, "\(command.errors)")
    #expect(command.output.contains("--input-range=0..255"), "\(command.output)")
  }

  /// Channels last, with sizes that have names, as converters from TensorFlow write them.
  @Test func namedSizesMayBeThoseOfPicturesWithChannelsLast() throws {
    var order = Message()
    order.add(1, "perm")
    for axis in [0, 3, 1, 2] { order.add(8, axis) }
    order.add(20, 7)
    var transpose = ONNXFile.call("Transpose", ["x"], "planes")
    transpose.add(5, order)
    var graph = Message()
    graph.add(1, transpose)
    graph.add(1, ONNXFile.call("GlobalAveragePool", ["planes"], "means"))
    graph.add(1, ONNXFile.call("Flatten", ["means"], "y"))
    graph.add(2, "graph")
    graph.add(11, ONNXFile.value("x", [1, nil, nil, 3]))
    graph.add(12, ONNXFile.value("y", [1, 3]))
    try ONNXFile.model(graph).write(to: URL(filePath: path("model.onnx")))
    let found = try Command("inspect", path("model.onnx"), "--input-shape", "3x4x6")
    #expect(found.output.contains("ready to be attacked"), "\(found.output)\(found.errors)")
    #expect(found.output.contains("channels-last"), "\(found.output)")
  }

  @Test func attacksAreSaidToPassSteps() throws {
    let picture = path("grey.png")
    try Picture(width: 8, height: 8, filledWith: [90, 90, 90]).write(toPNG: picture)
    let rounded = ONNXFile.fixture("rounded")
    let command = try Command("attack", rounded, picture, "--method", "fgsm")
    #expect(command.errors.contains("compute steps"), "\(command.errors)")
    #expect(command.errors.contains("--straight-through"), "\(command.errors)")
    let passing = try Command(
      "attack", rounded, picture, "--method", "fgsm", "--straight-through")
    #expect(!passing.errors.contains("--straight-through"), "\(passing.errors)")
    let blind = try Command("attack", rounded, picture, "--method", "square:queries=2")
    #expect(!blind.errors.contains("compute steps"), "\(blind.errors)")
  }

  @Test func gradientsThatAreZeroAreSaidToBe() throws {
    try Picture(width: 4, height: 4, filledWith: [255, 255, 255]).write(toPNG: path("white.png"))
    try Picture(width: 4, height: 4, filledWith: [90, 80, 60]).write(toPNG: path("grey.png"))
    let model = try model { $0.ends = ["HardSigmoid"] }
    let words = ["--method", "fgsm", "--epsilon", "1/255"]
    let flat = try Command(["attack", model, path("white.png")] + words)
    #expect(flat.exitCode == 0, "\(flat.errors)")
    #expect(flat.errors.contains("exactly zero at 1 of 1 pictures"), "\(flat.errors)")
    let steep = try Command(["attack", model, path("grey.png")] + words)
    #expect(steep.exitCode == 0 && !steep.errors.contains("exactly zero"), "\(steep.errors)")
  }
}
