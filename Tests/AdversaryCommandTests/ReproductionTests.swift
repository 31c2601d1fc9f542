import Evaluation
import Foundation
import ProgramFormats
import TestKit
import Testing
import TrafficSigns

/// The command that a report prints makes the same evaluation again.
@Suite final class ReproductionTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "it's \(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Options that say where results go or what is demanded of them, not what they are.
  private static let others: Set = [
    "--threads", "--fail-under", "--measured", "--baseline", "--ignore-findings", "--output",
    "--replace", "--json",
    "--version", "--help",
  ]

  /// Runs an evaluation, gives the command that its report prints to a shell, and compares the two.
  ///
  /// - Returns: the words of the command that was printed.
  @discardableResult
  private func repeated(_ arguments: String...) throws -> String {
    let (first, second) = (folder.appending(path: "first"), folder.appending(path: "second"))
    let command = try Command(
      ["evaluate"] + arguments + ["-o", first.path, "--threads", "1"])
    #expect(command.exitCode == 0, "\(command.errors)")
    let page = try String(contentsOf: first.appending(path: "report.html"), encoding: .utf8)
    let printed = try #require(page.firstMatch(of: /<code>adversary (.*?)<\/code>/)).1
      .replacing("&#39;", with: "'").replacing("&amp;", with: "&").replacing("&quot;", with: "\"")
    let script = "set -- \(printed) --output \"$0\" --threads 1; exec \"$TOOL\" \"$@\""
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", script, second.path]
    shell.environment = ["TOOL": Command.executable.path]
    shell.standardOutput = FileHandle.nullDevice
    shell.standardError = FileHandle.nullDevice
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 0, "\(printed)")
    let (before, after) = (try results(in: first), try results(in: second))
    #expect(before.setup == after.setup, "\(printed)")
    #expect(before.worstCases == after.worstCases)
    for folder in [first, second] { try FileManager.default.removeItem(at: folder) }
    return String(printed)
  }

  /// The results in a folder; of the attackers who know the defence, if there is one.
  private func results(in folder: URL) throws -> EvaluationResults {
    let files = ["results.json", "adaptive/results.json"].map { folder.appending(path: $0) }
    let file = try #require(files.first { FileManager.default.fileExists(atPath: $0.path) })
    return try JSONDecoder().decode(EvaluationResults.self, from: Data(contentsOf: file))
  }

  /// Folders that only a file of names matches with the right classes.
  private func shuffledSigns() throws -> (data: String, names: String) {
    let (data, names) = (folder.appending(path: "data"), folder.appending(path: "names & classes"))
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    let folders = SignClass.allCases.indices.map { "\(99 - $0)" }
    for (sign, name) in zip(SignClass.allCases, folders) {
      try FileManager.default.copyItem(
        at: ShippedSigns.directory.appending(path: sign.rawValue), to: data.appending(path: name))
    }
    try Data(folders.joined(separator: "\n").utf8).write(to: names)
    return (data.path, names.path)
  }

  /// Options that look like words of the help's own are found at the beginning of its lines.
  private func options() throws -> Set<String> {
    let lines = try Command("evaluate", "--help").output.split(separator: "\n")
    return Set(
      lines.compactMap { $0.firstMatch(of: /^ +(?:-[a-z], )?(--[a-z-]+)/)?.1 }.map(String.init))
  }

  @Test func everyOptionIsInTheCommandThatIsPrinted() throws {
    let model = ShippedSigns.model.path
    let (data, names) = try shuffledSigns()
    let probabilities = folder.appending(path: "probabilities.pt2").path
    try SmallModel.probabilities.write(to: probabilities)
    let printed = [
      try repeated(
        model, "--data", data, "--labels", names, "--first", "6", "--attacks", "fgsm",
        "--no-sanity"),
      // Without --epsilon each norm has an ε of its own.
      try repeated(
        model, "--data", data, "--first", "6", "--attacks", "fgsm", "random-sign:tries=2", "--norm",
        "l2", "linf", "--no-sanity", "--mean", "0.5", "0.4", "0.25", "--std", "0.2", "1", "0.5"),
      try repeated(
        model, "--data", data, "--first", "6", "--attacks", "fgsm", "--norm", "l2", "--epsilon",
        "1", "2px", "--pixels", "both", "--target", "least-likely", "--seed", "9", "--batch-size",
        "4", "--transform", "resize-pad", "--draws", "1", "--no-sanity"),
      try repeated(model, "--data", data, "--sample", "16", "--attacks", "fgsm", "--no-sanity"),
      try repeated(
        probabilities, "--data", try SmallModel.pictures(in: folder), "--split", "training",
        "--attacks", "fgsm", "--outputs", "probabilities", "--no-sanity"),
      // What matters to ONNX files alone does no harm to others.
      try repeated(
        model, "--data", data, "--first", "6", "--attacks", "fgsm", "--no-sanity",
        "--input-layout", "channels-first", "--input-range", "0..1", "--input-shape", "3x64x64",
        "--scores-from", "logits", "--straight-through"),
    ].joined(separator: " ")
    let options = try options()
    #expect(options.count > 20)
    for option in options.subtracting(Self.others) {
      #expect(printed.contains(option), "\(option)")
    }
  }
}
