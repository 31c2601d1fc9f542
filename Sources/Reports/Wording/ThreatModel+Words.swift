import Foundation
import ThreatModels

extension ThreatModel {
  /// The budget for people: `L∞ ε = 8/255`, and that pixels are not those of a file where they are
  /// not.
  var words: String {
    pixels == .eightBit ? budget.description : "\(budget), pixels as real numbers"
  }
}

extension PixelGrid {
  /// Which values a pixel may take, in a word or two.
  var words: String {
    switch self {
    case .eightBit: "8-bit"
    case .float: "real"
    }
  }
}

extension Norm {
  /// The size of a perturbation for people, in the unit that is usual for the norm.
  func words(ofSize size: Double) -> String {
    switch self {
    case .linf: "\((size * 255).shortText)/255"
    case .l2, .l1: size.twoDecimals
    case .l0: size.shortText
    }
  }

  /// The label of an axis along ε.
  var axisLabel: String {
    switch self {
    case .linf: "ε in 8-bit steps (1 is 1/255)"
    case .l2, .l1: "ε, pixels from 0 to 1"
    case .l0: "ε, channels of pixels"
    }
  }

  /// The place of an ε on that axis.
  func axisPlace(of epsilon: Double) -> Double { self == .linf ? epsilon * 255 : epsilon }
}
