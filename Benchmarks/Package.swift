// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "AdversaryBenchmarks",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "attack-times", targets: ["AttackTimes"]),
    .executable(name: "training-times", targets: ["TrainingTimes"]),
  ],
  dependencies: [.package(name: "Adversary", path: "..")],
  targets: [
    .executableTarget(
      name: "AttackTimes", dependencies: [.product(name: "Adversary", package: "Adversary")]),
    .executableTarget(
      name: "TrainingTimes", dependencies: [.product(name: "Adversary", package: "Adversary")]),
  ]
)
