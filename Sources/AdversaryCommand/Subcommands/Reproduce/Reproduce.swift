import ArgumentParser

/// `adversary reproduce`.
struct Reproduce: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Repeat experiments of published papers on real data.",
    subcommands: [ReproduceGoodfellow2015.self, ReproduceAdvProp.self, ReproducePapernot2017.self])
}
