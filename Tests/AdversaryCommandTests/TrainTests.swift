import Foundation
import Imaging
import ProgramFormats
import TestKit
import Testing
import TrafficSigns

#if canImport(Glibc)
import Glibc
#endif

/// `adversary train` as people run it, stop it, kill it and go on.
@Suite final class TrainTests {
  private static let model = ShippedSigns.model.path
  private static let signs = ShippedSigns.directory.path

  private let base = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

  init() throws {
    try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: base) }

  private func folder(_ name: String) -> URL { base.appending(path: name) }

  private static func arguments(_ folder: URL, _ more: String...) -> [String] {
    [
      "train", model, "--data", signs, "--batch-size", "32", "--validation", "32", "--epochs", "2",
      "--method", "pgd:steps=2", "--epsilon", "4/255", "--validation-attack", "pgd:steps=2",
      "--flip", "--average", "0.9", "--threads", "1", "--checkpoint-seconds", "0", "-o",
      folder.path,
    ] + more
  }

  /// What came of a run, without what the clock says.
  private static func products(_ folder: URL) throws -> [String: Data] {
    var result: [String: Data] = [:]
    for name in ["last.pt2", "best.pt2", "last.safetensors", "best.safetensors"] {
      result[name] = try Data(contentsOf: folder.appending(path: name))
    }
    let lines = try String(contentsOf: folder.appending(path: "metrics.jsonl"), encoding: .utf8)
    let records = try lines.split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      var record = try #require(object as? [String: Any])
      for key in ["seconds", "imagesPerSecond"] { record[key] = nil }
      return try JSONSerialization.data(withJSONObject: record, options: .sortedKeys)
    }
    result["metrics.jsonl"] = Data(records.joined(separator: Data("\n".utf8)))
    return result
  }

  private static func start(_ arguments: [String], errors: URL? = nil) throws -> Process {
    let process = Process()
    process.executableURL = Command.executable
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    if let errors {
      try Data().write(to: errors)
      process.standardError = try FileHandle(forWritingTo: errors)
    }
    try process.run()
    return process
  }

  @Test func killedAtRandomMomentsItEndsWithTheSameBytes() throws {
    let (whole, pieces) = (folder("whole"), folder("pieces"))
    let first = try Command(Self.arguments(whole))
    #expect(first.exitCode == 0, "\(first.errors)")
    #expect(first.output.contains("before") && first.output.contains("best: epoch"))
    #expect(first.output.contains("adversary evaluate \(whole.path)/best.pt2"), "\(first.output)")
    var delay = 0.5
    for _ in 0..<5 {
      let process = try Self.start(Self.arguments(pieces))
      let deadline = Date.now + delay + Double.random(in: 0...0.7)
      while process.isRunning && Date.now < deadline { Thread.sleep(forTimeInterval: 0.01) }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      delay *= 1.2
    }
    let last = try Command(Self.arguments(pieces))
    #expect(last.exitCode == 0, "\(last.errors)")
    #expect(try Self.products(pieces) == Self.products(whole))
    let leftovers = try FileManager.default.contentsOfDirectory(atPath: pieces.path)
      .filter { $0.contains("partial") }
    #expect(leftovers.isEmpty)
    // A run that is complete says the same again; another one is refused, and nothing is touched.
    // Another spelling of the same settings is the same run.
    let again = try Command(
      Self.arguments(pieces, "--json", "--epsilon", "4px", "--method", "PGD:steps=2"))
    #expect(again.exitCode == 0 && again.output.contains("\"ending\" : \"finished\""))
    let other = try Command(Self.arguments(pieces, "--seed", "1"))
    #expect(other.exitCode == 64 && other.errors.contains("seed: 0 then, 1 now"), "\(other.errors)")
    #expect(try Self.products(pieces) == Self.products(whole))
  }

  /// Class folders come one after the other.
  @Test(arguments: [("--first", true), ("--sample", false)])
  func saysWhichClassesAreLeftOut(option: String, leavesOut: Bool) throws {
    let run = try Command(
      "train", "mlp-4", "--data", Self.signs, option, "32", "--epochs", "1", "--batch-size", "32",
      "--validation", "0", "--threads", "1", "-o", folder("run").path)
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.errors.contains("classes of the data set") == leavesOut, "\(run.errors)")
  }

  /// With less room than a checkpoint takes, as on a disk that is full.
  @Test func withoutRoomItSaysSoAndGoesOnLater() throws {
    let (whole, cramped) = (folder("whole"), folder("cramped"))
    #expect(try Command(Self.arguments(whole)).exitCode == 0)
    let errors = folder("errors")
    try Data().write(to: errors)
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/bash")
    shell.arguments =
      ["-c", "ulimit -f 256; exec \"$@\"", "bash", Command.executable.path]
      + Self.arguments(cramped)
    shell.standardOutput = FileHandle.nullDevice
    shell.standardError = try FileHandle(forWritingTo: errors)
    try shell.run()
    shell.waitUntilExit()
    let text = try String(contentsOf: errors, encoding: .utf8)
    #expect(shell.terminationStatus == 69, "\(text)")
    #expect(text.contains("File too large") && text.contains("the same command goes on"))
    #expect(try Command(Self.arguments(cramped)).exitCode == 0)
    #expect(try Self.products(cramped) == Self.products(whole))
  }

  @Test func interruptedItLeavesACheckpointAndSaysHowToGoOn() throws {
    let (run, errors) = (folder("run"), folder("errors"))
    let arguments = Self.arguments(run, "--epochs", "1000")
    for number in 0..<2 {
      let process = try Self.start(arguments, errors: errors)
      // A wish to stop is heard from the first word on.
      let deadline = Date.now + 120
      while try String(contentsOf: errors, encoding: .utf8).isEmpty && Date.now < deadline {
        Thread.sleep(forTimeInterval: 0.02)
      }
      Thread.sleep(forTimeInterval: 0.3)
      kill(process.processIdentifier, SIGINT)
      process.waitUntilExit()
      let text = try String(contentsOf: errors, encoding: .utf8)
      #expect(process.terminationStatus == 130, "\(text)")
      #expect(text.contains("the same command goes on from here"), "\(text)")
      #expect(text.hasPrefix("going on") == (number > 0), "\(text)")
    }
  }

  @Test func saysWhenCleanPicturesUndoRobustness() throws {
    // The shipped pictures are learned from and judged by: what counts is what changes.
    let (hardened, softened) = (folder("hardened"), folder("softened"))
    func train(_ model: String, into folder: URL, _ more: String...) throws -> Command {
      try Command(
        [
          "train", model, "--data", Self.signs, "--validation-data", Self.signs, "--epsilon",
          "4/255", "--validation-attack", "pgd:steps=5", "--threads", "1", "-o", folder.path,
        ] + more)
    }
    let first = try train(
      Self.model, into: hardened, "--method", "pgd:steps=4", "--batch-size", "32", "--epochs", "6",
      "--rate", "0.05")
    #expect(first.exitCode == 0 && !first.errors.contains("forgets"), "\(first.errors)")
    let second = try train(
      hardened.appending(path: "last.pt2").path, into: softened, "--optimizer", "adamw",
      "--batch-size", "16", "--epochs", "1", "--rate", "0.01")
    #expect(second.exitCode == 0)
    #expect(second.errors.contains("warning: the model forgets to hold"), "\(second.errors)")
  }

  @Test func trainsArchitecturesFromNothing() throws {
    let result = try Command([
      "train", "strided-cnn-8", "--data", Self.signs, "--batch-size", "16", "--epochs", "2",
      "--mean", "0.4", "0.4", "0.4", "--std", "0.2", "0.2", "0.2", "--validation-attack", "fgsm",
      "--threads", "1", "-o", folder("run").path,
    ])
    #expect(result.exitCode == 0, "\(result.errors)")
    // The normalisation is a part of the network, so nobody has to repeat it.
    #expect(!result.output.contains("--mean"), "\(result.output)")
    let inspected = try Command("inspect", folder("run").appending(path: "best.pt2").path)
    #expect(inspected.exitCode == 0, "\(inspected.errors)")
  }

  @Test func damagedCheckpointsAndForeignFoldersAreRefused() throws {
    let run = folder("run")
    #expect(try Command(Self.arguments(run)).exitCode == 0)
    let checkpoint = run.appending(path: "checkpoint.safetensors")
    try Data(contentsOf: checkpoint).prefix(5000).write(to: checkpoint)
    let damaged = try Command(Self.arguments(run))
    #expect(damaged.exitCode == 65 && damaged.errors.contains("--replace"), "\(damaged.errors)")
    #expect(try Command(Self.arguments(run, "--replace")).exitCode == 0)
    let foreign = folder("foreign")
    try FileManager.default.createDirectory(at: foreign, withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: foreign.appending(path: "letter"))
    let refused = try Command(Self.arguments(foreign, "--replace"))
    #expect(refused.exitCode == 64 && refused.errors.contains("not empty"), "\(refused.errors)")
  }

  /// A command line in which `@` stands for a new folder.
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

  private static let fixedBatch =
    packageRoot.appending(path: "Tests/Fixtures/programs/static-batch/program.pt2").path

  static let cases = [
    Case([model, "--data", signs, "--batch-size", "1000"], 64, "fewer than one batch of 1000"),
    Case([model, "--data", signs, "--validation", "256"], 64, "leaves nothing"),
    Case([model, "--data", "@/beyond.csv", "--batch-size", "1"], 65, "has class 99"),
    Case([model, "--data", "\(signs)/stop", "--batch-size", "1"], 65, "has no label"),
    Case(
      [model, "--data", signs, "--rate", "1e30", "--batch-size", "32"], 64, "not a number any more"),
    Case([model, "--data", signs, "--method", "magic"], 64, "magic"),
    Case([model, "--data", signs, "--method", "trades:gamma=1"], 64, "beta"),
    Case([model, "--data", signs, "--attack", "pgd"], 64, "takes no other attack"),
    Case([model, "--data", signs, "--method", "pgd", "--attack", "square"], 64, "square"),
    Case([model, "--data", signs, "--epsilon", "8"], 64, "did you mean 8/255?"),
    Case([model, "--data", signs, "--freeze", "nothing.*"], 64, "fits none of the weights"),
    Case([model, "--data", signs, "--freeze", "*"], 64, "leaves no weight"),
    Case([model, "--data", signs, "-o", "/proc/x"], 64, "cannot be written"),
    Case([model, "--data", signs, "--warm-up", "2"], 64, "--warm-up"),
    Case([fixedBatch, "--data", "@/grey.csv", "--batch-size", "1"], 65, "dynamic batch"),
    Case(
      ["@/weightless.pt2", "--data", "@/grey.csv", "--batch-size", "1"], 65,
      "no weights to train"),
    Case(["mlp-8", "--data", signs, "--method", "advprop"], 64, "batch norm"),
    Case(["mlp-8", "--data", signs, "--method", "pgd", "--mixup", "1"], 64, "leave mixup out"),
    Case(["mlp-8", "--data", signs, "--method", "gaussian:sigma=-1"], 64, "sigma=-1"),
    Case(["mlp-8", "--data", "@/huge.csv", "--batch-size", "1"], 65, "9223372036854775807"),
    Case([model, "--data", signs, "--checkpoint-seconds", "1e300"], 64, "--checkpoint-seconds"),
    Case([model, "--data", signs, "--validation", "0", "--patience", "2"], 64, "--patience"),
    Case([model, "--data", signs, "--method", "pgd", "--write-branches"], 64, "trains none"),
    Case(["perceptron", "--data", signs], 64, "there is no architecture"),
    Case(["@/missing.pt2", "--data", signs], 66, "missing.pt2"),
  ]

  @Test(arguments: cases)
  func refusesInOneSentence(testCase: Case) throws {
    let stop = try Picture(
      contentsOf: ShippedSigns.directory.appending(path: "stop/0000.png").path)
    try stop.write(toPNG: folder("stop.png").path)
    try stop.converted(toChannels: 1).write(toPNG: folder("grey.png").path)
    try SmallModel.weightless.write(to: folder("weightless.pt2").path)
    for (name, row) in [
      ("beyond", "stop.png,99"), ("grey", "grey.png,0"), ("huge", "stop.png,\(Int.max)"),
    ] {
      try Data("file,class\n\(row)\n".utf8).write(to: folder("\(name).csv"))
    }
    var arguments = ["train"] + testCase.arguments.map { $0.replacing("@", with: base.path) }
    if !arguments.contains("-o") { arguments += ["-o", folder("run").path] }
    let result = try Command(arguments + ["--validation-attack", "fgsm", "--threads", "1"])
    #expect(result.exitCode == testCase.exitCode, "\(result.errors)")
    #expect(result.errors.contains(testCase.words), "\(result.errors)")
    #expect(result.output.isEmpty)
    let hasBegun = testCase.words.contains("any more")
    #expect(FileManager.default.fileExists(atPath: folder("run").path) == hasBegun)
  }
}
