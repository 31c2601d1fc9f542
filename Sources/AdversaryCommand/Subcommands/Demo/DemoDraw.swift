import ArgumentParser

/// `adversary demo draw`.
struct DemoDraw: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "draw", abstract: "Placeholder.")
}
