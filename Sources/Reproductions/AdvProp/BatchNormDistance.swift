import Foundation
public import ProgramRuntime
import TensorModule

/// How far the statistics of an auxiliary set of batch norms are from the main ones.
public struct BatchNormDistance: Hashable, Codable, Sendable {
  /// |μ′ − μ| / σ, the mean over all channels of all batch norms.
  public var meanShift: Double
  /// |log σ′² − log σ²|, the mean over all channels of all batch norms.
  public var logVarianceRatio: Double

  /// A distance.
  init(meanShift: Double, logVarianceRatio: Double) {
    self.meanShift = meanShift
    self.logVarianceRatio = logVarianceRatio
  }

  /// The distance of an auxiliary set.
  ///
  /// - Parameters:
  ///   - number: which set, from 0.
  ///   - weights: of a model with at least so many sets.
  /// - Returns: nothing if the model has no batch norms.
  public init?(ofAuxiliary number: Int, in weights: TrainableWeights) {
    let tensors = Dictionary(uniqueKeysWithValues: zip(weights.names, weights.tensors))
    let suffix = "@\(number + 1)"
    var shifts: [Double] = []
    var ratios: [Double] = []
    for name in weights.names where name.hasSuffix(Self.meanName) {
      let varianceName = String(name.dropLast(Self.meanName.count)) + Self.varianceName
      guard let mean = tensors[name]?.doubles(), let variance = tensors[varianceName]?.doubles(),
        let otherMean = tensors[name + suffix]?.doubles(),
        let otherVariance = tensors[varianceName + suffix]?.doubles()
      else { continue }
      for channel in mean.indices {
        let usual = variance[channel] + Self.smallest
        shifts.append(abs(otherMean[channel] - mean[channel]) / usual.squareRoot())
        ratios.append(abs(log((otherVariance[channel] + Self.smallest) / usual)))
      }
    }
    guard !shifts.isEmpty else { return nil }
    meanShift = shifts.reduce(0, +) / Double(shifts.count)
    logVarianceRatio = ratios.reduce(0, +) / Double(ratios.count)
  }

  private static let meanName = "running_mean"
  private static let varianceName = "running_var"
  /// What batch norm adds to a variance.
  private static let smallest = 1e-5
}
