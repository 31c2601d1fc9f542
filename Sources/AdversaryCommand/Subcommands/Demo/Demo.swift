import ArgumentParser

/// `adversary demo`.
struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fool a real network with pictures that look the same, from start to finish.",
    discussion: """
      Examples:
        adversary demo                  attack the shipped traffic-sign model
        adversary demo linear           why even linear models fall
        adversary demo draw --output d  draw the traffic signs that the model was trained on
      """,
    subcommands: [DemoSigns.self, DemoLinear.self, DemoDraw.self],
    defaultSubcommand: DemoSigns.self)
}
