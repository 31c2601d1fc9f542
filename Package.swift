// swift-tools-version: 6.2

import Foundation
import PackageDescription

/// Where libtorch is: the variable `LIBTORCH`, or the link `.libtorch` that `make setup` makes.
let libtorch = Context.environment["LIBTORCH"] ?? "\(Context.packageDirectory)/.libtorch"

func libtorchHas(_ library: String) -> Bool {
  ["so", "dylib"].contains {
    FileManager.default.fileExists(atPath: "\(libtorch)/lib/lib\(library).\($0)")
  }
}

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
]

extension Target {
  static func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [],
    resources: [Resource]? = nil
  ) -> Target {
    .target(
      name: name, dependencies: dependencies, exclude: exclude, resources: resources,
      swiftSettings: strict)
  }

  static func tests(
    of name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil
  ) -> Target {
    .testTarget(
      name: "\(name)Tests", dependencies: [.byName(name: name), "TestKit"] + dependencies,
      resources: resources, swiftSettings: strict)
  }

  static func system(_ name: String, pkgConfig: String, apt: String, brew: String) -> Target {
    .systemLibrary(
      name: name, path: "Sources/SystemLibraries/\(name)", pkgConfig: pkgConfig,
      providers: [.apt([apt]), .brew([brew])])
  }
}

let package = Package(
  name: "Adversary",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Adversary", targets: ["Adversary"]),
    .executable(name: "adversary", targets: ["AdversaryCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // The engine.
    .target(
      name: "CTorch",
      cxxSettings: [
        .unsafeFlags([
          "-isystem", "\(libtorch)/include",
          "-isystem", "\(libtorch)/include/torch/csrc/api/include",
        ])
      ],
      linkerSettings: [
        .unsafeFlags(["-L\(libtorch)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(libtorch)/lib"]),
        .linkedLibrary("torch"), .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
      ]
        + ["torch_cuda", "c10_cuda"].filter(libtorchHas).map { .linkedLibrary($0) }),
    .module("TensorModule", ["CTorch"]),

    // Programs: a model file as a list of operator calls.
    .module("ProgramIR"),
    .system("CZip", pkgConfig: "libzip", apt: "libzip-dev", brew: "libzip"),
    .module(
      "ProgramFormats",
      ["ProgramIR", "CZip", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["ONNX/Protobuf/onnx.proto"]),
    .module("ProgramRuntime", ["ProgramIR", "TensorModule", "ThreatModels"]),
    .module("ONNXLowering", ["ProgramFormats", "ProgramIR", "ProgramRuntime", "TensorModule"]),

    // Attacks.
    .module("ThreatModels", ["TensorModule"]),
    .module("Attacks", ["TensorModule", "ThreatModels"]),

    // Defence.
    .module(
      "Training",
      [
        "Datasets", "Imaging", "ProgramFormats", "ProgramIR", "ProgramRuntime", "TensorModule",
        "ThreatModels", .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .module(
      "Defenses",
      [
        "Attacks", "Datasets", "Imaging", "ProgramRuntime", "TensorModule", "ThreatModels",
        "Training",
      ]),

    // Pictures and data.
    .system("CPNG", pkgConfig: "libpng", apt: "libpng-dev", brew: "libpng"),
    .system("CTurboJPEG", pkgConfig: "libturbojpeg", apt: "libturbojpeg0-dev", brew: "jpeg-turbo"),
    .system("CExif", pkgConfig: "libexif", apt: "libexif-dev", brew: "libexif"),
    .system("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev", brew: "zlib"),
    .target(name: "CImaging", dependencies: ["CPNG"]),
    .module("Imaging", ["CImaging", "CTurboJPEG", "CExif"]),
    .module("Datasets", ["Imaging", "TensorModule", "CZlib"]),
    .module("Corruptions", ["Imaging", "TensorModule"]),
    .module(
      "TrafficSigns", ["Imaging"],
      resources: [
        .copy("Resources/signs"), .copy("Resources/signs.pt2"),
        .copy("Resources/signs-hardened.pt2"),
      ]),

    // Models behind an interface.
    .module(
      "Oracles",
      [
        "Imaging", "InferenceProtocol", "TensorModule", "ThreatModels",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Yams", package: "Yams"),
      ]),

    .module(
      "Substitutes",
      [
        "Attacks", "Datasets", "Evaluation", "Imaging", "Oracles", "ProgramFormats", "ProgramIR",
        "ProgramRuntime", "TensorModule", "ThreatModels", "Training",
      ]),

    // Results.
    .module(
      "Evaluation",
      [
        "TensorModule", "ThreatModels", "Attacks", "Corruptions", "Datasets", "Imaging",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .module(
      "Reproductions",
      [
        "Attacks", "Datasets", "Defenses", "Evaluation", "Imaging", "Oracles", "ProgramFormats",
        "ProgramIR", "ProgramRuntime", "Substitutes", "TensorModule", "ThreatModels", "Training",
      ]),
    .module(
      "Reports",
      [
        "Corruptions", "Evaluation", "Imaging", "Oracles", "Reproductions", "Substitutes",
        "TensorModule", "ThreatModels", .product(name: "Mustache", package: "swift-mustache"),
      ]),

    // A model behind HTTP.
    .module("InferenceProtocol"),
    .module(
      "Serving",
      [
        "Imaging", "InferenceProtocol", "TensorModule", "ThreatModels",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),

    // What people use.
    .module(
      "Adversary",
      [
        "Attacks", "Corruptions", "Datasets", "Defenses", "Evaluation", "Imaging",
        "InferenceProtocol", "ONNXLowering", "Oracles", "ProgramFormats", "ProgramIR",
        "ProgramRuntime", "Reports", "Reproductions", "Serving", "Substitutes", "TensorModule",
        "ThreatModels", "Training",
      ]),
    .executableTarget(
      name: "AdversaryCommand",
      dependencies: [
        "Adversary", "TrafficSigns",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),

    // Tests.
    .target(name: "TestKit", path: "Tests/TestKit", swiftSettings: strict),
    .target(
      name: "OracleTestKit", dependencies: ["Oracles", "ThreatModels"],
      path: "Tests/OracleTestKit", swiftSettings: strict),
    .tests(of: "ProgramRuntime", ["ProgramFormats", "ProgramIR", "TensorModule", "ThreatModels"]),
    .tests(
      of: "Attacks",
      [
        "Datasets", "ProgramFormats", "ProgramIR", "ProgramRuntime", "TensorModule", "ThreatModels",
        "TrafficSigns",
      ]),
    .tests(of: "TensorModule"),
    .tests(
      of: "Training",
      [
        "Datasets", "Imaging", "ProgramFormats", "ProgramIR", "ProgramRuntime", "TensorModule",
        "ThreatModels",
      ]),
    .tests(
      of: "Defenses",
      [
        "Attacks", "Datasets", "Evaluation", "Imaging", "ProgramFormats", "ProgramIR",
        "ProgramRuntime", "TensorModule", "ThreatModels", "Training",
      ]),
    .tests(
      of: "Oracles", ["Attacks", "Imaging", "InferenceProtocol", "TensorModule", "ThreatModels"]),
    .tests(
      of: "Substitutes",
      [
        "Attacks", "Datasets", "Evaluation", "Imaging", "OracleTestKit", "Oracles",
        "ProgramFormats", "ProgramIR",
        "ProgramRuntime", "TensorModule", "ThreatModels", "Training",
      ]),
    .tests(
      of: "Evaluation",
      [
        "Attacks", "Corruptions", "Datasets", "Imaging", "ProgramFormats", "ProgramIR",
        "ProgramRuntime", "TensorModule", "ThreatModels",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .tests(
      of: "AdversaryCommand",
      [
        "Corruptions", "Evaluation", "Imaging", "ONNXLowering", "ProgramFormats", "ProgramIR",
        "ProgramRuntime", "TensorModule", "ThreatModels", "TrafficSigns",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ]),
    .tests(of: "ThreatModels", ["TensorModule"]),
    .tests(of: "ProgramIR"),
    .tests(of: "ONNXLowering", ["ProgramFormats", "ProgramIR", "ProgramRuntime", "TensorModule"]),
    .tests(
      of: "ProgramFormats",
      ["ProgramIR", .product(name: "SwiftProtobuf", package: "swift-protobuf")]),
    .tests(
      of: "Reports",
      [
        "Attacks", "Corruptions", "Datasets", "Evaluation", "Imaging", "Oracles", "Reproductions",
        "Substitutes", "TensorModule", "ThreatModels", "Training",
      ]),
    .testTarget(
      name: "ArchitectureTests", dependencies: ["TestKit"], swiftSettings: strict),
    .tests(of: "Imaging", ["CTurboJPEG", "CZlib"]),
    .tests(of: "Datasets", ["Imaging", "CZlib"]),
    .tests(
      of: "Reproductions",
      [
        "Attacks", "Datasets", "Evaluation", "Imaging", "OracleTestKit", "Oracles",
        "ProgramFormats", "ProgramIR", "ProgramRuntime", "Substitutes", "TensorModule",
        "ThreatModels", "Training",
      ]),
    .tests(of: "Corruptions", ["Imaging", "TensorModule", "TrafficSigns"]),
    .tests(of: "InferenceProtocol"),
    .tests(
      of: "Serving",
      [
        "Imaging", "InferenceProtocol", "ProgramFormats", "ProgramIR", "ProgramRuntime",
        "TensorModule", "ThreatModels", "TrafficSigns",
        .product(name: "Logging", package: "swift-log"),
      ]),
    .tests(of: "TrafficSigns", ["Imaging", "ProgramFormats", "ProgramIR"]),
  ],
  cxxLanguageStandard: .cxx20
)

// Only the scripts that compare with other implementations need this one.
if Context.environment["ADVERSARY_CONFORMANCE"] != nil {
  package.targets += [
    .executableTarget(
      name: "onnx-conformance",
      dependencies: [
        "ONNXLowering", "ProgramFormats", "ProgramIR", "ProgramRuntime", "TensorModule",
      ],
      path: "Tests/Conformance/Tool", swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
  ]
}

// Fuzzing needs a tool chain with libFuzzer, so it is built only when asked for.
if Context.environment["ADVERSARY_FUZZ"] != nil {
  let fuzzed = strict + [.unsafeFlags(["-parse-as-library"])]
  package.targets += [
    .executableTarget(
      name: "FuzzProgramFormats", dependencies: ["ProgramFormats", "ProgramIR", "TestKit"],
      path: "Fuzz/ProgramFormats", swiftSettings: fuzzed),
    .executableTarget(
      name: "FuzzONNX", dependencies: ["ProgramFormats", "ProgramIR"], path: "Fuzz/ONNX",
      swiftSettings: fuzzed),
    .executableTarget(
      name: "FuzzInferenceProtocol", dependencies: ["InferenceProtocol"],
      path: "Fuzz/InferenceProtocol", swiftSettings: fuzzed),
    .executableTarget(
      name: "FuzzONNXLowering",
      dependencies: [
        "ONNXLowering", "ProgramFormats", "ProgramIR", "ProgramRuntime", "TensorModule",
      ],
      path: "Fuzz/ONNXLowering", swiftSettings: fuzzed),
  ]
}
