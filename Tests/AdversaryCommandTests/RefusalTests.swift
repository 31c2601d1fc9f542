import Foundation
import Imaging
import ProgramFormats
import TestKit
import Testing
import TrafficSigns

/// Bad input, each ending in one sentence and the documented exit code.
@Suite final class RefusalTests {
  private static let model = ShippedSigns.model.path
  private static let picture = ShippedSigns.directory.appending(path: "stop/0000.png").path

  /// A command line in which `@` stands for the folder of files made for the test.
  struct Case: CustomTestStringConvertible, Sendable {
    let arguments: [String]
    let exitCode: Int32
    let words: String
    var testDescription: String { arguments.joined(separator: " ") }

    init(_ arguments: [String], _ exitCode: Int32, _ words: String) {
      self.arguments = arguments
      self.exitCode = exitCode
      self.words = words
    }
  }

  static let cases = [
    Case(["attack", model, picture, "--epsilon", "8"], 64, "did you mean 8/255?"),
    Case(["attack", model, picture, "--epsilon", "0.5px"], 64, "less than 1/255"),
    Case(["attack", model, picture, "--threads", "9999999999"], 64, "--threads"),
    Case(["attack", model, "--data", "@/two-classes"], 65, "2 class folders"),
    Case(["attack", model, picture, "--epsilon", "lots"], 64, "ε must be a positive number"),
    Case(["attack", model, picture, "--target", "bicycle"], 64, "bicycle"),
    Case(["attack", model, picture, "--target", "99"], 64, "there is no class 99"),
    Case(["attack", model, picture, "--label", "99"], 64, "there is no class 99"),
    Case(["attack", model, picture, "--steps", "3"], 64, "fgsm has no settings"),
    Case(["attack", model, picture, "--method", "guess"], 64, "there is no attack “guess”"),
    Case(["attack", model, picture, "--method", "pgd:step=3"], 64, "it has steps"),
    Case(["attack", model, picture, "--method", "pgd:steps=0"], 64, "does not fit"),
    Case(
      ["attack", model, picture, "--method", "cw", "--norm", "l1"], 64, "C&W does not work in L1"),
    Case(["attack", model, picture, "--norm", "l0", "--epsilon", "1.5"], 64, "a whole number"),
    Case(["evaluate", model, "--data", "@/missing"], 66, "missing"),
    Case(["evaluate", model, "--data", "@/empty", "--fail-under", "40"], 64, "0.40"),
    Case(
      ["evaluate", model, "--data", "@/two-classes", "--baseline", "@/two-names"], 65,
      "results.json"),
    Case(["transfer", model, "--data", "@"], 64, "at least two models"),
    Case(["transfer", model, model, "--data", "@"], 64, "more than once"),
    Case(["transfer", model, "other.pt2", "--data", "@", "--replace"], 64, "needs --output"),
    Case(["transfer", model, "@/missing.pt2", "--data", "@"], 66, "missing.pt2"),
    Case(
      ["evaluate", model, "--data", ShippedSigns.directory.path, "--attacks", "fgsm", "fgsm"], 64,
      "fgsm is given more than once"),
    Case(
      [
        "evaluate", model, "--data", ShippedSigns.directory.path, "--attacks", "fgsm", "--norm",
        "linf", "l0", "--epsilon", "1",
      ], 64, "none of the attacks works in L0"),
    Case(["report", "@/empty"], 66, "no evaluation"),
    Case(["attack", model, picture, "--norm", "l3"], 64, "l3"),
    Case(["attack", model], 64, "give either pictures or a data set"),
    Case(["attack"], 64, "Missing expected argument"),
    Case(["attack", model, picture, "--mean", "0.5", "--std", "0.1", "0.2"], 65, "2 numbers"),
    Case(["attack", model, picture, "--mean", "0.5", "--std", "0"], 64, "numbers above 0"),
    Case(["attack", model, picture, "--outputs", "probabilities"], 65, "no probabilities"),
    Case(["attack", model, picture, "--labels", "@/two-names"], 65, "has 2 names"),
    Case(["attack", model, "@/missing.png"], 66, "missing.png"),
    Case(["attack", "@/missing.pt2", picture], 66, "missing.pt2"),
    Case(["attack", model, "@/empty"], 65, "empty"),
    Case(["attack", model, "@/text.png"], 65, "text.png"),
    Case(["attack", model, "@/no-pictures"], 65, "no-pictures"),
    Case(["attack", model, "--data", "@/no-pictures"], 65, "no-pictures"),
    Case(["attack", "@/empty", picture], 65, "empty"),
    Case(["attack", "@/truncated.pt2", picture], 65, "truncated.pt2"),
    Case(["attack", picture, picture], 65, "0000.png"),
    Case(["attack", model, picture, "-o", "@"], 64, "is not empty"),
    Case(["inspect", "@/text.png"], 65, "text.png"),
    Case(["verify", "@/missing"], 66, "no run here"),
    Case(["verify", "@/broken-run"], 65, "run.json"),
    Case(["nonsense"], 64, "nonsense"),
  ]

  private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

  init() throws {
    let files = FileManager.default
    for name in ["no-pictures", "broken-run", "two-classes/a", "two-classes/b"] {
      try files.createDirectory(
        at: folder.appending(path: name), withIntermediateDirectories: true)
    }
    func write(_ data: Data, _ name: String) throws {
      try data.write(to: folder.appending(path: name))
    }
    try write(Data(), "empty")
    try write(Data("this is text".utf8), "text.png")
    try write(Data("stop\nyield\n".utf8), "two-names")
    try write(Data("[]".utf8), "broken-run/run.json")
    for name in ["a", "b"] {
      try write(
        try Data(contentsOf: URL(filePath: Self.picture)), "two-classes/\(name)/picture.png")
    }
    try write(try Data(contentsOf: URL(filePath: Self.model)).prefix(100_000), "truncated.pt2")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  @Test(arguments: cases)
  func endsInOneSentence(testCase: Case) throws {
    let arguments = testCase.arguments.map {
      $0.replacingOccurrences(of: "@", with: folder.path)
    }
    let command = try Command(arguments)
    #expect(command.exitCode == testCase.exitCode, "\(command.errors)")
    #expect(command.errors.contains(testCase.words), "\(command.errors)")
    #expect(command.output.isEmpty)
    // Wrong usage shows how to do better; everything else is one line.
    if testCase.exitCode != 64 {
      #expect(command.errors.split(separator: "\n").count == 1, "\(command.errors)")
    }
  }

  @Test func aWrongChannelCountIsRefused() throws {
    let grey = folder.appending(path: "grey").path
    try FileManager.default.createDirectory(atPath: grey, withIntermediateDirectories: true)
    try Picture(width: 40, height: 40, filledWith: [90]).write(toPNG: "\(grey)/a.png")
    // Grey fits a model of colour pictures.
    #expect(try Command("attack", Self.model, grey).exitCode == 0)
    // Colour does not fit a model of grey ones.
    let fixture = packageRoot.appending(path: "Tests/Fixtures/programs/dynamic-batch/program.pt2")
    let command = try Command("attack", fixture.path, Self.picture)
    #expect(command.exitCode == 65)
    #expect(command.errors.contains("is a colour picture"))
  }

  @Test func pickledWeightsAreRefusedWithTheLineThatExportsAnew() throws {
    let fixture = packageRoot.appending(path: "Tests/Fixtures/programs/pickled-weight/program.pt2")
    let command = try Command("attack", fixture.path, Self.picture)
    #expect(command.exitCode == 65)
    #expect(command.errors.contains("torch.export.save("))
  }
}
