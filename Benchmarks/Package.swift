// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "AdversaryBenchmarks",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "attack-times", targets: ["AttackTimes"])],
  dependencies: [.package(name: "Adversary", path: "..")],
  targets: [
    .executableTarget(
      name: "AttackTimes", dependencies: [.product(name: "Adversary", package: "Adversary")])
  ]
)
