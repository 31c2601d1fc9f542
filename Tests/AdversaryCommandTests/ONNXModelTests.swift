import Evaluation
import Foundation
import Imaging
import TestKit
import Testing

/// ONNX files as people attack them.
@Suite final class ONNXModelTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  private func manifest(_ name: String) throws -> RunManifest {
    try RunFolder(opening: path(name)).manifest()
  }

  /// Pictures of two colours that differ, in a folder for each of five classes.
  private func pictures(side: Int, perClass count: Int = 2) throws -> String {
    for label in 0..<5 {
      let place = folder.appending(path: "data/\(label)")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      for number in 0..<count {
        let pixels = (0..<(3 * side * side)).map { index in
          UInt8((index * (7 + label) + 31 * number + index / side * 13) % 256)
        }
        try Picture(width: side, height: side, channels: 3, samples: pixels)
          .write(toPNG: place.appending(path: "\(number).png").path)
      }
    }
    return path("data")
  }

  @Test func inspectSaysWhatWasRecognised() throws {
    let fixed = try Command("inspect", ONNXFile.fixture("cnn-batch-1"))
    #expect(fixed.exitCode == 0, "\(fixed.errors)")
    #expect(fixed.output.contains("any, although the file says 1"))
    #expect(fixed.output.contains("ready to be attacked"))
    #expect(!fixed.output.contains("no gradient"))

    let last = try Command("inspect", ONNXFile.fixture("channels-last"))
    #expect(last.output.contains("channels-last, pixels 0..255"), "\(last.output)")
    #expect(last.output.contains("whose softmax is left out"))
    #expect(last.output.contains("float32[N, 3, 8, 8]"))

    let json = try Command("inspect", ONNXFile.fixture("channels-last"), "--json")
    let summary = try #require(
      JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(
      summary["use"] as? [String: String] == [
        "layout": "channels-last", "range": "0..255", "outputs": "probabilities",
      ])
    #expect(summary["batch"] as? String == "any")
    #expect(summary["steps"] as? [String] == [])
    #expect(summary["parameterTensors"] as? Int == 4)
  }

  /// The line of `inspect` with a label.
  private func line(_ label: String, of command: Command) -> Substring? {
    command.output.split(separator: "\n").first { $0.hasPrefix("  \(label)  ") }
  }

  @Test func inspectListsSteps() throws {
    let rounded = try Command("inspect", ONNXFile.fixture("rounded"))
    #expect(line("no gradient", of: rounded)?.contains("(Round)") == true, "\(rounded.output)")
    #expect(line("made-up gradient", of: rounded) == nil)
    let passing = try Command("inspect", ONNXFile.fixture("rounded"), "--straight-through")
    #expect(line("no gradient", of: passing) == nil)
    #expect(line("made-up gradient", of: passing)?.contains("(Round)") == true)

    let quantised = try Command("inspect", ONNXFile.fixture("quantised-operators"))
    let madeUp = try #require(line("made-up gradient", of: quantised), "\(quantised.output)")
    #expect(madeUp.contains("(QLinearConv)") && madeUp.hasSuffix(" more"))
    #expect(line("no gradient", of: quantised) == nil)
    let json = try Command("inspect", ONNXFile.fixture("quantised-operators"), "--json")
    let summary = try #require(
      JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let steps = try #require(summary["steps"] as? [String])
    #expect(steps.count > 5 && summary["quantised"] as? [String] == steps)

    let forest = try Command("inspect", ONNXFile.fixture("digits-forest"), "--straight-through")
    #expect(line("no gradient", of: forest)?.contains("Tree") == true, "\(forest.output)")
  }

  @Test(arguments: ["cnn", "cnn-external-data", "cnn-batch-1", "channels-last", "attention"])
  func isAttackedAndVerified(fixture: String) throws {
    let model = ONNXFile.fixture(fixture)
    let command = try Command(
      "attack", model, "--data", try pictures(side: 8), "--method", "pgd:steps=5", "--epsilon",
      "32/255",
      "-o", path("run"), "--threads", "1")
    #expect(command.exitCode == 0, "\(command.errors)")
    let manifest = try manifest("run")
    #expect(manifest.model.path == model)
    #expect(
      manifest.model.options["outputs"] == (fixture == "channels-last" ? "probabilities" : "logits")
    )
    #expect(manifest.model.options["range"] == (fixture == "channels-last" ? "0..255" : nil))
    #expect(manifest.counts.total == 10)
    let verified = try Command("verify", path("run"))
    #expect(verified.exitCode == 0, "\(verified.output)\(verified.errors)")
    #expect(verified.output.contains("successes confirmed"))
  }

  /// The same attack with and without the gradient of rounding; the run remembers which.
  @Test func stepsPassGradientsOnIfAsked() throws {
    let model = ONNXFile.fixture("rounded")
    let data = try pictures(side: 4)
    let attack = [
      "attack", model, "--data", data, "--method", "pgd", "--epsilon", "64/255", "--threads", "1",
    ]
    let blind = try Command(attack + ["-o", path("blind")])
    #expect(blind.exitCode == 0, "\(blind.errors)")
    #expect(try manifest("blind").counts.newlyWrong == 0)
    let seeing = try Command(attack + ["--straight-through", "-o", path("seeing")])
    #expect(seeing.exitCode == 0, "\(seeing.errors)")
    #expect(try manifest("seeing").counts.newlyWrong > 0)
    #expect(try manifest("seeing").model.options["straight-through"] == "true")
    #expect(try manifest("blind").model.options["straight-through"] == nil)
    for run in ["blind", "seeing"] {
      #expect(try Command("verify", path(run)).exitCode == 0)
    }
  }

  @Test func isEvaluatedAndVerified() throws {
    let data = try pictures(side: 8)
    let command = try Command(
      "evaluate", ONNXFile.fixture("cnn-batch-1"), "--data", data, "--attacks", "pgd:steps=5",
      "--epsilon", "16/255", "--batch-size", "4", "-o", path("run"), "--threads", "1")
    #expect(command.exitCode == 0, "\(command.errors)")
    #expect(command.output.contains("PGD"))
    let verified = try Command("verify", path("run"))
    #expect(verified.exitCode == 0, "\(verified.output)\(verified.errors)")
  }

  /// The file of the model stays as it is, and its weights beside it do not.
  @Test func otherWeightsAreAnotherModel() throws {
    for name in ["model.onnx", "model.onnx.data"] {
      try FileManager.default.copyItem(
        at: URL(filePath: ONNXFile.fixture("cnn-external-data")).deletingLastPathComponent()
          .appending(path: name), to: folder.appending(path: name))
    }
    let evaluation = [
      "evaluate", path("model.onnx"), "--data", try pictures(side: 8), "--attacks", "fgsm",
      "--epsilon", "16/255", "-o", path("run"), "--threads", "1",
    ]
    for _ in 0..<2 {
      let command = try Command(evaluation)
      #expect(command.exitCode == 0, "\(command.errors)")
    }
    let weights = folder.appending(path: "model.onnx.data")
    var numbers = try Data(contentsOf: weights)
    numbers[3] ^= 0x80
    try numbers.write(to: weights)
    let changed = try Command(evaluation)
    #expect(changed.exitCode == 64 && changed.errors.contains("another model"), "\(changed.errors)")
    #expect(try Command("verify", path("run")).exitCode != 0)
  }

  @Test func optionsAreObeyed() throws {
    let model = ONNXFile.fixture("digits-logistic")
    let recognised = try Command("inspect", model)
    #expect(recognised.output.contains("float32[N, 1, 8, 8]"), "\(recognised.output)")
    let wide = try Command("inspect", model, "--input-shape", "1x4x16", "--input-range", "0..16")
    #expect(wide.output.contains("float32[N, 1, 4, 16]") && wide.output.contains("pixels 0..16"))
    let square = try Command("inspect", model, "--input-shape", "4x4x4")
    #expect(square.output.contains("float32[N, 4, 4, 4]"))
    #expect(recognised.output.contains("lists of 64 numbers, pixels 0..1"))

    let plain = try Command("inspect", ONNXFile.fixture("cnn"))
    #expect(plain.output.contains("channels-first, pixels 0..1"), "\(plain.output)")
    let kept = try Command(
      "inspect", ONNXFile.fixture("channels-last"), "--outputs", "logits")
    #expect(kept.output.contains("--outputs probabilities"), "\(kept.output)")
    #expect(!kept.output.contains("left out"))

    // Taken as it is, a softmax at the end is no good for attacks, and that is said.
    let data = try pictures(side: 8)
    let arguments = ["attack", ONNXFile.fixture("channels-last"), "--data", data, "--threads", "1"]
    let logits = try Command(arguments + ["--outputs", "logits"])
    #expect(logits.exitCode == 65 && logits.errors.contains("--outputs probabilities"))
    let probabilities = try Command(
      arguments + ["--outputs", "probabilities", "--input-range", "0..255", "-o", path("run")])
    #expect(probabilities.exitCode == 0, "\(probabilities.errors)")
    #expect(try manifest("run").model.options["range"] == "0..255")
  }
}
