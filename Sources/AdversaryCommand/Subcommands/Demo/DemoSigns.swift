import Adversary
import ArgumentParser
import Foundation
import TrafficSigns

/// `adversary demo signs`.
struct DemoSigns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signs",
    abstract: "Attack the shipped traffic-sign model and the same model after hardening.")

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where the pictures and index.html go.", valueName: "folder"))
  var output = "demo"

  /// One attack of the demonstration.
  private struct Act {
    let folder: String
    let title: String
    let explanation: String
    let attack: any WhiteBoxAttack
    let objective: Objective
    /// The only true class that is attacked, or nothing for all.
    let only: SignClass?
    /// How many signs of each class are attacked.
    var perClass = ShippedSigns.perClass
  }

  /// One of the shipped models.
  private struct Contestant {
    let name: String
    let file: URL
    /// What the folders of its runs end in.
    let suffix: String
    let explanation: String
  }

  private static let contestants = [
    Contestant(
      name: "standard", file: ShippedSigns.model, suffix: "",
      explanation: "The standard model: it learned from the signs as they are."),
    Contestant(
      name: "hardened", file: ShippedSigns.hardenedModel, suffix: "-hardened",
      explanation: "The hardened model: it learned from signs under attack, within the same budget."
    ),
  ]

  private static let acts: [Act] = {
    let goal = SignClass.speedLimit80
    let budget = "No pixel changes by more than 8 of 255 steps."
    return [
      Act(
        folder: "fgsm", title: "FGSM",
        explanation: "One step along the sign of the gradient, after any wrong class. \(budget)",
        attack: FGSM(), objective: .untargeted, only: nil),
      Act(
        folder: "pgd", title: "PGD",
        explanation: "Twenty small steps from a random start, after any wrong class. \(budget)",
        attack: PGD(), objective: .untargeted, only: nil, perClass: 4),
      Act(
        folder: "one-step-target", title: "Stop → speed limit 80 in one step",
        explanation: "The one-step target class method: every stop sign is to be taken for a speed "
          + "limit. \(budget)",
        attack: FGSM(), objective: .target(goal.index), only: .stop),
      Act(
        folder: "pgd-target", title: "Stop → speed limit 80 in twenty steps",
        explanation: "The same goal for PGD: twenty small steps do what one step cannot. \(budget)",
        attack: PGD(), objective: .target(goal.index), only: .stop),
    ]
  }()

  func run() throws {
    let signs = try ClassFolders(folder: ShippedSigns.directory.path)
    var sections: [Gallery.Section] = []
    var settings: [Gallery.Setting] = []
    var comparison: [[String]] = []
    let models = try Self.contestants.map { contestant in
      var model = try LoadedModel(path: contestant.file.path)
      model.classNames = SignClass.allCases.map(\.name)
      return model
    }
    for act in Self.acts {
      var fooled: [String] = []
      for (contestant, model) in zip(Self.contestants, models) {
        let name = act.folder + contestant.suffix
        let folder = try RunFolder(creating: "\(output)/\(name)", replacing: true)
        let run = try self.run(act, of: signs, on: model, into: folder)
        let records = try run.run().records
        let verification = try Verification(of: folder, on: model.classifier)
        let title = "\(act.title), \(contestant.name) model"
        show(title, act, records, verification)
        sections.append(
          RunPage.section(
            title, explanation: [act.explanation, contestant.explanation], records: records,
            folder: name + "/"))
        let counts = Counts(of: records.map(\.outcome))
        fooled.append("\(counts.newlyWrong) of \(counts.attacked)")
        if sections.count <= Self.contestants.count {
          let known = settings.map(\.name)
          settings += RunPage.settings(of: try folder.manifest())
            .filter { $0.name != "attack" && !known.contains($0.name) || $0.name.contains("model") }
        }
      }
      comparison.append([act.title] + fooled)
    }
    let lines = Self.table([["fooled by"] + Self.contestants.map(\.name)] + comparison)
    try RunPage.write(
      Gallery(
        title: "Traffic signs that fool a network",
        introduction: [
          "Sixteen kinds of traffic signs, drawn by this project, and a small convolutional network "
            + "that tells them apart almost without error. To a person the signs on the right are "
            + "plainly the signs on the left, if a little noisier.",
          "The same attacks on the same signs meet a second network, which learned from signs under "
            + "attack. Fooled: "
            + comparison.map { "\($0[0]): standard \($0[1]), hardened \($0[2])" }
            .joined(separator: "; ") + ".",
        ], settings: settings, sections: sections), to: output)
    print(lines.joined(separator: "\n"))
    print(
      "\nLook at \(output)/index.html, and check every picture with: adversary verify \(output)")
  }

  /// Rows with a wide first column.
  private static func table(_ rows: [[String]]) -> [String] {
    let widths = (rows.first ?? []).indices.map { column in
      rows.reduce(0) { max($0, $1[column].count) } + 2
    }
    return rows.map { row in
      zip(row, widths).map { text, width in
        text + String(repeating: " ", count: max(0, width - text.count))
      }.joined().trimmingCharacters(in: .whitespaces)
    }
  }

  private func run(
    _ act: Act, of signs: ClassFolders, on model: LoadedModel, into folder: RunFolder
  ) throws -> AttackRun {
    let dataset = try SignSlice(of: signs, only: act.only, perClass: act.perClass)
    let budget = try PerturbationBudget(.linf, epsilon: "8/255")
    return AttackRun(
      model: model, pictures: try ModelPictures(of: dataset, for: model),
      trial: Trial(act.attack, within: ThreatModel(budget), objective: act.objective),
      folder: folder)
  }

  /// Prints one picture of each class and the counts of all.
  private func show(
    _ title: String, _ act: Act, _ records: [SampleRecord], _ verification: Verification
  ) {
    var seen: Set<Int> = []
    let chosen = act.only == nil ? records.filter { seen.insert($0.label).inserted } : records
    let table = ResultsTable(chosen, width: ResultsTable.terminalWidth)
    print("\(title)\n")
    print(table.lines.joined(separator: "\n"))
    if chosen.count < records.count { print("… one of each class; \(records.count) in all") }
    print("")
    print(ResultsTable(records).summaryLines.joined(separator: "\n"))
    print("re-read from disk: \(verification.confirmed) of \(verification.claimed) still fool\n")
  }
}

/// The first pictures of one class, or of every class.
private struct SignSlice: Dataset {
  private let dataset: any Dataset
  private let indices: [Int]
  var count: Int { indices.count }
  var classNames: [String]? { dataset.classNames }

  init(of dataset: any Dataset, only: SignClass?, perClass: Int) throws(DatasetError) {
    self.dataset = dataset
    var indices: [Int] = []
    var counts: [Int: Int] = [:]
    for index in 0..<dataset.count {
      guard let label = try dataset.sample(at: index).label, only == nil || only?.index == label
      else { continue }
      counts[label, default: 0] += 1
      if counts[label, default: 0] <= perClass { indices.append(index) }
    }
    self.indices = indices
  }

  func sample(at index: Int) throws(DatasetError) -> LabelledPicture {
    try dataset.sample(at: indices[index])
  }
}
