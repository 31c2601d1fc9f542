import Foundation
import Imaging
import ProgramFormats
import TestKit
import Testing

/// ONNX files that do not tell how they are used: each command names only options that it has, and they help.
@Suite final class ONNXAdviceTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  private let data: String

  init() throws {
    data = try SmallModel.pictures(in: folder)
    try SmallModel.plain.write(to: folder.appending(path: "plain.pt2").path)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  /// A file, what is said of it, and the option that tells what it does not.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let file: Data
    let answer: [String]

    init(_ words: String, _ answer: [String], _ change: (inout ONNXFile) -> Void) {
      var file = ONNXFile()
      change(&file)
      (testDescription, self.file, self.answer) = (words, file.bytes, answer)
    }
  }

  static let cases = [
    Case("one number between 0 and 1", ["--outputs", "logits"]) {
      ($0.classCount, $0.weightSizes, $0.ends) = (1, [48, 1], ["HardSigmoid"])
    },
    Case("sizes that the model leaves open", ["--input-shape", "3x4x4"]) { $0.side = nil },
    Case("several tables of numbers", ["--scores-from", "y"]) {
      $0.ends = ["Relu"]
      $0.moreResults = ["scores 0"]
    },
  ]

  /// A way to read a model.
  struct Reader: CustomTestStringConvertible, Sendable {
    let command: String
    let words: [String]
    /// The command that takes the options that help.
    var helping: String?
    var testDescription: String { ([command] + words).joined(separator: " ") }

    init(_ command: String, _ words: String..., helping: String? = nil) {
      (self.command, self.words, self.helping) = (command, words, helping)
    }
  }

  static let readers = [
    Reader("inspect", "MODEL"),
    Reader("convert", "MODEL", "OUT.pt2"),
    Reader("attack", "MODEL", "PICTURE"),
    Reader(
      "attack", "PICTURE", "--oracle", "MODEL", "--budget", "9", "--method", "rays",
      helping: "serve"),
    Reader(
      "attack", "PICTURE", "--oracle", "PLAIN", "--budget", "9", "--method", "rays",
      "--substitute", "MODEL"),
    Reader(
      "evaluate", "MODEL", "--data", "DATA", "--attacks", "fgsm", "--epsilon", "0.1",
      "--no-sanity", "-o", "OUT"),
    Reader(
      "train", "MODEL", "--data", "DATA", "--epochs", "1", "--batch-size", "4", "-o", "OUT"),
    Reader("transfer", "MODEL", "PLAIN", "--data", "DATA", "--attack", "fgsm"),
    Reader(
      "certify", "MODEL", "--data", "DATA", "--sigma", "0.25", "--samples", "100", "--first", "1",
      "-o", "OUT"),
    Reader("corruptions", "MODEL", "--data", "DATA", "-o", "OUT"),
    Reader("serve", "MODEL", "--port", "0"),
    Reader(
      "substitute", "--oracle", "MODEL", "--budget", "20", "--seeds", "DATA", helping: "serve"),
    Reader(
      "substitute", "--oracle", "PLAIN", "--budget", "50", "--seeds", "DATA", "--seed-count", "6",
      "--held-out", "0", "--rounds", "0", "--epochs", "1", "-o", "OUT", "--substitute", "MODEL"),
  ]

  @Test(arguments: readers)
  func commandsNameOptionsThatTheyHave(reader: Reader) throws {
    let helping = reader.helping ?? reader.command
    let help = try Command(helping, "--help").output
    for (number, testCase) in Self.cases.enumerated() {
      try testCase.file.write(to: URL(filePath: path("model.onnx")))
      let places = [
        "MODEL": path("model.onnx"), "PLAIN": path("plain.pt2"), "DATA": data,
        "PICTURE": "\(data)/test/a/0.png", "OUT": path("out \(number)"),
        "OUT.pt2": path("out \(number).pt2"),
      ]
      let words = [reader.command] + reader.words.map { places[$0] ?? $0 }
      let refused = try Command(words)
      #expect(refused.exitCode == 65 && refused.errors.contains(testCase.testDescription))
      let advice = refused.errors.split(separator: testCase.testDescription).last ?? ""
      let named = Set(advice.matches(of: /--[a-z-]+/).map { String($0.output) })
      #expect(named.contains(testCase.answer[0]), "\(refused.errors)")
      guard helping == reader.command else {
        #expect(advice.contains("to adversary \(helping), and ask that"), "\(refused.errors)")
        continue
      }
      for option in named { #expect(help.contains("\(option) "), "\(option)") }
      // A server that started would not end.
      guard helping != "serve" else { continue }
      let told = try Command(words + testCase.answer)
      #expect(told.exitCode != 64 && told.exitCode != 70, "\(told.errors)")
      #expect(!told.errors.contains(testCase.testDescription), "\(told.errors)")
    }
  }
}
