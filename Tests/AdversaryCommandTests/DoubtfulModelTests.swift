import Evaluation
import Foundation
import ProgramFormats
import TestKit
import Testing

/// Models that hide their gradients, as people meet them: the number is marked, the gate fails.
@Suite final class DoubtfulModelTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  private let data: String

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    data = try SmallModel.pictures(in: folder)
    try SmallModel.millionfold.write(to: path("millionfold.pt2"))
    try SmallModel.stepped.write(to: path("stepped.pt2"))
    try SmallModel.plain.write(to: path("plain.pt2"))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  private func text(_ product: EvaluationFolder.Product, in run: String) throws -> String {
    let data = try #require(EvaluationFolder(path(run)).contents(of: product))
    return String(decoding: data, as: UTF8.self)
  }

  private func results(in run: String) throws -> EvaluationResults {
    try JSONDecoder().decode(
      EvaluationResults.self, from: Data(text(.results, in: run).utf8))
  }

  @Test func theNumberIsMarkedAndTheGateFails() throws {
    let arguments = [
      "evaluate", path("millionfold.pt2"), "--data", data, "--attacks", "fgsm", "pgd:steps=5",
      "--epsilon", "8/255", "-o", path("run"), "--threads", "1",
    ]
    let gate = ["--fail-under", "0.1", "--measured"]
    let failed = try Command(arguments + gate)
    #expect(failed.exitCode == 1, "\(failed.errors)")
    #expect(failed.errors.contains("cannot be believed (") && failed.errors.contains("zero"))
    #expect(failed.output.contains("Doubtful (") && failed.output.contains("Gate failed."))
    for product in [EvaluationFolder.Product.page, .summary, .junit] {
      #expect(try text(product, in: "run").contains("Doubtful ("), "\(product)")
    }
    #expect(try text(.junit, in: "run").contains("<failure"))
    // What the checks showed is in the number: half of the pictures are nearer than 8/255.
    let results = try results(in: "run")
    let own = results.attacks.filter { !$0.isOfSanityChecks }
    #expect(own.allSatisfy { $0.counts.newlyWrong == 0 })
    #expect(results.worstCases[0].counts.newlyWrong > 3)
    #expect(try Command("verify", path("run")).exitCode == 0)

    let ignored = try Command(["report", path("run"), "--ignore-findings"] + gate)
    #expect(ignored.exitCode == 0 && ignored.output.contains("Gate passed."), "\(ignored.errors)")
    #expect(ignored.output.contains("(--ignore-findings)."))
    #expect(try Command("report", path("run"), "--ignore-findings").exitCode == 64)
  }

  @Test func anHonestModelIsNotMarked() throws {
    let command = try Command(
      "evaluate", path("plain.pt2"), "--data", data, "--attacks", "pgd", "--epsilon", "8/255", "-o",
      path("run"), "--fail-under", "0.5", "--measured", "--threads", "1")
    #expect(command.exitCode == 0 && !command.output.contains("Doubtful"), "\(command.output)")
    #expect(try text(.summary, in: "run").contains("1 attack and the sanity checks"))
  }

  @Test func withoutAnyGradientAttacksThatNeedNoneGoOnAndSaySo() throws {
    let command = try Command(
      "evaluate", path("stepped.pt2"), "--data", data, "--attacks", "square:queries=200",
      "--epsilon", "8/255", "-o", path("run"), "--threads", "1")
    #expect(command.exitCode == 0, "\(command.errors)")
    let finding = try results(in: "run").findings.first { $0.kind == .zeroGradients }
    #expect(finding?.observation.contains("no gradient at all") == true)
    let told = try results(in: "run").findings.contains { $0.advice.contains("use autoattack") }
    #expect(!told)
    let (model, pictures) = (path("stepped.pt2"), ["--data", data])
    for arguments in [
      ["attack", model] + pictures, ["attack", model, "--method", "deepfool"] + pictures,
      ["evaluate", model, "-o", path("other")] + pictures,
      ["transfer", path("plain.pt2"), model] + pictures,
    ] {
      let refused = try Command(arguments)
      #expect(refused.exitCode == 65, "\(arguments): \(refused.errors)")
      #expect(refused.errors.contains("\(model): ") && refused.errors.contains("use square, rays"))
    }
    #expect(
      try Command(["attack", model, "--method", "rays:queries=50"] + pictures).exitCode == 0)
  }

  @Test func whatCannotBeDemandedOrComparedIsRefusedBeforeTheWork() throws {
    let arguments = [
      "evaluate", path("plain.pt2"), "--data", data, "--attacks", "fgsm", "--epsilon", "8/255",
      "--no-sanity", "-o", path("run"), "--threads", "1",
    ]
    let early = try Command(arguments + ["--fail-under", "0.4@3/255"])
    #expect(early.exitCode == 64 && early.errors.contains("3/255, which is not evaluated"))
    #expect(!FileManager.default.fileExists(atPath: path("run")))
    #expect(try Command(arguments).exitCode == 0)
    #expect(try Command("report", path("run"), "--fail-under", "0.4@3/255").exitCode == 64)

    let transfer = ["transfer", path("plain.pt2"), path("stepped.pt2"), "--data", data]
    let occupied = try Command(
      transfer + ["--attack", "square:queries=5", "-o", path("run"), "--replace"])
    #expect(occupied.exitCode == 64 && occupied.errors.contains("not empty"))

    var unfinished = try results(in: "run")
    unfinished.progress.total += 1
    try JSONEncoder().encode(unfinished).write(to: folder.appending(path: "baseline.json"))
    let refused = try Command(arguments + ["--baseline", path("baseline.json")])
    #expect(refused.exitCode == 65 && refused.errors.contains("not finished"))
    var cut = try results(in: "run")
    cut.samples.removeLast()
    try JSONEncoder().encode(cut).write(to: folder.appending(path: "baseline.json"))
    let lacking = try Command(arguments + ["--baseline", path("baseline.json")])
    #expect(lacking.exitCode == 65 && lacking.errors.contains("lacks pictures"))
    let unchecked = try Command("report", path("run"), "--fail-under", "0.0")
    #expect(unchecked.output.contains("Nothing was checked"), "\(unchecked.output)")

    try FileManager.default.removeItem(atPath: path("run/results.json"))
    let silent = try Command("verify", path("run"))
    #expect(silent.exitCode == 0 && silent.output.contains("no results.json"))
  }

  @Test func classesThatAreLeftOutAreSaid() throws {
    func run(_ option: String) throws -> EvaluationResults {
      let command = try Command(
        "evaluate", path("plain.pt2"), "--data", data, "--attacks", "fgsm", option, "6",
        "--no-sanity", "--replace", "-o", path("run"))
      #expect(command.exitCode == 0, "\(command.errors)")
      #expect(command.output.contains("2 of the 3 classes") == (option == "--first"))
      return try results(in: "run")
    }
    #expect(try run("--first").samples.map(\.label) == [0, 0, 0, 0, 1, 1])
    #expect(try run("--sample").samples.map(\.label) == [0, 0, 1, 1, 2, 2])
  }
}
