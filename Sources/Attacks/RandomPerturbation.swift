import Foundation
import TensorModule
import ThreatModels

extension Tensor {
  /// A point drawn uniformly from a ball around zero.
  ///
  /// - Precondition: the norm is not L0, whose ball is not bounded.
  /// - Parameters:
  ///   - budget: the norm and the radius.
  ///   - shape: of one picture.
  ///   - generator: the source of randomness.
  static func uniform(
    in budget: PerturbationBudget, shape: [Int], using generator: Generator
  ) -> Tensor {
    let dimension = Double(shape.reduce(1, *))
    switch budget.norm {
    case .linf:
      return uniform(shape, in: (-budget.epsilon)...budget.epsilon, using: generator)
    case .l2:
      let direction = normal(shape, using: generator)
      let length = direction.reshaped([-1]).norm(order: 2, along: [0]).scalar()
      let radius = pow(uniform([1], using: generator).scalar(), 1 / dimension)
      return direction * (budget.epsilon * radius / Swift.max(length, 1e-12))
    case .l1:
      // Exponential magnitudes over their sum are uniform on the simplex (Calafiore et al. 1998).
      let magnitudes = -(uniform(shape, in: 1e-30...1, using: generator).logarithm())
      let signs = (uniform(shape, in: -1...1, using: generator)).sign()
      let radius = pow(uniform([1], using: generator).scalar(), 1 / dimension)
      return signs * magnitudes
        * (budget.epsilon * radius / Swift.max(magnitudes.sum().scalar(), 1e-12))
    case .l0: preconditionFailure("no uniform point in an L0 ball")
    }
  }
}
