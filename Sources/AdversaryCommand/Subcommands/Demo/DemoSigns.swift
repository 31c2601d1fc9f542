import Adversary
import ArgumentParser
import Foundation
import TrafficSigns

/// `adversary demo signs`.
struct DemoSigns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signs",
    abstract: "Attack the shipped traffic-sign model with FGSM and make stop signs speed limits.")

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
  }

  private static let acts: [Act] = {
    let goal = SignClass.speedLimit80
    let budget = "No pixel changes by more than 8 of 255 steps."
    return [
      Act(
        folder: "fgsm", title: "FGSM",
        explanation: "One step along the sign of the gradient, after any wrong class. \(budget)",
        attack: FGSM(), objective: .untargeted, only: nil),
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
    var model = try LoadedModel(path: ShippedSigns.model.path)
    model.classNames = SignClass.allCases.map(\.name)
    var sections: [Gallery.Section] = []
    var settings: [Gallery.Setting] = []
    for act in Self.acts {
      let folder = try RunFolder(creating: "\(output)/\(act.folder)", replacing: true)
      let run = try self.run(act, of: signs, on: model, into: folder)
      let records = try run.run().records
      let verification = try Verification(of: folder, on: model.classifier)
      show(act, records, verification)
      sections.append(
        RunPage.section(
          act.title, explanation: [act.explanation], records: records, folder: act.folder + "/"))
      settings = RunPage.settings(of: try folder.manifest()).filter { $0.name != "attack" }
    }
    try RunPage.write(
      Gallery(
        title: "Traffic signs that fool a network",
        introduction: [
          "Sixteen kinds of traffic signs, drawn by this project, and a small convolutional network "
            + "that tells them apart almost without error. To a person the signs on the right are "
            + "plainly the signs on the left, if a little noisier."
        ], settings: settings, sections: sections), to: output)
    print("Look at \(output)/index.html, and check every picture with: adversary verify \(output)")
  }

  private func run(
    _ act: Act, of signs: ClassFolders, on model: LoadedModel, into folder: RunFolder
  ) throws -> AttackRun {
    let dataset: any Dataset =
      if let only = act.only {
        try ClassSlice(of: signs, label: only.index)
      } else {
        signs
      }
    let budget = try PerturbationBudget(.linf, epsilon: "8/255")
    return AttackRun(
      model: model, pictures: try ModelPictures(of: dataset, for: model),
      trial: Trial(act.attack, within: ThreatModel(budget), objective: act.objective),
      folder: folder)
  }

  /// Prints one picture of each class and the counts of all.
  private func show(_ act: Act, _ records: [SampleRecord], _ verification: Verification) {
    var seen: Set<Int> = []
    let chosen = act.only == nil ? records.filter { seen.insert($0.label).inserted } : records
    let table = ResultsTable(chosen, width: ResultsTable.terminalWidth)
    print("\(act.title)\n")
    print(table.lines.joined(separator: "\n"))
    if chosen.count < records.count { print("… one of each class; \(records.count) in all") }
    print("")
    print(ResultsTable(records).summaryLines.joined(separator: "\n"))
    print("re-read from disk: \(verification.confirmed) of \(verification.claimed) still fool\n")
  }
}

/// The pictures of one class.
private struct ClassSlice: Dataset {
  private let dataset: any Dataset
  private let indices: [Int]
  var count: Int { indices.count }
  var classNames: [String]? { dataset.classNames }

  init(of dataset: any Dataset, label: Int) throws(DatasetError) {
    self.dataset = dataset
    var indices: [Int] = []
    for index in 0..<dataset.count where try dataset.sample(at: index).label == label {
      indices.append(index)
    }
    self.indices = indices
  }

  func sample(at index: Int) throws(DatasetError) -> LabelledPicture {
    try dataset.sample(at: indices[index])
  }
}
