import ArgumentParser
import Foundation
import TrafficSigns

/// `adversary demo draw`.
struct DemoDraw: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw",
    abstract: "Draw traffic signs as a data set: class folders of PNG pictures.",
    discussion: """
      The same seed draws the same pictures on every machine. The shipped model was trained on \
      --seed 1 --per-class 400.

      Example:
        adversary demo draw --output signs --per-class 50 --seed 3
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("Where to.", valueName: "folder"))
  var output: String

  @Option(help: "How many pictures of each class.")
  var perClass = 16

  @Option(help: "What the pictures depend on.")
  var seed: UInt64 = ShippedSigns.seed

  func validate() throws {
    if perClass < 1 { throw ValidationError("--per-class must be at least 1") }
  }

  func run() throws {
    try SignDataset.write(to: URL(filePath: output), perClass: perClass, seed: seed)
    print("\(SignClass.allCases.count * perClass) pictures in \(output)")
  }
}
