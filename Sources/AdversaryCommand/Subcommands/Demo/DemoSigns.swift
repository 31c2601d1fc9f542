import ArgumentParser

/// `adversary demo signs`.
struct DemoSigns: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "signs", abstract: "Placeholder.")
}
