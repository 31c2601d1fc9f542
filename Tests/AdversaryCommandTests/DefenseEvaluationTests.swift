import Evaluation
import Foundation
import GRDB
import ProgramFormats
import Testing

/// `adversary evaluate --transform` as people run it.
@Suite final class DefenseEvaluationTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  private let arguments: [String]

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let model = folder.appending(path: "model.pt2").path
    try SmallModel.plain.write(to: model)
    arguments = [
      "evaluate", model, "--data", try SmallModel.pictures(in: folder), "--attacks",
      "pgd:steps=10", "--epsilon", "16/255", "--threads", "1", "--no-sanity", "--batch-size", "4",
      "-o", folder.appending(path: "run").path,
    ]
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func file(_ name: String) -> URL { folder.appending(path: "run/\(name)") }

  private func comparison() throws -> DefenseComparison {
    try JSONDecoder().decode(
      DefenseComparison.self, from: Data(contentsOf: file("comparison.json")))
  }

  @Test func saysWhatWasMaskedGoesOnAndIsChecked() throws {
    let defended = arguments + ["--transform", "bit-depth:bits=4"]
    let whole = try Command(defended)
    #expect(whole.exitCode == 0, "\(whole.errors)")
    let found = try comparison()
    #expect(found.budgets.count == 1 && found.budgets[0].isMasked, "\(found.budgets)")
    #expect(whole.output.contains("Quote the robust accuracy against both attackers"))
    for name in ["report.html", "summary.md", "undefended/report.html", "adaptive/junit.xml"] {
      #expect(FileManager.default.fileExists(atPath: file(name).path), "\(name)")
    }
    for (part, hasFinding) in [("naive", true), ("adaptive", false)] {
      let page = try String(contentsOf: file("\(part)/report.html"), encoding: .utf8)
      #expect(page.contains("Defense masks gradients") == hasFinding)
    }
    // As if it had been stopped in the last of the three.
    try DatabaseQueue(path: file("adaptive/journal.sqlite").path).write {
      try $0.execute(sql: "DELETE FROM result WHERE sample >= 4")
      try $0.execute(sql: "DELETE FROM work WHERE first >= 4")
    }
    let rest = try Command(defended)
    #expect(rest.exitCode == 0 && rest.errors.contains("going on after 1 of 3"), "\(rest.errors)")
    #expect(try comparison() == found && rest.output == whole.output)
    let verified = try Command("verify", file("").path)
    #expect(verified.exitCode == 0, "\(verified.output)\(verified.errors)")
    let report = try Command("report", file("").path)
    #expect(report.exitCode == 0 && report.output == whole.output)

    var forged = found
    forged.budgets[0].isMasked = false
    try JSONEncoder().encode(forged).write(to: file("comparison.json"))
    let caught = try Command("verify", file("").path)
    #expect(caught.exitCode == 1 && caught.output.contains("what the journals say"))

    // An attacker who does not know the defence cannot stand for one who does.
    let files = FileManager.default
    try files.moveItem(at: file("adaptive"), to: file("kept"))
    try files.copyItem(at: file("naive"), to: file("adaptive"))
    for command in ["verify", "report"] {
      let copied = try Command(command, file("").path)
      #expect(copied.exitCode == 65 && copied.errors.contains("do not fit together"), "\(copied)")
    }
    try files.removeItem(at: file("adaptive"))
    try files.moveItem(at: file("kept"), to: file("adaptive"))

    let other = try Command(arguments + ["--transform", "bit-depth:bits=3"])
    #expect(other.exitCode == 64 && other.errors.contains("bit-depth:bits=4"), "\(other.errors)")
    let plain = try Command(arguments)
    #expect(plain.exitCode == 64, "\(plain.errors)")
  }

  @Test func gatesAreAboutAnAttackerWhoKnows() throws {
    let defended = arguments + ["--transform", "bit-depth:bits=4", "--measured", "--fail-under"]
    let failed = try Command(defended + ["0.9"])
    #expect(failed.exitCode == 1 && failed.errors.contains("below 90.0 %"), "\(failed.errors)")
  }

  @Test func wrongWordsAreRefusedBeforeAnyWork() throws {
    for (words, sentence) in [
      (["--transform", "blur"], "no transformation “blur”"),
      (["--transform", "jpeg:quality=101"], "from 1 to 100"),
      (["--transform", "resize-pad", "resize-pad"], "only one"),
      (["--transform", "resize-pad", "--draws", "0"], "--draws"),
    ] {
      let refused = try Command(arguments + words)
      #expect(refused.exitCode == 64 && refused.errors.contains(sentence), "\(refused.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: file("").path))
  }
}
